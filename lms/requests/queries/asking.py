"""What is known before somebody asks: the facts that are filled in, the promise, what can be named."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from lms.cohorts.queries import CohortView
from lms.cohorts.rules import holidays_of
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.enrolment.queries import MyPlace
from lms.requests import ports, rules
from lms.requests.ports import Asking, Choices, Fact, Kind, Offer, Subject
from lms.scheduling import queries as scheduling

AHEAD = dt.timedelta(days=70)
"""So far holidays are looked for when a promise is worked out."""


def kind_of(key: str) -> Kind:
    """The kind with this key; of one that is registered no more, its words."""
    return ports.kind(key) or Kind(
        key=key, title=key.replace("-", " ").capitalize(), ask="Ask", about="", icon="inbox"
    )


def offered(key: str) -> Kind:
    """A kind that can be asked for; NotFound where there is none."""
    found = ports.kind(key)
    if found is None:
        raise NotFound
    return found


def asking_of(me: MyPlace, about: str, now: dt.datetime) -> Asking:
    """The learner who is about to ask."""
    return Asking(me.cohort.id, me.place_id, me.person_id, about, now)


def line_of(cohort: CohortView, about: str) -> ActivityLine | None:
    """The activity that is named; NotFound when the programme has no such."""
    if not about:
        return None
    line = curriculum.outline(cohort.version_id).by_key.get(about)
    if line is None:
        raise NotFound
    return line


def named(line: ActivityLine) -> str:
    """“B-1 The memo”."""
    return f"{line.code} {line.title}".strip()


def offer(kind: Kind, me: MyPlace, about: str, now: dt.datetime) -> Offer:
    """What the kind knows before anything was written: a title, and facts that everybody can check."""
    line = line_of(me.cohort, about)
    if kind.subject is not Subject.NOTHING and line is None:
        raise NotFound
    made = kind.offer(asking_of(me, about, now)) if kind.offer else Offer()
    title = made.title or (f"{kind.title}: {named(line)}" if line else kind.title)
    facts = made.facts
    if line and kind.offer is None:
        item = scheduling.item(me.cohort.id, about)
        facts = (Fact("About", named(line)), *((Fact("Date", at=item.ends_at),) if item else ()))
    teams = tuple(Fact(f"{each.value.capitalize()} team", name) for each, _id, name in me.teams)
    return replace(made, title=title, facts=(*facts, *teams))


def subjects(kind: Kind, me: MyPlace, now: dt.datetime) -> Choices:
    """What could be named in a request of this kind."""
    return kind.subjects(asking_of(me, "", now)) if kind.subjects else ()


def days_off(cohort: CohortView, now: dt.datetime) -> frozenset[dt.date]:
    """The public holidays of the cohort's place that a promise steps around."""
    today = now.astimezone(ZoneInfo(cohort.zone)).date()
    found = holidays_of(cohort.holiday_country, cohort.holiday_subdivision, today, today + AHEAD)
    return frozenset(each.on for each in found)


def promise(cohort: CohortView, kind: Kind, now: dt.datetime) -> dt.datetime:
    """By when a request of this kind is answered that is asked now."""
    hours = curriculum.outline(cohort.version_id).policies.requests.answer_hours
    return rules.promised(
        now, hours.get(kind.policy or kind.key, rules.USUAL_HOURS), cohort.zone, days_off(cohort, now)
    )
