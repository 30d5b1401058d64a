"""Who of a cohort may be written to, and whom an audience means."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.community import ports, rules
from lms.community.queries.merging import SESSIONS
from lms.community.rules import Audience, AudienceKind, Listener, Names, Stands
from lms.completion import queries as completion
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.enrolment import queries as enrolment
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.people.models import Person


def listeners(cohort_id: int) -> list[Listener]:
    """Everybody of a cohort who may be written to, learners and staff. Two statements."""
    learners = [
        Listener(
            person_id=one.person_id,
            name=one.name,
            sort_name=one.sort_name,
            place_id=one.place_id,
            section_id=one.section_id,
            note="on leave" if one.state is PlaceState.ON_LEAVE else "",
            team_ids=tuple(team for team in (one.working_team_id, one.capstone_team_id) if team is not None),
        )
        for one in enrolment.roster(cohort_id)
    ]
    staff: dict[int, Listener] = {}
    for line in cohorts.staff(cohort_id):
        known = staff.get(line.person_id)
        notes = [*(known.note.split(", ") if known else []), line.role.value]
        staff[line.person_id] = Listener(
            person_id=line.person_id,
            name=line.name,
            sort_name=line.name.lower(),
            note=", ".join(dict.fromkeys(notes)),
            roles=(*(known.roles if known else ()), line.role.value),
        )
    return [*learners, *staff.values()]


def listeners_of(cohort_id: int, audience: Audience, author_id: int) -> list[Listener]:
    """Who would get an announcement now, by name."""
    return rules.chosen(
        audience, listeners(cohort_id), author_id=author_id, meant=_meant(cohort_id, audience)
    )


def _meant(cohort_id: int, audience: Audience) -> frozenset[int]:
    """The places that stand so, or are not done with an activity; empty where the audience asks for neither."""
    if audience.kind is AudienceKind.NOT_DONE:
        cohort = cohorts.by_id(cohort_id)
        line = curriculum.outline(cohort.version_id).by_key.get(audience.key)
        if line is None:
            return frozenset()
        places = [one.place_id for one in enrolment.roster(cohort_id, (PlaceState.ENROLLED,))]
        done = completion.done_of(places)
        return frozenset(place for place in places if line.id not in done.get(place, ()))
    if audience.kind is not AudienceKind.STANDING:
        return frozenset()
    if audience.key == Stands.ON_LEAVE.value:
        return frozenset(one.place_id for one in enrolment.roster(cohort_id, (PlaceState.ON_LEAVE,)))
    stands = ports.standing_in(cohort_id)
    which = 0 if audience.key == Stands.AT_RISK.value else 1
    return frozenset(place for place, counts in stands.items() if counts[which])


def places_named(cohort_id: int, public_ids: Collection[str]) -> tuple[int, ...]:
    """The places of a cohort that public ids name, be they of the place or of its person."""
    rows = db.session.scalars(
        sa.select(Place.id)
        .join(Person, Person.id == Place.person_id)
        .where(
            Place.cohort_id == cohort_id,
            sa.or_(Place.public_id.in_(public_ids), Person.public_id.in_(public_ids)),
        )
        .order_by(Place.id)
    )
    return tuple(rows)


def audience_in_words(cohort_id: int, audience: Audience) -> str:
    """An audience in words; a statement where it names sections or teams."""
    sections: dict[int, str] = {}
    named: dict[int, str] = {}
    activities: dict[str, str] = {}
    if audience.kind is AudienceKind.SECTION:
        sections = {section.id: section.name for section in cohorts.sections(cohort_id)}
    elif audience.kind is AudienceKind.TEAM:
        named = teams_of(cohort_id)
    elif audience.kind is AudienceKind.NOT_DONE:
        activities = activities_of(cohort_id)
    return rules.audience_words(audience, Names(sections, named, activities))


def teams_of(cohort_id: int) -> dict[int, str]:
    """The teams of a cohort that have somebody in them, by name. One statement."""
    found = {
        team_id: name
        for one in enrolment.roster(cohort_id)
        for team_id, name in (
            (one.working_team_id, one.working_team),
            (one.capstone_team_id, one.capstone_team),
        )
        if team_id is not None
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1].lower()))


def activities_of(cohort_id: int) -> dict[str, str]:
    """The activities of a cohort's programme that one is done with by oneself: key → title."""
    outline = curriculum.outline(cohorts.by_id(cohort_id).version_id)
    return {
        line.key: f"{line.code} {line.title}".strip()
        for line in outline.activities.values()
        if line.code and line.kind.value not in SESSIONS
    }
