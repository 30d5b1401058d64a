"""What the release pages show: how far marking is, one batch with its hints, and what a release would let be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import url_for

from lms.assessment import policy, rules
from lms.assessment.queries import SECOND, BatchLine, BatchView, ClassFeedbackState, MarkLine, WaitingLine
from lms.assessment.rules import MarkState, TaskState, shown
from lms.cohorts.queries import CohortView
from lms.curriculum import queries as curriculum
from lms.people.rules import Actor
from lms.web import charts
from lms.web.charts import Chart
from lms.web.filters import MINUS, plural, relative
from lms.web.shapes import Tone


@dataclass(frozen=True)
class MarksRow:
    """An activity in the list of a cohort."""

    name: str
    href: str
    course: str
    pieces: str
    waiting: str
    waiting_tone: Tone
    promise: str
    unowned: str
    """How many pieces nobody has; empty: each has its marker."""
    allocation_href: str
    """Who marks it, for those who say so."""
    pending: str
    released: str


def overview(
    cohort: CohortView, lines: Sequence[BatchLine], actor: Actor, now: dt.datetime
) -> list[tuple[str, list[MarksRow]]]:
    """The activities of a cohort by course."""
    found: dict[str, list[MarksRow]] = {}
    may_allocate = policy.can_allocate(actor, cohort)
    for line in lines:
        overdue = line.promised_at is not None and line.promised_at < now
        found.setdefault(line.course, []).append(
            MarksRow(
                name=line.name,
                href=url_for("assessment.batch", slug=cohort.slug, key=line.key),
                course=line.course,
                pieces=str(line.pieces) if line.pieces else "–",
                waiting=f"{line.waiting} ({line.drafts} begun)" if line.drafts else str(line.waiting or "–"),
                waiting_tone="bad" if overdue else "",
                promise=f"promised {relative(line.promised_at, now)}" if line.promised_at else "",
                unowned=f"{line.unowned} without a marker" if line.unowned else "",
                allocation_href=url_for("assessment.allocation", slug=cohort.slug, key=line.key)
                if may_allocate
                else "",
                pending=str(line.pending or "–"),
                released=str(line.released or "–"),
            )
        )
    return list(found.items())


@dataclass(frozen=True)
class BatchRow:
    """A learner's mark in a batch."""

    stamp: str
    name: str
    learner_href: str
    mark: str
    seen: str
    state: str
    tone: Tone
    by: str
    history_href: str
    second: bool
    """Whoever looks is still to judge it themselves: `mark` says so, and no figure stands there."""
    selectable: bool
    why_not: str
    look_again: str
    """Why one would look at it twice."""


@dataclass(frozen=True)
class WaitingRow:
    """A piece of work without a finished mark."""

    public_id: str
    title: str
    href: str
    marker: str
    state: str
    promise: str
    overdue: bool


@dataclass(frozen=True)
class Hint:
    """A marker's mean against the others'."""

    name: str
    count: int
    mean: str
    apart: str


@dataclass(frozen=True)
class BatchPage:
    """One activity of a cohort: everything about its marks."""

    batch: BatchView
    rows: tuple[BatchRow, ...]
    waiting: tuple[WaitingRow, ...]
    pending: int
    releasable: int
    own: int
    held: tuple[str, ...]
    """Why some may not be released yet, whoever releases."""
    released: int
    chart: Chart | None
    mean: str
    hints: tuple[Hint, ...]
    left_out: int
    """Marks that whoever looks does not see yet: they are in no figure of the page."""
    sample: str
    class_feedback: str
    """Where the feedback to the class stands; empty: nothing was handed in."""
    class_feedback_written: bool
    may_release: bool
    may_allocate: bool


def class_feedback_words(state: ClassFeedbackState) -> str:
    """Where the feedback to the class stands, for those who release."""
    if state.released:
        return "Learners who see their mark read it." + (
            "" if state.approved else " A correction is written and not approved."
        )
    if state.approved:
        return "It is approved and goes out with the first marks that are released."
    return (
        "It is written and not approved: it does not go out." if state.written else "Nothing is written yet."
    )


def batch_page(
    view: BatchView,
    marks: Sequence[MarkLine],
    waiting: Sequence[WaitingLine],
    actor: Actor,
    now: dt.datetime,
    *,
    to_class: ClassFeedbackState,
) -> BatchPage:
    """Make the page of a batch."""
    marks = [line for line in marks if line.pending or line.released_at is not None]
    may_release = policy.can_release(actor, view)
    marking = curriculum.outline(view.cohort.version_id).policies.marking
    low, high = Fraction(str(marking.moderate_below)), Fraction(str(marking.moderate_from))
    rows = tuple(_row(line, view, actor, may_release, low, high) for line in marks)
    values = [line.value for line in marks if line.value is not None]
    left_out = len(marks) - len(values)
    buckets = rules.distribution(values)
    pending = [line for line in marks if line.pending]
    size = rules.sample_size(
        len(pending), share=Fraction(str(marking.moderation_share)), least=marking.moderation_min
    )
    twice = sum(bool(row.look_again) for row in rows)
    return BatchPage(
        batch=view,
        rows=rows,
        waiting=tuple(_waiting(line, now) for line in waiting),
        pending=len(pending),
        releasable=sum(row.selectable for row in rows),
        own=sum(row.why_not == "you entered it" for row in rows),
        held=tuple(sorted({line.held for line in pending if line.held})),
        released=sum(line.released_at is not None for line in marks),
        chart=charts.bars([(name, float(count)) for name, count in buckets]) if buckets else None,
        mean=shown(sum(values, Fraction(0)) / len(values)) if values else "",
        hints=_hints(marks),
        left_out=left_out,
        sample=(
            f"By policy {size} of these {len(pending)} are read again by somebody else, and besides them "
            f"{'those' if left_out else f'the {twice}'} below {marking.moderate_below:g} or from "
            f"{marking.moderate_from:g}."
            if pending and view.summative
            else ""
        ),
        class_feedback=class_feedback_words(to_class) if marks or waiting else "",
        class_feedback_written=to_class.written,
        may_release=may_release,
        may_allocate=policy.can_allocate(actor, view),
    )


def _row(
    line: MarkLine, view: BatchView, actor: Actor, may_release: bool, low: Fraction, high: Fraction
) -> BatchRow:
    selectable = may_release and line.may_be_released_by(actor.person_id)
    if line.pending:
        state, tone = (
            ("correction, not released" if line.released_at is not None else "finished, not released"),
            "warn",
        )
    elif line.state is MarkState.REPLACED:
        state, tone = "released; being corrected", "info"
    else:
        state, tone = "released", "good"
    look = ""
    if line.pending and view.summative and line.value is not None:
        look = (
            "below the pass mark" if line.value < low else "among the highest" if line.value >= high else ""
        )
    return BatchRow(
        stamp=line.stamp,
        name=line.learner,
        learner_href=url_for("assessment.history", slug=view.cohort.slug, public_id=line.public_id),
        mark=_figure(line),
        seen=shown(line.seen) if line.seen is not None else "–",
        state=state,
        tone=tone,  # type: ignore[arg-type]
        by=line.entered_by or line.origin,
        history_href=url_for("assessment.history", slug=view.cohort.slug, public_id=line.public_id),
        second=line.value is None,
        selectable=selectable,
        why_not=line.held or _own(line, may_release and not selectable),
        look_again=look,
    )


def _figure(line: MarkLine) -> str:
    if line.value is None:
        return SECOND
    return shown(line.value if line.pending or line.seen is None else line.seen)


def _own(line: MarkLine, refused: bool) -> str:
    return "you entered it" if refused and line.pending and line.value is not None else ""


def _waiting(line: WaitingLine, now: dt.datetime) -> WaitingRow:
    return WaitingRow(
        public_id=line.public_id,
        title=f"{line.title}, {line.author}" if line.author else line.title,
        href=url_for("assessment.desk", task=line.public_id),
        marker=line.marker or "nobody yet",
        state="begun" if line.state is TaskState.DRAFT else "to mark",
        promise=f"promised {relative(line.promised_at, now)}",
        overdue=line.promised_at < now,
    )


def _hints(marks: Sequence[MarkLine]) -> tuple[Hint, ...]:
    entered = [
        (line.entered_by_id, line.value)
        for line in marks
        if line.entered_by_id is not None and line.value is not None
    ]
    names = {line.entered_by_id: line.entered_by or "" for line in marks}
    rows = rules.spread(entered)
    if len(rows) < 2:
        return ()
    return tuple(
        Hint(
            names[row.marker_id],
            row.count,
            shown(row.mean),
            f"{'+' if row.apart >= 0 else MINUS}{shown(abs(row.apart))}",
        )
        for row in rows
    )


@dataclass(frozen=True)
class ReleaseRow:
    """What one learner will see."""

    stamp: str
    name: str
    mark: str
    before: str
    comments: str
    by: str


@dataclass(frozen=True)
class ReleasePage:
    """What a release would let be seen, before it happens."""

    batch: BatchView
    rows: tuple[ReleaseRow, ...]
    waiting: int
    held_back: int
    """Entered by whoever looks."""
    held: tuple[str, ...]
    """Why others may not be released yet."""
    corrections: int
    consequence: str
    class_feedback: str
    """What becomes of the feedback to the class; empty: none is written."""


def release_page(
    view: BatchView,
    marks: Sequence[MarkLine],
    waiting: Sequence[WaitingLine],
    stamps: frozenset[str],
    actor: Actor,
    *,
    to_class: ClassFeedbackState,
) -> ReleasePage:
    """Make the page that asks before a release. Without stamps: everything this person may release."""
    pending = [line for line in marks if line.pending]
    allowed = [line for line in pending if line.may_be_released_by(actor.person_id)]
    chosen = [line for line in allowed if not stamps or line.stamp in stamps]
    corrections = sum(line.seen is not None for line in chosen)
    seen_second = sum(line.value is None and not line.held for line in pending)
    return ReleasePage(
        batch=view,
        rows=tuple(
            ReleaseRow(
                stamp=line.stamp,
                name=line.learner,
                mark=shown(line.value),
                before=shown(line.seen) if line.seen is not None else "",
                comments=plural(line.comments, "comment"),
                by=line.entered_by or line.origin,
            )
            for line in chosen
            if line.value is not None
        ),
        waiting=len(waiting),
        held_back=sum(not line.held for line in pending) - len(allowed) - seen_second,
        held=tuple(sorted({line.held for line in pending if line.held})),
        corrections=corrections,
        consequence=(
            "Each of them sees their own mark with every step of it, the level of each row and all comments."
            " The mark counts in the course's result at once, and they are told."
        ),
        class_feedback=_with_class_feedback(to_class),
    )


def _with_class_feedback(state: ClassFeedbackState) -> str:
    if state.released:
        return "They read the feedback to the class beside their mark."
    if state.approved:
        return "The feedback to the class goes out with these marks."
    return "The feedback to the class is not approved and stays back." if state.written else ""
