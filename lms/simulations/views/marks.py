"""What a run comes to as marks: looked at, recorded, handed out as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment.rules import MarkState, shown
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.simulations import actions, policy, queries
from lms.simulations.forms import RecordMarksForm
from lms.simulations.queries import MemberLine, RunMarks, RunView
from lms.simulations.rules import Phase, RunRefusal
from lms.simulations.rules.marks import Outcome
from lms.simulations.views.blueprint import bp
from lms.web.downloads import csv_file, xlsx_file
from lms.web.filters import percent, plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

HEAD = (
    "Team",
    "Name",
    "Mark of 100",
    "Why",
    "Rounds in a team",
    "With a part",
    "Recorded",
    "State",
    "Evidence",
)
_WHY = {
    Outcome.COUNTS: "the team's result counts",
    Outcome.NO_PART: "too small a part: the team's result does not count",
    Outcome.TOO_SHORT: "in a team for less than half of the game: decide by hand",
}
_TONE = {Outcome.COUNTS: "", Outcome.NO_PART: "bad", Outcome.TOO_SHORT: "warn"}


@dataclass(frozen=True)
class MarkRow:
    """A member's line on the page."""

    name: str
    figure: str
    why: str
    tone: str
    rounds: str
    recorded: str
    state: str
    evidence: tuple[tuple[str, str], ...]


@bp.get("/cohorts/<slug>/simulations/<public_id>/marks")
@requires(policy.can_see_marks, queries.run_visible_to)
def marks(run: RunView) -> ResponseReturnValue:
    """Show what a run comes to for each member, and what of it is recorded."""
    return _page(run, RecordMarksForm())


@bp.post("/cohorts/<slug>/simulations/<public_id>/marks")
@requires(policy.can_mark, queries.run_visible_to)
def record_marks(run: RunView) -> ResponseReturnValue:
    """Record the figures that were looked at; they wait for their release."""
    form = RecordMarksForm()
    if not form.validate_on_submit():
        return _page(run, form), 400
    try:
        with unit_of_work() as work:
            done = actions.record_marks(
                run,
                stamp=request.form.get("stamp", ""),
                reason=form.reason.data or "",
                actor=current_actor(),
                now=work.now,
            )
    except RuleViolation as refused:
        form.refuse("reason" if refused.reason is RunRefusal.REASON else "", refused.message)
        return _page(run, form), 409
    words = f"{plural(done.fresh, 'mark')} recorded"
    flash(f"{words}, {done.changed} changed. They wait for their release.", "done")
    return redirect(url_for(".marks", slug=run.cohort.slug, public_id=run.public_id), 303)


@bp.get("/cohorts/<slug>/simulations/<public_id>/marks.<any(csv, xlsx):ending>")
@requires(policy.can_see_marks, queries.run_visible_to)
def marks_file(run: RunView, ending: str) -> ResponseReturnValue:
    """Hand the table out as a file."""
    found = queries.run_marks(run)
    rows = [
        (
            line.team,
            line.name,
            shown(line.mark.value) if line.mark.value is not None else "",
            _WHY[line.mark.outcome],
            line.mark.sat,
            line.mark.parts,
            shown(line.standing.value) if line.standing else "",
            _state(line),
            ", ".join(f"{code} {score:.1f}" for code, (score, _says) in line.trace["evidence"].items()),
        )
        for line in found.lines
    ]
    given = csv_file if ending == "csv" else xlsx_file
    return given(f"{run.cohort.slug}-{run.scenario}-marks", HEAD, rows)


def _page(run: RunView, form: Any) -> str:
    no_store()
    found = queries.run_marks(run)
    activity = curriculum.outline(run.cohort.version_id).activities.get(found.activity_id or 0)
    return render_template(
        "simulations/marks.html",
        run=run,
        slug=run.cohort.slug,
        form=form,
        found=found,
        teams=_teams(found),
        to_record=len(found.to_record),
        changes=sum(line.changes for line in found.to_record),
        may_record=run.phase in (Phase.DEBRIEF, Phase.ENDED) and policy.can_mark(current_actor(), run),
        activity=activity,
        needed=percent(float(found.gate), whole=True),
        now=clock.now(),
    )


def _teams(found: RunMarks) -> list[tuple[str, list[MarkRow]]]:
    """The lines of each team, in order."""
    teams: dict[str, list[MarkRow]] = {}
    for line in found.lines:
        teams.setdefault(line.team, []).append(_row(line))
    return list(teams.items())


def _row(line: MemberLine) -> MarkRow:
    mark = line.mark
    return MarkRow(
        name=line.name,
        figure=shown(mark.value) if mark.value is not None else "–",
        why=_WHY[mark.outcome],
        tone=_TONE[mark.outcome],
        rounds=f"{mark.parts} of {mark.sat}",
        recorded=shown(line.standing.value) if line.standing else "–",
        state=_state(line),
        evidence=tuple((code, f"{score:.0f}") for code, (score, _says) in line.trace["evidence"].items()),
    )


def _state(line: MemberLine) -> str:
    if line.standing is None:
        return "not recorded"
    if line.by_hand:
        return "decided by hand since"
    return "released" if line.standing.state is MarkState.RELEASED else "waits for its release"
