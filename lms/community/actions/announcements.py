"""Announcements: written as a draft, looked at with exactly who gets it, sent in one unit of work, withdrawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.community import queries, rules
from lms.community.actions.telling import tell
from lms.community.events import AnnouncementSent, AnnouncementWithdrawn
from lms.community.models import Announcement, AnnouncementRecipient, AnnouncementState
from lms.community.rules import Audience, CommunityRefusal, Listener
from lms.core import events, ids
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.core.markdown import render
from lms.people.rules import Actor

CHUNK = 1000


@dataclass(frozen=True, kw_only=True)
class Drafting:
    """What somebody writes to a cohort."""

    title: str
    text: str
    audience: Audience
    by_mail: bool
    key: str = ""
    """The form's idempotency key: it becomes the announcement's public id."""


def announce(cohort_id: int, drafting: Drafting, *, actor: Actor, now: dt.datetime) -> Announcement:
    """Write an announcement as a draft; nobody gets it yet. The same form sent twice makes one.

    Raises RuleViolation when it says nothing or nobody would get it.
    """
    _refuse(cohort_id, drafting, actor.person_id)
    key = drafting.key if rules.is_key(drafting.key) else ids.public_id()
    known = db.session.scalar(sa.select(Announcement).where(Announcement.public_id == key))
    if known is not None:
        if known.cohort_id == cohort_id and known.author_id == actor.person_id:
            return keep(known.id, drafting, actor=actor) if known.state is AnnouncementState.DRAFT else known
        key = ids.public_id()
    written = Announcement(
        public_id=key,
        cohort_id=cohort_id,
        author_id=actor.person_id,
        title=drafting.title,
        text=drafting.text,
        html=render(drafting.text),
        audience=drafting.audience.document(),
        by_mail=drafting.by_mail,
        state=AnnouncementState.DRAFT,
        created_at=now,
    )
    db.session.add(written)
    db.session.flush()
    return written


def keep(announcement_id: int, drafting: Drafting, *, actor: Actor) -> Announcement:
    """Change a draft. Raises RuleViolation when it was sent meanwhile, or as `announce` does."""
    draft = _draft(announcement_id)
    _refuse(draft.cohort_id, drafting, draft.author_id)
    draft.title, draft.text, draft.html = drafting.title, drafting.text, render(drafting.text)
    draft.audience, draft.by_mail = drafting.audience.document(), drafting.by_mail
    db.session.flush()
    tell(draft, draft.cohort_id, "community.draft", actor, after={"title": draft.title})
    return draft


def _refuse(cohort_id: int, drafting: Drafting, author_id: int) -> None:
    if not drafting.title.strip():
        raise RuleViolation(CommunityRefusal.NO_TITLE)
    if len(drafting.title) > rules.LONGEST_TITLE:
        raise RuleViolation(CommunityRefusal.TITLE_TOO_LONG, most=rules.LONGEST_TITLE)
    refusal = rules.why_not_text(drafting.text)
    if refusal is CommunityRefusal.EMPTY:
        raise RuleViolation(CommunityRefusal.NO_TEXT)
    if refusal:
        raise RuleViolation(refusal, most=f"{rules.LONGEST_POST:,}", count=f"{len(drafting.text):,}")
    if not queries.listeners_of(cohort_id, drafting.audience, author_id):
        raise RuleViolation(CommunityRefusal.NOBODY)


def _draft(announcement_id: int) -> Announcement:
    draft: Announcement | None = locked(Announcement, announcement_id)
    if draft is None:
        raise NotFound
    if draft.state is not AnnouncementState.DRAFT:
        raise RuleViolation(CommunityRefusal.NOT_DRAFT)
    return draft


def send(announcement_id: int, *, expected: int, actor: Actor, now: dt.datetime) -> Announcement:
    """Send a draft to everybody it is for now, and record who they are.

    Raises RuleViolation when it was sent already, nobody would get it, or the number of people is not the one that
    the sender looked at.
    """
    draft = _draft(announcement_id)
    listeners = queries.listeners_of(draft.cohort_id, rules.audience_of(draft.audience), draft.author_id)
    if not listeners:
        raise RuleViolation(CommunityRefusal.NOBODY)
    if len(listeners) != expected:
        raise RuleViolation(CommunityRefusal.AUDIENCE_CHANGED, before=expected, now=len(listeners))
    _record(draft.id, listeners)
    draft.state, draft.sent_at, draft.recipients = AnnouncementState.SENT, now, len(listeners)
    db.session.flush()
    tell(
        draft,
        draft.cohort_id,
        "community.send",
        actor,
        after={"recipients": len(listeners), "by_mail": draft.by_mail},
    )
    events.record(
        AnnouncementSent(
            cohort_id=draft.cohort_id, announcement_id=draft.id, actor_id=actor.person_id, at=now
        )
    )
    return draft


def _record(announcement_id: int, listeners: list[Listener]) -> None:
    rows = [{"announcement_id": announcement_id, "person_id": one.person_id} for one in listeners]
    for start in range(0, len(rows), CHUNK):
        db.session.execute(sa.insert(AnnouncementRecipient), rows[start : start + CHUNK])


def withdraw(announcement_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> Announcement:
    """Withdraw an announcement that was sent: it stays in the list as withdrawn. Mails cannot be called back.

    Raises RuleViolation when it was not sent, or is withdrawn already.
    """
    sent: Announcement | None = locked(Announcement, announcement_id)
    if sent is None:
        raise NotFound
    if sent.state is not AnnouncementState.SENT:
        raise RuleViolation(CommunityRefusal.NOT_SENT)
    sent.state, sent.withdrawn_at = AnnouncementState.WITHDRAWN, now
    db.session.flush()
    tell(sent, sent.cohort_id, "community.withdraw", actor, reason=reason)
    events.record(
        AnnouncementWithdrawn(
            cohort_id=sent.cohort_id, announcement_id=sent.id, actor_id=actor.person_id, at=now
        )
    )
    return sent


def discard(announcement_id: int, *, actor: Actor) -> None:
    """Throw a draft away. Raises RuleViolation when it was sent."""
    draft = _draft(announcement_id)
    tell(draft, draft.cohort_id, "community.discard", actor, before={"title": draft.title})
    db.session.delete(draft)
    db.session.flush()
