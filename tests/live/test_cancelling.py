"""A session cancelled in one act: its make-up, everybody's sums, who is told, and taking it back."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.completion import queries as completion
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, queries, rules
from lms.live.actions import Cancelling, Held
from lms.live.rules import LiveRefusal, SessionState, Verdict
from lms.notifications.models import Notice
from lms.people.rules import Role
from lms.scheduling import queries as scheduling
from tests.factories import live, world
from tests.support.statements import statements

PRESENT, ABSENT, EXCUSED, UNMARKED = Verdict.PRESENT, Verdict.ABSENT, Verdict.EXCUSED, Verdict.UNMARKED
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao", zone="Asia/Dubai")


@pytest.fixture
def professor(cohort):
    return world.granted(Role.FACULTY, cohort, "Prof. Mehta")


def path(cohort, key="s10", more=""):
    return f"/cohorts/{cohort.slug}/sessions/{key}{more}"


def cancel(cohort, key="s10", *, days=7, carries=True, by=None, reason="I am ill."):
    """Cancel a session; its make-up is so many days later, or chosen later (None)."""
    line = live.session(cohort, key)
    wanted = Cancelling(
        reason=reason,
        version=scheduling.schedule(cohort.id).version,
        make_up_at=line.starts_at + days * DAY if days is not None else None,
        carries=carries,
    )
    with unit_of_work() as work:
        actions.cancel_session(
            line.id, wanted, actor=world.actor(by) if by else world.director(), now=work.now
        )


def shortly_before(cohort, key="s10", hours=2):
    return clock.at(live.session(cohort, key).starts_at - hours * HOUR)


@pytest.mark.parametrize(
    ("cancelled", "closed", "refusal"),
    [
        (False, False, None),
        (True, False, LiveRefusal.CANCELLED_ALREADY),
        (False, True, LiveRefusal.WAS_HELD),
        (True, True, LiveRefusal.CANCELLED_ALREADY),
    ],
)
def test_what_was_held_is_not_cancelled(cancelled, closed, refusal):
    assert rules.why_not_cancel(cancelled=cancelled, closed=closed) is refusal


def test_which_of_a_lost_session_and_its_make_ups_holds():
    assert rules.which_holds([(1, True, False)]) == 1
    assert rules.which_holds([(1, True, False), (2, False, True)]) == 2
    assert rules.which_holds([(1, True, False), (2, True, True)]) == 1
    assert rules.which_holds([(1, True, False), (2, True, True), (3, False, True)]) == 3
    assert rules.which_holds([(1, False, False), (2, True, True)]) == 1


@pytest.mark.db
def test_the_lost_session_leaves_every_sum_and_its_make_up_enters(cohort, asha):
    place = live.place_of(cohort, asha)
    live.held(cohort, [Held(key="s1", ticks={place: PRESENT})])
    activity = live.session(cohort, "s10").activity_id
    with shortly_before(cohort):
        cancel(cohort)
    lost, made = live.session(cohort, "s10"), live.session(cohort, "s10-make-up")
    assert (lost.state, made.state) == (SessionState.CANCELLED, SessionState.PLANNED)
    assert made.starts_at == lost.starts_at + 7 * DAY
    assert made.ends_at - made.starts_at == lost.ends_at - lost.starts_at
    assert (made.make_up_of_id, made.counts, made.title) == (
        lost.id,
        lost.counts,
        f"{lost.line.title} (make-up)",
    )
    assert live.verdict(cohort, "s10", place) is EXCUSED
    assert queries.attendance(place).total.sessions == 1
    assert activity not in completion.done(place)
    with clock.at(made.starts_at + HOUR):
        live.ticked(cohort, "s10-make-up", {place: ABSENT})
    assert queries.attendance(place).total == rules.Count(halves=2, sessions=2)
    with clock.at(made.starts_at + 2 * HOUR):
        live.ticked(cohort, "s10-make-up", {place: PRESENT})
    assert queries.attendance(place).total == rules.Count(halves=4, sessions=2)
    assert activity in completion.done(place)
    assert [line.title for line in queries.ledger(place)][-1] == made.title


@pytest.mark.db
def test_what_hangs_on_the_session_moves_with_the_make_up_or_stays(cohort):
    def end(key):
        return next(line for line in scheduling.items(cohort.id) if line.key == key).ends_at

    on = scheduling.ground(cohort)
    hanging = {
        key for key, spec in on.graph.specs.items() if spec.ends is not None and spec.ends.target == "s10"
    } or {key for key, spec in on.graph.specs.items() if spec.starts.target == "s10"}
    assert hanging
    key = min(hanging)
    before = end(key)
    with shortly_before(cohort):
        cancel(cohort, carries=False)
        assert end(key) == before
        line = live.session(cohort, "s10")
        with unit_of_work() as work:
            version = scheduling.schedule(cohort.id).version
            actions.reinstate_session(
                line.id, "Well again.", version=version, actor=world.director(), now=work.now
            )
        cancel(cohort, carries=True)
        assert end(key) == before + 7 * DAY
        with unit_of_work() as work:
            version = scheduling.schedule(cohort.id).version
            actions.reinstate_session(
                line.id, "Well again.", version=version, actor=world.director(), now=work.now
            )
        assert end(key) == before
    assert [one.state for one in queries.make_ups(line)] == [SessionState.CANCELLED, SessionState.CANCELLED]
    assert live.session(cohort, "s10").state is SessionState.PLANNED


@pytest.mark.db
def test_undoing_the_release_takes_the_make_up_out_and_the_session_back(cohort):
    from lms.scheduling import actions as dates

    with shortly_before(cohort, hours=48):
        cancel(cohort)
        present = scheduling.schedule(cohort.id)
        publishing = dates.Publishing(
            cohort_id=cohort.id, wanted=scheduling.Wanted(), version=present.version, note="A mistake."
        )
        with unit_of_work() as work:
            dates.undo(present.release_number, publishing, actor=world.director(), now=work.now)
    states = {key: live.session(cohort, key).state for key in ("s10", "s10-make-up")}
    assert states == {"s10": SessionState.PLANNED, "s10-make-up": SessionState.CANCELLED}


def test_whoever_cannot_come_to_the_make_up_is_excused_and_can_take_it_back(visit, cohort, asha):
    place = live.place_of(cohort, asha)
    with shortly_before(cohort):
        cancel(cohort)
        visitor = visit(asha)
        page = visitor.get(path(cohort))
        assert "I am ill." in page.text()
        page = visitor.get(page.soup.select_one("#when-title ~ p a[href*=make-up]")["href"])
        assert page.title == live.session(cohort, "s10-make-up").title
        page = visitor.submit(page, "form[action$='/cannot-attend']", reason="A board meeting")
        assert "Noted: you are excused from it." in page.messages[0]
        assert live.verdict(cohort, "s10-make-up", place) is EXCUSED
        assert "you are excused" in page.text("[aria-labelledby=mine-title]")
        page = visitor.submit(page, "form[action$='/cannot-attend']")
        assert live.verdict(cohort, "s10-make-up", place) is UNMARKED
        visitor.submit(page, "form[action$='/cannot-attend']", reason="")
    live.held(cohort, [Held(key="s10-make-up")])
    assert live.verdict(cohort, "s10-make-up", place) is EXCUSED
    assert queries.attendance(place).total.sessions == 0


@pytest.mark.db
def test_everybody_is_told_once_in_their_zone_and_urgently_when_it_is_near(cohort, asha, professor):
    with shortly_before(cohort):
        cancel(cohort, by=professor)
        made = live.session(cohort, "s10-make-up")
    rows = db.session.execute(
        sa.select(Notice.title, Notice.text, Notice.link).where(
            Notice.person_id == asha.id, Notice.kind == "schedule"
        )
    ).all()
    (told,) = rows
    assert told.title.endswith("does not take place")
    assert "I am ill." in told.text
    assert f"{made.starts_at + 4 * HOUR:%H:%M}" in told.text
    assert "GST" in told.text
    assert told.link.endswith("/sessions/s10-make-up")
    assert (
        db.session.scalar(
            sa.select(sa.func.count()).where(Notice.person_id == professor.id, Notice.kind == "schedule")
        )
        == 0
    )


def test_a_professor_cancels_from_the_page_with_the_best_date(visit, cohort, asha, professor):
    with shortly_before(cohort):
        visitor = visit(professor)
        page = visitor.get(visitor.get(path(cohort)).link("Cancel it"))
        offered = page.soup.select("input[name=make_up]")
        assert [one["value"] for one in offered][-2:] == ["other", "later"]
        assert len(offered) == 5
        assert "1 learner" in page.text("[aria-labelledby=told-title]")
        refused = visitor.submit(page, status=422)
        assert "Say why in a few words." in refused.text()
        page = visitor.submit(page, reason="The venue is closed.")
        assert "Cancelled. 1 learner and the staff are told." in page.messages[0]
        assert live.session(cohort, "s10").cancelled
        assert live.session(cohort, "s10-make-up").starts_at == dt.datetime.fromisoformat(offered[0]["value"])
        again = visitor.get(path(cohort, more="/cancel"))
        assert "cancelled already" in again.text()
        back = visitor.get(visitor.get(path(cohort)).link("Hold it after all"))
        visitor.submit(back, reason="It is open.")
    assert not live.session(cohort, "s10").cancelled
    assert live.session(cohort, "s10-make-up").cancelled


@pytest.mark.slow
def test_a_make_up_is_chosen_later_and_on_a_date_of_ones_own(visit, cohort, professor):
    with shortly_before(cohort):
        cancel(cohort, days=None)
        visitor = visit(professor)
        page = visitor.get(visitor.get(path(cohort)).link("Choose a make-up"))
        refused = visitor.submit(page, make_up="other", status=422)
        assert "Give a day and a time." in refused.text()
        day = (live.session(cohort, "s10").day + 9 * DAY).isoformat()
        past = visitor.submit(page, make_up="other", on="2020-01-01", time="10:00", status=422)
        assert "That time has passed." in past.text()
        visitor.submit(page, make_up="other", on=day, time="07:15")
    assert f"{live.session(cohort, 's10-make-up').starts_at:%H:%M}" == "01:45"


def test_a_stale_page_cancels_nothing(cohort):
    line = live.session(cohort, "s10")
    wanted = Cancelling(reason="Ill.", version=scheduling.schedule(cohort.id).version - 1)
    with pytest.raises(Conflict), unit_of_work() as work:
        actions.cancel_session(line.id, wanted, actor=world.director(), now=work.now)
    with pytest.raises(RuleViolation), unit_of_work() as work:
        actions.reinstate_session(line.id, "x", version=1, actor=world.director(), now=work.now)
    assert not live.session(cohort, "s10").cancelled


def test_the_page_costs_a_fixed_number_of_statements(visit, cohort, professor):
    with shortly_before(cohort):
        visitor = visit(professor)
        visitor.get(path(cohort, more="/cancel"))

        def cost():
            with statements() as seen:
                visitor.get(path(cohort, more="/cancel"))
            return len(seen)

        few = cost()
        for _ in range(8):
            world.learner(cohort)
        assert cost() == few
        assert few <= 14
