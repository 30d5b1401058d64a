"""What a change of a team or of dates means for one person, in words."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace

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


SHORT_NOTICE = dt.timedelta(hours=24)
"""A session that is cancelled or moved so near its hour is told by every channel."""


def at_short_notice(changes: Iterable[DateChange], now: dt.datetime) -> bool:
    """Whether somebody may be on their way already: a session of the next 24 hours is cancelled or moved.

    Moved into the next 24 hours counts as well; what has begun already does not.
    """
    for change in changes:
        if change.kind != "session":
            continue
        spans = [span.starts_at for span in (change.old, change.new) if not span.cancelled]
        if any(now < start <= now + SHORT_NOTICE for start in spans):
            return True
    return False


def cut(text: str, most: int) -> str:
    """A text that fits: the end goes, and three dots say so."""
    return text if len(text) <= most else text[: most - 2].rstrip() + " …"
