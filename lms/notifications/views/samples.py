"""Every mail of this domain with sample data: in development, demonstration and tests; never in production."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue

from lms.core import mail
from lms.core.config import Mode
from lms.core.errors import NotFound
from lms.core.mail import Written
from lms.core.markdown import render
from lms.notifications import actions
from lms.notifications.actions import Message
from lms.notifications.queries import Came, Due
from lms.notifications.rules import DateChange, Every, NoticeKind, Span, changes_title
from lms.notifications.views.frame import bp
from lms.web.guards import public

NOW = dt.datetime(2026, 8, 11, 16, 0, tzinfo=dt.UTC)
ZONE = "Asia/Dubai"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def _message(kind: NoticeKind, title: str, text: str, **more: Any) -> Message:
    return Message(kind=kind, key="sample", title=title, text=text, link="/cohorts/spring", **more)


def _worded(
    about: NoticeKind, heading: str, template: str, act: str = "Open it in Cadre", **facts: Any
) -> Message:
    text = mail.words(f"notifications/{template}", **facts, zone=ZONE, now=NOW)
    return _message(about, heading, text, act=act)


def _changes() -> Message:
    start = dt.datetime(2026, 8, 15, 13, 0, tzinfo=dt.UTC)
    changes = (
        DateChange(
            1,
            "S27 Metric trees",
            "session",
            Span(start, start + 3 * HOUR),
            Span(start + DAY, start + DAY + 3 * HOUR),
        ),
        DateChange(2, "B-1 The memo", "window", Span(start, start + 7 * DAY), Span(start, start + 8 * DAY)),
        DateChange(
            3,
            "MC5 Masterclass",
            "session",
            Span(start, start + 2 * HOUR),
            Span(start, start + 2 * HOUR, True),
        ),
    )
    facts = {
        "changes": changes,
        "zone": ZONE,
        "now": NOW,
        "note": "A public holiday moved.",
        "cohort": "Spring",
    }
    text = mail.words("notifications/_changes", **facts)
    title = changes_title(changes)
    return _message(
        NoticeKind.SCHEDULE, title, text, template="changes", facts=facts, act="Open your schedule"
    )


def _receipt() -> Message:
    facts = {
        "number": 2,
        "by": "Rhea Menon",
        "team": True,
        "handed_in_at": NOW,
        "due_at": NOW - HOUR,
        "late_days": 1,
        "words": 1180,
        "files": ["Memo – final (2).pdf"],
        "digest": hashlib.sha256(b"sample").hexdigest(),
        "zone": ZONE,
        "now": NOW,
    }
    return _message(
        NoticeKind.RECEIPT,
        "Receipt for B-1 The memo, version 2",
        mail.words("notifications/_receipt", **facts),
        template="receipt",
        facts=facts,
    )


def _announcement() -> Message:
    body = "We meet **upstairs** on Saturday.\n\n- Bring your metric tree.\n- Doors open at 16:30."
    facts = {"html": render(body), "body": body, "by": "Cora Coordinator", "cohort": "Spring"}
    return _message(
        NoticeKind.ANNOUNCEMENT, "Another room on Saturday", body, template="announcement", facts=facts
    )


def samples() -> dict[str, Message]:
    """A message of every sort, by the name in its address."""
    kind = NoticeKind
    quote = {"by": "Sanjay Kulkarni", "where": "Th1 A vision with a victim"}
    return {
        "changes": _changes(),
        "receipt": _receipt(),
        "announcement": _announcement(),
        "reply": _message(
            kind.DISCUSSION,
            "Sanjay Kulkarni replied to you in Th1",
            "You say she is right about the money. I think she is right about more than that …",
            template="quote",
            facts=quote,
        ),
        "named": _message(
            kind.MENTION,
            "Sanjay Kulkarni named you in “Is a substitute a rival?”",
            "Would you show us how you costed doing nothing? Ours came out at zero.",
            template="quote",
            facts={"by": "Sanjay Kulkarni", "where": "“Is a substitute a rival?”"},
        ),
        "thread": _message(
            kind.THREAD,
            "Sanjay Kulkarni wrote in “Is a substitute a rival?”",
            "A tab does not move, and the four questions forecast moves.",
            template="quote",
            facts={"by": "Sanjay Kulkarni", "where": "“Is a substitute a rival?”"},
        ),
        "reported": _message(
            kind.REPORT,
            "A post in “Interview notes” was reported",
            "It names the host of another team.",
            act="Look at what was reported",
        ),
        "mark": _message(
            kind.MARK,
            "B-1 came back",
            "Your mark for B-1 The memo and what your marker wrote are on its page.",
        ),
        "more-time": _worded(
            kind.EXTENSION,
            "More time for B-1 The memo",
            "_own_date",
            title="B-1 The memo",
            ended=False,
            section=False,
            team=False,
            at=NOW + 3 * DAY,
            before=NOW,
        ),
        "busy": _message(
            kind.SCHEDULE,
            "S27 Metric trees now falls on your busy days",
            "You noted that you cannot on these days. Ask to be excused or for more time from your busy dates.",
            act="See what you can do",
        ),
        "request": _message(
            kind.REQUEST,
            "Granted in part: More time for B-1 The memo",
            "Cora Coordinator decided it, with this reason:\n\nTwo days are possible before the marker begins.",
            act="Open the request",
        ),
        "to-mark": _worded(
            kind.MARKING,
            "3 pieces of B-1 The memo to mark",
            "_to_mark",
            cohort="Spring",
            promised_at=NOW + 14 * DAY,
        ),
        "milestone": _worded(
            kind.CAPSTONE,
            "M1 of A clinic network in Lucknow waits for your answer",
            "_milestone",
            project="A clinic network in Lucknow",
            number=1,
            late_days=0,
            answer_by=NOW + 7 * DAY,
            guide=True,
        ),
        "answer": _worded(
            kind.FEEDBACK,
            "M1 Problem and host came back: revise it",
            "_answer",
            by="Gita Guide",
            rejected=False,
            revise_by=NOW + 10 * DAY,
        ),
        "meeting": _worded(
            kind.CAPSTONE, "Your guide noted your meeting", "_meeting", held=True, held_at=NOW, missed=0
        ),
        "correction": _worded(
            kind.CAPSTONE,
            "The note was corrected",
            "_correction",
            "Read both",
            by="Gita Guide",
            held_at=NOW - DAY,
            reason="Sanjay was there too.",
        ),
        "project": _worded(
            kind.CAPSTONE,
            "One step back in A clinic network in Lucknow",
            "_project",
            "Open your project's room",
            step="back",
            by="Cora Coordinator",
            reason="The approval was meant for another team.",
        ),
        "team": _worded(
            kind.TEAM,
            "Team “Fig” has changed",
            "_team",
            "Open your teams",
            news="others",
            joined=["Rhea Menon"],
            left=["Tomás Vidal"],
            members=["Rhea Menon", "Sanjay Kulkarni", "Wen Li"],
        ),
        "recording": _message(
            kind.SESSION,
            "The recording of S27 is there",
            "You find it on the page of S27 Metric trees. Watching it is no attendance; ask about a make-up where it "
            "counts.",
        ),
        "seat": _worded(
            kind.SEAT,
            "You have a seat in MC5",
            "_seat",
            "Open MC5",
            title="MC5 Masterclass: pricing in public",
            late=False,
            cancel_by=NOW + 2 * DAY,
        ),
        "slot": _worded(
            kind.SEAT,
            "A slot is kept for you: Office hours",
            "_slot",
            "Open the office hours",
            what="kept",
            title="Office hours",
            starts_at=NOW + 3 * DAY,
            until=NOW + DAY / 2,
        ),
        "speaker": _message(
            kind.SPEAKER,
            "Sana Mirza cannot come to MC5",
            "Sana Mirza called off MC5: a board meeting. Let the backup speak or swap it with a lecture, each in one "
            "act. The cohort has not been told yet.",
            act="Decide who speaks",
        ),
        "attempt": _worded(
            kind.RECEIPT,
            "Your attempt 1 at Q4 was ended by the clock",
            "_attempt",
            "Open Q4",
            title="Q4 Funnels and cohorts",
            number=1,
            expired=True,
            at=NOW,
        ),
        "closing": _worded(
            kind.DEADLINE,
            "PS1 closes within two hours",
            "_closing",
            "Open PS1",
            title="PS1 The price round",
            at=NOW + HOUR,
        ),
        "calls": _message(
            kind.DEADLINE,
            "4 people have not been reached",
            "Told: S27 does not take place. They have not opened it, and no device or telephone says that it came.",
            act="Open the call list",
        ),
        "welcome": _worded(
            kind.PLACE,
            "Welcome to Spring",
            "_welcome",
            "Open your desk",
            cohort="Spring",
            starts_on=NOW.date() + 30 * DAY,
        ),
        "leave": _worded(
            kind.PLACE,
            "You are on leave from Spring",
            "_place",
            kind="leave started",
            on=NOW.date(),
            back_on=NOW.date() + 50 * DAY,
        ),
        "task": _message(
            kind.PLACE,
            "You are faculty of Data and AI in Spring",
            "Your sessions, what waits to be marked and what people ask are on your desk.",
        ),
    }


def _not_in_production() -> None:
    if current_app.extensions["settings"].mode is Mode.PRODUCTION:
        raise NotFound


@dataclass(frozen=True)
class Sample:
    """One mail."""

    title: str
    kind: str
    written: Written


def _digest(every: Every) -> Sample:
    """A digest: what came, and what is due."""
    came = (
        Came(1, 1, NoticeKind.MARK, "B-1 came back", "/cohorts/spring/assignments/b-1", NOW),
        Came(1, 2, NoticeKind.DISCUSSION, "Sanjay Kulkarni replied to you in Th1", "/notices", NOW),
        Came(1, 3, NoticeKind.DISCUSSION, "Wen Li replied to you in Th1", "/notices", NOW),
    )
    due = (
        Due("Q4 Funnels and cohorts", "/cohorts/spring/quizzes/q4", NOW + 20 * HOUR, session=False),
        Due("S27 Metric trees", "/cohorts/spring/sessions/s27", NOW + 3 * DAY, session=True),
    )
    title = "Your day: 3 new, 2 due" if every is Every.DAY else "Your week: 3 new, 2 due"
    return Sample(title, "digest", actions.digest(every, ZONE, came, due, subject=title, now=NOW))


def every_mail() -> dict[str, Sample]:
    """Every mail of this domain with sample data, by the name in its address."""
    told = {
        name: Sample(message.title, message.kind.value, actions.written(message))
        for name, message in samples().items()
    }
    return {**told, "daily-digest": _digest(Every.DAY), "weekly-digest": _digest(Every.WEEK)}


@bp.get("/style-guide/mails")
@public
def mails() -> ResponseReturnValue:
    """Show every mail as text, with a link to it as it looks."""
    _not_in_production()
    return render_template("notifications/mails.html", samples=every_mail())


@bp.get("/style-guide/mails/<name>")
@public
def mail_sample(name: str) -> ResponseReturnValue:
    """Show one mail as it looks; its own style sheet is let in by its hash."""
    _not_in_production()
    sample = every_mail().get(name)
    if sample is None:
        raise NotFound
    html = sample.written.html
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = hashlib.sha256(style[1].encode() if style else b"").digest()
    response = Response(html)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{base64.b64encode(digest).decode()}'; base-uri 'none'"
    )
    return response
