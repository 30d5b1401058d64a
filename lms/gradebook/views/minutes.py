"""The minutes of a board: a page to be read and printed, and a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.assessment.rules import plain
from lms.core import clock
from lms.gradebook import policy, queries
from lms.gradebook.queries import BoardView, Room
from lms.gradebook.views.blueprint import bp
from lms.gradebook.views.board_lines import agenda_of, lines_of, voices
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


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
        room=room,
        lines=lines_of(room, queries.results_now(board)),
        items=[
            (one, words, state, votes, voices(room, one))
            for one, words, state, _tone, votes in agenda_of(room)
        ],
        within=plain(board.grounds.within),
        zone=current_actor().zone,
        now=clock.now(),
    )


@bp.get("/cohorts/<slug>/boards/<public_id>/minutes.csv")
@requires(policy.can_see_board, queries.board_visible_to)
def minutes_csv(board: BoardView) -> ResponseReturnValue:
    """Give the minutes as a spreadsheet: the list first, then what was decided."""
    room = queries.room(board)
    head = ("what", "number", "subject", "exact", "figure", "band", "state", "votes", "reason", "minutes")
    return csv_file(
        f"{board.cohort.slug}-board-{board.public_id}", head, _rows(room, queries.results_now(board))
    )


def _rows(room: Room, results: Mapping[int, Mapping[str, Any]]) -> Iterator[tuple[object, ...]]:
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
