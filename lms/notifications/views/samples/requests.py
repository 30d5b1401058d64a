"""Samples: requests from the question to the decision, and the promises between."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind
from lms.notifications.views.samples.making import DAY, NOW, worded
from lms.requests.ports import Fact
from lms.requests.rules import RequestState

TITLE = "More time for B-1 The memo"


def _one(
    heading: str, what: str, quote: str = "", state: RequestState = RequestState.OPEN, *, done: bool = False
) -> Message:
    request: Any = SimpleNamespace(
        person="Rhea Menon",
        cohort=SimpleNamespace(name="Spring"),
        promised_at=NOW + 2 * DAY,
        owner="Cora Coordinator",
        state=state,
    )
    facts = {"request": request, "what": what, "quote": quote, "by": "Cora Coordinator"}
    facts["done"] = (Fact("New deadline", at=NOW + 5 * DAY),) if done else ()
    return worded(NoticeKind.REQUEST, "request", heading, "_request", "Open the request", **facts)


def samples() -> dict[str, Message]:
    """By the names in their addresses."""
    waiting = RequestState.WAITING
    return {
        "request-asked": _one(f"Rhea Menon: {TITLE}", "asked", "I travel for work until Sunday."),
        "request-asked-back": _one(
            f"Cora Coordinator asks you something about “{TITLE}”", "said", "Until when exactly?", waiting
        ),
        "request-added": _one(f"Rhea Menon added to “{TITLE}”", "said", "Until Sunday evening."),
        "request-handed-over": _one(f"Rhea Menon: {TITLE}", "yours", "You know the course."),
        "request-owner": _one(f"Cora Coordinator answers “{TITLE}” now", "owner"),
        "request-granted": _one(f"Granted: {TITLE}", "decided", "You asked in good time.", done=True),
        "request": _one(
            f"Granted in part: {TITLE}",
            "decided",
            "Two days are possible before the marker begins.",
            done=True,
        ),
        "request-refused": _one(f"Refused: {TITLE}", "decided", "The solution is published on Monday."),
        "request-withdrawn": _one(f"Rhea Menon took “{TITLE}” back", "withdrawn"),
        "request-open-again": _one(f"“{TITLE}” is open again", "reopened", "The lecture moved."),
        "promise-near": _one(f"Your answer to Rhea Menon is due: {TITLE}", "near"),
        "promise-passed": _one(f"The promise to Rhea Menon has passed: {TITLE}", "passed"),
    }
