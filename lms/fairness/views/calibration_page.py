"""What the pages of the piece that markers begin with show, made ready."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.assessment import policy as marking
from lms.assessment.ports import Batch
from lms.assessment.queries import BatchView, RubricView
from lms.assessment.rules import read_exact, shown
from lms.fairness import policy, queries, rules
from lms.fairness.queries import CalibrationView, MarkerStanding, TryLine
from lms.fairness.rules import Asked, CalibrationPolicy, Pair, Standing, Step
from lms.fairness.rules.agreement import spread
from lms.fairness.views.moderation_page import signed
from lms.people.rules import Actor, Role
from lms.web import charts
from lms.web.charts import Chart
from lms.web.shapes import Tone

STEPS: Mapping[Step, tuple[str, Tone]] = {
    Step.TO_DO: ("to do", "warn"),
    Step.BEGUN: ("begun", "info"),
    Step.DONE: ("done", "good"),
    Step.AGREED: ("agreed on it", "good"),
    Step.EXEMPT: ("exempt", ""),
}


def asked(view: BatchView) -> Batch:
    """The batch as queries name it."""
    return Batch(view.cohort.id, view.activity.id, view.part)


@dataclass(frozen=True)
class StandingRow:
    """Somebody who marks the activity."""

    public_id: str
    name: str
    pieces: str
    step: str
    tone: Tone
    first: str
    """How far their first judgement lies from the agreed one."""
    second: str
    note: str
    waits: bool


@dataclass(frozen=True)
class CalibrationPage:
    """The piece of an activity, for those who set it."""

    batch: BatchView
    sample: CalibrationView | None
    rows: tuple[StandingRow, ...]
    done: int
    waiting: int
    median: str
    explained: str
    off: bool
    state: str
    tone: Tone
    figures: bool
    """Whether this person may see how far others lie."""
    choices: tuple[tuple[str, str], ...]
    may_arrange: bool
    may_take_back: bool
    may_exempt: bool
    may_agree: bool
    may_judge: bool


def present(view: BatchView, actor: Actor, now: dt.datetime) -> CalibrationPage:
    """Make the page. Whoever still has to judge the piece sees nobody's figures."""
    sample = queries.calibration_of(asked(view))
    found = queries.standings_of(sample, now=now) if sample is not None and sample.opened_at else []
    own = next((one.standing for one in found if one.person_id == actor.person_id), None)
    marks = policy.can_judge_sample(actor, view)
    figures = not marks or (own is not None and (own.agreed or bool(own.marks)))
    wanted = queries.calibration_policy(view.cohort.version_id, view.activity.kind)
    firsts = [one.standing.marks[0] for one in found if one.standing.marks]
    median = rules.median_distance(firsts, sample.total) if sample is not None and figures else None
    may = policy.can_moderate(actor, view)
    state, tone = _state(sample)
    return CalibrationPage(
        batch=view,
        sample=sample,
        rows=tuple(_row(one, sample, wanted, figures=figures) for one in found) if sample else (),
        done=sum(one.standing.free for one in found),
        waiting=sum(not one.standing.free for one in found),
        median=shown(median) if median is not None else "",
        explained=explained(wanted),
        off=wanted.asked is Asked.OFF,
        state=state,
        tone=tone,
        figures=figures,
        choices=tuple(
            (one.public_id, f"{one.cohort}: piece {number}, marked {shown(one.mark)}")
            for number, one in enumerate(queries.pieces_to_choose(actor, view), start=1)
        )
        if may and sample is None and wanted.asked is not Asked.OFF
        else (),
        may_arrange=may,
        may_take_back=may and sample is not None and not any(one.standing.marks for one in found),
        may_exempt=actor.has(Role.DIRECTOR, view.cohort_id) and any(not one.standing.free for one in found),
        may_agree=sample is not None and sample.opened_at is None and policy.can_set_reference(actor, sample),
        may_judge=marks and sample is not None and sample.opened_at is not None,
    )


def explained(wanted: CalibrationPolicy) -> str:
    """What the programme wants, in words."""
    first = {
        Asked.OFF: "This programme sets no piece to begin with.",
        Asked.ADVISED: "Everybody who marks this is asked to judge the same piece first.",
        Asked.REQUIRED: "Everybody who marks this judges the same piece first; until then they judge no other of it.",
    }[wanted.asked]
    if wanted.asked is Asked.OFF:
        return first
    return (
        f"{first} They then see the agreed judgement and how far theirs lies from it; more than "
        f"{float(wanted.tolerance):g} points, and they may do it once more. It is no mark; no learner sees any of it."
    )


def _state(sample: CalibrationView | None) -> tuple[str, Tone]:
    if sample is None:
        return "none is set", ""
    return ("waits for markers", "good") if sample.opened_at else ("agreed judgement missing", "warn")


def _row(
    one: MarkerStanding, sample: CalibrationView, wanted: CalibrationPolicy, *, figures: bool
) -> StandingRow:
    step, tone = STEPS[one.standing.step]
    marks = one.standing.marks if figures else ()
    apart = [signed(mark - sample.total) for mark in marks]
    far = bool(marks) and not rules.within(marks[-1], sample.total, wanted.tolerance)
    return StandingRow(
        public_id=one.public_id,
        name=one.name,
        pieces=str(one.pieces or "–"),
        step=f"{step}, outside the tolerance" if far else step,
        tone="warn" if far else tone,
        first=apart[0] if apart else "–",
        second=apart[1] if len(apart) > 1 else "–",
        note=f"by {one.exempt_by}: “{one.exempt_reason}”" if one.exempt_by else "",
        waits=not one.standing.free,
    )


@dataclass(frozen=True)
class ComparedRow:
    """One row of the rubric in the own judgement and in the agreed one."""

    title: str
    own: str
    reference: str
    apart: str
    comment: str
    reference_comment: str


@dataclass(frozen=True)
class Compared:
    """A finished judgement beside the agreed one."""

    number: int
    rows: tuple[ComparedRow, ...]
    total: str
    reference: str
    apart: str
    within: bool
    overall: str
    """What those who agreed say of the whole."""


def compared(sample: CalibrationView, line: TryLine, rubric: RubricView) -> Compared:
    """A finished judgement row by row beside the agreed one."""
    reference, own = points(sample.reference), points(line.draft)
    titles = {words.key: words.title for words in rubric.words}
    said, mine = sample.reference.get("comments", {}), line.draft.get("comments", {})
    total = line.mark if line.mark is not None else Fraction(0)
    return Compared(
        number=line.number,
        rows=tuple(
            ComparedRow(
                titles.get(row.key, row.key),
                _level(line.draft, row.key, row.own),
                _level(sample.reference, row.key, row.reference),
                signed(row.difference),
                mine.get(row.key, ""),
                said.get(row.key, ""),
            )
            for row in rules.rows_apart(own, reference)
        ),
        total=shown(total),
        reference=shown(sample.total),
        apart=signed(total - sample.total),
        within=rules.within(total, sample.total, sample.policy().tolerance),
        overall=str(sample.reference.get("overall", "")),
    )


def points(draft: Mapping[str, Any]) -> dict[str, Fraction]:
    """The points of every row of a finished judgement."""
    return {key: read_exact(text) for key, text in draft.get("rows", {}).items()}


def _level(draft: Mapping[str, Any], key: str, figure: Fraction) -> str:
    return f"{draft.get('levels', {}).get(key, '–')} · {shown(figure)}"


@dataclass(frozen=True)
class SamplePage:
    """The piece for one marker: to judge, or compared."""

    sample: CalibrationView
    standing: Standing
    number: int | None
    """The judgement they may write now."""
    writing: bool
    draft: Mapping[str, Any]
    version: int
    saved_at: dt.datetime | None
    results: tuple[Compared, ...]
    """Finished judgements, the latest first."""
    chart: Chart | None
    missing: int
    """Markers still missing before the spread is shown."""
    may_see_others: bool


def sample_page(sample: CalibrationView, rubric: RubricView, actor: Actor, *, once_more: bool) -> SamplePage:
    """Make the page: nothing of the agreed judgement, and of others', before one's own is finished."""
    standing, tries = queries.own_standing(sample, actor.person_id)
    wanted = sample.policy()
    number = rules.next_try(standing, sample.total, wanted.tolerance)
    finished = [one for one in tries if one.submitted_at is not None]
    current = next((one for one in tries if one.number == number), None)
    before = finished[-1].draft if finished else {}
    sees = bool(finished) or standing.agreed
    totals = queries.first_totals(sample.id) if sees else []
    enough = len(totals) >= wanted.shown_from
    pairs = [Pair(sample.total, total) for total in totals]
    return SamplePage(
        sample=sample,
        standing=standing,
        number=number,
        writing=number is not None and (not finished or once_more or current is not None),
        draft=current.draft if current else before,
        version=current.version if current else 0,
        saved_at=current.saved_at if current else None,
        results=tuple(compared(sample, one, rubric) for one in reversed(finished)),
        chart=charts.bars([(name, float(count)) for name, count in spread(pairs)]) if enough else None,
        missing=0 if enough or not sees else wanted.shown_from - len(totals),
        may_see_others=marking.can_see_marks(actor, sample),
    )
