"""Speakers: by their link, as staff follow them, as learners read them; what a brief tells of a cohort."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE
from lms.enrolment.rules.teams import function_of
from lms.live import rules
from lms.live.models import LiveSession, Speaker, SpeakerConsent, SpeakerFile, SpeakerSlot
from lms.live.policy import can_edit
from lms.live.queries.sessions import SessionView, by_id, session_visible_to
from lms.live.rules.speakers import Artefact, SpeakerState
from lms.people.models import Person
from lms.people.queries import token_hash
from lms.people.rules import Actor

FEWEST = 3
"""Groups smaller than this are not named in a brief."""


@dataclass(frozen=True, slots=True)
class SlidesView:
    """A file of slides."""

    public_id: str
    name: str
    content_type: str
    size: int
    sha256: str
    at: dt.datetime


@dataclass(frozen=True)
class SpeakerView:
    """A speaker with everything that they said and brought."""

    session: SessionView
    id: int
    public_id: str
    person_id: int
    name: str
    email: str
    zone: str
    backup: bool
    state: SpeakerState
    line: str
    invited_at: dt.datetime
    answered_at: dt.datetime | None
    slot_starts_at: dt.datetime | None
    wish: str
    bio: str
    photo_id: int | None
    conflict: str
    conflict_at: dt.datetime | None
    notes: str
    cancelled_for: str
    link_hash: str | None
    link_issued_at: dt.datetime
    link_expires_at: dt.datetime
    slots: tuple[tuple[str, dt.datetime], ...] = ()
    consents: dict[Artefact, bool] | None = None
    slides: tuple[SlidesView, ...] = ()

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.session.cohort_id

    @property
    def first_name(self) -> str:
        """What one calls them in a sentence."""
        return self.name.split()[0] if self.name.split() else self.name

    @property
    def stands_in(self) -> bool:
        """Whether they are the one who speaks."""
        return self.state is SpeakerState.CONFIRMED and not self.backup

    def link_opens(self, now: dt.datetime) -> bool:
        """Whether the link is good now."""
        return self.link_hash is not None and now < self.link_expires_at

    def agrees(self, artefact: Artefact) -> bool:
        """Whether they said yes to it, and not no since."""
        return rules.may_show(artefact, self.consents or {})

    @property
    def moved_from_session(self) -> bool:
        """Whether the time they confirmed is not when the session is."""
        return self.slot_starts_at is not None and self.slot_starts_at != self.session.starts_at


_COLUMNS = (
    Speaker.id,
    Speaker.public_id,
    Speaker.person_id,
    Person.name,
    sa.func.coalesce(Person.email, "").label("email"),
    Person.zone,
    Speaker.backup,
    Speaker.state,
    Speaker.line,
    Speaker.invited_at,
    Speaker.answered_at,
    Speaker.slot_starts_at,
    Speaker.wish,
    Speaker.bio,
    Speaker.photo_id,
    Speaker.conflict,
    Speaker.conflict_at,
    Speaker.notes,
    Speaker.cancelled_for,
    Speaker.link_hash,
    Speaker.link_issued_at,
    Speaker.link_expires_at,
)


def _read(session: SessionView, *where: Any) -> list[SpeakerView]:
    """The speakers of a session. Four statements, whatever the number."""
    rows = db.session.execute(
        sa.select(*_COLUMNS)
        .join(Person, Person.id == Speaker.person_id)
        .where(Speaker.session_id == session.id, *where)
        .order_by(Speaker.backup, Speaker.id)
    ).all()
    ids = [row.id for row in rows]
    slots = db.session.execute(
        sa.select(SpeakerSlot.speaker_id, SpeakerSlot.public_id, SpeakerSlot.starts_at)
        .where(SpeakerSlot.speaker_id.in_(ids))
        .order_by(SpeakerSlot.starts_at)
    ).all()
    said = db.session.execute(
        sa.select(SpeakerConsent.speaker_id, SpeakerConsent.artefact, SpeakerConsent.given)
        .where(SpeakerConsent.speaker_id.in_(ids))
        .order_by(SpeakerConsent.id)
    ).all()
    files = db.session.execute(
        sa.select(
            SpeakerFile.speaker_id,
            SpeakerFile.public_id,
            StoredFile.name,
            StoredFile.content_type,
            StoredFile.size,
            StoredFile.sha256,
            SpeakerFile.at,
        )
        .join(StoredFile, StoredFile.id == SpeakerFile.file_id)
        .where(SpeakerFile.speaker_id.in_(ids), SpeakerFile.removed_at.is_(None))
        .order_by(SpeakerFile.id)
    ).all()
    return [
        SpeakerView(
            session=session,
            **row._asdict(),
            slots=tuple((one.public_id, one.starts_at) for one in slots if one.speaker_id == row.id),
            consents={one.artefact: one.given for one in said if one.speaker_id == row.id},
            slides=tuple(
                SlidesView(one.public_id, one.name, one.content_type, one.size, one.sha256, one.at)
                for one in files
                if one.speaker_id == row.id
            ),
        )
        for row in rows
    ]


def speakers(session: SessionView) -> list[SpeakerView]:
    """Everybody who was asked to speak, the main speaker first. Four statements."""
    return _read(session)


def speaker(speaker_id: int) -> SpeakerView:
    """One speaker, for those who have the id already."""
    session_id = db.session.scalar(sa.select(Speaker.session_id).where(Speaker.id == speaker_id))
    if session_id is None:
        raise NotFound
    return _read(by_id(session_id), Speaker.id == speaker_id)[0]


def speaker_by_token(token: str) -> SpeakerView | None:
    """The speaker whose link this is, whether it still opens or not; None where it never was one in force."""
    found = db.session.scalar(sa.select(Speaker.id).where(Speaker.link_hash == token_hash(token)))
    return speaker(found) if found is not None else None


def speaker_visible_to(actor: Actor, slug: str, key: str, speaker: str) -> SpeakerView:
    """A speaker of a session of this cohort, for staff."""
    session = session_visible_to(actor, slug, key)
    found = _read(session, Speaker.public_id == speaker)
    if not found:
        raise NotFound
    return found[0]


@dataclass(frozen=True, slots=True)
class SessionFile:
    """A file of a session that somebody may take."""

    session: SessionView
    file: SlidesView

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.session.cohort_id


def slides_visible_to(actor: Actor, slug: str, key: str, file: str) -> SessionFile:
    """Slides of a session: staff see them as soon as they are there, the cohort while the speaker says yes."""
    session = session_visible_to(actor, slug, key)
    for one in speakers(session):
        for slides in one.slides:
            if slides.public_id == file:
                shown = one.stands_in and one.agrees(Artefact.SLIDES)
                if shown or can_edit(actor, session):
                    return SessionFile(session, slides)
    raise NotFound


def released_slides(session: SessionView) -> list[SlidesView]:
    """The slides that the cohort may have now."""
    return [
        slides
        for one in speakers(session)
        if one.stands_in and one.agrees(Artefact.SLIDES)
        for slides in one.slides
    ]


def photo_visible_to(actor: Actor, slug: str, key: str, speaker: str) -> SpeakerView:
    """A speaker with their photo: staff see it as soon as it is there, the cohort while they say yes and speak."""
    found = speaker_visible_to(actor, slug, key, speaker)
    shown = found.stands_in and found.agrees(Artefact.PHOTO)
    if found.photo_id is None or not (shown or can_edit(actor, found.session)):
        raise NotFound
    return found


def photo_of_speaker(found: SpeakerView) -> StoredFile:
    """The photo a speaker brought."""
    if found.photo_id is None:
        raise NotFound
    return db.session.get_one(StoredFile, found.photo_id)


def confirmed_within(since: dt.datetime, until: dt.datetime) -> list[SpeakerView]:
    """The confirmed speakers of sessions in a window that takes place: for reminders and thanks."""
    from lms.scheduling.models import ItemState, ScheduledItem

    ids = db.session.scalars(
        sa.select(Speaker.id)
        .join(LiveSession, LiveSession.id == Speaker.session_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(
            Speaker.state == SpeakerState.CONFIRMED,
            Speaker.backup.is_(False),
            ScheduledItem.state == ItemState.PLANNED,
            ScheduledItem.starts_at.between(since, until),
        )
        .order_by(Speaker.id)
    ).all()
    return [speaker(one) for one in ids]


@dataclass(frozen=True, slots=True)
class Profile:
    """A cohort in figures: nobody is named, and no group smaller than three is told apart."""

    learners: int
    functions: tuple[tuple[str, int], ...]
    zones: tuple[tuple[str, int], ...]
    employers: int
    largest: int
    """The most who share an employer; 0 where no employer has three."""


def profile_of(cohort_id: int) -> Profile:
    """The profile of a cohort for whoever comes to speak. One statement."""
    rows = db.session.execute(
        sa.select(Person.job_title, Person.zone, Person.employer)
        .join(Place, Place.person_id == Person.id)
        .where(Place.cohort_id == cohort_id, Place.state.in_(ACTIVE))
    ).all()
    employers = Counter(row.employer.strip().lower() for row in rows if row.employer.strip())
    largest = max(employers.values(), default=0)
    return Profile(
        learners=len(rows),
        functions=_groups(Counter(function_of(row.job_title) or "other work" for row in rows), "other work"),
        zones=_groups(Counter(row.zone.rpartition("/")[2].replace("_", " ") for row in rows), "elsewhere"),
        employers=len(employers),
        largest=largest if largest >= FEWEST else 0,
    )


def _groups(counts: Counter[str], rest: str) -> tuple[tuple[str, int], ...]:
    """The groups that are large enough, largest first; all others together, if together they are."""
    named = [(name, count) for name, count in counts.items() if count >= FEWEST and name != rest]
    others = sum(counts.values()) - sum(count for _name, count in named)
    found = sorted(named, key=lambda pair: (-pair[1], pair[0]))
    return (*found, *(((rest, others),) if others >= FEWEST else ()))
