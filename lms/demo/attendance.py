"""Attendance beside the roster: a list from a meeting with two names that wait."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from lms.demo.world import Seat, Year, at
from lms.live import actions as live
from lms.live import queries
from lms.live.actions import makeups as make_ups
from lms.live.actions import presence
from lms.live.actions.makeups import Written
from lms.live.queries import SessionView
from lms.live.queries import makeups as beside
from lms.live.rules import Reading, Verdict
from lms.live.rules.makeups import MakeUpKind

_HEAD = (
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,"
    "Recording Consent,In Waiting Room"
)

_SUMMARY = (
    "I watched the whole recording of “{title}” on two evenings and stopped it at each question to write down my own "
    "answer first. What the class worked out is that the decision is smaller than it looks: most of the argument was "
    "about what would have to be true in a year, and only two of those things can be tested this quarter. I had listed "
    "five.\n\nThe case shows it well. The team had the figures that would have stopped them, and read them as noise, "
    "because nobody had said beforehand which figure would change their minds. We do the same at work: our reviews ask "
    "how something went, never what we said would count as failure.\n\nWhere I disagree is the last exercise. We "
    "took the cautious path because the cost of being wrong was named in money and the cost of waiting was not. I put "
    "both in the same unit for our own product and came out the other way, by a little. I will bring that sheet to my "
    "team.\n\nWhat I take from it: before the next planning round I write down, with a date, two findings that would "
    "make us stop, and who reads them. I have put it on the agenda for the ninth and asked our finance partner to hold "
    "the page, so that it is not mine to forget."
)


def attendance(year: Year) -> None:
    """What stands beside the rosters of a cohort that has begun."""
    sessions = queries.sessions(year.cohort)
    over = [line for line in sessions if line.counts and line.closed]
    if over:
        _meeting(year, over[-1])
        _made_up(year, over)
    ahead = next((line for line in sessions if line.counts and line.starts_at > year.now), None)
    if ahead is not None:
        seat = next(seat for seat in reversed(year.seats) if seat.active(ahead.starts_at))
        with at(year.now - dt.timedelta(hours=20)):
            said = year.now - dt.timedelta(hours=20)
            presence.announce_absence(
                ahead.id, seat.place.place_id, "Our board meets that evening.", now=said
            )


def _made_up(year: Year, over: list[SessionView]) -> None:
    """Two who missed sessions make them up: one was accepted, one waits."""
    missed = [line for line in over if line.ends_at > year.now - dt.timedelta(weeks=9)]
    marks = queries.verdicts(line.id for line in missed)
    absent = [
        (line, seat)
        for line in reversed(missed)
        for seat in year.seats
        if seat.active(year.now) and marks.get((line.id, seat.place.place_id)) is Verdict.ABSENT
    ]
    for position, (line, seat) in enumerate(absent[:2]):
        by = next(actor for actor in year.staff.values() if actor.person_id == line.host_id)
        when = min(line.ends_at + dt.timedelta(days=4 + position), year.now - dt.timedelta(hours=8))
        with at(line.ends_at + dt.timedelta(hours=20)):
            until = (when + dt.timedelta(days=7)).date()
            make_ups.set_terms(
                line.id, MakeUpKind.RECORDING, until, actor=by, now=line.ends_at + dt.timedelta(hours=20)
            )
        place_id = seat.place.place_id
        with at(when):
            written = Written(text=_SUMMARY.format(title=line.line.title), watched=True, version=0)
            make_ups.hand_in(line.id, place_id, written, actor=seat.actor, now=when)
        own = beside.own_make_up(line.id, place_id)
        if position == 0 and own is not None:
            judged = min(when + dt.timedelta(days=1), year.now - dt.timedelta(hours=2))
            with at(judged):
                words = "The objection that you raise is the one we spent most time on. Well seen."
                make_ups.judge_make_up(own.id, accept=True, reason=words, actor=by, now=judged)


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
