"""Boards in words: a learner on the list, an item of the agenda, a vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lms.assessment.rules import exact, in_full, plain, readable, shown
from lms.cohorts.queries import CohortView
from lms.gradebook import queries
from lms.gradebook.queries import BoardView, Room
from lms.gradebook.queries.boards import Agenda
from lms.gradebook.rules.boards import ItemState, Met, Proposal, borderline
from lms.web.links import href as to

KINDS: Mapping[Proposal, str] = {
    Proposal.SCALE: "Move every mark of one thing by the same shift",
    Proposal.MARK: "Set one mark of one learner",
    Proposal.BAND: "Set the band of one learner",
    Proposal.CONDONE: "Condone a condition that one learner missed",
    Proposal.CARRY: "Carry a case over",
    Proposal.CONFIRM: "Confirm the list",
    Proposal.REVERSE: "Reverse an earlier decision",
}


FIELDS: Mapping[Proposal, frozenset[str]] = {
    Proposal.SCALE: frozenset({"thing", "figure"}),
    Proposal.MARK: frozenset({"case", "thing", "figure"}),
    Proposal.BAND: frozenset({"case", "band"}),
    Proposal.CONDONE: frozenset({"case", "condition"}),
    Proposal.CARRY: frozenset({"case"}),
    Proposal.CONFIRM: frozenset(),
    Proposal.REVERSE: frozenset({"reverses"}),
}


TONES = {
    ItemState.OPEN: "info",
    ItemState.ADOPTED: "warn",
    ItemState.ENTERED: "warn",
    ItemState.RELEASED: "good",
    ItemState.REJECTED: "bad",
}


STATES = {
    ItemState.OPEN: "open for votes",
    ItemState.ADOPTED: "adopted, to be carried out",
    ItemState.ENTERED: "carried out, to be released",
    ItemState.RELEASED: "in effect",
    ItemState.REJECTED: "rejected",
    ItemState.WITHDRAWN: "withdrawn",
}


def share(value: Fraction, *, of_one: bool) -> str:
    """A figure, or a share as per cent, cut."""
    return f"{shown(100 * value)} %" if of_one else shown(value)


def condition_words(one: Met) -> str:
    """A condition in words: what it is, what was reached, what it asks for."""
    asked = one.condition
    there = share(one.value, of_one=asked.share) if one.value is not None else "nothing yet"
    least = plain(100 * asked.least) + " %" if asked.share else plain(asked.least)
    return f"{asked.title}: {there}, {least} needed" + (" (condoned)" if one.condoned else "")


@dataclass(frozen=True)
class Line:
    """A learner on the page of a board."""

    called: str
    href: str
    number: int
    exact: str
    """Whole, for spreadsheets."""
    readable: str
    """As people can read it."""
    figure: str
    band: str
    """As the list was taken."""
    missed: tuple[str, ...]
    carried: tuple[str, ...]
    now: str
    """Figure and band as they stand, where they changed since."""
    near: tuple[tuple[str, str, str], ...]
    """(bound, how far below, what stands behind it)."""


def lines_of(room: Room, results: Mapping[int, dict[str, Fraction]]) -> list[Line]:
    """Every learner on the list."""
    board = room.board
    titles = {band.key: band.title for band in board.grounds.bands}
    found = []
    for case in room.cases:
        value = case.figures[board.course_key]
        today = room.now_of(case, results)
        stands = room.stands(case, today)
        changed = today[board.course_key] != value or stands.band.key != case.band
        missed = room.stands(case, case.figures).met
        near = borderline(value, board.grounds.bounds, board.grounds.within)
        found.append(
            Line(
                called=room.called(case),
                href=""
                if board.numbered
                else to("gradebook.learner_results", slug=board.cohort.slug, public_id=case.public_id),
                number=case.number,
                exact=exact(value),
                readable=readable(value),
                figure=shown(value),
                band=titles.get(case.band, case.band),
                missed=tuple(condition_words(one) for one in missed if one.met is not True or one.condoned),
                carried=tuple(room.carried(case)),
                now=f"{shown(today[board.course_key])}, {stands.band.title}" if changed else "",
                near=tuple((bound.title, plain(distance), in_full(distance)) for bound, distance in near),
            )
        )
    return found


def what(room: Room, item: Agenda) -> str:
    """An item in a sentence."""
    row = item.row
    case = room.about(row)
    who = room.called(case) if case is not None else ""
    thing = label_of(room.board.cohort, row.activity_id, row.part)
    sign = "+" if item.value > 0 else "−"
    of = f" of “{row.reversed_title}”" if row.reversed_board_id not in (None, row.board_id) else ""
    condition = room.condition(row.key)
    bands = {band.key: band.title for band in room.board.grounds.bands}
    return {
        Proposal.SCALE: f"{thing}: every mark {sign}{plain(abs(item.value))}",
        Proposal.MARK: f"{who}: {thing} becomes {shown(item.value)}",
        Proposal.BAND: f"{who}: {bands.get(row.key, row.key)}",
        Proposal.CONDONE: f"{who}: {condition.title if condition else row.key} is condoned",
        Proposal.CARRY: f"{who}: the case is carried over",
        Proposal.CONFIRM: "The list is confirmed for everybody without an open case",
        Proposal.REVERSE: f"Decision {row.reversed_number}{of} is reversed",
    }[row.kind]


def label_of(cohort: CohortView, activity_id: int | None, part: str) -> str:
    """What is marked, by name."""
    things = queries.markable(cohort.version_id)
    return next((one.label for one in things if (one.activity_id, one.part) == (activity_id, part)), "")


def reversible(item: Agenda) -> bool:
    """Whether a later decision may take this one back."""
    return item.row.kind not in (Proposal.CONFIRM, Proposal.REVERSE)


def reversals_of(room: Room) -> list[tuple[str, str]]:
    """(value, words) of the decisions that this board may reverse: its own, then those of closed boards before it."""
    own = [(str(one.row.number), what(room, one)) for one in room.in_effect if reversible(one)]
    return own + [
        (
            f"{one.row.board_public_id}.{one.row.number}",
            f"Decision {one.row.number} of “{one.row.board_title}”: {what(room, one)}",
        )
        for one in queries.earlier_decisions(room)
    ]


def things_of(board: BoardView) -> list[tuple[str, str]]:
    """What is marked in what the board is about."""
    courses = {one.key: one.title for one in queries.plan(board.cohort.version_id).courses}
    title = courses.get(board.course_key, "")
    return [
        (one.key, one.label)
        for one in queries.markable(board.cohort.version_id)
        if not title or one.course == title
    ]


def agenda_of(room: Room) -> list[tuple[Agenda, str, str, str, str]]:
    """(item, what it is, state in words, tone, votes), each."""
    return [
        (one, what(room, one), STATES[one.row.state], TONES.get(one.row.state, ""), str(one.tally))
        for one in room.items
    ]


def voices(room: Room, item: Agenda) -> list[tuple[str, str, str]]:
    """(member, vote, why recused) as they count."""
    whys = {person: why for person, _choice, why, _at in item.story}
    return [
        (room.names.get(person, "a former member"), choice.value, whys[person])
        for person, choice in item.votes.items()
    ]
