"""Teams formed and changed, with who sat in them when."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions, queries
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import EnrolmentRefusal, PlaceState, TeamKind
from tests.factories import enrolment, world
from tests.support.statements import statements

pytestmark = pytest.mark.db
HOUR = dt.timedelta(hours=1)


def act(verb, *values, at: dt.datetime | None = None, **named):
    with clock.at(at or clock.now()), unit_of_work() as work:
        return verb(*values, actor=world.director(), now=work.now, **named)


def why(verb, *values, **named) -> object:
    with pytest.raises(RuleViolation) as refused:
        act(verb, *values, **named)
    return refused.value.reason


def seated(team_id: int, at: dt.datetime | None = None) -> list[int]:
    return [one.place_id for one in queries.members(team_id, at or clock.now())]


def test_moving_keeps_who_sat_where_when(session):
    cohort = world.cohort()
    first, second, third = enrolment.many(cohort, 3)
    fig, oak = enrolment.team(cohort, "Fig", (first, second)), enrolment.team(cohort, "Oak", (third,))
    now = clock.now()
    act(actions.move_member, first, from_team=fig, to_team=oak, at=now + HOUR)
    act(actions.remove_member, fig, second, at=now + 2 * HOUR)
    with clock.at(now + 3 * HOUR):
        assert (seated(fig), seated(oak)) == ([], [first, third])
        assert seated(fig, now + HOUR / 2) == [first, second]
        assert seated(fig, now + HOUR * 1.5) == [second]
        assert [(seat.team, seat.ends_at is None) for seat in queries.seats_of_place(first)] == [
            ("Oak", True), ("Fig", False),
        ]  # fmt: skip
        assert queries.team_of(first, TeamKind.WORKING) == (oak, "Oak")
        assert queries.team_of(first, TeamKind.CAPSTONE) is None


def test_a_learner_sits_in_one_team_of_each_kind(session):
    cohort = world.cohort()
    first, second = enrolment.many(cohort, 2)
    fig = enrolment.team(cohort, "Fig", (first,))
    assert enrolment.team(cohort, "Fig", (first,), TeamKind.CAPSTONE)
    oak = enrolment.team(cohort, "Oak")
    assert why(actions.add_member, oak, first) is EnrolmentRefusal.IN_ANOTHER_TEAM
    assert why(actions.add_member, fig, first) is EnrolmentRefusal.IN_THIS_TEAM
    assert why(actions.remove_member, oak, second) is EnrolmentRefusal.NOT_IN_TEAM
    assert why(actions.move_member, second, from_team=fig, to_team=oak) is EnrolmentRefusal.NOT_IN_TEAM
    assert why(actions.move_member, first, from_team=fig, to_team=fig) is EnrolmentRefusal.IN_THIS_TEAM


@pytest.mark.parametrize(("name", "refusal"), [("FIG", "TEAM_NAME_TAKEN"), (" ", "NO_TEAM_NAME")])
def test_names_are_given_once(session, name, refusal):
    cohort = world.cohort()
    fig, oak = enrolment.team(cohort, "Fig"), enrolment.team(cohort, "Oak")
    expected = EnrolmentRefusal[refusal]
    assert why(actions.form_teams, cohort.id, TeamKind.WORKING, [NewTeam(name=name)]) is expected
    assert why(actions.rename_team, oak, name) is expected
    act(actions.rename_team, fig, "fig")
    assert sorted(queries.present_teams(cohort.id, TeamKind.WORKING)) == ["fig", "oak"]


def test_teams_are_formed_all_or_none(session):
    cohort, other = world.cohort(), world.cohort()
    first, second = enrolment.many(cohort, 2)
    foreign = enrolment.many(other, 1)[0]
    cases = [
        (
            [NewTeam(name="A", place_ids=(first,)), NewTeam(name="B", place_ids=(first,))],
            EnrolmentRefusal.TWICE,
        ),
        ([NewTeam(name="A", place_ids=(foreign,))], EnrolmentRefusal.NOT_IN_COHORT),
        ([NewTeam(name="A", place_ids=(first,)), NewTeam(name="a")], EnrolmentRefusal.TEAM_NAME_TAKEN),
        ([NewTeam(name="A", place_ids=(999_999,))], EnrolmentRefusal.NOT_IN_COHORT),
    ]
    for new, expected in cases:
        assert why(actions.form_teams, cohort.id, TeamKind.WORKING, new) is expected
    assert queries.teams(cohort.id, TeamKind.WORKING, clock.now()) == []
    there = clock.now().astimezone(ZoneInfo(cohort.zone)).date()
    act(actions.change_state, first, PlaceState.WITHDRAWN, reason="r", effective_on=there)
    assert (
        why(actions.form_teams, cohort.id, TeamKind.WORKING, [NewTeam(name="A", place_ids=(first, second))])
        is EnrolmentRefusal.NOT_IN_COHORT
    )


def test_a_dissolved_team_keeps_its_history_and_frees_its_name_and_people(session):
    cohort = world.cohort()
    places = tuple(enrolment.many(cohort, 2))
    fig = enrolment.team(cohort, "Fig", places)
    formed = clock.now()
    act(actions.dissolve_team, fig, at=formed + HOUR)
    with clock.at(formed + 2 * HOUR):
        assert seated(fig) == []
        assert seated(fig, formed + HOUR / 2) == list(places)
        assert enrolment.team(cohort, "Fig", places) != fig
        acts = [(actions.add_member, (fig, places[0])), (actions.rename_team, (fig, "New"))]
        for verb, values in [*acts, (actions.dissolve_team, (fig,))]:
            assert why(verb, *values) is EnrolmentRefusal.TEAM_DISSOLVED
        assert len(queries.teams(cohort.id, TeamKind.WORKING, clock.now())) == 1


def test_members_of_many_teams_take_one_statement(session):
    cohort = world.cohort()
    places = enrolment.many(cohort, 12)
    ids = [enrolment.team(cohort, f"T{n}", tuple(places[n::4])) for n in range(4)]
    with statements() as seen:
        found = queries.members_many(ids, clock.now())
    assert len(seen) == 1
    assert [len(found[team_id]) for team_id in ids] == [3] * 4
    assert [one.name for one in found[ids[0]]] == sorted(one.name for one in found[ids[0]])
