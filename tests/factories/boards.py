"""Boards through the real actions: a chair, members, a list, items that are voted on."""

from __future__ import annotations

from fractions import Fraction

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.gradebook import actions, queries
from lms.gradebook.models import Board, BoardItem
from lms.gradebook.queries import BoardView, ItemPage
from lms.gradebook.rules.boards import Choice, Proposal
from lms.people.models import Person
from tests.factories import assessment as make
from tests.factories import world

MEMO = "a-1"


def opened(
    cohort: CohortView,
    secretary: Person,
    chair: Person,
    *members: Person,
    course: str = "core",
    title: str = "Course A board",
) -> Board:
    """A board whose list is taken now."""
    with unit_of_work() as work:
        return actions.open_board(
            cohort,
            actions.Opening(
                course_key=course,
                title=title,
                chair=chair.public_id,
                members=tuple(one.public_id for one in members),
            ),
            actor=world.actor(secretary),
            now=work.now,
        )


def of(cohort: CohortView, row: Board, by: Person) -> BoardView:
    """The board as somebody sees it."""
    return queries.board_visible_to(world.actor(by), cohort.slug, row.public_id)


def item(cohort: CohortView, row: Board, by: Person, number: int = 1) -> ItemPage:
    """An item as somebody sees it."""
    return queries.item_visible_to(world.actor(by), cohort.slug, row.public_id, number)


def proposed(
    cohort: CohortView,
    row: Board,
    by: Person,
    kind: Proposal,
    *,
    reason: str = "The two markers lie far apart.",
    place: int | None = None,
    thing: tuple[int, str] | None = None,
    value: Fraction | None = None,
    key: str = "",
    reverses: int | None = None,
    of_board: str = "",
) -> int:
    """An item on the agenda; its number."""
    view = of(cohort, row, by)
    cases = {case.place_id: case.number for case in queries.room(view).cases}
    with unit_of_work() as work:
        return actions.propose(
            view,
            actions.Proposed(
                kind=kind,
                reason=reason,
                case=cases[place] if place is not None else None,
                thing=thing,
                value=value,
                key=key,
                reverses=reverses,
                of_board=of_board,
            ),
            actor=world.actor(by),
            now=work.now,
        ).number


def vote(cohort: CohortView, row: Board, by: Person, choice: Choice, number: int = 1, why: str = "") -> None:
    """A vote of a member."""
    page = item(cohort, row, by, number)
    with unit_of_work() as work:
        actions.vote(page, choice, why=why, actor=world.actor(by), now=work.now)


def adopted(cohort: CohortView, row: Board, by: Person, *voters: Person, number: int = 1) -> None:
    """All of them vote for it and it is written down."""
    for one in voters:
        vote(cohort, row, one, Choice.FOR, number)
    page = item(cohort, row, by, number)
    with unit_of_work() as work:
        actions.decide(page, "Agreed.", actor=world.actor(by), now=work.now)


def in_effect(
    cohort: CohortView, row: Board, by: Person, releaser: Person, *voters: Person, number: int = 1
) -> None:
    """Adopted, carried out and released by another."""
    adopted(cohort, row, by, *voters, number=number)
    with unit_of_work() as work:
        actions.carry_out(item(cohort, row, by, number), actor=world.actor(by), now=work.now)
    with unit_of_work() as work:
        actions.release(item(cohort, row, releaser, number), actor=world.actor(releaser), now=work.now)


class Hall:
    """A cohort with three marked memos, a secretary, and three who vote: the chair, a member, and one from outside."""

    def __init__(self, cohort, marker, coordinator) -> None:
        self.cohort, self.marker, self.secretary = cohort, marker, coordinator
        self.learners = [world.person(name) for name in ("Asha Rao", "Ben Ode", "Chen Li")]
        self.places = [world.place(cohort, one) for one in self.learners]
        for place, level in zip(self.places, (2, 3, 4), strict=True):
            make.finish(make.bring(cohort, [place], key=MEMO), marker, level=level)
        make.release(cohort, coordinator)
        self.chair = make.marker(cohort, "Carla Chair")
        self.member = make.marker(cohort, "Milo Member")
        self.outside = world.person("Olga Outside", email="olga@elsewhere.example")
        self.thing = (make.activity_id(MEMO), "")
        self.row = opened(cohort, coordinator, self.chair, self.member, self.outside)

    @property
    def voters(self):
        return self.chair, self.member, self.outside

    def scale(self, value: int = 5) -> int:
        return proposed(
            self.cohort,
            self.row,
            self.secretary,
            Proposal.SCALE,
            thing=self.thing,
            value=Fraction(value),
        )

    def seen(self) -> list[Fraction | None]:
        return [make.seen(place, MEMO) for place in self.places]

    def item(self, number: int = 1) -> BoardItem:
        return db.session.scalars(
            sa.select(BoardItem).where(BoardItem.board_id == self.row.id, BoardItem.number == number)
        ).one()

    def act(self, act, by, number: int = 1):
        page = item(self.cohort, self.row, by, number)
        with unit_of_work() as work:
            return act(page, actor=world.actor(by), now=work.now)
