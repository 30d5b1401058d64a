"""The staff's pages of published programmes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.curriculum import policy, queries, rules
from lms.curriculum.queries import Outline, VersionLine
from lms.web import charts
from lms.web.charts import Chart
from lms.web.guards import requires

bp = Blueprint("curriculum", __name__)


@bp.get("/programmes")
@requires(policy.can_see_programmes)
def programmes() -> ResponseReturnValue:
    """List the published versions of every programme."""
    found = queries.versions()
    grouped = [(slug, list(lines)) for slug, lines in groupby(found, lambda line: line.programme_slug)]
    return render_template("curriculum/programmes.html", programmes=grouped, now=clock.now())


@dataclass(frozen=True)
class Weeks:
    """What the teaching weeks ask, against the programme's limit."""

    chart: Chart
    limit: int
    busiest: int
    busiest_minutes: int
    total: int


@bp.get("/programmes/<slug>/<int:number>")
@requires(policy.can_see_version, queries.version_visible_to)
def programme(version: VersionLine) -> ResponseReturnValue:
    """Show one version: courses, modules and activities, what each week asks, how competencies are covered."""
    outline = queries.outline(version.id)
    return render_template(
        "curriculum/programme.html",
        version=version,
        outline=outline,
        weeks=_weeks(outline),
        coverage=queries.coverage(version.id),
        kind_word=rules.kind_word,
        kind_icon=rules.kind_icon,
        minutes={
            module.id: sum(line.minutes for line in module.activities if line.required)
            for module in outline.modules.values()
        },
        now=clock.now(),
    )


def _weeks(outline: Outline) -> Weeks:
    asked = queries.week_minutes(outline.version_id)
    hours = [(str(number), round(minutes / 60, 1)) for number, minutes in enumerate(asked, start=1)]
    busiest = max(range(len(asked)), key=lambda place: asked[place], default=0)
    return Weeks(
        chart=charts.bars(hours, most=outline.frame.weekly_limit_minutes / 60),
        limit=outline.frame.weekly_limit_minutes,
        busiest=busiest + 1,
        busiest_minutes=asked[busiest] if asked else 0,
        total=sum(asked),
    )
