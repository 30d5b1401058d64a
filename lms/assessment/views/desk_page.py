"""What the marking desk shows, made ready: queue, work, rubric, sums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from markupsafe import Markup

from lms.assessment import policy, ports
from lms.assessment.forms import Typed
from lms.assessment.ports import Batch, Beforehand, WorkFile, WorkView
from lms.assessment.queries import QueueLine, RubricView, TaskView
from lms.assessment.rules import (
    OPEN,
    LateRule,
    Outcome,
    QueuePlace,
    TaskState,
    judge,
    late_factor,
    masked_name,
    names_in,
    next_place,
    shown,
)
from lms.assessment.rules.figures import plain
from lms.people.rules import Actor
from lms.web.html import stored
from lms.web.shapes import Criterion, FileItem, Level, QueueItem

STATE_OF = {TaskState.WAITING: "todo", TaskState.DRAFT: "draft"}


@dataclass(frozen=True)
class WorkPart:
    """The work in the middle."""

    title: str
    meta: tuple[str, ...]
    html: Markup
    files: tuple[FileItem, ...]
    statement: str
    fields: tuple[tuple[str, str], ...]
    members: str
    versions: tuple[tuple[str, dt.datetime, str], ...]
    """Where there are several: number, when, what is special."""
    missing: bool


@dataclass(frozen=True)
class RemovedFile:
    """An annotated file that was taken off again."""

    public_id: str
    item: FileItem
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class DeskPage:
    """One piece of work on the marking desk."""

    task: TaskView
    part_title: str
    position: int
    queue: tuple[QueueItem, ...]
    work: WorkPart
    rubric: tuple[Criterion, ...]
    key: Markup
    """What the author of the brief tells markers, as HTML."""
    final: str
    penalty: str
    comment: str
    comment_error: str
    errors: tuple[tuple[str, str], ...]
    """(anchor, sentence) for the summary at the top of the rubric."""
    previous_href: str
    next_href: str
    editable: bool
    may_mark: bool
    may_hand_over: bool
    may_see_marks: bool
    correction: str
    carried: bool
    notice: str
    """Why the rubric is closed; empty where it is open."""
    annotated: tuple[FileItem, ...]
    """Annotated files that go back to the author with the mark."""
    removed: tuple[RemovedFile, ...]
    """Those that were taken off again."""
    may_unmask: bool
    first: Beforehand | None
    """What this marker is to do before they judge pieces of this activity."""
    gives_away: str
    """The author's name as it stands in the work, for those who know the author; empty: it does not."""


def present(
    task: TaskView,
    queue: Sequence[QueueLine],
    rubric: RubricView,
    late: LateRule,
    work: WorkView | None,
    typed: Typed,
    actor: Actor,
) -> DeskPage:
    """Make the page of a task for somebody."""
    may_mark = policy.can_mark(actor, task)
    first = (
        ports.beforehand(Batch(task.cohort_id, task.activity_id, task.part, task.version_id), actor.person_id)
        if may_mark and task.state in OPEN
        else None
    )
    outcome = judge(rubric.rules, typed.judgement(), late, task.late_days)
    at = next((index for index, line in enumerate(queue) if line.id == task.id), 0)
    return DeskPage(
        task=task,
        part_title=rubric.part_title,
        position=at + 1,
        queue=tuple(_item(number, line, task) for number, line in enumerate(queue, start=1)),
        work=work_part(task, work),
        rubric=criteria(rubric, typed),
        key=stored(rubric.key_html),
        final=figure(outcome),
        penalty=penalty(late, task.late_days),
        comment=typed.overall,
        comment_error=typed.errors.get("", ""),
        errors=tuple(
            (f"row-{key}" if key else "comment", sentence) for key, sentence in typed.errors.items()
        ),
        previous_href=_href(queue[at - 1]) if at > 0 else "",
        next_href=_href(queue[at + 1]) if at + 1 < len(queue) else "",
        editable=may_mark and task.state in OPEN and not (first and first.required),
        first=first,
        may_mark=may_mark,
        may_hand_over=task.state in OPEN and policy.can_hand_over(actor, task),
        may_see_marks=policy.can_see_marks(actor, task),
        correction=task.draft.get("correction", {}).get("reason", "") if task.state in OPEN else "",
        carried=bool(task.draft.get("carried")) and task.state in OPEN,
        notice=_notice(task),
        annotated=tuple(_annotated(task, file) for file in task.draft.get("files", ())),
        removed=tuple(
            RemovedFile(
                file["public_id"],
                _annotated(task, file),
                file["by"],
                dt.datetime.fromisoformat(file["at"]),
            )
            for file in task.draft.get("removed", ())
        ),
        may_unmask=task.candidate is not None
        and task.unmasked_at is None
        and task.released_at is None
        and policy.can_unmask(actor, task),
        gives_away=_gives_away(task, work),
    )


def _annotated(task: TaskView, file: Mapping[str, Any]) -> FileItem:
    return FileItem(
        name=file["name"],
        href=url_for("assessment.annotated", task=task.public_id, file=file["public_id"]),
        size=file["size"],
        kind="file-pen",
    )


def _gives_away(task: TaskView, work: WorkView | None) -> str:
    if not task.author or work is None or task.released_at is not None or task.unmasked_at is not None:
        return ""
    text = stored(work.html).striptags()
    found = names_in(task.author, [text, work.statement, *(file.name for file in work.files)])
    return " ".join(found)


def _notice(task: TaskView) -> str:
    return {
        TaskState.FINALISED: "Finished. Nobody sees this mark before it is released.",
        TaskState.RELEASED: "Released: the author sees this mark and these comments.",
        TaskState.SUPERSEDED: "A newer version of this work was handed in; that one is marked, with this draft.",
    }.get(task.state, "")


def _item(number: int, line: QueueLine, task: TaskView) -> QueueItem:
    return QueueItem(
        number=number,
        href=_href(line),
        state=STATE_OF.get(line.state, "done"),  # type: ignore[arg-type]
        name=line.title,
        current=line.id == task.id,
        late=line.late_days > 0,
    )


def _href(line: QueueLine) -> str:
    return url_for("assessment.desk", task=line.public_id)


def criteria(rubric: RubricView, typed: Typed) -> tuple[Criterion, ...]:
    """The rows of a rubric with what was typed."""
    levels = rubric.rules.bands
    return tuple(
        Criterion(
            key=row.key,
            title=row.title,
            weight=row.weight,
            codes=row.codes,
            levels=tuple(
                Level(
                    value=str(band.level),
                    points=f"{plain(band.low)}–{plain(band.high)}",
                    words=words,
                    low=plain(band.low),
                    high=plain(band.high),
                    middle=plain(band.middle),
                )
                for band, words in zip(levels, row.levels, strict=True)
            ),
            chosen=typed.levels.get(row.key, ""),
            comment=typed.comments.get(row.key, ""),
            points=typed.points.get(row.key, ""),
            error=typed.errors.get(row.key, ""),
        )
        for row in rubric.words
    )


def figure(outcome: Outcome) -> str:
    """The mark, or how the rows judged so far stand, or a dash."""
    if outcome.mark is not None:
        return shown(outcome.mark)
    return f"{shown(outcome.so_far)} so far" if outcome.so_far is not None else "–"


def penalty(late: LateRule, late_days: int) -> str:
    """What lateness costs, in words."""
    if late_days <= 0:
        return "on time"
    days = "1 day" if late_days == 1 else f"{late_days} days"
    return f"{days}, × {plain(late_factor(late, late_days))}"


def work_part(task: TaskView, work: WorkView | None) -> WorkPart:
    """What was handed in, for whoever judges it."""
    if work is None:
        return WorkPart(task.title, (), stored(""), (), "", (), "", (), missing=True)
    versions = tuple(
        (
            str(version.number),
            version.handed_in_at,
            "this is the one that is marked" if version.counted else "late" if version.late_days else "",
        )
        for version in work.versions
    )
    counted = next((version.number for version in work.versions if version.counted), None)
    return WorkPart(
        title=work.title or task.title,
        meta=tuple(
            filter(
                None,
                (
                    f"version {counted}" if counted and len(versions) > 1 else "",
                    f"{work.words:,} words" if work.words else "",
                ),
            )
        ),
        html=stored(work.html),
        files=tuple(
            FileItem(
                name=masked_name(task.candidate or 0, position, file.name) if task.masked else file.name,
                href=_address(file),
                size=file.size,
                kind=file.kind,
                digest=file.digest,
            )
            for position, file in enumerate(work.files, start=1)
        ),
        statement=work.statement,
        fields=work.fields,
        members=", ".join(work.members) if len(work.members) > 1 else "",
        versions=versions if len(versions) > 1 else (),
        missing=False,
    )


def _address(file: WorkFile) -> str:
    values: dict[str, Any] = dict(file.values)
    return url_for(file.endpoint, **values)


def next_to_mark(queue: Sequence[QueueLine], current: str) -> str | None:
    """The public id of the next piece still to mark."""
    return next_place([QueuePlace(line.public_id, line.open) for line in queue], current)
