"""Who runs simulations, who looks at all teams, who plays."""

from __future__ import annotations

from typing import Protocol

from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

RUNNING = frozenset({Role.FACULTY, Role.COORDINATOR, Role.DIRECTOR})
WATCHING = RUNNING | {Role.ASSISTANT, Role.AUDITOR}


class OfPlayer(OfCohort, Protocol):
    """Something of one team, with whether the viewer sits in it."""

    @property
    def own(self) -> bool: ...


def can_run(actor: Actor, thing: OfCohort) -> bool:
    """Make runs, seat teams, open, close, extend and replay rounds, and lead the debrief."""
    return actor.has_any(RUNNING, thing.cohort_id)


def can_watch(actor: Actor, thing: OfCohort) -> bool:
    """See all teams of a run, their sheets and what is true."""
    return actor.has_any(WATCHING, thing.cohort_id)


def can_see_games(actor: Actor, thing: OfCohort) -> bool:
    """See which simulations the cohort plays: learners their own teams' games, those who watch all of them."""
    return actor.has(Role.LEARNER, thing.cohort_id) or can_watch(actor, thing)


def can_play(actor: Actor, thing: OfPlayer) -> bool:
    """Write, submit and confirm a sheet: the loader finds only one's own team's."""
    return thing.own and actor.has(Role.LEARNER, thing.cohort_id)


def can_see_game(actor: Actor, thing: OfPlayer) -> bool:
    """Read a team's cockpit and reports: its members, and those who watch all teams."""
    return can_play(actor, thing) or can_watch(actor, thing)


def can_see_marks(actor: Actor, thing: OfCohort) -> bool:
    """See what a run comes to as marks before they are released."""
    return actor.has_any(RUNNING | {Role.AUDITOR}, thing.cohort_id)


def can_mark(actor: Actor, thing: OfCohort) -> bool:
    """Record what a run comes to as marks."""
    return actor.has_any(RUNNING, thing.cohort_id)


class OfDebrief(OfPlayer, Protocol):
    """A debrief, or a team's part of it, with whether it has begun."""

    @property
    def begun(self) -> bool: ...


def can_see_debrief(actor: Actor, thing: OfDebrief) -> bool:
    """Read the debrief: those who watch all teams at any time, those who played once it has begun."""
    return can_watch(actor, thing) or (can_play(actor, thing) and thing.begun)


def can_take_files(actor: Actor, thing: OfPlayer) -> bool:
    """Take a team's own decisions and results home: its members at any time, and those who watch."""
    return can_see_game(actor, thing)


def can_resolve(actor: Actor, thing: OfDebrief) -> bool:
    """Write down what one will start or stop: whoever played, once the debrief has begun."""
    return can_play(actor, thing) and thing.begun
