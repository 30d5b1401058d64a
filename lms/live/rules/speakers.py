"""Speakers: from asked to thanked, what they consent to, when they are reminded."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping

from lms.core.errors import Refusal

LINK_AFTER = dt.timedelta(days=30)
"""So long after the session a speaker's link still opens: for slides, consent and the feedback."""
REMINDERS = (14, 3)
"""Days before the session."""
MOST_SLOTS = 5
SLIDES_MB = 40
SLIDES = ("pdf", "pptx")
PHOTO_MB = 5
PHOTO = ("jpg", "png")


class SpeakerState(enum.StrEnum):
    """Where a speaker stands."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Artefact(enum.StrEnum):
    """What a speaker consents to, each by itself."""

    RECORDING = "recording"
    SLIDES = "slides"
    QUOTES = "quotes"
    PHOTO = "photo"


ASKED_FOR: dict[Artefact, tuple[str, str]] = {
    Artefact.RECORDING: (
        "The session may be recorded",
        "The cohort watches it on its page, nobody else. A later no hides it at once.",
    ),
    Artefact.SLIDES: (
        "The cohort may have my slides",
        "As a file on the session’s page. A later no hides them at once.",
    ),
    Artefact.QUOTES: (
        "I may be quoted, and a transcript kept",
        "In the cohort’s notes, with your name. Never outside the programme.",
    ),
    Artefact.PHOTO: ("My photo may stand beside my name", "On the session’s page, for the cohort."),
}


class SpeakerRefusal(Refusal):
    """Why something about a speaker is refused."""

    NO_ADDRESS = "Give the speaker’s name and a full e-mail address: the link goes there."
    ASKED_ALREADY = "They have been asked for this session already. Send the link again instead."
    NO_SLOTS = "Offer one to five times, each ahead."
    NOT_OFFERED = "Choose one of the times that were offered, or say when else."
    OVER = "The session is over. What is about it can still be changed, the date not."
    NOT_CONFIRMED = "Nobody confirmed yet: there is nothing to call off."
    NEEDS_REASON = "Say why in a sentence: the coordinator reads it."
    NO_WISH = "Say when you could, or that you cannot."
    NO_BACKUP = "Only a backup who has confirmed takes over."
    NOT_A_LECTURE = "Choose a lecture that is still ahead, at least an hour from now."
    NO_PICTURE = "That is no picture that can be read. Take a JPEG or PNG file."
    LINK_OFF = "The link is off already."


def link_until(ends_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Until when a link opens: some weeks after the session, and at least some weeks from now."""
    return max(ends_at, now) + LINK_AFTER


def may_show(artefact: Artefact, consents: Mapping[Artefact, bool]) -> bool:
    """Whether the cohort may have it: only after a yes, and until a no."""
    return consents.get(artefact, False)


def why_held(artefact: Artefact, name: str, consents: Mapping[Artefact, bool]) -> str:
    """Why files or recordings of a session are hidden, as staff read it; empty without an explicit no."""
    if consents.get(artefact) is not False:
        return ""
    what = "a recording" if artefact is Artefact.RECORDING else "the cohort having the slides"
    return f"{name[:120]} does not agree to {what}."


def due_reminder(starts_at: dt.datetime, now: dt.datetime) -> int | None:
    """Which reminder is due: the nearest that the days left call for, or None."""
    left = starts_at - now
    if left <= dt.timedelta(0):
        return None
    return next((days for days in sorted(REMINDERS) if left <= dt.timedelta(days=days)), None)


def thanks_due(ends_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether it is time to thank: from twelve hours after the end, for a week."""
    return dt.timedelta(hours=12) <= now - ends_at < dt.timedelta(days=7)


def introduced(name: str, line: str) -> str:
    """A speaker as learners read it: name and role."""
    return f"{name}, {line}"[:200] if line else name[:200]
