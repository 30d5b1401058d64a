"""A team decides: the pen goes round, drafts are saved, the editor submits, everybody else says where they stand.

Whatever is written is checked when it is submitted, never mended: a draft may be as wrong as it likes. A sheet that was
played is never touched again; whoever comes a moment too late is told so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core import events
from lms.core.db import db, insert_ignoring, locked, server_now, upsert
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.enrolment import queries as enrolment
from lms.simulations import queries, rules
from lms.simulations.engines.data import InvalidInput
from lms.simulations.events import SheetSubmitted
from lms.simulations.models import Presence, Round, Run, RunMember, RunTeam, Sheet, SheetEntry, Voice
from lms.simulations.rules import Entry, Json, Pen, RoundKind, RoundState, RunRefusal, Verdict, round_state


@dataclass(frozen=True, kw_only=True)
class SheetChange:
    """What a member does to the sheet of their team for a round."""

    round_id: int
    team_id: int
    place_id: int
    version: int = 0
    """Of the sheet that they saw; saving on an older one is a conflict."""


def see(change: SheetChange, *, now: dt.datetime) -> None:
    """Note that a member has the sheet open; whoever holds the pen keeps it by that."""
    upsert(
        Presence.__table__,
        [
            {
                "round_id": change.round_id,
                "team_id": change.team_id,
                "place_id": change.place_id,
                "first_at": now,
                "seen_at": now,
            }
        ],
        keys=("round_id", "place_id"),
        keep_when_set=("first_at",),
    )
    db.session.execute(
        sa.update(Sheet)
        .where(
            Sheet.round_id == change.round_id,
            Sheet.team_id == change.team_id,
            Sheet.pen_id == change.place_id,
        )
        .values(pen_seen_at=now)
    )


def take_pen(change: SheetChange, *, now: dt.datetime) -> Sheet:
    """Take the pen, from whoever holds it: they are shown who has it now. Taking one's own changes nothing."""
    sheet = _open_sheet(change, now)
    if rules.pen_of(Pen(sheet.pen_id, sheet.pen_seen_at), now) != change.place_id:
        _log(sheet, change.place_id, Entry.PEN_TAKEN, now)
    sheet.pen_id, sheet.pen_seen_at = change.place_id, now
    return sheet


def save(change: SheetChange, draft: Json, rationale: str, *, now: dt.datetime) -> Sheet:
    """Keep a draft. Raises Conflict where somebody saved since or holds the pen; nothing is overwritten then."""
    sheet = _open_sheet(change, now)
    _may_write(sheet, change, now)
    if sheet.version != change.version:
        name = enrolment.name_at(sheet.saved_by_id) if sheet.saved_by_id else ""
        raise Conflict(RunRefusal.CHANGED, sheet.version, name=name or "Somebody")
    moved = differences(sheet.draft, draft)
    if rationale != sheet.rationale:
        moved["rationale"] = [sheet.rationale, rationale]
    sheet.pen_id, sheet.pen_seen_at = change.place_id, now
    if not moved and sheet.version:
        return sheet
    sheet.draft, sheet.rationale = draft, rationale
    sheet.version += 1
    sheet.saved_by_id, sheet.saved_at = change.place_id, now
    _log(sheet, change.place_id, Entry.SAVED, now, changed=moved)
    return sheet


def submit(change: SheetChange, *, now: dt.datetime) -> Sheet:
    """Submit the draft as it was saved last; until the close it may be submitted anew, and then is confirmed anew.

    Raises InvalidInput with the place of everything that cannot be played, Conflict as `save`.
    """
    sheet = _open_sheet(change, now)
    _may_write(sheet, change, now)
    if sheet.version != change.version:
        name = enrolment.name_at(sheet.saved_by_id) if sheet.saved_by_id else ""
        raise Conflict(RunRefusal.CHANGED, sheet.version, name=name or "Somebody")
    if sheet.submission and sheet.submitted_version == sheet.version:
        return sheet  # pressed twice: nobody is asked to confirm the same thing anew
    if found := _problems(sheet):
        raise InvalidInput(found)
    sheet.submitted, sheet.submitted_rationale = sheet.draft, sheet.rationale
    sheet.submission += 1
    sheet.submitted_version = sheet.version
    sheet.submitted_by_id, sheet.submitted_at = change.place_id, now
    _log(sheet, change.place_id, Entry.SUBMITTED, now, changed={"sheet": sheet.draft}, words=sheet.rationale)
    round_ = db.session.get_one(Round, sheet.round_id)
    run = db.session.get_one(Run, round_.run_id)
    others = [one for one in queries.member_places(run.id, [sheet.team_id]) if one != change.place_id]
    events.record(
        SheetSubmitted(
            cohort_id=run.cohort_id,
            run_id=run.id,
            round_id=round_.id,
            team_id=sheet.team_id,
            sheet_id=sheet.id,
            by_place_id=change.place_id,
            place_ids=tuple(others),
            submission=sheet.submission,
            at=now,
        )
    )
    return sheet


def say(
    change: SheetChange, verdict: Verdict, submission: int, reason: str = "", *, now: dt.datetime
) -> None:
    """Confirm what was submitted, or dissent from it with a reason; saying it again replaces what one said."""
    sheet = _open_sheet(change, now)
    if not sheet.submission:
        raise RuleViolation(RunRefusal.NOT_SUBMITTED)
    if sheet.submission != submission:
        raise Conflict(RunRefusal.OTHER_VERSION, sheet.submission)
    if sheet.submitted_by_id == change.place_id:
        raise RuleViolation(RunRefusal.OWN_SHEET)
    if verdict is Verdict.DISSENT and not reason.strip():
        raise RuleViolation(RunRefusal.SAY_WHY)
    upsert(
        Voice.__table__,
        [
            {
                "sheet_id": sheet.id,
                "place_id": change.place_id,
                "submission": submission,
                "verdict": verdict,
                "reason": reason.strip(),
                "at": now,
            }
        ],
        keys=("sheet_id", "place_id"),
    )
    kind = Entry.CONFIRMED if verdict is Verdict.CONFIRM else Entry.DISSENTED
    _log(sheet, change.place_id, kind, now, changed={"submission": submission}, words=reason.strip())


def differences(before: Any, after: Any, at: str = "") -> dict[str, list[Any]]:
    """What moved between two documents: {place: [before, after]}, down to single values."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        found: dict[str, list[Any]] = {}
        for key in sorted({*before, *after}):
            found |= differences(before.get(key), after.get(key), f"{at}.{key}" if at else str(key))
        return found
    return {} if before == after else {at: [before, after]}


def _open_sheet(change: SheetChange, now: dt.datetime) -> Sheet:
    """The sheet under lock, made where there is none. Raises RuleViolation where its round takes no decisions."""
    round_ = db.session.get(Round, change.round_id, populate_existing=True)
    team = db.session.get(RunTeam, change.team_id)
    if round_ is None or team is None or team.run_id != round_.run_id:
        raise NotFound
    _takes_decisions(round_, now)
    if (number := queries.earlier_open(round_)) is not None:
        raise RuleViolation(RunRefusal.EARLIER_OPEN, number=number)
    if team.ended_at is not None or team.merged_into_id is not None:
        raise RuleViolation(RunRefusal.ENDED_TEAM, name=team.name)
    if not _sits(change):
        raise RuleViolation(RunRefusal.NOT_A_MEMBER)
    found = db.session.scalar(
        sa.select(Sheet.id).where(Sheet.round_id == change.round_id, Sheet.team_id == change.team_id)
    )
    if found is None:
        new = {"round_id": change.round_id, "team_id": change.team_id, "draft": {}, "submitted": {}}
        insert_ignoring(
            Sheet.__table__,
            [
                new
                | {
                    "rationale": "",
                    "submitted_rationale": "",
                    "version": 0,
                    "submission": 0,
                    "submitted_version": 0,
                }
            ],
        )
        found = db.session.scalars(
            sa.select(Sheet.id).where(Sheet.round_id == change.round_id, Sheet.team_id == change.team_id)
        ).one()
    sheet: Sheet = locked(Sheet, found)
    if sheet.idle is not None:
        raise RuleViolation(RunRefusal.NOT_OPEN)
    return sheet


def _takes_decisions(round_: Round, now: dt.datetime) -> None:
    """Raise unless the round is open by the database's clock, whatever this machine's says."""
    state = round_state(queries.times_of(round_), server_now(now))
    if state is RoundState.OPEN:
        return
    if state is RoundState.FROZEN:
        raise RuleViolation(RunRefusal.FROZEN)
    if state is RoundState.PLANNED:
        raise RuleViolation(RunRefusal.NOT_YET_OPEN, opens=round_.opens_at)
    raise RuleViolation(RunRefusal.NOT_OPEN)


def _sits(change: SheetChange) -> bool:
    found = db.session.scalar(
        sa.select(RunMember.id).where(
            RunMember.team_id == change.team_id,
            RunMember.place_id == change.place_id,
            RunMember.left_at.is_(None),
        )
    )
    return found is not None


def _may_write(sheet: Sheet, change: SheetChange, now: dt.datetime) -> None:
    pen = Pen(sheet.pen_id, sheet.pen_seen_at)
    if not rules.may_write(pen, change.place_id, now):
        holder = rules.pen_of(pen, now)
        raise Conflict(
            RunRefusal.PEN_TAKEN, sheet.version, name=enrolment.name_at(holder) if holder else "Somebody"
        )


def _problems(sheet: Sheet) -> list[Any]:
    """What keeps the draft from being played in the present state of its world."""
    round_ = db.session.get_one(Round, sheet.round_id)
    run = db.session.get_one(Run, round_.run_id)
    team = db.session.get_one(RunTeam, sheet.team_id)
    world = next(one for one in queries.worlds_of(run.id, round_.kind) if team.key in one.team_ids)
    state = queries.state_of(world.id, round_.number if round_.kind is RoundKind.ROUND else 1)
    return queries.game_of(run).problems(queries.parameters_of(run), state, team.key, sheet.draft)


def _log(
    sheet: Sheet,
    place_id: int | None,
    kind: Entry,
    now: dt.datetime,
    *,
    changed: Json | None = None,
    words: str = "",
) -> None:
    db.session.add(
        SheetEntry(
            sheet_id=sheet.id, at=now, place_id=place_id, kind=kind, changed=changed or {}, words=words
        )
    )
