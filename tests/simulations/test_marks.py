"""What a run is worth to its members: the rule, recording, release, and what it says of competencies."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import actions as assessment
from lms.assessment import queries as assessment_queries
from lms.completion.models import CompletionFact
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.progress import queries as progress
from lms.simulations import actions, queries
from lms.simulations.models import RunMember
from lms.simulations.rules import Verdict
from lms.simulations.rules.marks import Outcome, Took, member_mark
from tests.factories import simulations, world

HALF = Fraction(1, 2)


def took(*rounds, team=1, score=70):
    """Rounds as "x" (had a part) or "-" (had none)."""
    return [
        Took(number, team, part == "x", Fraction(score) + number) for number, part in enumerate(rounds, 1)
    ]


@pytest.mark.parametrize(
    ("rows", "outcome", "value"),
    [
        (took(*"xxxxxxxx"), Outcome.COUNTS, 78),
        (took(*"xxxx----"), Outcome.COUNTS, 78),
        (took(*"xxx-----"), Outcome.NO_PART, 0),
        (took(*"--------"), Outcome.NO_PART, 0),
        (took(*"xxxx"), Outcome.COUNTS, 74),
        (took(*"xx--"), Outcome.COUNTS, 74),
        (took(*"xxx"), Outcome.TOO_SHORT, None),
        ([], Outcome.TOO_SHORT, None),
        (took(*"xxxxxxxx", score=99), Outcome.COUNTS, 100),
        (took(*"xxxxxxxx", score=-40), Outcome.COUNTS, 0),
    ],
)
def test_the_team_s_result_counts_for_whoever_had_a_part(rows, outcome, value):
    mark = member_mark(rows, rounds=8, gate=HALF)
    assert (mark.outcome, mark.value) == (outcome, value)


def test_whoever_changed_teams_has_the_result_of_the_one_they_were_in_for_longest():
    first = [Took(number, 1, True, Fraction(60)) for number in (1, 2, 3)]
    second = [Took(number, 2, True, Fraction(80)) for number in (4, 5, 6, 7, 8)]
    assert member_mark([*first, *second], rounds=8, gate=HALF).team_id == 2
    assert member_mark([*second, *first[:2]], rounds=8, gate=HALF).value == 80
    even = [Took(number, 1 + (number > 4), True, Fraction(number)) for number in range(1, 9)]
    assert member_mark(even, rounds=8, gate=HALF).value == 8
    back = [Took(number, 2 if number == 4 else 1, True, Fraction(number)) for number in range(1, 9)]
    assert member_mark(back, rounds=8, gate=HALF).team_id == 1


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 100)), min_size=8, max_size=8))
def test_more_part_never_lowers_a_mark(rounds):
    rows = [Took(at, 1, part, Fraction(score)) for at, (part, score) in enumerate(rounds, 1)]
    more = [Took(one.number, 1, True, one.score) for one in rows]
    less, whole = (member_mark(some, rounds=8, gate=HALF).value for some in (rows, more))
    assert less <= whole


@pytest.fixture
def played(session):
    """A game of two rounds: the first team decides twice, its third member never has a part."""
    made = simulations.run("market", rounds=2)
    for number in (1, 2):
        made.submits("team-01", number=number)
        with clock.at(made.round(number).closes_at - dt.timedelta(minutes=5)), unit_of_work() as work:
            actions.say(made.change(at=1, number=number), Verdict.CONFIRM, 1, now=work.now)
        made.plays(number)
    return made


def debriefed(played, by):
    with clock.at(played.round(2).results_at + dt.timedelta(hours=1)), unit_of_work() as work:
        actions.start_debrief(played.run_id, actor=by, now=work.now)


def view(played, by):
    return queries.run_visible_to(by, played.cohort.slug, played.run.public_id)


def test_marks_are_recorded_as_they_were_looked_at_and_wait_for_the_gate(played):
    by = world.director()
    run = view(played, by)
    found = queries.run_marks(run)
    with pytest.raises(RuleViolation, match="phase"), unit_of_work() as work:
        actions.record_marks(run, stamp=found.stamp, reason="", actor=by, now=work.now)
    debriefed(played, by)
    by_name = {line.name: line for line in found.lines}
    assert by_name["Team01 Member1"].mark.outcome is Outcome.COUNTS
    assert by_name["Team01 Member3"].mark.outcome is Outcome.NO_PART
    assert by_name["Team02 Member1"].mark.value == 0
    with pytest.raises(Conflict), unit_of_work() as work:
        actions.record_marks(run, stamp="something else", reason="", actor=by, now=work.now)
    with unit_of_work() as work:
        done = actions.record_marks(run, stamp=found.stamp, reason="", actor=by, now=work.now)
    assert (done.fresh, done.changed) == (9, 0)
    (_who, place), *_ = played.people["team-01"]
    assert assessment_queries.released_marks(place, found.activity_id) == {}
    with pytest.raises(RuleViolation, match="nothing to record"), unit_of_work() as work:
        actions.record_marks(run, stamp=queries.run_marks(run).stamp, reason="", actor=by, now=work.now)
    with unit_of_work() as work:
        wanted = assessment.Release(cohort_id=run.cohort_id, activity_id=found.activity_id)
        assessment.release(wanted, actor=by, now=work.now)
    (mark,) = assessment_queries.released_marks(place, found.activity_id).values()
    assert mark.value == by_name["Team01 Member1"].mark.value
    facts = [fact["text"] for fact in mark.trace["facts"]]
    assert facts == ["Balanced score of Table 01 after round 2 of 2", "Rounds in which you had a part"]


def test_a_released_result_is_evidence_for_each_code_of_the_members_for_whom_it_counts(played):
    by = world.director()
    debriefed(played, by)
    run = view(played, by)
    found = queries.run_marks(run)
    with unit_of_work() as work:
        actions.record_marks(run, stamp=found.stamp, reason="", actor=by, now=work.now)
    places = [place for _who, place in played.people["team-01"]]

    def items(place):
        levels = progress.person_progress(place, played.cohort).competencies
        return {one.code for one in levels if one.items}

    assert items(places[0]) == set()
    with unit_of_work() as work:
        wanted = assessment.Release(cohort_id=run.cohort_id, activity_id=found.activity_id)
        assessment.release(wanted, actor=by, now=work.now)
    assert items(places[0]) == {"SDM", "RES", "CX", "DEC", "SCO"}
    assert items(places[2]) == set()


def test_a_round_is_reached_by_those_whose_team_decided(played):
    key = curriculum.outline(played.cohort.version_id).by_key["ps-r1"].id
    reached = set(
        db.session.scalars(
            sa.select(CompletionFact.place_id).where(
                CompletionFact.activity_id == key, CompletionFact.reached.is_(True)
            )
        )
    )
    assert reached == {place for _who, place in played.people["team-01"]}


def test_whoever_left_in_the_middle_is_decided_by_hand(played):
    by = world.director()
    place = played.people["team-01"][0][1]
    member = db.session.scalars(sa.select(RunMember).where(RunMember.place_id == place)).one()
    with unit_of_work():
        member.joined_at = played.round(2).closes_at + dt.timedelta(days=1)
    lines = {line.place_id: line for line in queries.run_marks(view(played, by)).lines}
    assert place not in lines


def test_the_page_shows_records_and_hands_out(played, visit):
    director = world.granted(world.Role.FACULTY, played.cohort, "Fay Faculty")
    debriefed(played, world.director())
    home = f"/cohorts/{played.cohort.slug}/simulations/{played.run.public_id}/marks"
    desk = visit(director)
    page = desk.get(home)
    assert "too small a part" in page.text()
    done = desk.submit(page)
    assert "9 marks recorded" in done.summary
    assert "Every mark by this rule is recorded" in done.text()
    table = desk.open("GET", f"{home}.csv").get_data(as_text=True).splitlines()
    assert len(table) == 10
