"""The history of a schedule: one release with all it changed, and what differs between any two."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.scheduling import actions, policy, queries
from lms.scheduling.forms import EmptyForm
from lms.scheduling.queries import PlanItem, ReleaseView
from lms.scheduling.views.blueprint import bp
from lms.scheduling.views.calendar_words import calendar_words
from lms.web.guards import current_actor, requires


@bp.get("/cohorts/<slug>/releases/<int:number>")
@requires(policy.can_see_plan, queries.release_visible_to)
def release(found: ReleaseView) -> ResponseReturnValue:
    """Show a release: each date old and new, why, by whom, and what was published with it."""
    line = found.line
    return render_template(
        "scheduling/release.html",
        found=found,
        cohort=found.cohort,
        line=line,
        words=calendar_words(*line.calendar_change) if line.calendar_change else (),
        titles=queries.names(found.cohort).titles,
        may=policy.can_change_dates(current_actor(), found.cohort),
        undo_href=_undo_href(found),
        now=clock.now(),
    )


def _undo_href(found: ReleaseView) -> str:
    if found.line.number == 1 or found.line.number != found.latest:
        return ""
    if found.set_public_id:
        return url_for(".undo_set", slug=found.cohort.slug, release_set=found.set_public_id)
    return url_for(".undo", slug=found.cohort.slug, number=found.line.number)


@bp.get("/cohorts/<slug>/releases/compare")
@requires(policy.can_see_plan, cohorts.cohort_visible_to)
def compare(cohort: CohortView) -> ResponseReturnValue:
    """Show what differs between two releases of a cohort."""
    latest = queries.schedule(cohort.id).release_number
    earlier = _number(request.args.get("from", ""), max(latest - 1, 1), latest)
    later = _number(request.args.get("to", ""), latest, latest)
    earlier, later = min(earlier, later), max(earlier, later)
    return render_template(
        "scheduling/compare.html",
        cohort=cohort,
        earlier=earlier,
        later=later,
        latest=latest,
        differences=queries.between(cohort.id, earlier, later),
        titles=queries.names(cohort).titles,
        now=clock.now(),
    )


def _number(text: str, otherwise: int, latest: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else otherwise
    return min(max(number, 1), latest)


@bp.post("/cohorts/<slug>/plan/<key>/part")
@requires(policy.can_change_dates, queries.plan_item_visible_to)
def part(found: PlanItem) -> ResponseReturnValue:
    """Let each cohort have a session of its own again; every date stays."""
    parts = queries.joint_of(found.line.id)
    if parts and EmptyForm().validate_on_submit():
        with unit_of_work() as work:
            actions.part_sessions(parts[0].joint_id, actor=current_actor(), now=work.now)
        flash("Each cohort has a session of its own again. Every date stays where it is.", "good")
    return redirect(url_for(".item", slug=found.cohort.slug, key=found.line.key), code=303)
