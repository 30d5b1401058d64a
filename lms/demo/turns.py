"""What the members of a team do with the sheet of a round: one writes, one submits, the others say where they stand.

A turn of the past is written down in a few statements; of a round that is open now it is done by the acts themselves.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.demo.world import Seat, at
from lms.simulations import actions, queries
from lms.simulations.actions import SheetChange
from lms.simulations.actions.deciding import differences
from lms.simulations.models import Presence, RunTeam, Sheet, SheetEntry, Voice
from lms.simulations.rules import Entry, Json, Verdict

COARSE = {"price": 1, "brand": 0, "sales": 0, "development": 0, "production": 0, "forecast": 0, "capacity": 0}
"""Decimal places with which people type what a scripted player computes to three."""
LAST_SAVE = dt.timedelta(minutes=9)
"""So long before it is submitted a sheet is saved for the last time."""


def tidied(sheet: Json) -> Json:
    """A scripted player's sheet as people would write it: whole millions and thousands, attention in half units."""

    def written(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            inside = name if name == "attention" else ""
            return {key: written(one, inside or key) for key, one in value.items()}
        if isinstance(value, float) and name == "attention":
            return round(value * 2) / 2
        return round(value, COARSE[name]) if isinstance(value, float) and name in COARSE else value

    found: Json = written(sheet, "")
    return found


def within(sheet: Json, units: float) -> Json:
    """A sheet of Six Quarters whose attention fits into a quarter, as people plan it who have counted."""
    asked = sheet["attention"]
    total = sum(_units(asked))
    if total <= units:
        return sheet

    def less(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: less(one) for key, one in value.items()}
        return math.floor(value * units / total * 2) / 2

    return {**sheet, "attention": less(asked)}


def _units(asked: Any) -> Iterator[float]:
    if isinstance(asked, dict):
        for one in asked.values():
            yield from _units(one)
    else:
        yield float(asked)


@dataclass(frozen=True)
class Turn:
    """What the members of a team do in a round, each at an instant."""

    team: RunTeam
    sheet: Json
    why: str
    writer: Seat
    begun: dt.datetime
    editor: Seat
    submitted: dt.datetime
    others: tuple[tuple[Seat, dt.datetime, str], ...]
    """Who else, when, and why they dissent; empty: they confirm."""
    half: Json | None = None
    """What the writer keeps first, where it is not all of it."""
    saved: dt.datetime | None = None
    """When the editor saves; nothing: a few minutes before it is submitted."""
    looked: tuple[tuple[Seat, dt.datetime], ...] = ()
    """Who had a look at it and did no more."""

    @property
    def last_save(self) -> dt.datetime:
        """When the whole sheet is saved."""
        return self.saved or self.submitted - LAST_SAVE


def act(round_id: int, turn: Turn, now: dt.datetime) -> None:
    """What of a turn has happened by now, through the acts themselves."""

    def change(seat: Seat) -> SheetChange:
        version = queries.sheet_of(round_id, turn.team.id).version
        return SheetChange(
            round_id=round_id, team_id=turn.team.id, place_id=seat.place.place_id, version=version
        )

    if turn.begun > now:
        return
    with at(now):
        actions.see(change(turn.writer), now=turn.begun)
        actions.save(change(turn.writer), turn.half or turn.sheet, "", now=turn.begun)
        for seat, when in turn.looked:
            actions.see(change(seat), now=when)
        if turn.last_save > now or (turn.saved is None and turn.submitted > now):
            return
        actions.see(change(turn.editor), now=max(turn.last_save, min(turn.submitted, now)))
        actions.save(change(turn.editor), turn.sheet, turn.why, now=turn.last_save)
        if turn.submitted > now:
            return
        actions.submit(change(turn.editor), now=turn.submitted)
        for seat, when, words in turn.others:
            if when <= now:
                actions.see(change(seat), now=when)
                verdict = Verdict.DISSENT if words else Verdict.CONFIRM
                actions.say(change(seat), verdict, 1, words, now=when)


def write_down(round_id: int, turns: Sequence[Turn]) -> None:
    """The same for a round of the past, in a few statements: eight teams for eight rounds would take a minute."""
    sheets = [_sheet(round_id, turn) for turn in turns]
    if not sheets:
        return
    found = db.session.execute(sa.insert(Sheet).returning(Sheet.team_id, Sheet.id), sheets)
    ids = {row.team_id: row.id for row in found}
    entries: list[Json] = []
    voices: list[Json] = []
    seen: list[Json] = []
    for turn in turns:
        sheet_id = ids[turn.team.id]
        acts: list[tuple[dt.datetime, Seat, Entry, Json, str]] = [
            (turn.begun, turn.writer, Entry.SAVED, differences({}, turn.sheet), ""),
            (turn.last_save, turn.editor, Entry.SAVED, {"rationale": ["", turn.why]}, ""),
            (turn.submitted, turn.editor, Entry.SUBMITTED, {"sheet": turn.sheet}, turn.why),
        ]
        for seat, when, words in turn.others:
            kind, verdict = (
                (Entry.DISSENTED, Verdict.DISSENT) if words else (Entry.CONFIRMED, Verdict.CONFIRM)
            )
            acts.append((when, seat, kind, {"submission": 1}, words))
            voices.append(
                {
                    "sheet_id": sheet_id,
                    "place_id": seat.place.place_id,
                    "submission": 1,
                    "verdict": verdict,
                    "reason": words,
                    "at": when,
                }
            )
        for when, seat, kind, changed, words in sorted(acts, key=lambda one: one[0]):
            entries.append(
                {
                    "sheet_id": sheet_id,
                    "at": when,
                    "place_id": seat.place.place_id,
                    "kind": kind,
                    "changed": changed,
                    "words": words,
                }
            )
        times: dict[int, list[dt.datetime]] = {}
        for when, seat, *_ in acts:
            times.setdefault(seat.place.place_id, []).append(when)
        seen += [
            {
                "round_id": round_id,
                "team_id": turn.team.id,
                "place_id": place_id,
                "first_at": min(whens),
                "seen_at": max(whens),
            }
            for place_id, whens in times.items()
        ]
    db.session.execute(sa.insert(SheetEntry), entries)
    db.session.execute(sa.insert(Presence), seen)
    if voices:
        db.session.execute(sa.insert(Voice), voices)


def _sheet(round_id: int, turn: Turn) -> Json:
    editor = turn.editor.place.place_id
    return {
        "round_id": round_id,
        "team_id": turn.team.id,
        "draft": turn.sheet,
        "rationale": turn.why,
        "version": 2,
        "saved_by_id": editor,
        "saved_at": turn.last_save,
        "pen_id": editor,
        "pen_seen_at": turn.submitted,
        "submitted": turn.sheet,
        "submitted_rationale": turn.why,
        "submission": 1,
        "submitted_version": 2,
        "submitted_by_id": editor,
        "submitted_at": turn.submitted,
    }
