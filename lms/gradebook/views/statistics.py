"""How the marks of a cohort are distributed: a box for every item and result, and one of them by section and marker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.assessment.rules import shown
from lms.assessment.rules.figures import decimal
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.curriculum import queries as curriculum
from lms.gradebook import policy, queries
from lms.gradebook.queries.results import PROGRAMME
from lms.gradebook.rules.statistics import Summary, histogram, split, summary
from lms.gradebook.views.blueprint import bp
from lms.gradebook.views.grids import tabs
from lms.web import charts
from lms.web.filters import cut1
from lms.web.guards import requires
from lms.web.links import href as to
from lms.web.requests import no_store


@dataclass(frozen=True)
class Box:
    """A row: figures, and a box plot in percent of its width."""

    name: str
    href: str
    count: int
    figures: tuple[str, ...]
    """Mean, lowest, quartile, median, quartile, highest, share that passes; empty: too few marks."""
    line: tuple[str, str]
    box: tuple[str, str]
    """Left edge and width."""
    middle: str
    current: bool = False


def _box(name: str, count: int, found: Summary | None, href: str = "", *, current: bool = False) -> Box:
    if found is None:
        return Box(name, href, count, (), ("0%", "0%"), ("0%", "0%"), "0%", current)

    def at(value: Fraction) -> str:
        return f"{float(value):.1f}%"

    figures = (found.mean, found.lowest, found.lower, found.median, found.upper, found.highest)
    return Box(
        name,
        href,
        count,
        (*(shown(one) for one in figures), f"{cut1(100 * found.passed)} %"),
        (at(found.lowest), at(found.highest)),
        (at(found.lower), at(max(found.upper - found.lower, Fraction(1, 2)))),
        at(found.median),
        current,
    )


@bp.get("/cohorts/<slug>/gradebook/statistics")
@requires(policy.can_see_results, cohort_visible_to)
def statistics(cohort: CohortView) -> ResponseReturnValue:
    """Show how released marks and results are distributed; below a few of them nothing is shown."""
    no_store()
    policies = curriculum.outline(cohort.version_id).policies
    fewest, passing = policies.gradebook.statistics_from, decimal(policies.marking.moderate_below)
    values: dict[tuple[int, str], list[Fraction]] = defaultdict(list)
    sections: dict[tuple[int, str], dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    markers: dict[tuple[int, str], dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for one in queries.counted(cohort.id):
        key = (one.activity_id, one.part)
        values[key].append(one.value)
        sections[key][one.section or "no section"].append(one.value)
        markers[key][one.marker or "by rule"].append(one.value)
    results: dict[str, list[Fraction]] = defaultdict(list)
    for own in queries.results_of_cohort(cohort.id).values():
        for name, figure in own.items():
            results[name].append(figure.value)
    programme = queries.plan(cohort.version_id)
    things = {thing.key: thing for thing in queries.markable(cohort.version_id)}
    wanted = request.args.get("item", "")
    chosen = things.get(wanted)

    def row(name: str, marks: Sequence[Fraction], key: str = "") -> Box:
        href = to("gradebook.statistics", slug=cohort.slug, item=key) if key else ""
        return _box(
            name,
            len(marks),
            summary(marks, fewest=fewest, passing=passing),
            href,
            current=key == wanted != "",
        )

    courses = [row("Programme so far", results[PROGRAMME])]
    courses += [row(f"{course.title} so far", results[course.key]) for course in programme.courses]
    items = [
        row(thing.label, values[thing.activity_id, thing.part], thing.key)
        for thing in things.values()
        if values[thing.activity_id, thing.part]
    ]
    item = (chosen.activity_id, chosen.part) if chosen else None
    bars = histogram(values[item], fewest=fewest) if item else []
    by = [
        (
            title,
            [
                _box(name, count, one)
                for name, count, one in split(parts[item], fewest=fewest, passing=passing)
            ],
        )
        for title, parts in (("By section", sections), ("By who entered it", markers))
        if item
    ]
    return render_template(
        "gradebook/statistics.html",
        cohort=cohort,
        tabs=[*tabs(cohort, "statistics")],
        courses=courses,
        items=items,
        chosen=chosen,
        chart=charts.bars([(name, float(count)) for name, count in bars]) if bars else None,
        by=by,
        fewest=fewest,
        passing=f"{float(passing):g}",
    )
