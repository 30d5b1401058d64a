"""The minutes of a board: a page to be read, a PDF to be signed, and a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.assessment.rules import plain
from lms.core import clock, mail, pdf
from lms.gradebook import policy, queries
from lms.gradebook.queries import BoardView, Room
from lms.gradebook.queries.boards import Agenda
from lms.gradebook.rules.boards import VOTING, Seat
from lms.gradebook.views.blueprint import bp
from lms.gradebook.views.board_lines import agenda_of, lines_of, voices
from lms.web import filters
from lms.web.downloads import csv_file, pdf_file
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

SEATS = {Seat.CHAIR: "in the chair", Seat.MEMBER: "member", Seat.SECRETARY: "secretary without a vote"}


@bp.get("/cohorts/<slug>/boards/<public_id>/minutes")
@requires(policy.can_see_board, queries.board_visible_to)
def minutes(board: BoardView) -> ResponseReturnValue:
    """Show the minutes, to be read or printed: members, the list, every item with its votes and words."""
    no_store()
    room = queries.room(board)
    return render_template(
        "gradebook/minutes.html",
        board=board,
        cohort=board.cohort,
        members=[(one.name, SEATS[one.seat]) for one in room.members],
        lines=lines_of(room, queries.results_now(board)),
        items=[
            (one, words, state, votes, voices(room, one))
            for one, words, state, _tone, votes in agenda_of(room)
        ],
        rules=_rules(board),
        zone=current_actor().zone,
        now=clock.now(),
    )


@bp.get("/cohorts/<slug>/boards/<public_id>/minutes.pdf")
@requires(policy.can_see_board, queries.board_visible_to)
def minutes_pdf(board: BoardView) -> ResponseReturnValue:
    """Give the minutes as a PDF with the list and a line for each signature; times are the cohort's."""
    room = queries.room(board)
    return pdf_file(
        f"{board.cohort.slug}-board-{board.public_id}",
        pdf.typeset("minutes", printed(room, queries.results_now(board), clock.now())),
    )


def _rules(board: BoardView) -> str:
    return (
        f"{board.quorum} votes are needed for a decision, abstentions among them. More for than against adopts; with "
        "as many, the chair's vote decides. Results are exact fractions and compared exactly; figures shown are cut, "
        "never rounded, to one decimal. A fraction too long to read stands with six decimals, cut, and whole in the "
        f"spreadsheet. Whoever is up to {plain(board.grounds.within)} below a bound is near it."
    )


def printed(room: Room, results: Mapping[int, dict[str, Fraction]], now: dt.datetime) -> dict[str, Any]:
    """What the printed minutes say."""
    board = room.board
    zone = board.cohort.zone

    def on(at: dt.datetime) -> str:
        return f"{filters.long_day_in(at, zone)} {filters.local(at, zone).year}, {filters.clock(at, zone)}"

    stood = [f"{board.about}. The list was taken {on(board.taken_at)} and never changes."]
    if board.confirmed_at is not None:
        stood.append(f"The list was confirmed {on(board.confirmed_at)}.")
    if board.closed_at is not None:
        stood.append(f"The minutes were closed {on(board.closed_at)}.")
    return {
        "institution": mail.frame("").institution,
        "cohort": board.cohort.name,
        "title": f"Minutes: {board.title}",
        "stood": stood,
        "draft": "" if board.closed_at is not None else f"Draft of {on(now)}: the minutes are not closed.",
        "members": [[one.name, SEATS[one.seat]] for one in room.members],
        "rules": _rules(board),
        "items": [_item(room, *one, on=on) for one in agenda_of(room)],
        "list_note": f"“Stands now” is what stood {on(now)}, with what was in effect by then.",
        "columns": ["Learner", "Shown", "Exactly", "Band", "Not met, open", "Stands now"],
        "lines": [
            {
                "called": one.called,
                "figure": one.figure,
                "exact": one.readable,
                "band": one.band,
                "open": "; ".join((*one.missed, *one.carried)) or "–",
                "now": one.now or "the same",
            }
            for one in lines_of(room, results)
        ],
        "signed": "Who signs says that these minutes and this list are what the board looked at and decided.",
        "signers": [
            [one.name, SEATS[one.seat]]
            for one in sorted(
                room.members, key=lambda one: (one.seat not in VOTING, one.seat is not Seat.CHAIR)
            )
        ],
    }


def _item(
    room: Room, item: Agenda, words: str, state: str, _tone: str, votes: str, *, on: Any
) -> dict[str, str]:
    row = item.row
    casting = ", the chair's vote decided" if row.casting else ""
    return {
        "title": f"{row.number}. {words}",
        "reason": row.reason,
        "state": state.capitalize(),
        "votes": f", {votes} (for : against : abstained){casting}, {on(row.decided_at)}"
        if row.decided_at is not None
        else "",
        "minute": row.minute or "",
        "voices": "; ".join(
            f"{name}: {choice}" + (f" ({why})" if why else "") for name, choice, why in voices(room, item)
        ),
    }


@bp.get("/cohorts/<slug>/boards/<public_id>/minutes.csv")
@requires(policy.can_see_board, queries.board_visible_to)
def minutes_csv(board: BoardView) -> ResponseReturnValue:
    """Give the minutes as a spreadsheet: the list first, then what was decided."""
    room = queries.room(board)
    head = ("what", "number", "subject", "exact", "figure", "band", "state", "votes", "reason", "minutes")
    return csv_file(
        f"{board.cohort.slug}-board-{board.public_id}", head, _rows(room, queries.results_now(board))
    )


def _rows(room: Room, results: Mapping[int, dict[str, Fraction]]) -> Iterator[tuple[object, ...]]:
    for line in lines_of(room, results):
        state = "carried over" if line.carried else ""
        said = "; ".join((*line.missed, *line.carried))
        yield (
            "learner",
            line.number,
            line.called,
            line.exact,
            line.figure,
            line.band,
            state,
            "",
            said,
            line.now,
        )
    for item, words, state, _tone, votes in agenda_of(room):
        yield (
            "decision",
            item.row.number,
            words,
            "",
            "",
            "",
            state,
            votes + (", the chair's vote decided" if item.row.casting else ""),
            item.row.reason,
            item.row.minute,
        )
