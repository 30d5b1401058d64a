"""Ratings inside a team against a database: asked, filled in, closed, settled, and what becomes of the marks."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.rules import PlaceState
from lms.fairness import actions, queries
from lms.fairness.actions import Settling
from lms.fairness.models import TeamRating
from lms.fairness.rules import Decision, RatingRefusal
from lms.notifications.models import Notice
from tests.factories import assessment as marking
from tests.factories import fairness as make
from tests.factories import world

pytestmark = pytest.mark.db
CANARY = "never seen by the team"


def refused(call, *args, **kwargs) -> RatingRefusal:
    with pytest.raises(RuleViolation) as found:
        call(*args, **kwargs)
    return found.value.reason


def test_a_hand_in_asks_the_team_once_and_only_where_the_programme_says_so(cohort, team) -> None:
    make.hand_in(cohort, team)
    view = make.rating()
    assert [one.name for one in view.members] == [*make.NAMES[:4]]
    assert view.closes_at == view.opened_at + dt.timedelta(days=5)
    titles = db.session.scalars(sa.select(Notice.title).where(Notice.title.like("What did%"))).all()
    assert titles == ["What did the others do for G1?"] * 4
    marking.bring(cohort, team.places, key="a-1")  # not named by the policy
    marking.bring(cohort, team.places[:1], key="g2")  # nobody else to rate
    marking.bring(cohort, team.places, key="m3", part="pack", title="Fig")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TeamRating)) == 2


def test_a_later_version_asks_who_came_later_and_a_settled_rating_stays(cohort, coordinator) -> None:
    five = make.team(cohort, 5)
    make.hand_in(cohort, make.Team(five.people[:4], five.places[:4]))
    make.hand_in(cohort, five)
    view = make.rating()
    assert len(view.members) == 5
    make.rate_all(view, five)
    make.close(view, coordinator)
    make.settle(view, coordinator)
    make.hand_in(cohort, five)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TeamRating)) == 1
    assert make.rating().settled_at is not None


def test_ratings_change_until_they_close_and_two_windows_do_not_overwrite_each_other(
    cohort, team, coordinator
) -> None:
    make.hand_in(cohort, team)
    view = make.rating()
    first, second = team.places[:2]
    make.rate(view, first, {second: 2})
    assert not make.rating().answered(make.rating().members[0])
    make.rate(view, first, dict.fromkeys(team.places[1:], 4))
    assert make.rating().answered(make.rating().members[0])
    with pytest.raises(Conflict), unit_of_work() as work:
        actions.rate(view.id, first, {}, "", version=0, now=work.now)
    with unit_of_work() as work:
        assert (
            refused(actions.rate, view.id, first, {second: {"share": 9}}, "", version=2, now=work.now)
            is RatingRefusal.NOT_RATED_SO
        )
        actions.rate(view.id, first, {first: {"share": 5}, 0: {"share": 5}}, "", version=2, now=work.now)
    assert make.rating().members[0].answers == {}  # neither oneself nor strangers
    make.close(view, coordinator)
    with unit_of_work() as work:
        assert refused(actions.rate, view.id, first, {}, "", version=3, now=work.now) is RatingRefusal.CLOSED


def test_from_ratings_to_marks_through_the_one_gate(cohort, team, marker, coordinator) -> None:
    task = make.hand_in(cohort, team)
    marking.finish(task, marker)
    view, slow = make.rating(), team.places[3]
    for rater in team.places:
        make.rate(view, rater, {o: 2 if o == slow else 4 for o in team.places if o != rater}, note=CANARY)
    with pytest.raises(RuleViolation) as held:
        marking.release(cohort, coordinator, key="g1")
    assert held.value.message == "Nothing goes out yet: the ratings inside Fig are not settled."
    assert refused(make.settle, view, coordinator) is RatingRefusal.STILL_OPEN
    make.close(view, coordinator)
    assert refused(make.settle, view, coordinator) is RatingRefusal.NO_COMMENT
    with unit_of_work() as work:
        actions.comment(view.id, "He came to one meeting.", actor=world.actor(marker), now=work.now)
    make.settle(view, coordinator)
    settled = make.rating()
    factors = {one.place_id: one.factor for one in settled.members}
    assert factors[slow] == "4/5"
    assert {factors[place] for place in team.places[:3]} == {"16/15"}
    assert [marking.seen(place, "g1") for place in team.places] == [None] * 4
    marking.release(cohort, coordinator, key="g1")
    assert marking.seen(slow, "g1") == 72 * 4 / 5 or str(marking.seen(slow, "g1")) == "288/5"
    assert [str(marking.seen(place, "g1")) for place in team.places[:3]] == ["384/5"] * 3
    mark = assessment.released_marks(slow)[marking.activity_id("g1"), ""]
    texts = str(mark.trace)
    assert "group 72.0 × 0.8" in texts
    assert CANARY not in texts
    assert marking.versions(slow) == [(1, "replaced", "72"), (2, "released", "288/5")]
    with unit_of_work():
        assert (
            refused(actions.take_back, view.id, reason="Why not", actor=world.actor(coordinator))
            is RatingRefusal.RELEASED
        )
    assert marking.fresh(task).state == "released"
    rows = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.subject == "team_rating").order_by(AuditEntry.id)
    ).all()
    assert rows == [
        "fairness.open_ratings",
        "fairness.end_ratings",
        "fairness.comment_ratings",
        "fairness.settle_ratings",
    ]


def test_work_that_is_marked_later_or_again_gets_its_factor_and_individual_parts_do_not(
    cohort, team, marker, coordinator
) -> None:
    task = make.hand_in(cohort, team, key="m6a", part="report")
    own = marking.bring(cohort, team.places[:1], key="m6a", part="reflection", title="Asha Rao")
    view = make.rating("m6a")
    make.rate_all(view, team, {team.places[0]: 5})
    make.close(view, coordinator)
    make.settle(view, coordinator)
    marking.finish(own, marker)
    marking.finish(task, marker)
    assert [state for _n, state, _value in marking.versions(team.places[1])] == ["replaced", "finalised"]
    marking.release(cohort, coordinator, key="m6a", part="reflection")
    assert marking.seen(team.places[0], "m6a", "reflection") == 72
    marking.release(cohort, coordinator, key="m6a", part="report")
    first, others = (
        marking.seen(team.places[0], "m6a", "report"),
        marking.seen(team.places[1], "m6a", "report"),
    )
    assert first > 72 > others
    assert first + 3 * others == 4 * 72  # the mean of the factors is one


def test_a_leaver_has_no_factor_and_a_rater_is_left_out_with_a_reason(
    cohort, team, marker, coordinator
) -> None:
    task = make.hand_in(cohort, team)
    marking.finish(task, marker)
    view, (odd, *rest) = make.rating(), team.places
    make.rate_all(view, team)
    make.rate(view, odd, {rest[0]: 1, rest[1]: 5, rest[2]: 5})
    make.close(view, coordinator)
    assert any(sign.raters == (odd,) for sign in make.rating().signs())
    with unit_of_work() as work:
        by = world.actor(coordinator)
        assert (
            refused(actions.exclude, view.id, odd, reason=" ", actor=by, now=work.now)
            is RatingRefusal.NO_REASON
        )
        actions.exclude(view.id, odd, reason="Said so himself.", actor=by, now=work.now)
    with unit_of_work() as work:
        enrolment.change_state(
            rest[2],
            PlaceState.WITHDRAWN,
            reason="moved",
            effective_on=work.now.date(),
            actor=world.director(),
            now=work.now,
        )
    make.settle(view, coordinator)
    assert {one.place_id: one.factor for one in make.rating().members} == {
        odd: "1", rest[0]: "1", rest[1]: "1", rest[2]: "",
    }  # fmt: skip
    assert marking.versions(rest[2]) == [(1, "finalised", "72")]


def test_every_factor_is_one_by_decision_and_taking_it_back_holds_the_marks_again(
    cohort, team, marker, coordinator
) -> None:
    make.hand_in(cohort, team)
    view, by = make.rating(), world.actor(coordinator)
    make.rate_all(view, team, {team.places[0]: 5})
    assert refused(make.settle, view, coordinator, Decision.ONE) is RatingRefusal.NO_REASON
    make.settle(view, coordinator, Decision.ONE, "They agreed on it.")
    assert {one.factor for one in make.rating().members} == {"1"}
    assert queries.unsettled(marking.activity_id("g1"), team.places) == {}
    with pytest.raises(Conflict), unit_of_work() as work:
        actions.settle(view.id, Settling(decision=Decision.ACCEPTED, version=0), actor=by, now=work.now)
    with unit_of_work():
        actions.take_back(view.id, reason="They had not.", actor=by)
    assert set(queries.unsettled(marking.activity_id("g1"), team.places).values()) == {"Fig"}


def test_reminders_go_once_to_those_who_have_not_answered_and_the_coordinator_hears_of_the_end(
    cohort, team, coordinator
) -> None:
    make.hand_in(cohort, team)
    view = make.rating()
    make.rate(view, team.places[0], dict.fromkeys(team.places[1:], 3))

    def told(words: str) -> int:
        rows = db.session.scalars(sa.select(Notice.person_id).where(Notice.title.like(words)))
        return len(list(rows))

    for hours, soon, closed in ((-25, 0, 0), (-23, 3, 0), (-22, 3, 0), (1, 3, 1), (2, 3, 1)):
        with clock.at(view.closes_at + dt.timedelta(hours=hours)), unit_of_work() as work:
            actions.close_due(now=work.now)
        assert (told("Ratings for G1 close soon"), told("Ratings inside Fig wait%")) == (soon, closed)


def test_ratings_are_opened_by_hand_where_none_are(cohort, team, coordinator) -> None:
    by, panel = world.actor(coordinator), marking.activity_id("m6b")
    with unit_of_work() as work:
        assert (
            refused(
                actions.open_for,
                cohort.id,
                marking.activity_id("a-1"),
                team.places,
                "Fig",
                actor=by,
                now=work.now,
            )
            is RatingRefusal.NOT_RATED
        )
        actions.open_for(cohort.id, panel, team.places, "Fig", actor=by, now=work.now)
        assert (
            refused(actions.open_for, cohort.id, panel, team.places[:2], "Fig", actor=by, now=work.now)
            is RatingRefusal.OPEN_ALREADY
        )
    assert len(make.rating("m6b").members) == 4
