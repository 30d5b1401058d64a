"""Samples: dates, places, announcements, what is said in discussions and forums, and who was not reached."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from lms.core import mail
from lms.core.markdown import render
from lms.notifications.actions import Message
from lms.notifications.rules import DateChange, NoticeKind, Span, changes_title
from lms.notifications.views.samples.making import DAY, HOUR, NOW, ZONE, said, worded

THREAD = "“Is a substitute a rival?”"


def _changes() -> Message:
    start = dt.datetime(2026, 8, 15, 13, 0, tzinfo=dt.UTC)
    two, three = start + 2 * HOUR, start + 3 * HOUR
    changes = (
        DateChange(1, "S27 Metric trees", "session", Span(start, three), Span(start + DAY, three + DAY)),
        DateChange(2, "B-1 The memo", "window", Span(start, start + 7 * DAY), Span(start, start + 8 * DAY)),
        DateChange(3, "MC5 Masterclass", "session", Span(start, two), Span(start, two, True)),
    )
    note = "A public holiday moved."
    facts = {"changes": changes, "zone": ZONE, "now": NOW, "note": note, "cohort": "Spring"}
    text = mail.words("notifications/_changes", **facts)
    title = changes_title(changes)
    act = "Open your schedule"
    return said(NoticeKind.SCHEDULE, "release", title, text, template="changes", facts=facts, act=act)


def _dates() -> dict[str, Message]:
    kind = NoticeKind
    met = SimpleNamespace(title="S27 Metric trees", session=True, at=NOW + 4 * DAY)
    return {
        "changes": _changes(),
        "more-time": worded(
            kind.EXTENSION, "own-date", "More time for B-1 The memo", "_own_date",
            title="B-1 The memo", ended=False, section=False, team=False, at=NOW + 3 * DAY, before=NOW,
        ),
        "busy": worded(
            kind.SCHEDULE, "busy", "S27 Metric trees now falls on your busy days", "_busy", "See what you can do",
            found=[met],
        ),
        "calls": said(
            kind.DEADLINE, "calls", "4 people have not been reached",
            "Told: S27 does not take place. They have not opened it, and no device or telephone says that it came.",
            act="Open the call list",
        ),
    }  # fmt: skip


def _places() -> dict[str, Message]:
    kind, today = NoticeKind, NOW.date()
    return {
        "welcome": worded(
            kind.PLACE, "welcome", "Welcome to Spring", "_welcome", "Open your desk",
            cohort="Spring", starts_on=today + 30 * DAY,
        ),
        "leave": worded(
            kind.PLACE, "place", "You are on leave from Spring", "_place",
            kind="leave started", on=today, back_on=today + 50 * DAY,
        ),
        "task": said(
            kind.PLACE, "staff", "You are faculty of Data and AI in Spring",
            "Your sessions, what waits to be marked and what people ask are on your desk.",
        ),
    }  # fmt: skip


def _announcements() -> dict[str, Message]:
    when = mail.words("community/_when", at=NOW + 4 * DAY, zone=ZONE)
    body = (
        f"We meet **upstairs** on Saturday.\n\n- Bring your metric tree.\n- Your next session: S27, {when}."
    )
    facts = {"html": render(body), "body": body, "by": "Cora Coordinator", "cohort": "Spring"}
    kind, title = NoticeKind.ANNOUNCEMENT, "Another room on Saturday"
    return {
        "announcement": said(kind, "announcement", title, body, template="announcement", facts=facts),
        "not-sent": said(
            kind, "not-sent", "Not sent: Another room on Saturday",
            "Its hour came and nobody would have got it, or you may not announce there any more. It is a draft again.",
            act="Open the draft",
        ),
    }  # fmt: skip


def _talk() -> dict[str, Message]:
    kind = NoticeKind
    by = "Sanjay Kulkarni"
    return {
        "reply": said(
            kind.DISCUSSION, "reply", f"{by} replied to you in Th1",
            "You say she is right about the money. I think she is right about more than that …",
            template="quote", facts={"by": by, "where": "Th1 A vision with a victim"},
        ),
        "named": said(
            kind.MENTION, "named", f"{by} named you in {THREAD}",
            "Would you show us how you costed doing nothing? Ours came out at zero.",
            template="quote", facts={"by": by, "where": THREAD},
        ),
        "thread": said(
            kind.THREAD, "thread", f"{by} wrote in {THREAD}",
            "A tab does not move, and the four questions forecast moves.",
            template="quote", facts={"by": by, "where": THREAD},
        ),
        "reported": said(
            kind.REPORT, "reports", "A post in “Interview notes” was reported",
            "It names the host of another team.", act="Look at what was reported",
        ),
        "report-settled": said(
            kind.FEEDBACK, "report", "What you reported was looked at",
            "In “Interview notes”. The post is hidden now. Thank you for telling us.",
        ),
        "hidden": said(
            kind.FEEDBACK, "hidden", "A post of yours was hidden",
            "In “Interview notes”. The reason given: it names the host of another team.",
        ),
    }  # fmt: skip


def samples() -> dict[str, Message]:
    """By the names in their addresses."""
    return {**_announcements(), **_dates(), **_places(), **_talk()}
