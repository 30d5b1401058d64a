"""A marking pack in the demonstration: taken out by the faculty who signs in, filled in on a train, brought back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from lms.assessment import actions as assessment
from lms.assessment import queries as marking
from lms.assessment.queries import BatchView, PackLine
from lms.assessment.rules import Judgement
from lms.assessment.rules.pack_files import BOOK, Returned
from lms.assessment.rules.packs import Row, digest
from lms.demo import words
from lms.demo.world import Year, at

OUT, BACK = dt.timedelta(hours=20), dt.timedelta(hours=2)
"""So long ago it was taken out, and brought back."""
OVERALL = (
    "Read on the train, twice. The claim is clear by the second line and the figures carry it; say in one sentence "
    "what would make you give it up."
)
COMMENT = "The alternative is named, but nobody asks what it would have cost."
DISAGREES = "On paper I was stricter: the last page promises what the first one does not ask for."
LEFT_OUT = ("Thumbs.txt: neither the table nor a PDF file",)


def taken_out(year: Year, activity_id: int, task_ids: list[int]) -> tuple[BatchView, list[PackLine]]:
    """What the pack says of these pieces of an activity, which are the faculty's own."""
    marker = year.staff["faculty"]
    view = BatchView(year.cohort, year.outline.activities[activity_id], "", "")
    with at(year.now - OUT):
        return view, [line for line in marking.pack_lines(view, marker) if line.task_id in task_ids]


def brought_back(year: Year, view: BatchView, lines: list[PackLine], *, begun: int, done: int) -> None:
    """In the table the pieces that wait are judged, and so is the one that was begun at the desk meanwhile.

    `begun` and `done` are the tasks of that one and of one that was finished at the desk, where the table says nothing.
    """
    marker, when = year.staff["faculty"], year.now - BACK
    rubric = marking.rubric_view(year.cohort.version_id, view.activity.id, view.part).rules
    keys = [row.key for row in rubric.criteria]
    rows = []
    for number, line in enumerate(lines, start=3):
        judgement = Judgement(
            levels={key: 3 - (place + number) % 2 for place, key in enumerate(keys)},
            comments={keys[0]: COMMENT},
            overall=OVERALL,
        )
        if line.task_id == begun:
            judgement = replace(judgement, comments={keys[-1]: DISAGREES}, overall=DISAGREES)
        elif line.task_id == done:
            judgement = line.piece.judgement
        rows.append(
            Row(
                number=number,
                piece=line.piece.public_id,
                version=line.piece.version,
                base=digest(line.piece.judgement),
                judgement=judgement,
            )
        )
    labels = [line.piece.label for line in lines if line.task_id not in (begun, done)]
    pdfs = tuple((label, "with my notes.pdf", words.pdf("With my notes")) for label in labels[-1:])
    with at(when):
        assessment.keep_return(
            view, BOOK, rows, Returned([], pdfs, LEFT_OUT), given=(), actor=marker, now=when
        )
