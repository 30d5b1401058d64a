"""What granting does to a place: another section, a leave."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from lms.cohorts import queries as cohorts
from lms.core.errors import RuleViolation
from lms.enrolment import actions as enrolment
from lms.enrolment import queries as places
from lms.enrolment.rules import PlaceState
from lms.people.rules import Actor
from lms.requests.ports import Asking, Deciding, Done, Fact, Offer
from lms.requests.rules import RequestRefusal


def offer_section(asking: Asking) -> Offer:
    """The sections that somebody could move to."""
    here = places.section_of(asking.place_id)
    names = [(one.id, one.name) for one in cohorts.sections(asking.cohort_id)]
    others = tuple((name, f"Section {name}") for section_id, name in names if section_id != here)
    mine = next((name for section_id, name in names if section_id == here), "none")
    return Offer(
        facts=(Fact("Your section", mine),),
        choices=others,
        why_not="" if others else "This cohort has no other section that you could move to.",
    )


def grant_section(deciding: Deciding, actor: Actor, now: dt.datetime) -> Done:
    """Let the learner sit in the section they asked for, or the one they are given."""
    wanted = deciding.given.choice or deciding.wanted.choice
    section = next((one for one in cohorts.sections(deciding.cohort_id) if one.name == wanted), None)
    if section is None:
        raise RuleViolation(RequestRefusal.NO_CHOICE)
    enrolment.change_section(deciding.place_id, section.id, reason=deciding.reason, actor=actor, now=now)
    return Done((Fact("New section", section.name),), partly=wanted != deciding.wanted.choice, told=True)


def grant_leave(deciding: Deciding, actor: Actor, now: dt.datetime) -> Done:
    """Put the place on leave for the days that are given; a day ahead is planned and comes about by itself."""
    given, asked = deciding.given, deciding.wanted
    first = given.from_on or asked.from_on
    if first is None:
        raise RuleViolation(RequestRefusal.NO_DAYS)
    back = given.back_on
    enrolment.change_state(
        deciding.place_id,
        PlaceState.ON_LEAVE,
        reason=deciding.reason,
        effective_on=first,
        back_on=back,
        actor=actor,
        now=now,
    )
    today = now.astimezone(ZoneInfo(cohorts.by_id(deciding.cohort_id).zone)).date()
    facts = (Fact("On leave from", _day(first)), *((Fact("Back on", _day(back)),) if back else ()))
    shorter = back is not None and (asked.back_on is None or back < asked.back_on)
    return Done(facts, partly=shorter or first != asked.from_on, told=first <= today)


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
