"""What the page of a sample shows, made ready."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from flask import url_for

from lms.assessment.queries import SECOND, BatchView
from lms.assessment.rules import OPEN, shown
from lms.curriculum import queries as curriculum
from lms.fairness import policy, queries, rules
from lms.fairness.queries import LookLine, Sample
from lms.fairness.rules import LookOutcome, LookState, Pair, Why
from lms.fairness.rules.agreement import spread
from lms.people.rules import Actor, Role
from lms.web import charts
from lms.web.charts import Chart
from lms.web.filters import MINUS
from lms.web.shapes import Tone

WHY = {Why.BELOW: "below the pass mark", Why.ABOVE: "among the highest", Why.SAMPLE: "by lot"}


@dataclass(frozen=True)
class LookRow:
    """A piece of the sample."""

    public_id: str
    title: str
    href: str
    why: str
    first: str
    first_by: str
    second: str
    second_by: str
    apart: str
    state: str
    tone: Tone
    note: str
    differs: bool
    """Somebody has to decide."""
    waits: bool
    """Its second marker has not finished."""
    levels: str


@dataclass(frozen=True)
class ModerationPage:
    """The sample of a batch."""

    batch: BatchView
    sample: Sample | None
    rows: tuple[LookRow, ...]
    settled: int
    pieces: int
    waiting: int
    """Pieces of the batch that are still to be marked."""
    state: str
    tone: Tone
    explained: str
    figures: tuple[tuple[str, str, str], ...]
    """Name, figure and what it means."""
    chart: Chart | None
    pairs_missing: int
    first_markers: tuple[tuple[str, int, str, str], ...]
    """Name, pieces of the sample, their mean, the second markers' mean of the same."""
    may_moderate: bool
    may_waive: bool
    may_draw: bool
    csv_href: str
    batch_href: str


def present(view: BatchView, actor: Actor) -> ModerationPage:
    """Make the page. A first mark is shown beside the second once the second marker has finished."""
    sample = queries.sample_of(view.cohort.id, view.activity.id, view.part)
    lines = queries.looks_of(sample.id) if sample else []
    found = queries.counts(view.cohort.id, view.activity.id, view.part)
    limits = curriculum.outline(view.cohort.version_id).policies
    wanted = limits.moderation
    pairs = [pair for line in lines if (pair := line.pair())]
    enough = len(pairs) >= wanted.shown_from
    waiting = sum(found.get(state, 0) for state in OPEN)
    state, tone = _state(sample, waiting, wanted.sampled and view.summative)
    may = policy.can_moderate(actor, view)
    return ModerationPage(
        batch=view,
        sample=sample,
        rows=tuple(_row(line, actor) for line in lines),
        settled=sum(line.state is LookState.SETTLED for line in lines),
        pieces=sum(found.values()),
        waiting=waiting,
        state=state,
        tone=tone,
        explained=(
            f"A second marker judges {limits.marking.moderation_share * 100:g} % of the batch and at least "
            f"{limits.marking.moderation_min} pieces, by lot from every marker, and besides them everything below "
            f"{limits.marking.moderate_below:g} or from {limits.marking.moderate_from:g}. Two marks within "
            f"{wanted.tolerance:g} points need no decision. A batch of fewer than {wanted.least_batch} pieces has no "
            f"sample, unless two markers' means lie {wanted.apart_from:g} points apart."
        ),
        figures=_figures(pairs, Fraction(str(wanted.tolerance))) if enough else (),
        chart=charts.bars([(name, float(count)) for name, count in spread(pairs)]) if enough else None,
        pairs_missing=0 if enough or not lines else wanted.shown_from - len(pairs),
        first_markers=_markers(lines),
        may_moderate=may,
        may_waive=actor.has(Role.DIRECTOR, view.cohort.id) and state not in ("done", "waived", "none is due"),
        may_draw=may
        and wanted.sampled
        and (sample is None or sample.drawn_at is None)
        and not waiting
        and bool(found),
        csv_href=url_for("fairness.moderation_csv", slug=view.cohort.slug, key=view.key),
        batch_href=url_for("assessment.batch", slug=view.cohort.slug, key=view.key),
    )


def _state(sample: Sample | None, waiting: int, asked: bool) -> tuple[str, Tone]:
    if sample is not None and sample.waived_at is not None:
        return "waived", "warn"
    if sample is not None and sample.done_at is not None:
        return "done", "good"
    if sample is not None and sample.drawn_at is not None:
        return "under way", "info"
    if not asked:
        return "none is due", ""
    return ("waits for the last pieces", "") if waiting else ("not drawn", "")


def _why(line: LookLine, actor: Actor) -> str:
    """Why a piece is in the sample; whoever is still to judge it is not told, since that says how it was marked."""
    return SECOND if line.waits_for(actor.person_id) else WHY[line.why]


def _row(line: LookLine, actor: Actor) -> LookRow:
    pair = line.pair()
    state, tone = _look_state(line)
    return LookRow(
        public_id=line.public_id,
        title=line.title,
        href=url_for("assessment.desk", task=line.task_public_id),
        why=_why(line, actor),
        first=shown(line.first) if pair and line.first is not None else "–",
        first_by=line.first_marker or "nobody",
        second=shown(line.second) if line.second is not None else "–",
        second_by=line.second_marker or "nobody can: choose somebody",
        apart=signed(pair.second - pair.first) if pair else "–",
        state=state,
        tone=tone,
        note=line.reason,
        differs=line.state is LookState.JUDGED,
        waits=line.state in (LookState.WAITING, LookState.DRAFT),
        levels=", ".join(f"{first}/{second}" for first, second in line.levels) if pair else "",
    )


def _look_state(line: LookLine) -> tuple[str, Tone]:
    if line.state is LookState.SETTLED:
        if line.outcome is LookOutcome.AGREED and line.agreed is not None:
            return f"agreed {shown(line.agreed)}", "good"
        return ("the first stands" if line.outcome is LookOutcome.CONFIRMED else "they agree"), "good"
    if line.state is LookState.JUDGED:
        return "they differ", "warn"
    return ("begun" if line.state is LookState.DRAFT else "waits"), "info"


def signed(value: Fraction) -> str:
    """A difference with its sign."""
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{shown(abs(value))}"


def _figures(pairs: list[Pair], tolerance: Fraction) -> tuple[tuple[str, str, str], ...]:
    found = rules.agreement(pairs, tolerance=tolerance)
    if found is None:
        return ()
    rows = [
        ("Pairs", str(found.count), "pieces marked twice"),
        (
            "Mean difference",
            signed(found.mean_difference),
            "second less first: near 0 means nobody is stricter",
        ),
        ("Mean distance", shown(found.mean_absolute), "how far apart two marks lie, whichever is higher"),
        ("Within tolerance", f"{shown(found.within * 100)} %", f"at most {float(tolerance):g} points apart"),
    ]
    if found.kappa is not None:
        rows.append(
            (
                "Weighted kappa",
                _two(found.kappa),
                "levels, row by row; 1 is full agreement, 0 what chance gives",
            )
        )
    if found.icc is not None:
        rows.append(("ICC(2,1)", _two(found.icc), "marks; 1: they say the same, markers included"))
    return tuple(rows)


def _two(value: Fraction) -> str:
    return f"{MINUS if value < 0 else ''}{abs(float(value)):.2f}"


def _markers(lines: list[LookLine]) -> tuple[tuple[str, int, str, str], ...]:
    by: dict[str, list[Pair]] = {}
    for line in lines:
        pair = line.pair()
        if pair:
            by.setdefault(line.first_marker or "nobody", []).append(pair)
    return tuple(
        (
            name,
            len(pairs),
            shown(sum((pair.first for pair in pairs), Fraction(0)) / len(pairs)),
            shown(sum((pair.second for pair in pairs), Fraction(0)) / len(pairs)),
        )
        for name, pairs in sorted(by.items())
    )


def lines_of(view: BatchView, actor: Actor) -> Iterator[tuple[str, ...]]:
    """The sample as a table with a head, for this person; a first mark stands there once the second is finished."""
    yield (
        "work",
        "why",
        "first marker",
        "first mark",
        "second marker",
        "second mark",
        "outcome",
        "agreed",
        "reason",
    )
    sample = queries.sample_of(view.cohort.id, view.activity.id, view.part)
    for line in queries.looks_of(sample.id) if sample else ():
        pair = line.pair()
        yield (
            line.title,
            "" if line.waits_for(actor.person_id) else line.why.value,
            line.first_marker or "",
            shown(pair.first) if pair else "",
            line.second_marker or "",
            shown(pair.second) if pair else "",
            line.outcome.value if line.outcome else line.state.value,
            shown(line.agreed) if line.agreed is not None else "",
            line.reason,
        )
