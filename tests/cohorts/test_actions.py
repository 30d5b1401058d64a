"""Cohorts against the database: states, sections, staff, one person taking over from another."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.cohorts import actions, queries
from lms.cohorts.actions import CohortEdit, CohortFacts, Replacement
from lms.cohorts.models import CohortState
from lms.cohorts.rules import CohortRefusal
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from tests.factories import world

pytestmark = pytest.mark.db
DAY = dt.timedelta(days=1)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=3)


def last_entry():
    return db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()


def create(**more):
    facts = {
        "name": "Cohort 15",
        "slug": "cohort-15",
        "version_id": world.version_id(),
        "starts_on": clock.now().date() + 30 * DAY,
        "zone": "Asia/Kolkata",
    }
    with unit_of_work() as work:
        return actions.create_cohort(CohortFacts(**{**facts, **more}), actor=world.director(), now=work.now)


def test_a_cohort_begins_in_preparation_with_its_sections(session):
    made = create(sections=("A", "B"), breaks=(11, 20, 45))
    view = queries.by_id(made.id)
    assert (view.state, view.breaks) == (CohortState.PREPARING, (11, 20, 45))
    assert [section.name for section in queries.sections(made.id)] == ["A", "B"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"slug": "Bad"}, CohortRefusal.BAD_SLUG),
        ({"breaks": (1, 2, 3)}, CohortRefusal.BAD_BREAKS),
        ({"holiday_country": "ZZ"}, CohortRefusal.UNKNOWN_COUNTRY),
    ],
)
def test_what_is_refused_is_not_created(session, facts, reason):
    with pytest.raises(RuleViolation) as refused:
        create(**facts)
    assert refused.value.reason is reason
    assert not queries.slug_taken("cohort-15")


def test_a_cohort_in_preparation_is_hidden_from_its_learners(cohort):
    learner, teacher = world.learner(cohort), world.granted(Role.FACULTY, cohort)
    with unit_of_work() as work:
        actions.set_state(cohort.id, CohortState.PREPARING, actor=world.director(), now=work.now)
    with pytest.raises(NotFound):
        queries.cohort_visible_to(world.actor(learner), cohort.slug)
    assert queries.cohort_visible_to(world.actor(teacher), cohort.slug).id == cohort.id


def test_a_state_is_changed_once_and_not_over_somebody_elses_head(cohort):
    def close(seen=None):
        with unit_of_work() as work:
            actions.set_state(
                cohort.id,
                CohortState.CLOSED,
                seen=seen,
                reason="The year is over",
                actor=world.director(),
                now=work.now,
            )

    close(CohortState.OPEN)
    assert (last_entry().before, last_entry().reason) == ({"state": "open"}, "The year is over")
    with pytest.raises(RuleViolation, match="closed already"):
        close()
    with pytest.raises(Conflict):
        close(CohortState.OPEN)


def test_editing_says_what_changed(cohort):
    edit = CohortEdit(name=cohort.name, seats=40)
    version = cohort.outline_version
    with unit_of_work():
        actions.edit_cohort(cohort.id, edit, actor=world.director())
    assert (last_entry().before, last_entry().after) == (
        {"seats": 60},
        {"seats": 40},
    )
    assert queries.by_id(cohort.id).outline_version == version + 1
    with unit_of_work():
        actions.edit_cohort(cohort.id, edit, actor=world.director())
    assert queries.by_id(cohort.id).outline_version == version + 1, "nothing changed the second time"


def test_sections_have_names_of_their_own(cohort):
    other = world.cohort()
    with unit_of_work():
        added = actions.add_section(cohort.id, "B", actor=world.director())
        actions.rename_section(cohort.id, added.id, "Bangalore", actor=world.director())
    assert [section.name for section in queries.sections(cohort.id)] == ["A", "Bangalore"]
    with pytest.raises(RuleViolation), unit_of_work():
        actions.add_section(cohort.id, "bangalore", actor=world.director())
    with pytest.raises(RuleViolation), unit_of_work():
        actions.rename_section(cohort.id, added.id, "a", actor=world.director())
    foreign = queries.sections(other.id)[0].id
    with pytest.raises(RuleViolation) as refused, unit_of_work():
        actions.rename_section(cohort.id, foreign, "X", actor=world.director())
    assert refused.value.reason is CohortRefusal.NO_SECTION


def appoint(cohort, person, role, course=""):
    with unit_of_work() as work:
        return actions.appoint(
            cohort.id, person.id, role, course_key=course, actor=world.director(), now=work.now
        ).id


def test_a_role_lasts_as_long_as_the_last_task(cohort):
    person = world.person("Tara Teacher")
    core, data = (appoint(cohort, person, Role.FACULTY, course) for course in ("core", "data-ai"))
    for task, still in ((core, True), (data, False)):
        with unit_of_work() as work:
            actions.release(task, cohort_id=cohort.id, reason="Leaves", actor=world.director(), now=work.now)
        assert world.actor(person).has(Role.FACULTY, cohort.id) is still
    with pytest.raises(RuleViolation), unit_of_work() as work:
        actions.release(core, cohort_id=cohort.id, reason="", actor=world.director(), now=work.now)


def test_who_cannot_be_appointed(cohort):
    person, learner = world.person(), world.learner(cohort)
    appoint(cohort, person, Role.FACULTY)
    with pytest.raises(RuleViolation) as refused:
        appoint(cohort, person, Role.FACULTY)
    assert refused.value.reason is CohortRefusal.ALREADY_STAFF
    with pytest.raises(RuleViolation) as refused:
        appoint(cohort, learner, Role.FACULTY)
    assert refused.value.reason is CohortRefusal.IS_LEARNER


def test_a_task_of_another_cohort_is_not_ended_from_here(cohort):
    other = world.cohort()
    task = appoint(other, world.person(), Role.FACULTY)
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.release(task, cohort_id=cohort.id, reason="", actor=world.director(), now=work.now)
    assert refused.value.reason is CohortRefusal.NOT_STAFF


def replace(cohort, old, new, days=0):
    today = clock.now().astimezone(dt.UTC).date()
    wanted = Replacement(
        old_person_id=old.id, new_person_id=new.id, from_day=today + days * DAY, reason="On leave"
    )
    with unit_of_work() as work:
        return actions.replace_staff(cohort.id, wanted, actor=world.director(), now=work.now)


def test_one_takes_over_all_tasks_of_another_at_once(session):
    cohort = world.cohort(weeks_in=3, zone="UTC")
    old, new = world.person("Olga Old"), world.person("Nina New")
    appoint(cohort, old, Role.FACULTY, "core")
    appoint(cohort, old, Role.MARKER)
    assert replace(cohort, old, new) == 2
    assert {(line.name, line.role, line.course_key) for line in queries.staff(cohort.id)} == {
        ("Nina New", Role.FACULTY, "core"),
        ("Nina New", Role.MARKER, ""),
    }
    assert not world.actor(old).has(Role.FACULTY, cohort.id)
    with pytest.raises(RuleViolation) as refused:
        replace(cohort, old, new)
    assert refused.value.reason is CohortRefusal.NO_TASKS


def test_from_a_day_ahead_both_work_until_it_comes(session):
    cohort = world.cohort(weeks_in=3, zone="UTC")
    old, new = world.person("Olga Old"), world.person("Nina New")
    appoint(cohort, old, Role.FACULTY)
    replace(cohort, old, new, days=5)
    assert [line.name for line in queries.staff(cohort.id)] == ["Olga Old"]
    assert world.actor(old).has(Role.FACULTY, cohort.id)
    assert not world.actor(new).has(Role.FACULTY, cohort.id)
    with clock.at(clock.now() + 6 * DAY):
        assert [line.name for line in queries.staff(cohort.id)] == ["Nina New"]
        assert not world.actor(old).has(Role.FACULTY, cohort.id)
        assert world.actor(new).has(Role.FACULTY, cohort.id)


def test_why_nobody_takes_over(session):
    cohort = world.cohort(weeks_in=3, zone="UTC")
    old, learner = world.person(), world.learner(cohort)
    appoint(cohort, old, Role.FACULTY)
    for new, days, reason in (
        (old, 0, CohortRefusal.SAME_PERSON),
        (learner, 0, CohortRefusal.IS_LEARNER),
        (world.person(), -1, CohortRefusal.DAY_PASSED),
    ):
        with pytest.raises(RuleViolation) as refused:
            replace(cohort, old, new, days)
        assert refused.value.reason is reason


def test_people_are_found_by_name_and_address_when_they_have_an_account(session):
    found = world.person("Zoë Müller", email="zm@example.org")
    world.person("Zoë Without", account=False)
    for words in ("zoe", "MÜLLER", "zm@ex"):
        assert [line.id for line in queries.find_persons(words)] == [found.id]
    assert queries.find_persons("z") == queries.find_persons("%") == queries.find_persons("zo%") == []
    assert [line.id for line in queries.persons([found.public_id, "unknown"])] == [found.id]
