"""Changing many places and persons at once: what rows of a list ask for, and what undoing one puts back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.enrolment.actions.story import Changed, Telling, announce, tell
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceEventKind
from lms.enrolment.rules.learners import PROFILE, differences
from lms.enrolment.rules.plan import KnownPerson, KnownPlace, Wanted
from lms.people.actions import bulk
from lms.people.rules import Actor


@dataclass
class PlaceEdit:
    """One place as it is and as it is to be."""

    person_id: int
    known: KnownPlace
    section_id: int | None
    external_id: str
    joined_on: dt.date

    @classmethod
    def of(cls, person: KnownPerson, place: KnownPlace) -> PlaceEdit:
        """An edit that changes nothing yet."""
        return cls(person.person_id, place, place.section_id, place.external_id, place.joined_on)

    @property
    def changes(self) -> bool:
        """Whether anything is to be otherwise."""
        now = (self.section_id, self.external_id, self.joined_on)
        return now != (self.known.section_id, self.known.external_id, self.known.joined_on)


@dataclass
class Edits:
    """What is to be changed; teams are seated elsewhere."""

    places: list[PlaceEdit] = field(default_factory=list)
    facts: dict[int, dict[str, str]] = field(default_factory=dict)
    sections: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Wanted], sections: Mapping[int, str]) -> Edits:
        """What rows that change somebody ask for."""
        rows = list(rows)
        edits = cls.of_persons(rows)
        edits.sections = sections
        for row in rows:
            if row.person and row.person.place:
                edit = PlaceEdit.of(row.person, row.person.place)
                edit.section_id = row.section_id or edit.section_id
                edit.external_id = edit.external_id or row.external_id
                edit.joined_on = row.joined_on or edit.joined_on
                edits.places.append(edit)
        return edits

    @classmethod
    def of_persons(cls, rows: Iterable[Wanted]) -> Edits:
        """What rows say otherwise of persons whose profile is not theirs alone yet."""
        facts = {}
        for row in rows:
            if row.person and not row.person.theirs:
                said = {
                    PROFILE[change.what]: change.after for change in differences(row.person.facts, row.facts)
                }
                if said:
                    facts[row.person.person_id] = said
        return cls(facts=facts)


def apply_edits(
    cohort_id: int, edits: Edits, *, reason: str, details: dict[str, Any], actor: Actor, now: dt.datetime
) -> None:
    """Change places and persons: one statement for each kind of change, and a sentence in each story."""
    if edits.facts:
        bulk.change_people(edits.facts, actor=actor, reason=reason)
    places = [edit for edit in edits.places if edit.changes]
    if not places:
        return
    db.session.execute(
        sa.update(Place),
        [
            {
                "id": edit.known.place_id,
                "section_id": edit.section_id,
                "external_id": edit.external_id or None,
                "joined_on": edit.joined_on,
            }
            for edit in places
        ],
    )
    tellings = [
        telling
        for edit in places
        for telling in _tellings(cohort_id, edit, edits.sections, reason, details, now)
    ]
    tell(tellings, actor=actor, now=now)
    states = dict(
        db.session.execute(sa.select(Place.id, Place.state).where(Place.cohort_id == cohort_id)).all()
    )
    changed = [Changed(edit.known.place_id, edit.person_id, states[edit.known.place_id]) for edit in places]
    announce(cohort_id, changed, actor=actor, now=now)


def _tellings(
    cohort_id: int,
    edit: PlaceEdit,
    sections: Mapping[int, str],
    reason: str,
    details: dict[str, Any],
    now: dt.datetime,
) -> Iterable[Telling]:
    known = edit.known

    def telling(kind: PlaceEventKind, on: dt.date, before: str, after: str) -> Telling:
        return Telling(
            place_id=known.place_id,
            cohort_id=cohort_id,
            kind=kind,
            on=on,
            reason=reason,
            details={**details, "from": before, "to": after},
        )

    if edit.section_id != known.section_id:
        before = sections.get(known.section_id or 0, "")
        after = sections.get(edit.section_id or 0, "")
        yield telling(PlaceEventKind.SECTION_CHANGED, now.date(), before, after)
    if edit.joined_on != known.joined_on:
        yield telling(
            PlaceEventKind.JOIN_DATE_CHANGED, edit.joined_on, str(known.joined_on), str(edit.joined_on)
        )
