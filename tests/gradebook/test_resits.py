"""The one resit of a failed course: opened, marked by one, released by another, counted up to its ceiling."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.gradebook import actions, queries
from lms.gradebook.models import CourseResit
from lms.gradebook.rules.allowances import AllowanceRefusal, ResitState
from lms.notifications.models import Notice
from tests.factories import assessment as make
from tests.factories import world
from tests.gradebook.test_cells import public


@pytest.mark.db
def test_a_failed_course_has_one_resit_marked_by_one_and_released_by_another(
    cohort, coordinator, marker, lea, author, visit
) -> None:
    make.quiz_mark(cohort, lea, "q1", 30)
    results = f"/cohorts/{cohort.slug}/learners/{public(lea)}/results"
    first, second = visit(coordinator), visit(marker)
    opened = first.submit(
        first.get(results),
        "form[action$='/results']",
        press="Open the resit",
        words="A memo on another market.",
    )
    assert "has a resit" in opened.messages[0]
    row = db.session.scalars(sa.select(CourseResit)).one()
    assert row.until - row.opened_at == dt.timedelta(weeks=8)
    mine = visit(author).get(f"/cohorts/{cohort.slug}/results")
    assert "A memo on another market." in mine.text()
    assert "at most" in mine.text()
    form = "form[action$='/results']"
    bad = first.submit(
        first.get(results), form, status=422, press="Enter the mark of the resit", figure="x", words="Good."
    )
    assert "A mark is a number" in bad.text()
    first.submit(
        first.get(results), form, press="Enter the mark of the resit", figure="71", words="Sharp now."
    )
    hidden = visit(author).get(f"/cohorts/{cohort.slug}/results").text()
    assert "71.0" not in hidden
    assert "Sharp now." not in hidden
    assert queries.results(lea)["core"].value == 30
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.release_resit(lea, row.public_id, actor=world.actor(coordinator), now=work.now)
    assert refused.value.reason is AllowanceRefusal.OWN_MARK
    second.submit(second.get(results), form, press="Release it to the learner")
    assert queries.results(lea)["core"].value == 60
    assert "71.0, at most 60" in visit(author).get(f"/cohorts/{cohort.slug}/results").text()
    titles = db.session.scalars(sa.select(Notice.title).where(Notice.person_id == author.id)).all()
    assert any(title.startswith("You have a resit in") for title in titles)
    assert any(title.endswith("came back") for title in titles)
    with pytest.raises(RuleViolation) as once, unit_of_work() as work:
        actions.open_resit(lea, "core", what="More.", actor=world.actor(marker), now=work.now)
    assert once.value.reason is AllowanceRefusal.ONE_RESIT


def test_a_resit_is_for_a_failed_course_comes_in_time_and_can_be_taken_back(cohort, coordinator, lea) -> None:
    by = world.actor(coordinator)
    for mark, refusal in ((None, AllowanceRefusal.NOTHING_YET), (50, AllowanceRefusal.NOT_FAILED)):
        if mark is not None:
            make.quiz_mark(cohort, lea, "q1", mark)
        with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
            actions.open_resit(lea, "core", what="A memo.", actor=by, now=work.now)
        assert refused.value.reason is refusal
    make.quiz_mark(cohort, lea, "q1", 30)
    with unit_of_work() as work:
        row = actions.open_resit(lea, "core", what="A memo.", actor=by, now=work.now)
    after = clock.now() + dt.timedelta(weeks=9)
    with pytest.raises(RuleViolation) as late, unit_of_work() as work:
        actions.mark_resit(
            lea, row.public_id, mark=Fraction(60), handed_in_at=after, words="Good.", actor=by, now=work.now
        )
    assert late.value.reason is AllowanceRefusal.TOO_LATE
    with unit_of_work() as work:
        actions.withdraw_resit(lea, row.public_id, actor=by, now=work.now)
    with unit_of_work() as work:
        again = actions.open_resit(lea, "core", what="Another memo.", actor=by, now=work.now)
    assert again.state is ResitState.OPEN


@pytest.mark.db
def test_each_of_two_failed_courses_has_its_form(cohort, coordinator, lea, visit) -> None:
    for key in ("q1", "q6"):
        make.quiz_mark(cohort, lea, key, 30)
    page = visit(coordinator).get(f"/cohorts/{cohort.slug}/learners/{public(lea)}/results")
    forms = page.soup.select("form[action$='/results']")
    assert [len(form.select("[name=csrf_token]")) for form in forms] == [1, 1]
