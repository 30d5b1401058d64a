"""Extra time for quizzes: who gives it, who reads why, what it does to attempts, also those that are going on."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import actions, queries
from lms.coursework.models import ExtraTime
from lms.coursework.rules import CourseworkRefusal as No
from lms.coursework.rules import quiz
from lms.coursework.rules.late import end_of
from lms.coursework.rules.quiz import Extra
from lms.curriculum.models import ActivityKind
from lms.live.models import LiveSession, SessionRecording
from lms.live.rules import Captions, RecordingRelease
from lms.people.rules import Role
from lms.scheduling.models import ScheduledItem
from tests.factories import coursework as make
from tests.factories import world
from tests.support.statements import statements

MINUTE = dt.timedelta(minutes=1)
WHY = "Reads with a screen reader; letter of 3 May seen."
DUE = dt.datetime(2027, 3, 14, 18, 29, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("before_due", "extra", "minutes"),
    [
        (60, Extra(), 20),
        (60, Extra(50), 30),
        (60, Extra(0, 10), 30),
        (60, Extra(100, 5), 45),
        (10, Extra(), 10),
        (10, Extra(50), 15),
        (10, Extra(0, 10), 20),
        (20, Extra(25), 25),
    ],
)
def test_what_a_start_gives_everybody_with_the_extra_on_top(before_due, extra, minutes):
    start = end_of(DUE) - before_due * MINUTE
    assert quiz.ends_at(start, 20, DUE, extra) == start + minutes * MINUTE


extras = st.builds(Extra, st.sampled_from(quiz.PERCENTS), st.integers(0, 240))


@given(st.integers(-60, 60), st.integers(3, 180), extras, extras)
def test_more_is_never_less_and_a_later_start_never_ends_much_earlier(shift, limit, one, other):
    start = DUE + shift * MINUTE
    plain = quiz.ends_at(start, limit, DUE)
    assert plain <= max(start, end_of(DUE))
    more = Extra(max(one.percent, other.percent), max(one.minutes, other.minutes))
    assert plain <= quiz.ends_at(start, limit, DUE, one) <= quiz.ends_at(start, limit, DUE, more)


@pytest.mark.parametrize(
    ("extra", "reason", "why"),
    [
        (Extra(50), WHY, None),
        (Extra(51), WHY, No.EXTRA_OUT_OF_RANGE),
        (Extra(0, 241), WHY, No.EXTRA_OUT_OF_RANGE),
        (Extra(0, -1), WHY, No.EXTRA_OUT_OF_RANGE),
        (Extra(), WHY, No.EXTRA_SAME),
        (Extra(25), " ", No.EXTRA_WHY),
        (Extra(0, 0, captions=True), WHY, None),
    ],
)
def test_what_can_be_given(extra, reason, why):
    assert quiz.why_not_extra(extra, quiz.NO_EXTRA, reason) is why


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=4)


@pytest.fixture
def lea(cohort):
    return world.learner(cohort, "Lea Ito")


@pytest.fixture
def now(cohort):
    with clock.at(make.opened(cohort, "q1")):
        yield clock.now()


def give(cohort, who, extra, *, reason=WHY):
    cora = world.granted(Role.COORDINATOR, cohort)
    learner = queries.learner_visible_to(world.actor(cora), cohort.slug, make.place_public_id(who, cohort))
    with unit_of_work() as work:
        return actions.give_extra_time(learner, extra, reason, actor=world.actor(cora), now=work.now)


def running(who, cohort):
    at = make.visit(who, cohort, "q1", "quiz")
    return queries.attempts(at.place.place_id, at.line.id)[-1]


@pytest.mark.db
def test_an_attempt_that_is_going_on_lasts_longer_and_is_never_shortened(cohort, lea, now):
    other = world.learner(cohort, "Olga Other")
    make.started(lea, cohort)
    make.started(other, cohort)
    assert give(cohort, lea, Extra(50)) == 1
    assert running(lea, cohort).ends_at == now + 30 * MINUTE
    assert running(other, cohort).ends_at == now + 20 * MINUTE
    assert give(cohort, lea, Extra()) == 0
    assert running(lea, cohort).ends_at == now + 30 * MINUTE
    rows = db.session.scalars(sa.select(ExtraTime.percent).order_by(ExtraTime.id)).all()
    assert rows == [50, 0], "what held before stays noted"


@pytest.mark.db
def test_a_later_deadline_reaches_whoever_is_in_the_middle_of_it(cohort, lea):
    due = make.due(cohort, "q1")
    with clock.at(due - 5 * MINUTE):
        make.started(lea, cohort)
        assert running(lea, cohort).ends_at == end_of(due)
        make.extended(lea, cohort, "q1", due + dt.timedelta(days=1), by=make.coordinator(cohort))
        assert running(lea, cohort).ends_at == due - 5 * MINUTE + 20 * MINUTE


def test_the_next_attempt_has_it_and_its_learner_is_told_what_and_why(cohort, lea, now, visit):
    give(cohort, lea, Extra(50))
    at = visit(lea)
    page = at.get(f"/cohorts/{cohort.slug}/quizzes/q1")
    assert "20 minutes by the server's clock, and 50 % more for you" in page.text()
    assert WHY in page.text()
    at.submit(page, "main form", press="Start attempt 1 of 2")
    assert running(lea, cohort).ends_at == now + 30 * MINUTE
    assert WHY in json.dumps(at.open("GET", "/account/data.json").get_json())
    with statements() as seen:
        at.get(f"/cohorts/{cohort.slug}/quizzes/q1")
    assert len(seen) <= 10


def test_the_reason_is_in_confidence(cohort, lea, now, visit):
    give(cohort, lea, Extra(50))
    place = make.place_public_id(lea, cohort)
    address = f"/cohorts/{cohort.slug}/learners/{place}/extra-time"
    assert WHY in visit(make.coordinator(cohort)).get(address).text()
    for role in (Role.FACULTY, Role.MARKER, Role.ASSISTANT):
        visit(world.granted(role, cohort)).refused(address, status=403)
    faculty = visit(world.granted(Role.FACULTY, cohort))
    for path in (f"/cohorts/{cohort.slug}/quizzes/q1", f"/cohorts/{cohort.slug}/learners/{place}"):
        assert WHY not in faculty.get(path).text()
    assert WHY not in visit(world.learner(cohort, "Olga")).get(f"/cohorts/{cohort.slug}/quizzes/q1").text()
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "coursework.give_extra_time")
    ).one()
    assert WHY not in f"{entry.reason} {entry.after} {entry.before}"
    assert entry.after == {"extra": "50 %"}


def test_a_coordinator_gives_and_changes_it(cohort, lea, now, visit):
    cora = visit(make.coordinator(cohort))
    place = make.place_public_id(lea, cohort)
    case = cora.get(f"/cohorts/{cohort.slug}/learners/{place}")
    page = cora.get(case.link("Extra time for quizzes"))
    assert "has none" in page.text()
    page = cora.submit(page, "main form", {"percent": "25", "minutes": "5", "reason": WHY})
    assert "extra time 25 % and 5 minutes. It holds from the next attempt on" in " ".join(page.messages)
    page = cora.submit(page, "main form", {"reason": WHY})
    assert "what they have already" in page.text()
    page = cora.submit(page, "main form", {"percent": "0", "minutes": "0", "reason": "Ended as agreed."})
    assert "extra time none" in " ".join(page.messages)
    assert queries.extra_time(make.visit_place(lea, cohort)) == Extra()


def lectures(cohort, visit_at):
    """The module's lectures that are over."""
    return db.session.scalars(
        sa.select(LiveSession)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(
            LiveSession.cohort_id == cohort.id,
            LiveSession.activity_id.in_([line.id for line in visit_at.module.activities]),
            ScheduledItem.ends_at < clock.now(),
        )
    ).all()


@pytest.mark.slow
def test_whoever_needs_captions_is_offered_two_days_until_they_are_there(cohort, lea, visit, send):
    with clock.at(make.due(cohort, "q1") - 90 * MINUTE):
        here = make.visit(lea, cohort, "q1", "quiz")
        assert any(line.kind is ActivityKind.LIVE_SESSION for line in here.module.activities)
        address = f"/cohorts/{cohort.slug}/quizzes/q1"
        assert "48 hours" not in visit(lea).get(address).text(), "who needs none is offered none"
        send(visit(lea), f"{address}/captions-time")
        assert queries.own_extensions(here.place.place_id) == []
        give(cohort, lea, Extra(captions=True))
        at = visit(lea)
        page = at.get(address)
        assert "48 hours more for you" in page.text()
        due = make.due(cohort, "q1")
        page = at.submit(page, f'form[action="{address}/captions-time"]')
        assert queries.window(here).ends_at == due + dt.timedelta(hours=48)
        assert "48 hours more for you" not in page.text()
        assert "your own date" in page.text()
        send(at, f"{address}/captions-time")
        assert "nothing to take" in " ".join(at.get(address).messages)


def test_nothing_is_offered_once_captions_are_there(cohort, lea, visit):
    with clock.at(make.due(cohort, "q1") - 90 * MINUTE):
        give(cohort, lea, Extra(captions=True))
        here = make.visit(lea, cohort, "q1", "quiz")
        for number, row in enumerate(lectures(cohort, here)):
            db.session.add(
                SessionRecording(
                    public_id=f"caption{number:05}",
                    session_id=row.id,
                    url="https://video.example.org/1",
                    release=RecordingRelease.AT_ONCE,
                    captions=Captions.AUTOMATIC,
                    added_at=clock.now(),
                )
            )
        db.session.commit()
        assert "48 hours" not in visit(lea).get(f"/cohorts/{cohort.slug}/quizzes/q1").text()


def test_too_much_is_refused(cohort, lea, now):
    with pytest.raises(RuleViolation, match="at most 240"):
        give(cohort, lea, Extra(0, 999))
