"""What the page of one place shows: its story in words, what can be done, and what each act means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.enrolment import rules
from lms.enrolment.queries import PlaceView, Seat, StoryLine
from lms.enrolment.rules import PlaceEventKind, PlaceState, TeamKind
from lms.web import filters
from lms.web.shapes import StoryEvent


@dataclass(frozen=True, slots=True)
class ActWords:
    """One act on a place: what it is called, what it does, what it leaves as it is."""

    key: str
    wanted: PlaceState
    label: str
    title: str
    symbol: str
    button: str
    happens: tuple[str, ...]
    stays: tuple[str, ...]
    needs_reason: bool = False
    done: str = ""


def acts_of(place: PlaceView, *, teams: Sequence[str] = (), seats_left: int = 0) -> tuple[ActWords, ...]:
    """The acts that a place allows, in words for this very person."""
    return tuple(
        act
        for act in _all(place, teams, seats_left)
        if act.wanted in rules.MAY_FOLLOW[place.state] and _fits(act, place.state)
    )


def _fits(act: ActWords, state: PlaceState) -> bool:
    """Coming back is a return from leave, a reinstatement from elsewhere."""
    if act.wanted is not PlaceState.ENROLLED:
        return True
    return (act.key == "return") is (state is PlaceState.ON_LEAVE)


def _all(place: PlaceView, teams: Sequence[str], seats_left: int) -> Iterable[ActWords]:
    first = place.name.split()[0]
    sits = " and ".join(f"“{team}”" for team in teams)
    yield ActWords(
        key="leave",
        wanted=PlaceState.ON_LEAVE,
        label="Put on leave",
        title=f"Put {place.name} on leave",
        symbol="pause",
        button=f"Put {first} on leave",
        happens=(
            "From the first day of the leave nothing of theirs shows as overdue, and risk notices stay silent.",
            (
                "Deadlines do not move by themselves: extend each piece of work that falls into the leave, "
                "or the late rule applies to it."
            ),
            (
                "Live sessions during the leave stand in neither sum of their attendance, unless they come all the "
                "same and stay. “Why?” at each session names the leave; nobody has to excuse them one by one."
            ),
            "A leave that begins later starts by itself on its day; until then you can drop it.",
        ),
        stays=(
            "The seat is kept. They can still sign in, read and hand in.",
            f"They stay in {sits}; team mates see that they are on leave."
            if sits
            else "They sit in no team now.",
        ),
        needs_reason=True,
        done=f"{place.name} is on leave.",
    )
    yield ActWords(
        key="return",
        wanted=PlaceState.ENROLLED,
        label="End the leave",
        title=f"{place.name} returns",
        symbol="play",
        button=f"End {first}'s leave",
        happens=(
            "From this day on deadlines and risk notices are theirs again.",
            "Look at what fell into the leave: excuse sessions and extend deadlines before they find them missed.",
        ),
        stays=(f"They sit in {sits} as before." if sits else "They sit in no team; put them into one.",),
        done=f"{place.name} is back.",
    )
    yield ActWords(
        key="withdraw",
        wanted=PlaceState.WITHDRAWN,
        label="Withdraw",
        title=f"Withdraw {place.name}",
        symbol="user-x",
        button=f"Withdraw {place.name}",
        happens=(
            "On the effective day they lose access to this cohort, and their seat is free for somebody else.",
            "Sessions from that day on do not count for them.",
            f"They leave {sits}; the others stay, and released marks of the team change for nobody."
            if sits
            else "They sit in no team now, so no team is touched.",
            "A withdrawal that lies ahead comes about by itself on its day; until then you can drop it.",
        ),
        stays=(
            "Everything they handed in, every mark, their attendance and this story.",
            "Their sign-in, for whatever else they take part in.",
            (
                "They can be reinstated while a seat is free. To move them to a later cohort, withdraw them with "
                "that reason here and enrol them there."
            ),
        ),
        needs_reason=True,
        done=f"{place.name} is withdrawn.",
    )
    yield ActWords(
        key="reinstate",
        wanted=PlaceState.ENROLLED,
        label="Reinstate",
        title=f"Reinstate {place.name}",
        symbol="rotate-ccw",
        button=f"Reinstate {first}",
        happens=(
            f"They see the cohort again and take one of the {filters.plural(seats_left, 'free seat')}."
            if place.state is not PlaceState.COMPLETED
            else "The place is open again: it was marked as completed by mistake, or there is more to do.",
            "Sessions count again from the effective day; those in between do not.",
        ),
        stays=(
            "What they did before is as they left it.",
            "They are not put back into the teams they left: do that by hand, as the teams may have changed.",
        ),
        done=f"{place.name} has the place again.",
    )
    yield ActWords(
        key="complete",
        wanted=PlaceState.COMPLETED,
        label="Mark as completed",
        title=f"Mark {place.name} as completed",
        symbol="circle-check",
        button=f"Mark {first} as completed",
        happens=(
            "The place is closed as completed. It decides nothing about results: those follow from marks and rules.",
        ),
        stays=("They keep reading everything. You can take this back by reinstating them.",),
        done=f"{place.name} has completed.",
    )


# The story ----------------------------------------------------------------------------------------------------------

_SYMBOLS = {
    PlaceEventKind.ENROLLED: "user-plus",
    PlaceEventKind.LEAVE_STARTED: "pause",
    PlaceEventKind.LEAVE_ENDED: "play",
    PlaceEventKind.LEAVE_PLANNED: "calendar-clock",
    PlaceEventKind.WITHDRAWAL_PLANNED: "calendar-clock",
    PlaceEventKind.PLAN_DROPPED: "calendar-x",
    PlaceEventKind.WITHDRAWN: "user-x",
    PlaceEventKind.IMPORT_UNDONE: "undo-2",
    PlaceEventKind.REINSTATED: "rotate-ccw",
    PlaceEventKind.COMPLETED: "circle-check",
    PlaceEventKind.SECTION_CHANGED: "arrow-left-right",
    PlaceEventKind.JOIN_DATE_CHANGED: "calendar",
}


def told(story: Sequence[StoryLine], seats: Sequence[Seat], now: dt.datetime) -> tuple[StoryEvent, ...]:
    """The story in words, the latest first; joining and leaving teams stand in it too."""
    events = [(line.at, 0, index, _event(line, now)) for index, line in enumerate(story)]
    for index, seat in enumerate(seats):
        kind = KINDS[seat.kind].lower()
        joined = StoryEvent(seat.starts_at, f"Joined the {kind} “{seat.team}”", symbol="users-round")
        events.append((seat.starts_at, 1, index, joined))
        if seat.ends_at:
            left = StoryEvent(seat.ends_at, f"Left the {kind} “{seat.team}”", symbol="users-round")
            events.append((seat.ends_at, 2, index, left))
    return tuple(event for *_order, event in sorted(events, key=lambda entry: entry[:3], reverse=True))


KINDS = {
    TeamKind.WORKING: "Working team",
    TeamKind.SIMULATION: "Simulation team",
    TeamKind.CAPSTONE: "Capstone team",
}


def _event(line: StoryLine, now: dt.datetime) -> StoryEvent:
    title, words = _words(line, now)
    effective = (
        ""
        if line.on == line.at.date() or _says_day(line)
        else f"Effective {filters.day(line.on, now.date())}."
    )
    return StoryEvent(
        at=line.at,
        title=title,
        words=" ".join(part for part in (words, effective, line.reason) if part),
        by=line.by,
        symbol=_SYMBOLS.get(line.kind, "circle"),
    )


def _says_day(line: StoryLine) -> bool:
    return line.kind in (
        PlaceEventKind.ENROLLED,
        PlaceEventKind.JOIN_DATE_CHANGED,
        PlaceEventKind.IMPORT_UNDONE,
        *rules.PLANS,
    )


def _words(line: StoryLine, now: dt.datetime) -> tuple[str, str]:
    on = filters.day(line.on, now.date())
    details = line.details
    if line.kind is PlaceEventKind.ENROLLED:
        source = " From a list." if details.get("list") else ""
        return "Enrolled", f"Counts from {on}.{source}"
    if line.kind is PlaceEventKind.LEAVE_STARTED:
        return "Leave began", _back(details.get("back_on"), now)
    if line.kind is PlaceEventKind.LEAVE_PLANNED:
        return f"Leave planned for {on}", _back(details.get("back_on"), now)
    if line.kind is PlaceEventKind.WITHDRAWAL_PLANNED:
        return f"Withdrawal planned for {on}", ""
    if line.kind is PlaceEventKind.SECTION_CHANGED:
        return "Section changed", f"From {details.get('from') or 'none'} to {details.get('to') or 'none'}."
    if line.kind is PlaceEventKind.JOIN_DATE_CHANGED:
        return "First day changed", f"From {details.get('from')} to {details.get('to')}."
    titles = {
        PlaceEventKind.LEAVE_ENDED: "Back from leave",
        PlaceEventKind.PLAN_DROPPED: "Plan dropped",
        PlaceEventKind.IMPORT_UNDONE: "Taken off the list again",
    }
    return titles.get(line.kind, line.kind.value.capitalize()), ""


def _back(back_on: str | None, now: dt.datetime) -> str:
    if not back_on:
        return "No day of return was named."
    return f"Expected back {filters.day(dt.date.fromisoformat(back_on), now.date())}."


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned for a place."""

    title: str
    words: str


def plan_of(story: Sequence[StoryLine], now: dt.datetime) -> Plan | None:
    """What is planned, in words."""
    told_story = [rules.Told(line.kind, line.on) for line in story]
    plan = rules.planned(told_story)
    if plan is None:
        return None
    line = next(line for line in reversed(story) if line.kind is plan.kind)
    title, words = _words(line, now)
    return Plan(title, " ".join(part for part in (words, line.reason) if part))


def days_words(story: Sequence[StoryLine], now: dt.datetime) -> tuple[str, ...]:
    """The days on which sessions count: “from Mon 6 Jan”, “Mon 6 Jan to Thu 3 Apr”, “not on leave from Sun 9 Feb”."""
    today = now.date()

    def words(one: rules.Interval) -> str:
        if one.until is None:
            return f"from {filters.day(one.first, today)}"
        return f"{filters.day(one.first, today)} to {filters.day(one.until - dt.timedelta(days=1), today)}"

    days = rules.days_of(rules.Told(line.kind, line.on) for line in story)
    held = [words(one) for one in days.held]
    away = [words(one) for one in days.leaves if one.until is None or one.first < one.until]
    return (*held, *(f"not on leave {one}" for one in away))


def back_on(story: Sequence[StoryLine]) -> dt.date | None:
    """When somebody on leave is expected back."""
    line = next((line for line in reversed(story) if line.kind is PlaceEventKind.LEAVE_STARTED), None)
    found = line.details.get("back_on") if line else None
    return dt.date.fromisoformat(found) if found else None
