"""Removing a section: when nothing stands on it, and what the page says while something does."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.cohorts import queries as cohorts
from lms.cohorts.rules import CohortRefusal
from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from lms.people.rules import Role
from lms.scheduling import actions, queries
from lms.scheduling.models import Override, OverrideScope
from tests.factories import live, world


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=14)


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


def section(cohort, name="B"):
    with unit_of_work():
        return cohort_actions.add_section(cohort.id, name, actor=world.director()).id


@pytest.mark.db
def test_a_section_goes_when_nothing_stands_on_it(cohort):
    number = section(cohort)
    place = live.place_of(cohort, world.learner(cohort))
    db.session.get_one(Place, place).section_id = number
    db.session.commit()

    def refusal():
        with pytest.raises(RuleViolation) as refused, unit_of_work():
            actions.remove_section(cohort.id, number, actor=world.director())
        return refused.value.message

    assert "1 person sits in it" in refusal()
    db.session.get_one(Place, place).section_id = cohorts.sections(cohort.id)[0].id
    db.session.commit()
    line = queries.items(cohort.id)[-1]
    db.session.add(
        Override(
            cohort_id=cohort.id, item_id=line.id, scope=OverrideScope.SECTION, scope_id=number,
            starts_at=None, ends_at=line.ends_at, reason="", by_id=None, at=clock.now(),
        )
    )  # fmt: skip
    db.session.commit()
    assert "1 date is its own" in refusal()
    db.session.execute(sa.update(Override).values(revoked_at=clock.now()))
    db.session.commit()
    with unit_of_work():
        actions.remove_section(cohort.id, number, actor=world.director())
    assert [each.name for each in cohorts.sections(cohort.id)] == ["A"]
    with pytest.raises(RuleViolation) as only, unit_of_work():
        actions.remove_section(cohort.id, cohorts.sections(cohort.id)[0].id, actor=world.director())
    assert only.value.reason in (CohortRefusal.SECTION_IN_USE, CohortRefusal.SECTION_LAST)
    with pytest.raises(RuleViolation) as gone, unit_of_work():
        actions.remove_section(cohort.id, number, actor=world.director())
    assert gone.value.reason is CohortRefusal.NO_SECTION


def test_the_page_of_a_section_says_what_helps(cohort, coordinator, visit):
    visitor = visit(coordinator)
    world.learner(cohort)
    held = visitor.get(f"/cohorts/{cohort.slug}/sections/A/remove")
    number = section(cohort)
    page = visitor.get(f"/cohorts/{cohort.slug}/sections/B/remove")
    done = visitor.submit(page)
    assert "Section “B” is removed." in done.text(".notices")
    visitor.refused(f"/cohorts/{cohort.slug}/sections/B/remove", status=404)
    again = visitor.open("POST", f"/cohorts/{cohort.slug}/sections/B/remove", data={"csrf_token": "x"})
    assert again.status_code in (400, 404)
    assert number
    assert "cannot be removed yet" in held.text() or "only one" in held.text()
    visit(world.learner(cohort)).refused(f"/cohorts/{cohort.slug}/sections/A/remove", status=403)
