"""Speakers: asked by a signed link, answering without an account, replaced in one act when they cannot come."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from lms.cohorts import actions as cohort_actions
from lms.core import audit, events, files, outbox
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.live import queries, rules
from lms.live.actions.consents import follow_consents
from lms.live.events import SpeakerAnswered, SpeakerCancelled, SpeakerChanged
from lms.live.models import LiveSession, Speaker, SpeakerFile, SpeakerSlot
from lms.live.queries import SpeakerView
from lms.live.rules.speakers import (
    MOST_SLOTS,
    PHOTO,
    PHOTO_MB,
    SLIDES,
    SLIDES_MB,
    SpeakerRefusal,
    SpeakerState,
)
from lms.people import actions as people
from lms.people import queries as people_queries
from lms.people.models import Person
from lms.people.rules import Actor, clean, why_not_email
from lms.people.rules.photos import without_metadata

_secret: dict[str, bytes] = {}


def sign_speaker_links_with(key: str) -> None:
    """Say which secret of the installation the words in speakers' links are made with; their purpose is part of it."""
    _secret["key"] = hashlib.sha256(f"speaker link:{key}".encode()).digest()


def speaker_token(speaker_id: int, issued_at: dt.datetime) -> str:
    """The secret word of a link: made again when a letter is written, so that it is stored nowhere."""
    facts = f"{speaker_id}:{issued_at.astimezone(dt.UTC).isoformat(timespec='microseconds')}"
    digest = hmac.digest(_secret["key"], facts.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Whom staff ask to speak, and when."""

    name: str
    email: str
    zone: str = "UTC"
    line: str = ""
    backup: bool = False
    slots: Sequence[dt.datetime] = ()


def ask_speaker(session_id: int, asking: Asking, *, actor: Actor, now: dt.datetime) -> Speaker:
    """Ask somebody to speak: they get a letter with a link that needs no account."""
    if why_not_email(asking.email) or not clean(asking.name):
        raise RuleViolation(SpeakerRefusal.NO_ADDRESS)
    slots = sorted(set(asking.slots))
    if not 1 <= len(slots) <= MOST_SLOTS or slots[0] <= now:
        raise RuleViolation(SpeakerRefusal.NO_SLOTS)
    if locked(LiveSession, session_id) is None:
        raise NotFound
    session = queries.by_id(session_id)
    facts = people.PersonFacts(name=asking.name, email=asking.email, zone=asking.zone)
    person = people.add_person(facts, actor=actor, now=now)
    if any(one.person_id == person.id for one in queries.speakers(session)):
        raise RuleViolation(SpeakerRefusal.ASKED_ALREADY)
    speaker = Speaker(
        session_id=session_id,
        person_id=person.id,
        backup=asking.backup,
        state=SpeakerState.ASKED,
        line=clean(asking.line)[:160],
        invited_at=now,
        invited_by_id=actor.person_id,
        link_issued_at=now,
        link_expires_at=rules.link_until(session.ends_at, now),
    )
    db.session.add(speaker)
    db.session.flush()
    db.session.add_all(SpeakerSlot(speaker_id=speaker.id, starts_at=at) for at in slots)
    db.session.flush()
    _record(actor.person_id, "live.ask_speaker", queries.speaker(speaker.id), {"backup": asking.backup})
    issue_link(speaker.id, actor=actor, now=now)
    return speaker


def issue_link(speaker_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Send a fresh link; the one before it opens nothing any more."""
    row = _locked(speaker_id)
    view = queries.speaker(speaker_id)
    row.link_issued_at, row.link_expires_at = now, rules.link_until(view.session.ends_at, now)
    row.link_hash = people_queries.token_hash(speaker_token(speaker_id, now))
    db.session.flush()
    _letter(speaker_id, "invitation", now.isoformat(), now=now)
    _record(actor.person_id, "live.issue_speaker_link", view)


def revoke_link(speaker_id: int, *, actor: Actor) -> None:
    """Make a speaker's link open nothing any more."""
    row = _locked(speaker_id)
    if row.link_hash is None:
        raise RuleViolation(SpeakerRefusal.LINK_OFF)
    row.link_hash = None
    db.session.flush()
    _record(actor.person_id, "live.revoke_speaker_link", queries.speaker(speaker_id))


def note_on_speaker(speaker_id: int, text: str, *, actor: Actor) -> None:
    """Keep what staff note about a speaker for themselves."""
    row = _locked(speaker_id)
    row.notes = text.strip()[:2000]
    db.session.flush()
    _record(actor.person_id, "live.note_on_speaker", queries.speaker(speaker_id))


def confirm_slot(speaker_id: int, slot: str, *, now: dt.datetime) -> None:
    """The speaker confirms one of the times offered."""
    row, view = _answering(speaker_id, now)
    starts_at = dict(view.slots).get(slot)
    if starts_at is None or starts_at <= now:
        raise RuleViolation(SpeakerRefusal.NOT_OFFERED)
    row.state, row.answered_at, row.slot_starts_at = SpeakerState.CONFIRMED, now, starts_at
    row.wish, row.cancelled_for = "", ""
    db.session.flush()
    if not row.backup:
        _introduce(row, view)
        follow_consents(speaker_id)
    _letter(speaker_id, "confirmation", now.isoformat(), now=now)
    _answered(view, "confirmed", now)


def decline(speaker_id: int, wish: str, *, cannot: bool, now: dt.datetime) -> None:
    """The speaker says when else they could, or that they cannot at all."""
    row, view = _answering(speaker_id, now)
    wish = wish.strip()[:1000]
    if not wish and not cannot:
        raise RuleViolation(SpeakerRefusal.NO_WISH)
    row.state = SpeakerState.DECLINED if cannot else SpeakerState.ASKED
    row.answered_at, row.wish = now, wish
    db.session.flush()
    _answered(view, "declined" if cannot else "asked for another time", now)


def _answering(speaker_id: int, now: dt.datetime) -> tuple[Speaker, SpeakerView]:
    row = _locked(speaker_id)
    view = queries.speaker(speaker_id)
    if now >= view.session.starts_at and row.state is SpeakerState.CONFIRMED:
        raise RuleViolation(SpeakerRefusal.OVER)
    return row, view


def _answered(view: SpeakerView, what: str, now: dt.datetime) -> None:
    events.record(
        SpeakerAnswered(
            cohort_id=view.cohort_id,
            session_id=view.session.id,
            speaker_id=view.id,
            name=view.name,
            what=what,
            at=now,
        )
    )
    _record(view.person_id, "live.speaker_answered", view, {"what": what})


def _introduce(row: Speaker, view: SpeakerView) -> None:
    """The session's page names the one who speaks."""
    session: LiveSession = locked(LiveSession, row.session_id)
    session.speaker = rules.introduced(view.name, row.line)
    db.session.flush()
    cohort_actions.touch(session.cohort_id)


def describe(
    speaker_id: int, *, line: str, bio: str, zone: str, conflict: str, declared: bool, now: dt.datetime
) -> None:
    """Keep what a speaker says of themselves: role, a few sentences, zone, and whom they are bound to."""
    row = _locked(speaker_id)
    view = queries.speaker(speaker_id)
    row.line, row.bio = clean(line)[:160], bio.strip()[:1500]
    row.conflict = conflict.strip()[:1000]
    row.conflict_at = now if declared or row.conflict else None
    person: Person = locked(Person, row.person_id)
    person.zone = zone
    db.session.flush()
    if view.stands_in:
        _introduce(row, view)
    _record(view.person_id, "live.describe_speaker", view)


def bring_photo(speaker_id: int, stream: IO[bytes], name: str, *, now: dt.datetime) -> None:
    """Keep a speaker's photo, without what the camera wrote into it."""
    row = _locked(speaker_id)
    body = stream.read(PHOTO_MB * 1024 * 1024 + 1)
    stripped = without_metadata(body)
    stored = files.keep(
        io.BytesIO(body if stripped is None else stripped),
        name,
        limits=files.Limits(types=PHOTO, megabytes=PHOTO_MB),
        owner_id=row.person_id,
        purpose="speaker photo",
        now=now,
    )
    if stripped is None:
        raise RuleViolation(SpeakerRefusal.NO_PICTURE)
    row.photo_id = stored.id
    db.session.flush()
    _record(row.person_id, "live.bring_photo", queries.speaker(speaker_id))


def bring_slides(speaker_id: int, stream: IO[bytes], name: str, *, now: dt.datetime) -> None:
    """Keep slides; the cohort has them only while the speaker says yes."""
    row = _locked(speaker_id)
    limits = files.Limits(types=SLIDES, megabytes=SLIDES_MB)
    stored = files.keep(stream, name, limits=limits, owner_id=row.person_id, purpose="slides", now=now)
    db.session.add(SpeakerFile(speaker_id=speaker_id, file_id=stored.id, at=now))
    db.session.flush()
    _record(row.person_id, "live.bring_slides", queries.speaker(speaker_id), {"name": stored.name})


def remove_slides(speaker_id: int, file: str, *, now: dt.datetime) -> None:
    """Take slides away again."""
    row = _locked(speaker_id)
    found = db.session.query(SpeakerFile).filter_by(speaker_id=speaker_id, public_id=file).one_or_none()
    if found is None or found.removed_at is not None:
        raise NotFound
    found.removed_at = now
    db.session.flush()
    _record(row.person_id, "live.remove_slides", queries.speaker(speaker_id))


def call_off(speaker_id: int, reason: str, *, now: dt.datetime) -> None:
    """The speaker cannot come after all. Learners hear nothing yet: whoever coordinates decides what they hear."""
    row = _locked(speaker_id)
    view = queries.speaker(speaker_id)
    reason = reason.strip()[:400]
    if not reason:
        raise RuleViolation(SpeakerRefusal.NEEDS_REASON)
    if row.state is not SpeakerState.CONFIRMED:
        raise RuleViolation(SpeakerRefusal.NOT_CONFIRMED)
    if now >= view.session.starts_at:
        raise RuleViolation(SpeakerRefusal.OVER)
    row.state, row.answered_at, row.cancelled_for = SpeakerState.CANCELLED, now, reason
    db.session.flush()
    events.record(
        SpeakerCancelled(
            cohort_id=view.cohort_id,
            session_id=view.session.id,
            speaker_id=view.id,
            name=view.name,
            reason=reason,
            backup=row.backup,
            starts_at=view.session.starts_at,
            at=now,
        )
    )
    _record(view.person_id, "live.call_off", view, reason=reason)


def let_backup_speak(speaker_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """The backup takes over; the cohort is told once who speaks now."""
    row = _locked(speaker_id)
    view = queries.speaker(speaker_id)
    if not row.backup or row.state is not SpeakerState.CONFIRMED or now >= view.session.starts_at:
        raise RuleViolation(SpeakerRefusal.NO_BACKUP)
    for other in queries.speakers(view.session):
        if other.stands_in:
            _locked(other.id).backup = True
    row.backup = False
    db.session.flush()
    before = view.session.speaker
    _introduce(row, view)
    follow_consents(speaker_id)
    events.record(
        SpeakerChanged(
            cohort_id=view.cohort_id,
            session_id=view.session.id,
            before=before,
            after=rules.introduced(view.name, row.line),
            at=now,
        )
    )
    _record(actor.person_id, "live.let_backup_speak", view)


def _letter(speaker_id: int, kind: str, once: str, *, now: dt.datetime) -> None:
    effect = outbox.Effect(
        kind="live.speaker_letter",
        dedupe_key=f"speaker:{kind}:{speaker_id}:{once}",
        payload={"speaker_id": speaker_id, "kind": kind},
    )
    outbox.enqueue(effect, now=now)


def queue_speaker_letters(*, now: dt.datetime) -> None:
    """Queue the reminders and thanks whose time has come; each goes out once."""
    for view in queries.confirmed_within(now - dt.timedelta(days=8), now + dt.timedelta(days=15)):
        session = view.session
        days = rules.due_reminder(session.starts_at, now)
        if days is not None and view.answered_at and now - view.answered_at > dt.timedelta(days=1):
            _letter(view.id, "reminder", f"{session.starts_at.date()}:{days}", now=now)
        if rules.thanks_due(session.ends_at, now):
            _letter(view.id, "thanks", str(session.starts_at.date()), now=now)


def _locked(speaker_id: int) -> Speaker:
    row: Speaker | None = locked(Speaker, speaker_id)
    if row is None:
        raise NotFound
    return row


def _record(
    actor_id: int,
    action: str,
    view: SpeakerView,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor_id,
            action=action,
            subject="speaker",
            subject_id=view.id,
            cohort_id=view.cohort_id,
            after=dict(after or {}),
            reason=reason,
        )
    )
