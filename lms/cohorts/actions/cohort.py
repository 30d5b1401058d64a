"""Creating, editing, opening and closing a cohort; its sections."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries, rules
from lms.cohorts.events import CohortCreated, CohortStateChanged
from lms.cohorts.models import Cohort, CohortState, Section
from lms.cohorts.rules import CohortCalendar, CohortRefusal
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.people.rules import Actor


@dataclass(frozen=True, kw_only=True)
class CohortFacts:
    """What a coordinator says of a new cohort."""

    name: str
    slug: str
    version_id: int
    starts_on: dt.date
    zone: str
    holiday_country: str = ""
    holiday_subdivision: str = ""
    breaks: tuple[int, ...] = ()
    """Calendar weeks; empty: as the programme plans them."""
    sections: tuple[str, ...] = ("A",)
    seats: int = 60


def create_cohort(facts: CohortFacts, *, actor: Actor, now: dt.datetime) -> Cohort:
    """Create a cohort in preparation; its schedule is built in the same transaction.

    Raises RuleViolation when the facts are refused.
    """
    frame = curriculum.outline(facts.version_id).frame
    breaks = sorted(facts.breaks or frame.breaks)
    taken = db.session.scalar(sa.select(Cohort.id).where(Cohort.slug == facts.slug)) is not None
    refusal = rules.why_not_create(
        slug=facts.slug,
        taken=taken,
        zone=facts.zone,
        starts_on=facts.starts_on,
        today=now.date(),
        breaks=breaks,
        planned=len(frame.breaks),
        weeks=frame.weeks,
    )
    refusal = refusal or rules.why_not_holidays(facts.holiday_country, facts.holiday_subdivision)
    if refusal:
        raise RuleViolation(refusal[0], **refusal[1])
    cohort = Cohort(
        slug=facts.slug,
        name=facts.name,
        version_id=facts.version_id,
        starts_on=facts.starts_on,
        zone=facts.zone,
        holiday_country=facts.holiday_country,
        holiday_subdivision=facts.holiday_subdivision,
        breaks=breaks,
        seats=facts.seats,
        created_at=now,
    )
    db.session.add(cohort)
    db.session.flush()
    for position, name in enumerate(facts.sections, start=1):
        db.session.add(Section(cohort_id=cohort.id, name=name, position=position))
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="cohorts.create",
            subject="cohort",
            subject_id=cohort.id,
            cohort_id=cohort.id,
            after={"name": facts.name, "starts_on": facts.starts_on, "zone": facts.zone, "breaks": breaks},
        )
    )
    events.record(CohortCreated(cohort_id=cohort.id, actor_id=actor.person_id, at=now))
    return cohort


def set_state(
    cohort_id: int,
    state: CohortState,
    *,
    seen: CohortState | None = None,
    reason: str = "",
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Open, close or reopen a cohort.

    `seen` is the state that the actor saw when they decided.
    Raises RuleViolation when it is in that state already, Conflict when somebody changed it meanwhile.
    """
    cohort = _locked(cohort_id)
    before = cohort.state
    if seen is not None and seen is not before:
        raise Conflict(CohortRefusal.STATE_CHANGED, before, state=before.value)
    if before is state:
        raise RuleViolation(CohortRefusal.STATE_SAME, state=state.value)
    cohort.state = state
    touch(cohort_id)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="cohorts.set_state",
            subject="cohort",
            subject_id=cohort_id,
            cohort_id=cohort_id,
            before={"state": before.value},
            after={"state": state.value},
            reason=reason,
        )
    )
    events.record(
        CohortStateChanged(
            cohort_id=cohort_id, before=before.value, state=state.value, actor_id=actor.person_id, at=now
        )
    )


@dataclass(frozen=True, kw_only=True)
class CohortEdit:
    """What may be changed of a cohort without touching its dates."""

    name: str
    seats: int


def edit_cohort(cohort_id: int, edit: CohortEdit, *, actor: Actor) -> None:
    """Change name and seats. Fewer seats than people enrolled removes nobody.

    Raises RuleViolation when the cohort is closed.
    """
    cohort = _locked(cohort_id)
    if cohort.state is CohortState.CLOSED:
        raise RuleViolation(CohortRefusal.CLOSED)
    wanted = dataclasses.asdict(edit)
    before = {name: getattr(cohort, name) for name in wanted}
    if before == wanted:
        return
    for name, value in wanted.items():
        setattr(cohort, name, value)
    touch(cohort_id)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="cohorts.edit",
            subject="cohort",
            subject_id=cohort_id,
            cohort_id=cohort_id,
            before={name: value for name, value in before.items() if value != wanted[name]},
            after={name: value for name, value in wanted.items() if value != before[name]},
        )
    )


def set_calendar(cohort_id: int, calendar: CohortCalendar, *, reason: str, actor: Actor) -> None:
    """Write what a cohort's dates are reckoned by. Its dates are the schedule's: `scheduling.publish` calls this.

    Raises RuleViolation when the cohort is closed.
    """
    cohort = _locked(cohort_id)
    if cohort.state is CohortState.CLOSED:
        raise RuleViolation(CohortRefusal.CLOSED)
    wanted = {**dataclasses.asdict(calendar), "breaks": list(calendar.breaks)}
    before = {name: getattr(cohort, name) for name in wanted}
    for name, value in wanted.items():
        setattr(cohort, name, value)
    db.session.flush()
    touch(cohort_id)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="cohorts.set_calendar",
            subject="cohort",
            subject_id=cohort_id,
            cohort_id=cohort_id,
            before={name: value for name, value in before.items() if value != wanted[name]},
            after={name: value for name, value in wanted.items() if value != before[name]},
            reason=reason,
        )
    )


def add_section(cohort_id: int, name: str, *, actor: Actor) -> Section:
    """Add a section to a cohort.

    Raises RuleViolation when there is one of this name.
    """
    _locked(cohort_id)
    known = queries.sections(cohort_id)
    if any(section.name.casefold() == name.casefold() for section in known):
        raise RuleViolation(CohortRefusal.SECTION_TAKEN, name=name)
    last = max((each.position for each in known), default=0)
    section = Section(cohort_id=cohort_id, name=name, position=last + 1)
    db.session.add(section)
    db.session.flush()
    touch(cohort_id)
    _tell_section(section, "cohorts.add_section", actor, before={}, after={"name": name})
    return section


def rename_section(cohort_id: int, section_id: int, name: str, *, actor: Actor) -> None:
    """Give a section of the cohort another name.

    Raises RuleViolation when there is no such section, or another one has the name.
    """
    _locked(cohort_id)
    known = {section.id: section for section in queries.sections(cohort_id)}
    if section_id not in known:
        raise RuleViolation(CohortRefusal.NO_SECTION)
    if any(each.name.casefold() == name.casefold() for each in known.values() if each.id != section_id):
        raise RuleViolation(CohortRefusal.SECTION_TAKEN, name=name)
    section = known[section_id]
    before, section.name = section.name, name
    if before != name:
        touch(cohort_id)
        _tell_section(section, "cohorts.rename_section", actor, before={"name": before}, after={"name": name})


def remove_section(section_id: int, *, cohort_id: int, actor: Actor) -> None:
    """Remove a section on which nothing stands any more: `scheduling.remove_section` has looked."""
    section: Section | None = locked(Section, section_id)
    if section is None or section.cohort_id != cohort_id:
        raise RuleViolation(CohortRefusal.NO_SECTION)
    db.session.delete(section)
    db.session.flush()
    touch(cohort_id)
    _tell_section(section, "cohorts.remove_section", actor, before={"name": section.name}, after={})


def _tell_section(
    section: Section, action: str, actor: Actor, *, before: dict[str, str], after: dict[str, str]
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="section",
            subject_id=section.id,
            cohort_id=section.cohort_id,
            before=before,
            after=after,
        )
    )


def _locked(cohort_id: int) -> Cohort:
    cohort: Cohort | None = locked(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    return cohort


def touch(cohort_id: int) -> None:
    """Something changed that all members see alike: what was cached of it is void."""
    db.session.execute(
        sa.update(Cohort).where(Cohort.id == cohort_id).values(outline_version=Cohort.outline_version + 1)
    )
