"""What there is to choose: the kinds of notices, the channels, and what cannot be switched off."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class NoticeKind(enum.StrEnum):
    """What a notice is about; people choose by kind."""

    ANNOUNCEMENT = "announcement"
    SCHEDULE = "schedule"
    MARK = "mark"
    FEEDBACK = "feedback"
    RECEIPT = "receipt"
    DISCUSSION = "discussion"
    MENTION = "mention"
    THREAD = "thread"
    REPORT = "report"
    CAPSTONE = "capstone"
    MARKING = "marking"
    TEAM = "team"
    SESSION = "session"
    SEAT = "seat"
    SPEAKER = "speaker"
    PLACE = "place"
    EXTENSION = "extension"
    REQUEST = "request"
    DEADLINE = "deadline"
    ACCOUNT = "account"


class Channel(enum.StrEnum):
    """How a person is told besides in the application, which is always on."""

    MAIL = "mail"
    PUSH = "push"
    """To a device that they allowed."""
    GATEWAY = "gateway"
    """A text message to a telephone number that they confirmed."""


class How(enum.StrEnum):
    """What somebody wants of a kind on a channel."""

    AT_ONCE = "at once"
    DIGEST = "digest"
    """By mail: together with others, at the hour they chose."""
    URGENT = "urgent"
    """Only what cannot wait."""
    OFF = "off"


OFFERED: dict[Channel, tuple[How, ...]] = {
    Channel.MAIL: (How.AT_ONCE, How.DIGEST, How.OFF),
    Channel.PUSH: (How.URGENT, How.AT_ONCE, How.OFF),
    Channel.GATEWAY: (How.URGENT, How.OFF),
}
"""What may be chosen on each channel; the first holds for whoever chose nothing."""


@dataclass(frozen=True, slots=True)
class KindWords:
    """What people read of a kind of notice."""

    title: str
    about: str
    icon: str
    locked: str = ""
    """Why its mails cannot be switched off; empty: they can."""


KINDS: dict[NoticeKind, KindWords] = {
    NoticeKind.MARK: KindWords("Marks", "Something you handed in was marked. A mark never stands in a mail.", "star"),
    NoticeKind.FEEDBACK: KindWords(
        "Answers to you",
        "A milestone was answered, a dispute decided, a post of yours hidden; what others said of your work.",
        "message-square-text",
    ),
    NoticeKind.REQUEST: KindWords(
        "Requests", "What you asked, and what became of it; for staff, what waits for an answer.", "inbox"
    ),
    NoticeKind.EXTENSION: KindWords("Your own dates", "More time for you or your team.", "calendar-plus"),
    NoticeKind.ANNOUNCEMENT: KindWords("Announcements", "What coordinators and faculty write to all.", "megaphone"),
    NoticeKind.DISCUSSION: KindWords("Replies", "Somebody replied to a post of yours.", "messages-square"),
    NoticeKind.MENTION: KindWords("Your name in a post", "Somebody named you in a forum.", "at-sign"),
    NoticeKind.THREAD: KindWords(
        "Threads you follow", "Somebody wrote in a forum. One notice for each thread.", "message-square-text"
    ),
    NoticeKind.REPORT: KindWords("Reported posts", "For those who moderate: a post was reported.", "shield-alert"),
    NoticeKind.CAPSTONE: KindWords(
        "Capstone", "Your project's room, its meetings and its guide; for guides, what waits for an answer.", "flag"
    ),
    NoticeKind.MARKING: KindWords("Marking", "Work waits to be marked by you.", "file-pen"),
    NoticeKind.TEAM: KindWords(
        "Your teams", "You joined or left a team, or somebody of it did; your team submitted in a simulation.", "users"
    ),
    NoticeKind.SESSION: KindWords(
        "Sessions", "One that you missed has a recording; for hosts, what a session of theirs lacks.", "video"
    ),
    NoticeKind.SEAT: KindWords(
        "Seats and appointments", "A seat or an appointment became yours, or is not yours any more.", "armchair"
    ),
    NoticeKind.SPEAKER: KindWords(
        "Speakers", "For those who coordinate: a speaker answered, or cannot come.", "mic"
    ),
    NoticeKind.DEADLINE: KindWords(
        "Rounds", "A round of a simulation opens, closes soon without your team, changes, or has results; work of "
        "others waits for your review.",
        "alarm-clock",
    ),
    NoticeKind.SCHEDULE: KindWords(
        "Changes of dates",
        "A session or deadline of yours moved.",
        "calendar-clock",
        "Nobody should wait in an empty room.",
    ),
    NoticeKind.RECEIPT: KindWords(
        "Receipts", "What you or your team handed in, with its fingerprint.", "receipt", "They are your proof."
    ),
    NoticeKind.PLACE: KindWords(
        "Your place", "Welcome, leave, withdrawal, completion; a task you are given.", "id-card",
        "They are decisions about you.",
    ),
    NoticeKind.ACCOUNT: KindWords(
        "Your account", "Sign-in, password, second factor.", "shield", "They protect your account."
    ),
}  # fmt: skip
"""Every kind, in the order in which people choose."""

NUDGES = frozenset(
    {
        NoticeKind.SCHEDULE,
        NoticeKind.DISCUSSION,
        NoticeKind.CAPSTONE,
        NoticeKind.MARKING,
        NoticeKind.TEAM,
        NoticeKind.SESSION,
        NoticeKind.SEAT,
        NoticeKind.MENTION,
        NoticeKind.THREAD,
        NoticeKind.REPORT,
        NoticeKind.DEADLINE,
    }
)
"""What somebody on leave finds when they come back, and is not told otherwise; decisions and receipts still go out."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The channels by which one message goes to one person, besides the application."""

    mail: bool = False
    digest: bool = False
    push: bool = False
    text: bool = False
    waits: bool = False
    """It keeps their quiet hours."""


def ways(
    kind: NoticeKind,
    choices: Mapping[Channel, How],
    *,
    urgent: bool = False,
    has_digest: bool = False,
    on_leave: bool = False,
    by_mail: bool = True,
) -> Ways:
    """How a person is told of this besides in the application.

    Somebody on leave is not nudged. Locked kinds are mailed at once whatever was chosen. What is urgent waits for no
    digest and no morning, but a kind that is switched off stays off. Without a digest nothing waits for one: the
    application alone tells.
    """
    if on_leave and kind in NUDGES:
        return Ways()
    locked = bool(KINDS[kind].locked)
    post = How.AT_ONCE if locked else choices.get(Channel.MAIL, How.AT_ONCE)
    if urgent and post is How.DIGEST:
        post = How.AT_ONCE
    push = choices.get(Channel.PUSH, How.URGENT)
    return Ways(
        mail=by_mail and post is How.AT_ONCE,
        digest=by_mail and post is How.DIGEST and has_digest,
        push=push is How.AT_ONCE or (push is How.URGENT and urgent),
        text=urgent and choices.get(Channel.GATEWAY, How.URGENT) is How.URGENT,
        waits=not (urgent or locked),
    )
