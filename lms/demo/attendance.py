"""Attendance beside the roster: a list from a meeting with two names that wait."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from lms.demo.world import Seat, Year, at
from lms.live import actions as live
from lms.live import queries
from lms.live.queries import SessionView
from lms.live.rules import Reading

_HEAD = (
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,"
    "Recording Consent,In Waiting Room"
)


def attendance(year: Year) -> None:
    """What stands beside the rosters of a cohort that has begun."""
    over = [line for line in queries.sessions(year.cohort) if line.counts and line.closed]
    if over:
        _meeting(year, over[-1])


def _meeting(year: Year, line: SessionView) -> None:
    """The host brings the list of the latest session, a day after it; two people joined under names nobody knows."""
    there = [seat for seat in year.seats if seat.active(line.starts_at)]
    odd, away = there[3], there[7]
    rows = [
        _row(line, seat.who.name, seat.who.email, *_minutes(year))
        for seat in there
        if seat not in (odd, away)
    ]
    rows += [
        _row(line, f"iPhone ({odd.who.name.split()[0]})", "", -2, 176),
        _row(line, away.who.name.split()[-1], _private(away), 4, 88),
        _row(line, away.who.name.split()[-1], _private(away), 93, 181),
    ]
    body = "\r\n".join([*_preamble(line), _HEAD, *rows]).encode("utf-8-sig")
    by = next(
        (actor for actor in year.staff.values() if actor.person_id == line.host_id), year.staff["coordinator"]
    )
    when = min(line.ends_at + dt.timedelta(hours=16), year.now)
    with at(when):
        kept = live.try_list(
            line.id,
            [live.Brought(name=f"participants-{line.key}.csv", body=body)],
            Reading(),
            zones=(year.cohort.zone, "UTC"),
            actor=by,
            now=when,
        )
        live.record_list(kept.id, actor=by, now=when)


def _minutes(year: Year) -> tuple[int, int]:
    joined = year.source.choice((-6, -3, 0, 2, 5, 9))
    left = 181 if year.source.random() < 0.9 else 110
    return joined, left


def _private(seat: Seat) -> str:
    return f"{seat.who.name.split()[0].lower()}.{seat.who.name.split()[-1].lower()}@mail.example"


def _preamble(line: SessionView) -> tuple[str, ...]:
    first, last = _told(line, -12), _told(line, 184)
    return (
        "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,",
        f'845 2210 3371,"{line.line.title}",{first},{last},{line.key}@meet.example,196,,',
        "",
    )


def _told(line: SessionView, minutes: int) -> str:
    there = (line.starts_at + dt.timedelta(minutes=minutes)).astimezone(ZoneInfo(line.cohort.zone))
    return f"{there:%m/%d/%Y %I:%M:%S %p}"


def _row(line: SessionView, name: str, email: str, joined: int, left: int) -> str:
    return f'"{name}",{email},{_told(line, joined)},{_told(line, left)},{left - joined},Yes,,No'
