"""A team's place as its page shows it: who is there, who writes, what is submitted, who stands behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.people.rules import Actor
from lms.simulations import policy, rules
from lms.simulations.queries import Mate, RoundLine, Seat, SheetView
from lms.simulations.rules import Phase, RoundState, SheetState, Verdict, sheet_state
from lms.simulations.rules.sheets import Said as Voice
from lms.simulations.views.desks import Brief, Desk, Group, Lines, Said, Step
from lms.web.filters import clock as clock_words
from lms.web.filters import when
from lms.web.shell import initials

HERE = dt.timedelta(seconds=70)
"""Who was heard of so lately is there: three heartbeats, and one that came late."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member, with where they stand."""

    name: str
    initials: str
    role: str
    here: bool
    writes: bool
    viewer: bool
    says: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A round in the list of rounds."""

    title: str
    state: str
    at: dt.datetime
    href_id: str
    """Public id of a round whose report can be read."""
    current: bool


@dataclass(frozen=True)
class GamePage:
    """A team's place."""

    seat: Seat
    desk_of: Desk
    now: dt.datetime
    zone: str
    status: str
    """setup, planned, open, frozen, waiting, over"""
    title: str
    """Of the round that is on."""
    practice: bool
    people: tuple[Person, ...]
    presence: str
    may_write: bool
    may_take: bool
    """The pen, from whoever holds it."""
    writer: str
    changed: bool
    """What is saved is another thing than what is submitted."""
    state: SheetState
    submitted_by: str
    own_submission: bool
    own_word: Verdict | None
    summary: Sequence[Group]
    """Of what is submitted."""
    review: Sequence[Group]
    """Of what would be submitted: only on the page that asks once more."""
    idle: str
    brief: Brief | None
    headline: Lines
    steps: Sequence[Step]
    rounds: tuple[Entry, ...]
    problems: tuple[Said, ...] = ()
    spoiled: tuple[Said, ...] = ()
    """Why what is submitted cannot be played any more: an earlier round was played again."""
    wrong: Mapping[str, str] = field(default_factory=dict)
    say_error: str = ""
    say_reason: str = ""
    rationale: str = ""
    reason_limit: int = 0
    reviewing: bool = False
    desk: Any = None

    @property
    def round(self) -> RoundLine | None:
        """The round that is on."""
        return self.seat.current

    @property
    def sheet(self) -> SheetView:
        """Of that round."""
        return self.seat.sheet

    @property
    def behind(self) -> int:
        """How many stand behind what is submitted, whoever submitted it included."""
        return sum(1 for one in self.people if one.tone == "good")


STATUS = {
    RoundState.PLANNED: "planned",
    RoundState.OPEN: "open",
    RoundState.FROZEN: "frozen",
    RoundState.DUE: "waiting",
    RoundState.CLOSED: "waiting",
}


def present(
    seat: Seat,
    desk: Desk,
    actor: Actor,
    now: dt.datetime,
    *,
    problems: Sequence[Said] = (),
    reviewing: bool = False,
    said: tuple[str, str] = ("", ""),
) -> GamePage:
    """Make the page. `said`: what was typed as a reason of dissent, and what is wrong with it."""
    view, sheet, current = seat.view, seat.sheet, seat.current
    status = _status(seat)
    holder = rules.pen_of(sheet.pen, now)
    plays = policy.can_play(actor, view)
    may_write = plays and seat.writable and holder in (None, view.place_id)
    people = tuple(_person(one, seat, now, holder) for one in seat.mates)
    wrong = {one.anchor: one.sentence for one in problems}
    shows = status in ("open", "frozen")
    return GamePage(
        seat=seat,
        desk_of=desk,
        now=now,
        zone=actor.zone,
        status=status,
        title=round_title(desk, current) if current else "",
        practice=bool(current and current.practice),
        people=people,
        presence=presence(seat, now),
        may_write=may_write,
        may_take=plays and seat.writable and holder not in (None, view.place_id),
        writer=seat.name_at(holder) if holder else "",
        changed=bool(sheet.submission and sheet.version != sheet.submitted_version),
        state=_sheet_state(seat),
        submitted_by=seat.name_at(sheet.submitted_by_id) if sheet.submission else "",
        own_submission=bool(sheet.submission) and sheet.submitted_by_id == view.place_id,
        own_word=next((one.verdict for one in seat.mates if one.place_id == view.place_id), None),
        summary=desk.summary(seat, sheet.submitted) if sheet.submission and seat.state else (),
        review=desk.summary(seat, seat.draft) if reviewing and seat.state else (),
        idle=desk.idle(seat),
        brief=desk.brief(seat) if plays and view.lens else None,
        headline=desk.headline(seat, seat.last) if seat.last else (),
        steps=desk.steps(seat) if shows and seat.state else (),
        rounds=tuple(_entry(one, seat, desk) for one in (*seat.practised, *seat.rounds)),
        problems=tuple(problems),
        spoiled=_spoiled(seat, desk) if status == "open" else (),
        wrong=wrong,
        say_reason=said[0],
        say_error=said[1],
        rationale=sheet.rationale,
        reviewing=reviewing,
        desk=desk.page(seat, seat.draft, wrong) if shows and seat.state else None,
    )


def _spoiled(seat: Seat, desk: Desk) -> tuple[Said, ...]:
    if not seat.sheet.submission or seat.state is None:
        return ()
    submitted = seat.sheet.submitted
    return tuple(
        desk.said(seat, submitted, seat.game.problems(seat.parameters, seat.state, seat.key, submitted))
    )


def _status(seat: Seat) -> str:
    if seat.view.run.phase is Phase.SETTING_UP or seat.state is None:
        return "setup"
    if seat.current is None:
        return "over"
    if seat.view.run.phase in (Phase.DEBRIEF, Phase.ENDED, Phase.DISCARDED):
        return "over"
    return STATUS[seat.current.state]


def round_title(desk: Desk, line: RoundLine) -> str:
    """What a round is called: "Year 3", "Practice year 1"."""
    unit = desk.unit
    return f"Practice {unit} {line.number}" if line.practice else f"{unit.capitalize()} {line.number}"


def _entry(line: RoundLine, seat: Seat, desk: Desk) -> Entry:
    state = {
        RoundState.PLANNED: ("opens", line.opens_at),
        RoundState.OPEN: ("open until", line.closes_at),
        RoundState.FROZEN: ("frozen", line.closes_at),
        RoundState.DUE: ("closed; results", line.results_at),
        RoundState.CLOSED: ("closed; results", line.results_at),
        RoundState.PUBLISHED: ("results since", line.results_at),
    }[line.state]
    known = line in seat.practised or any(one.round_id == line.id for one in seat.played)
    current = seat.current is not None and line.id == seat.current.id
    return Entry(
        title=round_title(desk, line),
        state=state[0],
        at=state[1],
        href_id=line.public_id if known else "",
        current=current,
    )


def _sheet_state(seat: Seat) -> SheetState:
    sheet = seat.sheet
    voices = [
        Voice(one.place_id, one.verdict, sheet.submission) for one in seat.mates if one.verdict is not None
    ]
    return sheet_state(
        version=sheet.version,
        submission=sheet.submission,
        submitted_version=sheet.submitted_version,
        members=[one.place_id for one in seat.mates],
        said=voices,
        by=sheet.submitted_by_id,
    )


def _person(one: Mate, seat: Seat, now: dt.datetime, holder: int | None) -> Person:
    sheet = seat.sheet
    says, tone = "", ""
    if sheet.submission:
        if one.place_id == sheet.submitted_by_id:
            says, tone = "submitted it", "good"
        elif one.verdict is Verdict.CONFIRM:
            says, tone = "confirmed", "good"
        elif one.verdict is Verdict.DISSENT:
            says, tone = "dissents", "warn"
        else:
            says = "not yet"
    roles = {key: title for key, title, _ in seat.game.lenses(seat.parameters)}
    return Person(
        name=one.name,
        initials=initials(one.name),
        role=roles.get(one.lens, ""),
        here=_here(one, now),
        writes=one.place_id == holder,
        viewer=one.place_id == seat.view.place_id,
        says=says,
        tone=tone,
        reason=one.reason,
    )


def _here(one: Mate, now: dt.datetime) -> bool:
    return one.seen_at is not None and now - one.seen_at < HERE


def presence(seat: Seat, now: dt.datetime) -> str:
    """Who is there and who writes: "RM, SK here; SK writes"."""
    holder = rules.pen_of(seat.sheet.pen, now)
    here = [
        "you" if one.place_id == seat.view.place_id else initials(one.name)
        for one in seat.mates
        if _here(one, now) or one.place_id == holder
    ]
    if not here:
        return "Nobody is here at the moment"
    words = f"{', '.join(sorted(here, key=lambda name: name != 'you'))} here"
    if holder is not None:
        mine = holder == seat.view.place_id
        words += "; you write" if mine else f"; {initials(seat.name_at(holder))} writes"
    return words[:1].upper() + words[1:]


def saved_words(seat: Seat, zone: str, now: dt.datetime) -> str:
    """Who saved the sheet last, and when."""
    sheet = seat.sheet
    if sheet.saved_at is None:
        return ""
    name = seat.name_at(sheet.saved_by_id)
    day = when(sheet.saved_at, zone, now) if now - sheet.saved_at > dt.timedelta(hours=12) else ""
    return f"{name} saved it {day or 'at ' + clock_words(sheet.saved_at, zone)}"
