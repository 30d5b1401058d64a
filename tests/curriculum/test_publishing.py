"""Publishing: whole, in order, in few statements, and the same content only once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.app import ROOT
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.curriculum import actions, queries
from lms.curriculum.content import canonical
from lms.curriculum.content.reader import read_programme
from lms.curriculum.models import Activity, QuizItem, RubricCriterion
from tests.factories import world
from tests.support import reading
from tests.support.statements import statements

pytestmark = pytest.mark.db
FILES = ROOT / "content" / "programmes" / "product-leadership"


@pytest.fixture(scope="module")
def content():
    found, problems = read_programme(FILES, reading.read)
    assert problems == []
    return found


def test_everything_is_written_in_the_authors_order(session, content):
    version = world.version_id()
    document = canonical.document(content)
    written = [
        (module["module"]["id"], activity["spec"]["id"])
        for course in document["courses"]
        for module in course["modules"]
        for activity in module["activities"]
    ]
    outline = queries.outline(version)
    assert [
        (module.key, line.key)
        for course in outline.courses
        for module in course.modules
        for line in module.activities
    ] == written
    bank = next(
        activity["bank"]["items"]
        for course in document["courses"]
        for module in course["modules"]
        for activity in module["activities"]
        if activity["spec"]["id"] == "q1"
    )
    assert [item.key for item in queries.quiz_items(outline.by_key["q1"].id)] == [item["id"] for item in bank]
    for model in (QuizItem, RubricCriterion):
        orphans = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(model)
            .outerjoin(Activity, Activity.id == model.activity_id)
            .where(Activity.id.is_(None))
        )
        assert orphans == 0


def test_the_same_content_is_the_same_version(session, content):
    with pytest.raises(actions.NothingNew) as same, unit_of_work() as work:
        actions.publish(content, actor_id=None, now=work.now)
    assert same.value.version.number == 1


def test_publishing_takes_few_statements(session, content):
    changed = content.programme.model_copy(update={"tagline": "Another line for the same year."})
    before, content.programme = content.programme, changed
    try:
        with statements() as seen, unit_of_work() as work:
            version = actions.publish(content, actor_id=None, now=work.now)
    finally:
        content.programme = before
    assert version.number == 2
    assert len(seen) <= 30, seen
    assert len(seen.about("activity")) <= 6


def test_what_weeks_ask_and_how_competencies_are_covered(session):
    version = world.version_id()
    minutes = queries.week_minutes(version)
    limit = queries.outline(version).frame.weekly_limit_minutes
    assert len(minutes) == 49
    assert 0 < max(minutes) <= limit
    coverage = queries.coverage(version)
    assert len(coverage) == 12
    assert all(each.activities == sum(each.courses) and each.criteria > 0 for each in coverage)
