"""A cohort while it is being filled: who sits where, what the dates are, and a source of chance."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from lms.cohorts.queries import CohortView
from lms.completion import actions as completion
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.coursework.queries import Visit
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine, Outline
from lms.demo.cast import Learner
from lms.enrolment.queries import MyPlace
from lms.notifications import actions as notifications
from lms.people.rules import Actor
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine

SESSIONS = frozenset({"live_session", "masterclass"})


@dataclass
class Seat:
    """A learner in their place. `until`: they left or went on leave then."""

    who: Learner
    actor: Actor
    place: MyPlace
    skill: float
    """Their own mean mark, around the persona's."""
    until: dt.datetime | None = None

    def active(self, at: dt.datetime) -> bool:
        """Whether they take part at that instant."""
        return self.until is None or at < self.until


@dataclass
class Year:
    """A cohort's year, up to `now`."""

    cohort: CohortView
    seats: list[Seat]
    staff: dict[str, Actor]
    now: dt.datetime
    source: random.Random
    shows: bool = True
    """Whether the rarer states are put into it (`plans.Plan.shows`)."""
    open_round: str = ""
    """The round that is open whenever the demonstration is built; empty: whatever is."""
    items: dict[str, ItemLine] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the dates once."""
        self.items = {line.key: line for line in scheduling.items(self.cohort.id)}

    @property
    def outline(self) -> Outline:
        """The programme."""
        return curriculum.outline(self.cohort.version_id)

    def dated(self) -> Iterator[tuple[ActivityLine, ItemLine]]:
        """Activities that have begun, by the moment they end."""
        pairs = [
            (line, self.items[line.key])
            for line in self.outline.activities.values()
            if self.items[line.key].starts_at <= self.now
        ]
        yield from sorted(pairs, key=lambda pair: (pair[1].ends_at, pair[0].position))

    @property
    def far(self) -> bool:
        """Whether the capstone has begun."""
        return self.items["m0"].starts_at <= self.now

    def visit(self, seat: Seat, line: ActivityLine) -> Visit:
        """The learner at an activity's page."""
        return Visit(self.cohort, line, seat.place)

    def moment(self, seat: Seat, item: ItemLine, *, work: bool = True) -> dt.datetime:
        """When this learner gets to it: early, at night before the deadline, or late, as they are."""
        window = item.ends_at - item.starts_at
        persona = seat.who.persona_key
        low, high = {"ahead": (0.15, 0.5), "nights": (0.75, 0.98), "overloaded": (0.85, 0.995)}.get(
            persona, (0.45, 0.97)
        )
        at = item.starts_at + window * self.source.uniform(low, high)
        if work and self.source.random() < seat.who.persona.late:
            at = item.ends_at + dt.timedelta(hours=self.source.uniform(3, 60))
        return at.replace(microsecond=0)

    def quality(self, seat: Seat) -> float:
        """How good this piece of work is, 35 to 96."""
        return max(35.0, min(96.0, self.source.gauss(seat.skill, seat.who.persona.spread)))


@contextmanager
def at(instant: dt.datetime, *, told_together: bool = False) -> Iterator[None]:
    """One unit of work at an instant of the past. `told_together`: whom it concerns is told at its end, all at once."""
    telling = notifications.gathering() if told_together else nullcontext()
    with clock.at(instant), telling, unit_of_work(), completion.gathering():
        yield
