"""Announcements: drafted, looked at with exactly who gets it, sent now, in five minutes or at an hour, withdrawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.community import queries, rules
from lms.community.actions.telling import tell
from lms.community.events import AnnouncementNotSent, AnnouncementSent, AnnouncementWithdrawn
from lms.community.models import Announcement, AnnouncementRecipient, AnnouncementState
from lms.community.rules import Audience, CommunityRefusal, Listener, merging
from lms.core import errands, events, ids, mail
from lms.core.db import db, locked
from lms.core.errands import Asked
from lms.core.errors import NotFound, RuleViolation
from lms.core.markdown import render
from lms.people.rules import Actor

CHUNK = 1000
MANY = 400
"""From more people on, an errand tells them: whoever sends it sees how far it is."""
TELLS = "community.announcement"
"""The kind of that errand: whoever tells people (`notifications`) does it."""
RECALL = dt.timedelta(minutes=5)
"""So long an announcement that was sent can be called back before anybody gets it."""


@dataclass(frozen=True, kw_only=True)
class Drafting:
    """What somebody writes to a cohort."""

    title: str
    text: str
    audience: Audience
    by_mail: bool
    key: str = ""
    """The form's idempotency key: it becomes the announcement's public id."""
    also: tuple[int, ...] = ()
    """Other cohorts that get it too: the same kind of people there."""


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
        also=list(drafting.also),
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
    draft.also = list(drafting.also)
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
    _refuse_fields(cohort_id, drafting)
    here = queries.listeners_of(cohort_id, drafting.audience, author_id)
    if not here and not any(queries.listeners_of(one, drafting.audience, author_id) for one in drafting.also):
        raise RuleViolation(CommunityRefusal.NOBODY)


def _refuse_fields(cohort_id: int, drafting: Drafting) -> None:
    if merging.fields_of(drafting.title).names:
        raise RuleViolation(CommunityRefusal.FIELD_IN_TITLE)
    fields = merging.fields_of(drafting.text)
    if not fields.names:
        return
    codes = frozenset(queries.deadline_codes(cohorts.by_id(cohort_id).version_id))
    if strange := merging.unknown(fields, codes):
        raise RuleViolation(CommunityRefusal.UNKNOWN_FIELD, field=strange[0])
    if merging.hidden(drafting.text, render(drafting.text)):
        raise RuleViolation(CommunityRefusal.FIELD_IN_LINK)


def _draft(announcement_id: int, *, scheduled: bool = False) -> Announcement:
    draft: Announcement | None = locked(Announcement, announcement_id)
    if draft is None:
        raise NotFound
    may = {AnnouncementState.DRAFT, *({AnnouncementState.SCHEDULED} if scheduled else ())}
    if draft.state not in may:
        waits = draft.state is AnnouncementState.SCHEDULED
        raise RuleViolation(CommunityRefusal.SCHEDULED if waits else CommunityRefusal.NOT_DRAFT)
    return draft


# Sending ------------------------------------------------------------------------------------------------------------


def send(announcement_id: int, *, expected: int, actor: Actor, now: dt.datetime) -> Announcement:
    """Send a draft, or what waits for its hour, at once to everybody it is for now, and record who they are.

    Raises RuleViolation when it was sent already, nobody would get it, or the number of people is not the one that
    the sender looked at.
    """
    draft = _draft(announcement_id, scheduled=True)
    groups = _groups(draft)
    _judge(groups, expected)
    return _send(draft, groups, actor, now)


Groups = list[tuple[int, list[Listener]]]
"""Cohort → who gets it there; whoever is in two gets it in the first."""


def _groups(draft: Announcement) -> Groups:
    seen: set[int] = set()
    found: Groups = []
    for cohort_id in (draft.cohort_id, *draft.also):
        here = queries.listeners_of(cohort_id, rules.audience_of(draft.audience), draft.author_id)
        found.append((cohort_id, [one for one in here if one.person_id not in seen]))
        seen |= {one.person_id for one in here}
    return found


def count_of(announcement: queries.AnnouncementView) -> int:
    """How many people would get it now, in all its cohorts."""
    row = db.session.get_one(Announcement, announcement.id)
    return sum(len(people) for _cohort, people in _groups(row))


def _judge(groups: Groups, expected: int) -> None:
    count = sum(len(people) for _cohort, people in groups)
    if not count:
        raise RuleViolation(CommunityRefusal.NOBODY)
    if count != expected:
        raise RuleViolation(CommunityRefusal.AUDIENCE_CHANGED, before=expected, now=count)


def _send(draft: Announcement, groups: Groups, actor: Actor, now: dt.datetime) -> Announcement:
    many = sum(len(people) for _cohort, people in groups) > MANY
    went = []
    for cohort_id, people in groups:
        if cohort_id == draft.cohort_id:
            went.append(_go_out(draft, people, actor, now, in_parts=many))
        elif people:
            went.append(_go_out(_copy(draft, cohort_id, now), people, actor, now, in_parts=many))
    if many:
        errands.ask(
            Asked(
                kind=TELLS,
                key=draft.public_id,
                title=f"Telling people: {draft.title}",
                owner_id=actor.person_id,
                back=mail.path_to(
                    "community.announcement",
                    slug=cohorts.by_id(draft.cohort_id).slug,
                    announcement=draft.public_id,
                ),
                payload={"announcements": went, "after": 0, "told": 0},
            ),
            now=now,
        )
    return draft


def _copy(draft: Announcement, cohort_id: int, now: dt.datetime) -> Announcement:
    """The same in another cohort: its people find it among theirs."""
    made = Announcement(
        public_id=ids.public_id(),
        cohort_id=cohort_id,
        author_id=draft.author_id,
        title=draft.title,
        text=draft.text,
        html=draft.html,
        audience=draft.audience,
        by_mail=draft.by_mail,
        also=[],
        copy_of_id=draft.id,
        state=AnnouncementState.DRAFT,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _go_out(
    draft: Announcement, people: list[Listener], actor: Actor, now: dt.datetime, *, in_parts: bool
) -> int:
    _record(draft, people, now)
    draft.state, draft.sent_at, draft.recipients = AnnouncementState.SENT, now, len(people)
    draft.send_at = None
    db.session.flush()
    tell(
        draft,
        draft.cohort_id,
        "community.send",
        actor,
        after={"recipients": len(people), "by_mail": draft.by_mail},
    )
    events.record(
        AnnouncementSent(
            cohort_id=draft.cohort_id,
            announcement_id=draft.id,
            actor_id=actor.person_id,
            at=now,
            in_parts=in_parts,
        )
    )
    return draft.id


def _record(draft: Announcement, people: list[Listener], now: dt.datetime) -> None:
    """Write down who gets it, and what its fields say to each of them then."""
    said = queries.merged(draft.cohort_id, draft.text, [one.person_id for one in people], now=now)
    rows = [
        {
            "announcement_id": draft.id,
            "person_id": one.person_id,
            "fields": said.get(one.person_id, {}),
        }
        for one in people
    ]
    for start in range(0, len(rows), CHUNK):
        db.session.execute(sa.insert(AnnouncementRecipient), rows[start : start + CHUNK])


# Its hour -----------------------------------------------------------------------------------------------------------


def schedule(
    announcement_id: int,
    *,
    expected: int,
    actor: Actor,
    now: dt.datetime,
    at: dt.datetime | None = None,
) -> Announcement:
    """Let a draft go out at an hour, or in five minutes: until then it can be recalled and nobody has got it.

    Who gets it is worked out then. Raises RuleViolation as `send` does, and when the hour is past or too far away.
    """
    draft = _draft(announcement_id)
    _judge(_groups(draft), expected)
    when = now + RECALL if at is None else at
    if at is not None and at < now + RECALL:
        raise RuleViolation(CommunityRefusal.TOO_SOON)
    if when > now + dt.timedelta(days=400):
        raise RuleViolation(CommunityRefusal.TOO_FAR)
    draft.state, draft.send_at = AnnouncementState.SCHEDULED, when
    db.session.flush()
    tell(draft, draft.cohort_id, "community.schedule", actor, after={"send_at": when.isoformat()})
    return draft


def recall(announcement_id: int, *, actor: Actor) -> Announcement:
    """Make what waits for its hour a draft again. Raises RuleViolation when it went out meanwhile."""
    waiting: Announcement | None = locked(Announcement, announcement_id)
    if waiting is None:
        raise NotFound
    if waiting.state is not AnnouncementState.SCHEDULED:
        raise RuleViolation(CommunityRefusal.TOO_LATE)
    waiting.state, waiting.send_at = AnnouncementState.DRAFT, None
    db.session.flush()
    tell(waiting, waiting.cohort_id, "community.recall", actor)
    return waiting


def send_due(announcement_id: int, *, may: bool, actor: Actor, now: dt.datetime) -> bool:
    """Send what has waited for its hour; run twice it sends once. Returns whether it went out.

    Where its author may not announce any more (`may`), or nobody would get it, it becomes a draft again and the author
    is told.
    """
    waiting: Announcement | None = locked(Announcement, announcement_id)
    if waiting is None or waiting.state is not AnnouncementState.SCHEDULED:
        return False
    if waiting.send_at is None or waiting.send_at > now:
        return False
    groups = _groups(waiting)
    if may and any(people for _cohort, people in groups):
        _send(waiting, groups, actor, now)
        return True
    waiting.state, waiting.send_at = AnnouncementState.DRAFT, None
    db.session.flush()
    tell(waiting, waiting.cohort_id, "community.not_sent", actor)
    events.record(AnnouncementNotSent(cohort_id=waiting.cohort_id, announcement_id=waiting.id, at=now))
    return False


def withdraw(announcement_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> Announcement:
    """Withdraw an announcement that was sent: it stays in the list as withdrawn. Mails cannot be called back.

    Its copies in other cohorts are withdrawn with it. Raises RuleViolation when it was not sent, or is withdrawn
    already.
    """
    sent: Announcement | None = locked(Announcement, announcement_id)
    if sent is None:
        raise NotFound
    if sent.state is not AnnouncementState.SENT:
        raise RuleViolation(CommunityRefusal.NOT_SENT)
    copies = db.session.scalars(
        sa.select(Announcement).where(
            Announcement.copy_of_id == sent.id, Announcement.state == AnnouncementState.SENT
        )
    ).all()
    for one in (sent, *copies):
        one.state, one.withdrawn_at = AnnouncementState.WITHDRAWN, now
        db.session.flush()
        tell(one, one.cohort_id, "community.withdraw", actor, reason=reason)
        events.record(
            AnnouncementWithdrawn(
                cohort_id=one.cohort_id, announcement_id=one.id, actor_id=actor.person_id, at=now
            )
        )
    return sent


def discard(announcement_id: int, *, actor: Actor) -> None:
    """Throw a draft away. Raises RuleViolation when it was sent."""
    draft = _draft(announcement_id)
    tell(draft, draft.cohort_id, "community.discard", actor, before={"title": draft.title})
    db.session.delete(draft)
    db.session.flush()
