"""Who may write, change and remove what until when, and in which order a conversation is shown."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from lms.core.errors import Refusal
from lms.core.ids import ALPHABET, LENGTH

EDIT_WINDOW = dt.timedelta(minutes=30)
"""So long a post may be changed even when somebody has replied."""
LONGEST_POST = 20_000
LONGEST_REASON = 200
LONGEST_TITLE = 150


class CommunityRefusal(Refusal):
    """Why somebody may not do this."""

    NOT_OPEN = "This discussion opens on {when}. Your text is still below."
    CLOSED = "This discussion closed on {when}. Nothing was posted; your text is still below, so that you can copy it."
    CANCELLED = "This discussion does not take place. Nothing was posted; your text is still below."
    NO_DATE = "This discussion has no dates yet, so that nobody can write in it."
    EMPTY = "Write something first."
    TOO_LONG = "A post has at most {most} characters; yours has {count}. Nothing was cut or posted."
    NO_PARENT = "The post you reply to is not there any more. Nothing was posted; your text is still below."
    GONE = "This post was removed meanwhile."
    NOT_YOURS = "Only its author can change or remove a post."
    REPLIED = (
        "Somebody has replied and 30 minutes have passed: the post stays as it was, so that the reply still makes"
        " sense. Correct it in a reply of your own."
    )
    CHANGED = (
        "You changed this post in another window. Both texts are shown: keep what you want and save again."
    )
    NO_REASON = "Say why, in a sentence: the author reads it."
    HIDDEN = "This post is hidden already."
    NOT_HIDDEN = "This post is not hidden."
    OWN_POST = "Remove your own post instead of hiding it."
    NO_TITLE = "Give the announcement a title."
    TITLE_TOO_LONG = "A title has at most {most} characters."
    NO_TEXT = "Write the announcement first."
    NOBODY = "Nobody would get this. Choose who it is for."
    NOT_DRAFT = "This announcement was sent already."
    SCHEDULED = "This announcement waits for its hour. Recall it first."
    TOO_SOON = "That is less than five minutes ahead. Send it now, or choose a later hour."
    TOO_FAR = "That is more than a year ahead."
    TOO_LATE = "This announcement went out meanwhile, or was recalled already."
    FIELD_IN_TITLE = "Fields stand in the text, not in the title."
    UNKNOWN_FIELD = (
        "There is no field “{field}”. There are: name, first name, next session, and deadline of with the code of an"
        " activity."
    )
    FIELD_IN_LINK = "A field cannot stand in the address of a link."
    NOT_SENT = "This announcement was not sent, or is withdrawn already."
    AUDIENCE_CHANGED = (
        "Who gets this changed since you looked: it was {before} people and is {now} now. Nothing was sent; look at"
        " the list again."
    )


@dataclass(frozen=True, slots=True)
class Window:
    """When one may write in a discussion; for a learner with their own dates."""

    opens_at: dt.datetime
    first_post_by: dt.datetime
    closes_at: dt.datetime
    cancelled: bool = False

    def is_open(self, now: dt.datetime) -> bool:
        """Whether learners can write now."""
        return not self.cancelled and self.opens_at <= now <= self.closes_at


def why_not_write(window: Window | None, now: dt.datetime, *, moderates: bool) -> CommunityRefusal | None:
    """Why somebody cannot write in a discussion now; who moderates it is not bound to its dates."""
    if moderates:
        return None
    if window is None:
        return CommunityRefusal.NO_DATE
    if window.cancelled:
        return CommunityRefusal.CANCELLED
    if now < window.opens_at:
        return CommunityRefusal.NOT_OPEN
    if now > window.closes_at:
        return CommunityRefusal.CLOSED
    return None


def why_not_text(text: str, *, most: int = LONGEST_POST) -> CommunityRefusal | None:
    """Why a text cannot stand, or None."""
    if not text.strip():
        return CommunityRefusal.EMPTY
    return CommunityRefusal.TOO_LONG if len(text) > most else None


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What rules judge of a post, for one reader."""

    mine: bool
    posted_at: dt.datetime
    replies: int
    gone: bool
    """Removed by its author or hidden."""


def why_not_edit(post: PostFacts, now: dt.datetime) -> CommunityRefusal | None:
    """Why a post cannot be changed: it may be until somebody replied, and in any case for 30 minutes."""
    if not post.mine:
        return CommunityRefusal.NOT_YOURS
    if post.gone:
        return CommunityRefusal.GONE
    if post.replies and now > post.posted_at + EDIT_WINDOW:
        return CommunityRefusal.REPLIED
    return None


def why_not_remove(post: PostFacts) -> CommunityRefusal | None:
    """Why a post cannot be removed by this reader."""
    if not post.mine:
        return CommunityRefusal.NOT_YOURS
    return CommunityRefusal.GONE if post.gone else None


def is_key(text: str) -> bool:
    """Whether a form's idempotency key is one that we could have given out."""
    return len(text) == LENGTH and all(letter in ALPHABET for letter in text)


class Sort(enum.StrEnum):
    """The order of a conversation."""

    NEWEST = "newest"
    OLDEST = "oldest"
    ACTIVE = "active"
    """The latest reply first."""


def sort_of(text: str | None) -> Sort:
    """The order that a URL asks for; anything unknown is the newest first."""
    return Sort(text) if text in list(Sort) else Sort.NEWEST


@dataclass(frozen=True, slots=True)
class Bone:
    """A post without its text: enough to put a conversation in order."""

    id: int
    parent_id: int | None


@dataclass(frozen=True)
class Part:
    """A stretch of a conversation: what is shown, and from where it goes on."""

    tops: tuple[int, ...]
    newer_from: int | None = None
    """The first top-level post of the stretch before; 0: from the beginning. None: there is none."""
    older_from: int | None = None


def in_order(bones: Sequence[Bone], sort: Sort) -> list[int]:
    """The ids of the top-level posts in the order asked for."""
    latest: dict[int, int] = {}
    for bone in bones:
        top = bone.parent_id or bone.id
        latest[top] = max(latest.get(top, 0), bone.id)
    tops = [bone.id for bone in bones if bone.parent_id is None]
    if sort is Sort.OLDEST:
        return sorted(tops)
    if sort is Sort.ACTIVE:
        return sorted(tops, key=lambda top: (-latest[top], -top))
    return sorted(tops, reverse=True)


def stretch(order: Sequence[int], *, start: int | None, size: int) -> Part:
    """The stretch of a conversation that begins with a top-level post (or holds it); the first one otherwise."""
    at = order.index(start) if start in order else 0
    tops = tuple(order[at : at + size])
    newer = None if at == 0 else (0 if at <= size else order[at - size])
    older = order[at + size] if at + size < len(order) else None
    return Part(tops, newer, older)


def stretch_of(order: Sequence[int], top: int, *, size: int) -> Part:
    """The stretch, counted from the beginning, that holds a top-level post."""
    at = order.index(top) if top in order else 0
    return stretch(order, start=order[at - at % size] if order else None, size=size)
