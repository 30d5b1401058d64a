"""A team's sheet of a round: who holds the pen, what was submitted, and who stands behind it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass

PEN = dt.timedelta(minutes=2)
"""A pen that was not used for so long may be taken without asking."""


class Entry(enum.StrEnum):
    """What the log of a sheet records. It is only ever added to."""

    SAVED = "saved"
    PEN_TAKEN = "took the pen"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    DISSENTED = "dissented"
    PLAYED = "played"
    """As it went into the round."""
    CARRIED = "carried on"
    """Nothing was submitted; the rule for that decided."""
    BOT = "decided by a bot"


class Verdict(enum.StrEnum):
    """What a member says of what the editor submitted."""

    CONFIRM = "confirm"
    DISSENT = "dissent"


class SheetState(enum.StrEnum):
    """Where a sheet stands, for its team and for whoever runs the game."""

    EMPTY = "nothing yet"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGED = "submitted, and changed since"
    CONFIRMED = "submitted and confirmed by all"


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes, and since when nothing was heard of them."""

    place_id: int | None
    seen_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a member said of one submission."""

    place_id: int
    verdict: Verdict
    submission: int
    """The number of the submission it was said of."""


def pen_of(pen: Pen, now: dt.datetime) -> int | None:
    """Who holds the pen: nobody, once it was not used for long enough."""
    if pen.place_id is None or pen.seen_at is None or now - pen.seen_at >= PEN:
        return None
    return pen.place_id


def may_write(pen: Pen, place_id: int, now: dt.datetime) -> bool:
    """Whether a member may save without taking the pen from somebody."""
    return pen_of(pen, now) in (None, place_id)


def sheet_state(
    *,
    version: int,
    submission: int,
    submitted_version: int,
    members: Collection[int],
    said: Collection[Said],
    by: int | None,
) -> SheetState:
    """Where a sheet stands.

    `version` counts saves, `submission` counts submissions, `submitted_version` is the save that was submitted last.
    Whoever submitted stands for it; the others count once they confirmed that very submission.
    """
    if not version:
        return SheetState.EMPTY
    if not submission:
        return SheetState.DRAFT
    if version != submitted_version:
        return SheetState.CHANGED
    behind = {one.place_id for one in said if one.submission == submission and one.verdict is Verdict.CONFIRM}
    return SheetState.CONFIRMED if set(members) <= behind | {by} else SheetState.SUBMITTED
