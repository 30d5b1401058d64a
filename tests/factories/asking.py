"""Seats, questions and feedback for tests, through the real actions."""

from __future__ import annotations

from lms.cohorts.queries import CohortView
from lms.core.uow import unit_of_work
from lms.live import actions
from lms.live.models import Question
from lms.live.rules.questions import QuestionAct
from lms.live.rules.seats import SeatState
from lms.people.models import Person
from tests.factories import live, world

RATINGS = {"worth": 5, "change": 4, "pace": 3}


def seats(cohort: CohortView, key: str, count: int, hours: int = 24) -> list[int]:
    """Give a session so many seats."""
    with unit_of_work() as work:
        return actions.set_seats(
            live.session(cohort, key).id, count, hours, actor=world.director(), now=work.now
        )


def take(cohort: CohortView, key: str, person: Person) -> SeatState:
    """Somebody asks for a seat."""
    with unit_of_work() as work:
        return actions.take_seat(
            live.session(cohort, key).id,
            live.place_of(cohort, person),
            actor=world.actor(person),
            now=work.now,
        )


def give_up(cohort: CohortView, key: str, person: Person) -> bool:
    """Somebody gives up their seat, or turn."""
    with unit_of_work() as work:
        return actions.give_up_seat(
            live.session(cohort, key).id,
            live.place_of(cohort, person),
            actor=world.actor(person),
            now=work.now,
        )


def asked(
    cohort: CohortView, key: str, person: Person, text: str = "Why?", *, anonymous: bool = False
) -> Question:
    """Somebody asks a question."""
    with unit_of_work() as work:
        return actions.ask(
            live.session(cohort, key).id, text, anonymous=anonymous, actor=world.actor(person), now=work.now
        )


def voted(question: Question, person: Person, *, wanted: bool = True) -> None:
    """Somebody votes for a question."""
    with unit_of_work() as work:
        actions.vote(question.id, wanted=wanted, actor=world.actor(person), now=work.now)


def moderated(question: Question, act: QuestionAct, *, words: str = "", into: str = "") -> None:
    """Whoever moderates does something with a question."""
    with unit_of_work() as work:
        actions.moderate(question.id, act, words=words, into=into, actor=world.director(), now=work.now)


def answered(cohort: CohortView, key: str, person: Person, best: str = "", **ratings: int) -> None:
    """Somebody gives feedback on a session."""
    with unit_of_work() as work:
        actions.give_feedback(
            live.session(cohort, key).id,
            live.place_of(cohort, person),
            {**RATINGS, **ratings},
            best=best,
            better="",
            now=work.now,
        )
