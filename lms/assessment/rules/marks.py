"""From rubric to mark: levels or points per criterion, weights, the late rule, and the trace of every step.

A criterion is judged by a level, or by whole points within the level's band. A level alone is worth the middle of its
band (policies.yaml, `levels`): with 0-49, 50-64, 65-79, 80-100 that is 24.5, 57, 72 and 90. The middle is the one
figure that favours neither end, and equal levels give equal marks whoever marks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lms.assessment.rules.figures import exact, fact, plain, shown
from lms.core.errors import Refusal

HIGHEST = Fraction(100)


@dataclass(frozen=True, slots=True)
class Band:
    """A rubric level and the points it covers."""

    level: int
    title: str
    low: Fraction
    high: Fraction

    @property
    def middle(self) -> Fraction:
        """What the level alone is worth."""
        return (self.low + self.high) / 2

    def holds(self, points: int) -> bool:
        """Whether these points lie in the band."""
        return self.low <= points <= self.high


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of a rubric."""

    key: str
    title: str
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Rubric:
    """Rows with their weights, and the bands that the programme's levels cover."""

    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...]

    def band(self, level: int) -> Band | None:
        """The band of a level."""
        return next((band for band in self.bands if band.level == level), None)

    def band_of(self, points: int) -> Band | None:
        """The band that some points lie in."""
        return next((band for band in self.bands if band.holds(points)), None)


@dataclass(frozen=True, slots=True)
class LateRule:
    """What a day begun after the deadline costs (policies.yaml, `late`)."""

    per_day: Fraction
    days: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a marker has put down so far."""

    levels: Mapping[str, int] = field(default_factory=dict)
    points: Mapping[str, int] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    overall: str = ""

    def document(self) -> dict[str, Any]:
        """As it is stored; nothing empty is kept."""
        return {
            "levels": dict(self.levels),
            "points": dict(self.points),
            "comments": {key: text for key, text in self.comments.items() if text},
            "overall": self.overall,
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Judgement:
        """Read what `document` wrote; an empty document is a judgement not begun."""
        return cls(
            levels=document.get("levels", {}),
            points=document.get("points", {}),
            comments=document.get("comments", {}),
            overall=document.get("overall", ""),
        )

    @property
    def begun(self) -> bool:
        """Whether anything stands in it."""
        return bool(self.levels or self.points or any(self.comments.values()) or self.overall)


class Problem(Refusal):
    """Why a judgement is not a mark yet; shown at its field."""

    NOT_JUDGED = "Choose a level for “{title}”."
    NO_SUCH_LEVEL = "“{title}” has no such level. Choose one of those shown."
    OUT_OF_RANGE = "Points for “{title}” are whole numbers from 0 to 100."
    NOT_IN_LEVEL = (
        "{points} points for “{title}” lie outside level {level} ({low} to {high}). Change one of the two."
    )
    NO_OVERALL = "Write a comment to the author: what was good, and what to do next time."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a judgement comes to."""

    mark: Fraction | None
    """After the late rule; None while something is missing."""
    so_far: Fraction | None
    """Before the late rule, over the rows judged; None while there are none."""
    problems: Mapping[str, str]
    """Criterion key → sentence; the key is empty for the overall comment."""
    trace: Mapping[str, Any]
    """Every step; empty while something is missing."""

    @property
    def complete(self) -> bool:
        """Whether it can be finished."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Row:
    criterion: Criterion
    points: Fraction
    band: Band
    by_points: bool


def judge(rubric: Rubric, judgement: Judgement, late: LateRule, late_days: int) -> Outcome:
    """Compute the mark of a judgement, or say what is missing."""
    rows, problems = [], {}
    for criterion in rubric.criteria:
        found = _row(rubric, criterion, judgement)
        if isinstance(found, str):
            problems[criterion.key] = found
        else:
            rows.append(found)
    raw = _weighted(rows)
    mark: Fraction | None = None
    trace: Mapping[str, Any] = {}
    if raw is not None and not problems:
        mark = raw * late_factor(late, late_days)
        trace = _trace(rows, raw, mark, late, late_days)
    if not judgement.overall.strip():
        problems[""] = Problem.NO_OVERALL.value
    return Outcome(mark, raw, problems, trace)


def _weighted(rows: Sequence[_Row]) -> Fraction | None:
    total = sum((row.criterion.weight for row in rows), Fraction(0))
    if not total:
        return None
    return sum((row.points * row.criterion.weight for row in rows), Fraction(0)) / total


def _row(rubric: Rubric, criterion: Criterion, judgement: Judgement) -> _Row | str:
    level, points = judgement.levels.get(criterion.key), judgement.points.get(criterion.key)
    if level is None and points is None:
        return Problem.NOT_JUDGED.value.format(title=criterion.title)
    if points is not None and not 0 <= points <= HIGHEST:
        return Problem.OUT_OF_RANGE.value.format(title=criterion.title)
    band = rubric.band(level) if level is not None else rubric.band_of(points or 0)
    if band is None:
        return Problem.NO_SUCH_LEVEL.value.format(title=criterion.title)
    if points is None:
        return _Row(criterion, band.middle, band, by_points=False)
    if not band.holds(points):
        return Problem.NOT_IN_LEVEL.value.format(
            points=points,
            title=criterion.title,
            level=band.level,
            low=plain(band.low),
            high=plain(band.high),
        )
    return _Row(criterion, Fraction(points), band, by_points=True)


def late_factor(late: LateRule, late_days: int) -> Fraction:
    """What is left of the mark: 1 on time, less for each day begun, nothing after the last of the rule's days."""
    if late_days <= 0:
        return Fraction(1)
    if late_days > late.days:
        return Fraction(0)
    return max(Fraction(0), 1 - late.per_day * late_days)


def mean_of_parts(parts: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """The mark of an activity that is marked in parts: (points, mark) pairs, weighed by their points."""
    total = sum((points for points, _mark in parts), Fraction(0))
    if not total:
        return Fraction(0)
    return sum((points * mark for points, mark in parts), Fraction(0)) / total


def _trace(
    rows: Sequence[_Row], raw: Fraction, mark: Fraction, late: LateRule, late_days: int
) -> dict[str, Any]:
    total = sum((row.criterion.weight for row in rows), Fraction(0))
    lines = [_row_fact(row, total) for row in rows]
    facts = [fact("Rubric", shown(raw), bound="each row by its weight", parts=lines)]
    if late_days > 0:
        facts.append(_late_fact(late, late_days))
    facts.append(
        fact("Mark", shown(mark), note=f"exactly {exact(mark)}; shown cut to one decimal, never rounded")
    )
    return {
        "mark": exact(mark),
        "before_late": exact(raw),
        "late_days": late_days,
        "rows": [
            {"key": row.criterion.key, "points": exact(row.points), "level": row.band.level} for row in rows
        ],
        "facts": facts,
    }


def _row_fact(row: _Row, total: Fraction) -> dict[str, Any]:
    share = row.criterion.weight / total
    band = row.band
    how = f"level {band.level}, {band.title}"
    if row.by_points:
        note = f"{how}: {plain(row.points)} of {plain(band.low)} to {plain(band.high)} points"
    else:
        note = f"{how}: the middle of {plain(band.low)} to {plain(band.high)}"
    return fact(
        row.criterion.title,
        shown(row.points * share),
        bound=f"{plain(row.points)} × {plain(share * 100)} %",
        note=note,
    )


def _late_fact(late: LateRule, late_days: int) -> dict[str, Any]:
    factor = late_factor(late, late_days)
    begun = "1 day begun" if late_days == 1 else f"{late_days} days begun"
    if late_days > late.days:
        return fact("Late", "× 0", bound=begun, note=f"nothing is left after {late.days} days")
    return fact("Late", f"× {plain(factor)}", bound=f"{begun}, {plain(late.per_day * 100)} % each")
