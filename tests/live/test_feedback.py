"""Feedback: kept without a name, shown from five answers on and not before, anywhere."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.live import queries, rules
from lms.live.models import FeedbackAnswer, FeedbackGiven
from lms.live.rules.feedback import FeedbackRefusal
from lms.people.rules import Role
from tests.factories import asking, live, world

KEY = "s1"


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=2)


@pytest.fixture
def after(cohort):
    with clock.at(live.session(cohort, KEY).ends_at + dt.timedelta(hours=1)):
        yield


def test_the_mean_is_exact_and_the_spread_complete():
    worth = rules.summaries([{"worth": figure, "change": 1, "pace": 5} for figure in (5, 4, 4)])[0]
    assert (worth.mean, worth.counts) == (Fraction(13, 3), (0, 0, 0, 2, 1))


@pytest.mark.parametrize(
    ("hours", "given", "reason"),
    [
        (-1, False, FeedbackRefusal.NOT_OVER),
        (0, False, None),
        (1, True, FeedbackRefusal.GIVEN),
        (14 * 24 - 1, False, None),
        (14 * 24, False, FeedbackRefusal.CLOSED),
    ],
)
def test_when_feedback_is_taken(hours, given, reason):
    ends_at = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    now = ends_at + dt.timedelta(hours=hours)
    assert rules.why_not_give(cancelled=False, ends_at=ends_at, days=14, given=given, now=now) is reason


@pytest.mark.db
def test_nothing_is_shown_before_five_have_answered(visit, cohort, after):
    people = [world.learner(cohort) for _ in range(5)]
    host = world.granted(Role.FACULTY, cohort)
    for number, person in enumerate(people, start=1):
        found = queries.feedback_of(live.session(cohort, KEY))
        assert (found.lines, found.best, found.count) == ((), (), number - 1)
        asking.answered(cohort, KEY, person, best=f"Words of number {number}")
        if number == 4:
            desk = visit(host)
            page = desk.get(f"/cohorts/{cohort.slug}/sessions/{KEY}/feedback")
            assert "Words of" not in page.text("main")
            assert "there are 4" in page.text("main")
            refused = desk.open("GET", f"/cohorts/{cohort.slug}/sessions/{KEY}/feedback.csv")
            assert refused.status_code == 303
            assert "Words of" not in refused.get_data(as_text=True)
    found = queries.feedback_of(live.session(cohort, KEY))
    assert sorted(found.best) == [f"Words of number {number}" for number in range(1, 6)]
    assert [line.mean for line in found.lines] == [5, 4, 3]
    page = visit(host).get(f"/cohorts/{cohort.slug}/sessions/{KEY}/feedback")
    assert page.rows()[0][:3] == ["It was worth my evening", "5.0", "5"]


@pytest.mark.db
def test_nobody_answers_twice_and_nothing_joins_answer_and_name(cohort, after):
    person = world.learner(cohort)
    asking.answered(cohort, KEY, person)
    with pytest.raises(RuleViolation) as refused:
        asking.answered(cohort, KEY, person)
    assert refused.value.reason is FeedbackRefusal.GIVEN
    assert db.session.scalar(sa.select(sa.func.count()).select_from(FeedbackAnswer)) == 1
    assert set(FeedbackAnswer.__table__.columns.keys()) == {"key", "session_id", "ratings", "best", "better"}
    assert set(FeedbackGiven.__table__.columns.keys()) == {"session_id", "place_id", "day"}


def test_a_learner_answers_on_the_page_and_sees_nobodys(visit, cohort, after):
    person = world.learner(cohort)
    visitor = visit(person)
    address = f"/cohorts/{cohort.slug}/sessions/{KEY}/feedback"
    page = visitor.get(f"/cohorts/{cohort.slug}/sessions/{KEY}")
    assert page.link("Give feedback") == address
    page = visitor.submit(visitor.get(address), "form.form", worth="5", status=422)
    assert page.texts(".field-bad legend") == [
        "I will do something differently because of it",
        "There was enough room for our questions",
    ]
    page = visitor.submit(page, "form.form", change="4", pace="3", best="The case")
    assert "Thank you" in page.text("main")
    assert not page.has("table")
