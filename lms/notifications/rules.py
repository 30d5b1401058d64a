"""Pure decisions: what there is to choose, who gets a mail, what a change of dates means for one person."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace


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
    PLACE = "place"
    EXTENSION = "extension"
    REQUEST = "request"
    ACCOUNT = "account"


class Channel(enum.StrEnum):
    """How a person is told. In-app is always on."""

    MAIL = "mail"


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
        "Answers to you", "A milestone was answered, a dispute decided, a post of yours hidden.", "message-square-text"
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
    NoticeKind.TEAM: KindWords("Your teams", "You joined or left a team, or somebody of it did.", "users"),
    NoticeKind.SESSION: KindWords(
        "Recordings", "A session that you missed has a recording. Of the others the app tells.", "video"
    ),
    NoticeKind.SEAT: KindWords(
        "Seats and appointments", "A seat or an appointment became yours, or is not yours any more.", "armchair"
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
        NoticeKind.MENTION,
        NoticeKind.THREAD,
        NoticeKind.REPORT,
        NoticeKind.CAPSTONE,
        NoticeKind.MARKING,
        NoticeKind.TEAM,
        NoticeKind.SESSION,
        NoticeKind.SEAT,
    }
)
"""What somebody on leave finds when they come back, and gets no mail about; decisions and receipts still go out."""


def wants_mail(kind: NoticeKind, *, choice: bool | None, on_leave: bool) -> bool:
    """Whether a person is told by mail as well. Without a choice they are."""
    if on_leave and kind in NUDGES:
        return False
    return True if KINDS[kind].locked else choice is not False


# Teams --------------------------------------------------------------------------------------------------------------


class TeamNews(enum.StrEnum):
    """What a change of a team is for one person; the value is the notice's title."""

    JOINED = "You are in team “{team}”"
    LEFT = "You are no longer in team “{team}”"
    DISSOLVED = "Team “{team}” was dissolved"
    OTHERS = "Team “{team}” has changed"


def team_news(*, was: bool, is_: bool, dissolved: bool, others: bool) -> TeamNews | None:
    """What somebody is told who was in the team before and is in it now; None when nothing changed for them."""
    if dissolved:
        return TeamNews.DISSOLVED if was else None
    if was != is_:
        return TeamNews.JOINED if is_ else TeamNews.LEFT
    return TeamNews.OTHERS if is_ and others else None


# Changes of dates ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """When something is."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class DateChange:
    """What a release did to one item, for one person."""

    item_id: int
    title: str
    kind: str
    """session | window | instant"""
    old: Span
    new: Span

    @property
    def what(self) -> str:
        """moved | cancelled | restored"""
        if self.new.cancelled and not self.old.cancelled:
            return "cancelled"
        if self.old.cancelled and not self.new.cancelled:
            return "restored"
        return "moved"

    @property
    def opening_moved(self) -> bool:
        """Whether a window opens at another time."""
        return self.kind == "window" and self.old.starts_at != self.new.starts_at

    @property
    def end_moved(self) -> bool:
        """Whether a window closes at another time."""
        return self.kind == "window" and self.old.ends_at != self.new.ends_at


@dataclass(frozen=True, slots=True)
class Own:
    """A date of a person's own: a section's replaces everybody's, a team's or person's only gives more time."""

    item_id: int
    ends_at: dt.datetime
    replaces: bool = False


def change_for(change: DateChange, own: Iterable[Own]) -> DateChange | None:
    """What a change means for somebody with these own dates; None when it changes nothing for them."""
    old, new = change.old, change.new
    for one in sorted(own, key=lambda one: not one.replaces):
        if one.item_id == change.item_id:
            old, new = _with(old, one), _with(new, one)
    if new.cancelled and old.cancelled:
        return None
    return replace(change, old=old, new=new) if old != new else None


def _with(span: Span, own: Own) -> Span:
    ends_at = own.ends_at if own.replaces else max(span.ends_at, own.ends_at)
    return replace(span, ends_at=ends_at, starts_at=min(span.starts_at, ends_at))


def changes_title(changes: Iterable[DateChange]) -> str:
    """What the notice of changes is called."""
    found = list(changes)
    if len(found) > 1:
        return f"{len(found)} dates changed"
    words = {"moved": "has moved", "cancelled": "does not take place", "restored": "takes place after all"}
    return f"{found[0].title} {words[found[0].what]}"


def cut(text: str, most: int) -> str:
    """A text that fits: the end goes, and three dots say so."""
    return text if len(text) <= most else text[: most - 2].rstrip() + " …"
