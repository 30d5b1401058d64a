"""Samples: sessions that are lost, made up for or not ready, who hosts and who speaks, seats and appointments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace

from lms.notifications.actions import Message
from lms.notifications.rules import DateChange, NoticeKind, Span
from lms.notifications.subscribers import cancelled
from lms.notifications.views.samples.making import DAY, HOUR, NOW, said, worded

TITLE = "S27 Metric trees"


@dataclass(frozen=True)
class _Session:
    title: str = TITLE
    starts_at: object = NOW + 3 * HOUR
    ends_at: object = NOW + 5 * HOUR
    counts: bool = True
    host: str = "Farid Faculty"


def _lost() -> dict[str, Message]:
    make_up = _Session(starts_at=NOW + 9 * DAY, ends_at=NOW + 9 * DAY + 2 * HOUR)
    after = NOW + 4 * DAY
    moved = (
        DateChange(2, "B-1 The memo", "window", Span(NOW, after), Span(NOW, after + 7 * DAY)),
        DateChange(
            3, "S28 Cohorts", "session", Span(after, after + HOUR), Span(after + DAY, after + DAY + HOUR)
        ),
    )
    found = {}
    for what, reason, then in (
        ("cancelled", "the host is ill.", make_up),
        ("made up", "", make_up),
        ("restored", "the host is well again.", None),
    ):
        facts = {
            "news": SimpleNamespace(what=what, lost=_Session(), make_up=then, reason=reason),
            "title": TITLE,
            "learner": True,
            "changes": moved if what == "cancelled" else (),
            "cohort": "Spring",
        }
        name = f"session-{what.replace(' ', '-')}"
        heading = cancelled.TITLES[what].format(title=TITLE)
        told = worded(NoticeKind.SCHEDULE, "session", heading, "_lost_session", "Open S27", **facts)
        found[name] = replace(told, urgent=True)
    return found


def _hosting() -> dict[str, Message]:
    kind = NoticeKind
    facts = {"session": _Session(), "new": "Hana Helper", "old": "Farid Faculty", "learner": False}
    event = SimpleNamespace(how="substitute", old_id=1, reason="Farid Faculty is at a conference.")
    return {
        "not-ready": worded(
            kind.SESSION, "ready", f"{TITLE} has no link", "_not_ready", "See to it",
            session=_Session(), lacking=("link",), mine=True,
        ),
        "not-ready-coordinators": worded(
            kind.SESSION, "ready", f"{TITLE} has no host and no link", "_not_ready", "See to it",
            session=_Session(host=""), lacking=("host", "link"), mine=False,
        ),
        "substitute": worded(
            kind.SCHEDULE, "host", f"You host {TITLE}", "_host_changed", "Open the session",
            **facts, event=event, you="new",
        ),
        "substituted": worded(
            kind.SCHEDULE, "host", f"Hana Helper hosts {TITLE}", "_host_changed", "Open the session",
            **facts, event=event, you="old",
        ),
        "speaker": said(
            kind.SPEAKER, "speaker-off", "Sana Mirza cannot come to MC5",
            "Sana Mirza called off MC5: a board meeting. Let the backup speak or swap it with a lecture, each in one "
            "act. The cohort has not been told yet.",
            act="Decide who speaks",
        ),
        "speaker-answered": said(
            kind.SPEAKER, "speaker", "Sana Mirza asks for another date: MC5",
            "Sana Mirza asks for another date for MC5 Pricing in public. Slides, consents and notes are on the page of "
            "speakers.",
            act="Open the speakers",
        ),
        "speaker-changed": said(
            kind.SCHEDULE, "speaker-changed", "Somebody else speaks in MC5",
            "MC5 Pricing in public takes place as planned, with Omar Haddad instead of Sana Mirza.", act="Open MC5",
        ),
        "recording": said(
            kind.SESSION, "recording", "The recording of S27 is there",
            "You find it on the page of S27 Metric trees. Watching it is no attendance; ask about a make-up where it "
            "counts.",
        ),
        "questions": said(
            kind.SESSION, "questions", "Questions and answers of MC5",
            "What was asked in MC5 Pricing in public, and what was answered, is there to read.",
        ),
    }  # fmt: skip


def _attendance() -> dict[str, Message]:
    kind = NoticeKind
    return {
        "attendance": said(
            kind.FEEDBACK, "attendance", "Your attendance of S27 was decided",
            "The list of the meeting shows you from 13:04 on.\n"
            "What counts now, and why, is on the page of the session.",
            act="Open S27",
        ),
        "names": said(
            kind.SESSION, "names", "2 names of S27 Metric trees wait for you",
            "Zoom says who was in the meeting. Everybody with a known address is in the record; 2 names of the list "
            "matched nobody. Say whose they are, or that they were guests.",
            act="Say who they were",
        ),
        "make-up-waits": said(
            kind.MARKING, "make-up", "A make-up of S27 waits",
            "A learner handed in the task that makes a missed session up. Accept it, or say what is to be revised.",
            act="Read the make-up",
        ),
        "make-up-accepted": said(
            kind.FEEDBACK, "make-up", "Your make-up of S27 was accepted",
            "You count as present.\nA clear account of what the tree leaves out.", act="Open the make-up",
        ),
    }  # fmt: skip


def _seats() -> dict[str, Message]:
    kind = NoticeKind
    slot = {
        "title": "Office hours",
        "host": "Farid Faculty",
        "name": "Rhea Menon",
        "starts_at": NOW + 3 * DAY,
    }
    acts = "Open the office hours"
    return {
        "seat": worded(
            kind.SEAT, "seat", "You have a seat in MC5", "_seat", "Open MC5",
            title="MC5 Masterclass: pricing in public", late=False, cancel_by=NOW + 2 * DAY,
        ),
        "seat-back": said(
            kind.SEAT, "seat-back", "You are off the list of MC5",
            "Your coordinator took you off the list of MC5 Pricing in public: you asked for it.", act="Open MC5",
        ),
        "seats-offered": said(
            kind.SEAT, "seats-offered", "Say whether you come to MC5",
            "MC5 Pricing in public has a limited number of seats. Take yours on its page; there is a waiting list.",
        ),
        "slot-booked": worded(kind.SEAT, "slot", "Booked: Office hours", "_slot", acts, what="yours", **slot),
        "slot-for-host": worded(
            kind.SEAT, "slot", "Rhea Menon booked Office hours", "_slot", acts,
            what="booked", about="How we costed doing nothing.", **slot,
        ),
        "slot-ended": worded(
            kind.SEAT, "slot-ended", "Cancelled: Office hours", "_slot", acts,
            what="cancelled by host", reason="I am at a conference.", **slot,
        ),
        "slot": worded(
            kind.SEAT, "slot-kept", "A slot is kept for you: Office hours", "_slot", acts,
            what="kept", until=NOW + DAY / 2, **slot,
        ),
        "question-answered": said(
            kind.DISCUSSION, "question-answered", "Your question to MC5 was answered",
            "Begin with the price that you would be sorry to lose.",
        ),
        "question-hidden": said(
            kind.FEEDBACK, "question-hidden", "Your question to MC5 was hidden", "Why: it names a customer.",
        ),
    }  # fmt: skip


def samples() -> dict[str, Message]:
    """By the names in their addresses."""
    return {**_lost(), **_hosting(), **_attendance(), **_seats()}
