"""A round that is open now, with a team in every state: agreed, divided, still writing, asleep, waiting."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lms.demo.turns import Turn
from lms.demo.world import Seat
from lms.simulations.rules import Json

MINUTE = dt.timedelta(minutes=1)


class Stand(enum.Enum):
    """Where a team stands while a round is open."""

    WRITING = "a sheet is being written"
    AGREED = "submitted, and everybody confirmed"
    DIVIDED = "submitted, and somebody dissents"
    ASLEEP = "nobody has opened it"
    WAITING = "submitted, and most have not said anything yet"


def stands(teams: Mapping[int, Sequence[Seat]], first: Seat) -> dict[int, Stand]:
    """Where each team stands, by team: that of the first learner is still writing, the others take turns."""
    order = sorted(teams, key=lambda team_id: (first not in teams[team_id], team_id))
    states = list(Stand)
    return {team_id: states[number % len(states)] for number, team_id in enumerate(order)}


def half(sheet: Json) -> Json:
    """What is there when somebody has thought about people and not about money yet."""
    return {key: value for key, value in sheet.items() if key not in ("capacity", "options")}


def standing(
    turn: Turn, members: Sequence[Seat], stand: Stand, *, opened: dt.datetime, now: dt.datetime, dissent: str
) -> Turn | None:
    """A turn as far as it has come; None where nobody has opened the sheet."""
    if stand is Stand.ASLEEP:
        return None
    since = now - opened

    def at(share: float) -> dt.datetime:
        return (opened + since * share).replace(second=0, microsecond=0)

    writer, editor, *others = [*members[1:], members[0]]
    turn = replace(
        turn, writer=writer, editor=editor, begun=at(0.2 + len(writer.who.name) / 100), half=half(turn.sheet)
    )
    if stand is Stand.WRITING:
        far = now + dt.timedelta(days=1)
        seen = tuple((seat, now - MINUTE * 12 * number) for number, seat in enumerate(others[-1:], 2))
        return replace(turn, submitted=far, saved=now - 7 * MINUTE, looked=seen, others=())
    said: list[tuple[Seat, dt.datetime, str]] = []
    for number, seat in enumerate((writer, *others)):
        words = dissent if stand is Stand.DIVIDED and number == 1 else ""
        said.append((seat, at(0.62 + 0.08 * number), words))
    if stand is Stand.WAITING:
        return replace(turn, submitted=at(0.9), others=((writer, at(0.95), ""),))
    return replace(turn, submitted=at(0.55 if stand is Stand.AGREED else 0.48), others=tuple(said))
