"""What makes a good team, and forming them."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.enrolment.rules import teams
from lms.enrolment.rules.teams import Candidate, TeamRules

ON = dt.date(2026, 1, 20)
RULES = TeamRules(4, 5, 4, 2)
CAPSTONE = TeamRules(3, 5, 4, 2)


def one(
    place: int, zone: str = "Asia/Kolkata", employer: str = "", title: str = "", name: str = ""
) -> Candidate:
    return Candidate(place, name or f"P{place:03}", zone, employer, title)


MIXED = [one(1, title="Head of Product"), one(2, title="CFO"), one(3, title="CTO"), one(4, title="CMO")]


COLLEAGUES = [
    one(n, employer=" ACME  Bank" if n % 2 else "acme bank", title=like.job_title)
    for n, like in enumerate(MIXED)
]


def words(*team: Candidate) -> list[str]:
    return [found.rule for found in teams.broken(team, RULES, ON)]


def test_a_team_that_breaks_nothing():
    assert words(*MIXED) == []


@pytest.mark.parametrize(
    ("team", "rules"),
    [
        (MIXED[:3], ["size"]),
        ([*MIXED, one(5), one(6)], ["size"]),
        ([*MIXED[:3], one(4, zone="Europe/London", title="CMO")], ["zones"]),
        ([*MIXED[:3], one(4, zone="Asia/Dubai", title="CMO")], []),
        (COLLEAGUES, ["employer"]),
        ([one(n, title="Product Manager") for n in range(4)], ["functions"]),
        ([one(n, title="Product Manager" if n else "") for n in range(4)], ["functions"]),
        ([one(n) for n in range(4)], []),
        ([], ["size"]),
    ],
)  # fmt: skip
def test_which_soft_rules_a_team_breaks(team, rules):
    assert words(*team) == rules


@pytest.mark.parametrize(
    ("first", "second", "minutes"),
    [(0, 0, 0), (330, 240, 90), (720, -660, 60), (840, -600, 0), (0, 720, 720), (-300, 330, 630)],
)
def test_clocks_are_compared_the_short_way_round(first, second, minutes):
    assert teams.apart(first, second) == minutes


def test_summer_time_counts_on_the_day_itself():
    pair = [one(1, "Europe/London"), one(2, "Asia/Dubai")]
    assert teams.spread(pair, dt.date(2026, 1, 20)) == 240
    assert teams.spread(pair, dt.date(2026, 7, 20)) == 180


@pytest.mark.parametrize(
    ("title", "function"),
    [
        ("Chief Product Officer", "product"), ("VP, Product Marketing", "product"), ("Astronaut", ""),
        ("Chief Financial Officer", "finance"), ("Head of Sales", "sales"), ("HR Business Partner", "people"),
        ("Software Architect", "engineering"), ("Managing Director", "general management"), ("", ""),
    ],
)  # fmt: skip
def test_functions_follow_from_titles(title, function):
    assert teams.function_of(title) == function


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (0, ()), (1, (1,)), (3, (3,)), (4, (4,)), (5, (5,)), (6, (6,)), (7, (4, 3)), (8, (4, 4)), (9, (5, 4)),
        (11, (6, 5)), (12, (4, 4, 4)), (48, (5,) * 8 + (4, 4)),
    ],
)  # fmt: skip
def test_sizes(count, sizes):
    assert teams.sizes(count, RULES) == sizes


@given(st.integers(1, 300), st.integers(1, 6), st.integers(0, 4))
def test_sizes_place_everybody_evenly_and_fit_where_they_can(count, smallest, more):
    rules = TeamRules(smallest, smallest + more, 4, 2)
    found = teams.sizes(count, rules)
    assert sum(found) == count
    assert max(found) - min(found) <= 1
    if any(rules.smallest * k <= count <= rules.largest * k for k in range(1, count + 1)):
        assert all(rules.smallest <= size <= rules.largest for size in found)


people = st.lists(
    st.tuples(
        st.sampled_from(["Asia/Kolkata", "Asia/Dubai", "Europe/London", "America/New_York", "Pacific/Auckland", "UTC"]),
        st.sampled_from(["", "Acme", "Bolt", "Core"]),
        st.sampled_from(["", "CPO", "CFO", "CTO", "CMO", "Sales Lead"]),
    ),
    max_size=24,
)  # fmt: skip


@settings(max_examples=40)
@given(people, st.randoms())
def test_forming_places_everybody_once_whatever_their_order(drawn, chance: random.Random):
    everybody = [one(number, *facts) for number, facts in enumerate(drawn)]
    formed = teams.form(everybody, RULES, ON)
    placed = [member.place_id for team in formed for member in team]
    assert sorted(placed) == list(range(len(everybody)))
    assert tuple(sorted(map(len, formed), reverse=True)) == teams.sizes(len(everybody), RULES)
    chance.shuffle(everybody)
    assert teams.form(everybody, RULES, ON) == formed


def test_forming_finds_teams_without_a_broken_rule_where_there_are_some():
    zones = ("Asia/Kolkata", "Europe/London", "America/New_York")
    titles = ("CPO", "CFO", "CTO", "CMO", "Sales Lead")
    everybody = [
        one(number, zones[number % 3], f"Firm {number // 3 % 3}", titles[number // 3 % 5])
        for number in range(60)
    ]
    formed = teams.form(everybody, RULES, ON)
    assert [teams.broken(team, RULES, ON) for team in formed] == [()] * 12


def test_what_cannot_be_kept_is_said():
    everybody = [one(number, employer="Only Firm", title="CPO") for number in range(8)]
    formed = teams.form(everybody, RULES, ON)
    assert {found.rule for team in formed for found in teams.broken(team, RULES, ON)} == {
        "employer",
        "functions",
    }


def test_a_large_cohort_is_formed_in_no_time():
    chance = random.Random(7)
    zones = ("Asia/Kolkata", "Asia/Dubai", "Europe/London", "America/New_York", "Asia/Singapore")
    everybody = [
        one(
            number,
            chance.choice(zones),
            f"Firm {chance.randrange(9)}",
            chance.choice(("CPO", "CFO", "CTO", "CMO")),
        )
        for number in range(60)
    ]
    formed = teams.form(everybody, CAPSTONE, ON)
    assert sum(bool(teams.broken(team, CAPSTONE, ON)) for team in formed) <= 2
