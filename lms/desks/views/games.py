"""Rounds of simulations on a learner's desk: in the list of the week, first of all where they press, and come back."""

from __future__ import annotations

from typing import Literal

from lms.curriculum.queries import ActivityLine
from lms.desks.queries.learner import LearnerRead
from lms.simulations.queries import OwnRound
from lms.simulations.rules import OPEN, Asks, RoundKind
from lms.web.links import href
from lms.web.shapes import Act, NextUp, Returned, Task

ACTS = {
    Asks.BEGIN: "Begin to decide",
    Asks.WRITE: "Go on deciding",
    Asks.AGAIN: "Look at it",
    Asks.ANSWER: "Read and confirm",
}
_STATES: dict[Asks, Literal["todo", "started", "done", "locked", "missed"]] = {
    Asks.BEGIN: "todo",
    Asks.WRITE: "started",
    Asks.AGAIN: "started",
    Asks.ANSWER: "todo",
    Asks.OTHERS: "done",
    Asks.SETTLED: "done",
    Asks.STOPPED: "locked",
    Asks.WAITING: "done",
}


def on(read: LearnerRead) -> dict[int, OwnRound]:
    """Activity → the round of one's own game that is on, or waits for its results."""
    return {
        one.activity_id: one
        for one in read.games
        if one.activity_id is not None and one.asks not in (Asks.AHEAD, Asks.OUT)
    }


def presses(one: OwnRound) -> bool:
    """Whether a round asks something of oneself."""
    return one.asks in OPEN


def address(read: LearnerRead, one: OwnRound) -> str:
    """The team's place in the game."""
    return href(
        "simulations.game", slug=read.me.cohort.slug, public_id=one.run_public_id, team=one.team_public_id
    )


def act(read: LearnerRead, one: OwnRound) -> Act:
    """What one does next."""
    return Act(ACTS.get(one.asks, "Open the game"), address(read, one), symbol="gamepad-2")


def task(read: LearnerRead, one: OwnRound, line: ActivityLine) -> Task:
    """A round in the list of the week."""
    over, stopped = one.asks is Asks.WAITING, one.asks is Asks.STOPPED
    missed = over and (one.idle or not one.submitted)
    return Task(
        title=one.name,
        href=address(read, one),
        kind="simulation",
        code=line.code,
        minutes=line.minutes if presses(one) else 0,
        state="missed" if missed else _STATES[one.asks],
        at=None if stopped else one.results_at if over else one.closes_at,
        verb="results" if over else "closes",
        note=one.says,
    )


def card(read: LearnerRead, one: OwnRound) -> NextUp:
    """A round as what comes first, or beside it."""
    return NextUp(
        kind="due",
        title=one.name,
        place=one.team,
        href=address(read, one),
        note=one.says,
        starts_at=one.closes_at,
        ends_at=one.closes_at,
        act=act(read, one),
    )


def cards(read: LearnerRead) -> tuple[NextUp, ...]:
    """The rounds that ask something of oneself, by their close."""
    return tuple(card(read, one) for one in read.games if presses(one))


def came_back(read: LearnerRead) -> tuple[Returned, ...]:
    """The newest results of each game."""
    latest = {one.run_public_id: one for one in read.games if one.asks is Asks.OUT}
    return tuple(
        Returned(
            title=f"Results of {_small(one)}",
            href=href(
                "simulations.report",
                slug=read.me.cohort.slug,
                public_id=one.run_public_id,
                team=one.team_public_id,
                played=one.public_id,
            ),
            what=one.says,
            at=one.published_at,
            unit=one.team,
        )
        for one in latest.values()
        if one.published_at is not None
    )


def _small(one: OwnRound) -> str:
    return f"the practice round of {one.title}" if one.kind is RoundKind.PRACTICE else f"r{one.name[1:]}"
