"""A sheet of marks brought back: one code path says what each cell would do, and does it; it can be taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from lms.assessment import actions as assessment
from lms.assessment.rules import shown
from lms.core import audit
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.sheets import to_csv
from lms.curriculum import queries as curriculum
from lms.enrolment.rules import lists
from lms.gradebook import queries
from lms.gradebook.actions.boards import confirmed_in
from lms.gradebook.actions.importing import body_of
from lms.gradebook.models import GradeImport
from lms.gradebook.queries import Markable
from lms.gradebook.queries.sheets import MarksGround, marks_ground, values_at
from lms.gradebook.rules.boards import BoardRefusal
from lms.gradebook.rules.sheets import (
    CellDoes,
    Present,
    SheetRefusal,
    judge_cell,
    judge_hidden,
    read_stamps,
    share_of,
)
from lms.live.rules import sheets as workbooks
from lms.people.rules import Actor

WORDS = {"id": (), "learner": ("name",), "versions": ()}
NEEDS = (("id",), ("versions",))
ACTS = frozenset({CellDoes.RECORDS, CellDoes.CHANGES})


@dataclass(frozen=True)
class PlannedCell:
    """What one cell of a sheet would do; cells that do nothing are only counted."""

    row: int
    learner: str
    item: str
    does: CellDoes
    words: str
    place_id: int = 0
    thing: Markable | None = None
    value: Fraction | None = None
    latest: int = 0


@dataclass(frozen=True)
class PlannedSheet:
    """What a sheet would do."""

    cells: tuple[PlannedCell, ...]
    held: int
    """Cells with a figure in them."""

    @property
    def acts(self) -> int:
        """How many marks it changes or records."""
        return sum(cell.does in ACTS for cell in self.cells)

    @property
    def conflicts(self) -> int:
        """How many marks changed since the sheet was taken."""
        return sum(cell.does is CellDoes.CONFLICT for cell in self.cells)

    @property
    def refused(self) -> int:
        """How many cells are to be mended."""
        return sum(cell.does is CellDoes.REFUSED for cell in self.cells)

    @property
    def share(self) -> Fraction:
        """How much of what it holds it would change."""
        return share_of(self.acts, self.held)


def plan_marks(ground: MarksGround, body: bytes) -> PlannedSheet:
    """Say what each cell of a sheet would do.

    Raises RuleViolation when the sheet cannot be read at all.
    """
    keys = {thing.key: thing for thing in ground.things}
    sheet = lists.read(as_text(body), {**WORDS, **dict.fromkeys(keys, ())}, needs=NEEDS)
    learners = {line.public_id: line for line in ground.learners}
    order = {thing.key: index for index, thing in enumerate(ground.things)}
    cells: list[PlannedCell] = []
    asked: list[tuple[lists.Row, str, Markable, str, int]] = []
    seen: dict[str, int] = {}
    held = 0
    columns = [field for field in sheet.fields if field in keys]
    for row in sheet.rows:
        line = learners.get(row["id"])
        numbers = read_stamps(row["versions"], len(ground.things))
        refusal = None
        if line is None:
            refusal = SheetRefusal.UNKNOWN_ID.value.format(text=row["id"][:40])
        elif row["id"] in seen:
            refusal = SheetRefusal.TWICE.value.format(row=seen[row["id"]])
        elif numbers is None:
            refusal = SheetRefusal.STAMPS.value
        if refusal is not None or line is None or numbers is None:
            name = line.name if line else row["learner"]
            cells.append(PlannedCell(row.number, name, "", CellDoes.REFUSED, refusal or ""))
            continue
        seen[row["id"]] = row.number
        for key in columns:
            held += bool(row[key or ""])
            asked.append((row, row[key or ""], keys[key or ""], line.public_id, numbers[order[key or ""]]))
    stale = {}
    for _row, _text, thing, public_id, stamp in asked:
        mark = ground.marks.get((learners[public_id].place_id, thing.activity_id, thing.part))
        if mark is not None and stamp != mark.latest:
            stale[mark.mark_id] = stamp
    was = values_at(stale)
    for row, text, thing, public_id, stamp in asked:
        line = learners[public_id]
        mark = ground.marks.get((line.place_id, thing.activity_id, thing.part))
        present = Present(
            mark.latest if mark else 0,
            mark.standing if mark else None,
            was.get(mark.mark_id) if mark else None,
        )
        hidden = ground.hidden(line.place_id, thing)
        judged = judge_hidden(text, hidden) if hidden is not None else judge_cell(text, stamp, present)
        if judged.does is CellDoes.NOTHING:
            continue
        stands = shown(present.value) if present.value is not None else "nothing"
        words = {
            CellDoes.RECORDS: f"mark {text}, to be released",
            CellDoes.CHANGES: f"{text} after {stands}, to be released",
            CellDoes.CONFLICT: f"the sheet says {text}, but {stands} was entered since; nothing is overwritten",
        }.get(judged.does, judged.refusal.value.format(text=text[:40]) if judged.refusal else "")
        cells.append(
            PlannedCell(
                row.number,
                line.name,
                thing.label,
                judged.does,
                words,
                line.place_id,
                thing,
                judged.value,
                present.latest,
            )
        )
    return PlannedSheet(tuple(sorted(cells, key=lambda cell: cell.row)), held)


def as_text(body: bytes) -> bytes:
    """A sheet as CSV, whatever it came as. Raises RuleViolation when a workbook cannot be opened."""
    if not workbooks.is_workbook(body):
        return body
    try:
        lines = workbooks.workbook(body)
    except workbooks.Unreadable as why:
        raise RuleViolation(lists.ListRefusal.NOT_TEXT) from why
    if not lines:
        raise RuleViolation(lists.ListRefusal.EMPTY)
    head, *rows = [line.cells for line in lines]
    return to_csv(head, rows).encode()


def apply_marks(
    cohort_id: int, file_id: int, *, reason: str, meant: bool, actor: Actor, now: dt.datetime
) -> GradeImport:
    """Do what the cells of a kept sheet do; conflicts and what is to be mended do nothing.

    Raises RuleViolation without a reason, when nothing would change, or when more would than the policy lets pass
    without a second yes (`meant`).
    """
    cohort = queries.cohort_of(cohort_id)
    ground = marks_ground(cohort, actor)
    planned = plan_marks(ground, body_of(file_id))
    if not planned.acts:
        raise RuleViolation(SheetRefusal.NOTHING)
    stop = Fraction(str(curriculum.outline(ground.cohort.version_id).policies.gradebook.import_stop))
    if planned.share > stop and not meant:
        raise RuleViolation(SheetRefusal.TOO_MUCH, share=int(planned.share * 100))
    if not reason.strip():
        raise RuleViolation(SheetRefusal.NO_REASON)
    changes = []
    confirmed: dict[int, set[int]] = {}
    for cell in planned.cells:
        if cell.does not in ACTS or cell.thing is None or cell.value is None:
            continue
        activity_id = cell.thing.activity_id
        if activity_id not in confirmed:
            confirmed[activity_id] = confirmed_in(ground.cohort, activity_id)
        if cell.place_id in confirmed[activity_id]:
            raise RuleViolation(BoardRefusal.CONFIRMED)
        try:
            version = assessment.enter_mark(
                assessment.Entered(
                    place_id=cell.place_id,
                    cohort_id=cohort_id,
                    activity_id=cell.thing.activity_id,
                    part=cell.thing.part,
                    value=cell.value,
                    reason=reason,
                    version=cell.latest,
                ),
                actor=actor,
                now=now,
            )
        except Conflict as conflict:
            raise RuleViolation(conflict.reason) from conflict
        changes.append({"mark": version.mark_id, "version": version.number, "row": cell.row})
    row = GradeImport(
        cohort_id=cohort_id,
        file_id=file_id,
        reason=reason.strip(),
        by_id=actor.person_id,
        at=now,
        changes=changes,
    )
    db.session.add(row)
    db.session.flush()
    _wrote("gradebook.bring_marks", row, actor, reason.strip())
    return row


def undo_marks(import_id: int, *, actor: Actor, now: dt.datetime) -> tuple[int, int]:
    """Take back every version of a list that still stands unreleased; returns how many were and how many moved on."""
    row: GradeImport | None = locked(GradeImport, import_id)
    if row is None:
        raise NotFound
    if row.undone_at is not None:
        raise RuleViolation(SheetRefusal.UNDONE)
    done = sum(
        assessment.take_back_version(
            change["mark"], change["version"], reason="A list was taken back.", actor=actor, now=now
        )
        for change in row.changes
    )
    row.undone_at, row.undone_by_id = now, actor.person_id
    db.session.flush()
    _wrote("gradebook.undo_marks", row, actor, "")
    return done, len(row.changes) - done


def _wrote(action: str, row: GradeImport, actor: Actor, reason: str) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="grade_import",
            subject_id=row.id,
            cohort_id=row.cohort_id,
            after={"marks": len(row.changes)},
            reason=reason,
        )
    )
