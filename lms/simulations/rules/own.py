"""What a round asks of one member of a team: the desk's order of urgency and the round's own page follow it. Pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from lms.simulations.rules.runs import RoundState
from lms.simulations.rules.sheets import Verdict


class Asks(enum.StrEnum):
    """Where a round stands for one member of a team."""

    AHEAD = "ahead"
    BEGIN = "begin"
    """Nobody has written anything."""
    WRITE = "write"
    """Something is written, nothing is submitted."""
    AGAIN = "again"
    """Something else is written than what was submitted."""
    ANSWER = "answer"
    """Submitted by somebody else: confirm it, or dissent."""
    OTHERS = "others"
    """They stand behind it, or said why not; others have not said anything."""
    SETTLED = "settled"
    """Submitted, and everybody has said what they think of it."""
    STOPPED = "stopped"
    WAITING = "waiting"
    """Over; the results are not shown."""
    OUT = "out"


OPEN = frozenset({Asks.BEGIN, Asks.WRITE, Asks.AGAIN, Asks.ANSWER})
"""Something is asked of them, and until the round closes."""


def asks(
    state: RoundState,
    *,
    version: int,
    submission: int,
    submitted_version: int,
    mine: bool,
    verdict: Verdict | None,
    said: int,
    asked: int,
) -> Asks:
    """What a round asks of a member.

    `mine`: they submitted what is submitted; `verdict`: what they say of that submission; `asked`: how many besides
    whoever submitted it sit in the team, `said`: how many of those said anything of it.
    """
    if state is RoundState.PUBLISHED:
        return Asks.OUT
    if state in (RoundState.CLOSED, RoundState.DUE):
        return Asks.WAITING
    if state is RoundState.PLANNED:
        return Asks.AHEAD
    if state is RoundState.FROZEN:
        return Asks.STOPPED
    if not submission:
        return Asks.WRITE if version else Asks.BEGIN
    if version != submitted_version:
        return Asks.AGAIN
    if not mine and verdict is None:
        return Asks.ANSWER
    return Asks.SETTLED if said >= asked else Asks.OTHERS


def says(
    found: Asks,
    *,
    writer: str,
    saved_by: str,
    submitted_by: str,
    confirmed: int,
    members: int,
    dissents: Sequence[str],
    idle: bool,
) -> str:
    """Where a round stands for a member, in half a sentence; people by name, "you" among them.

    `confirmed` counts whoever stands behind what is submitted, whoever submitted it included.
    """
    against = f"; {' and '.join(dissents)} {_verb('dissent', dissents)}" if dissents else ""
    if found is Asks.BEGIN:
        return (
            f"{writer} {_verb('write', [writer])}; nothing is submitted"
            if writer
            else "your team has not begun"
        )
    if found is Asks.WRITE:
        if writer:
            return f"{writer} {_verb('write', [writer])}; nothing is submitted"
        return f"a draft{f' by {saved_by}' if saved_by else ''}; nothing is submitted"
    if found is Asks.AGAIN:
        return "changed since it was submitted: submit it again, or what was submitted counts"
    if found is Asks.ANSWER:
        return f"submitted by {submitted_by}{against}: confirm it, or say why not"
    if found is Asks.OTHERS:
        return f"submitted by {submitted_by}, {confirmed} of {members} stand behind it{against}"
    if found is Asks.SETTLED:
        return f"submitted by {submitted_by}{against}" if dissents else "submitted and confirmed by all"
    if found is Asks.STOPPED:
        return "the clock is stopped: nobody can write, and it does not close"
    if found is Asks.WAITING:
        if idle:
            return "closed without your team’s decision: what went on goes on"
        return "closed; the results are on their way"
    if found is Asks.OUT:
        return "your team had decided nothing: what went on went on" if idle else "the report is there"
    return ""


def _verb(verb: str, who: Sequence[str]) -> str:
    return verb if len(who) > 1 or list(who) == ["you"] else f"{verb}s"
