"""One mark: as its learner sees it, and its history for staff."""

from __future__ import annotations

import datetime as dt

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.assessment import policy, queries
from lms.assessment.queries import History, ReleasedPage
from lms.assessment.rules import shown
from lms.assessment.views.blueprint import bp
from lms.core import clock
from lms.curriculum import queries as curriculum
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@bp.get("/cohorts/<slug>/marks/<public_id>")
@requires(policy.can_see_own_mark, queries.released_mark_visible_to)
def mark(page: ReleasedPage) -> ResponseReturnValue:
    """Show a released mark: the figure, every step to it, and the feedback."""
    no_store()
    actor = current_actor()
    return render_template(
        "assessment/mark.html",
        page=page,
        figure=shown(page.mark.value),
        staff=policy.can_see_marks(actor, page.cohort),
        to_class=queries.seen_class_feedback(page.place_id, page.activity_id, page.part),
        complain_until=_complain_until(page),
        zone=actor.zone,
        now=clock.now(),
    )


def _complain_until(page: ReleasedPage) -> dt.datetime | None:
    """Until when its learner may complain about a mark that counts; None: not any more, or not at all."""
    if not page.summative or policy.can_see_marks(current_actor(), page.cohort):
        return None
    days = curriculum.outline(page.cohort.version_id).policies.marking.complaint_days
    until = page.mark.released_at + dt.timedelta(days=days)
    return until if until >= clock.now() else None


@bp.get("/cohorts/<slug>/marks/<public_id>/history")
@requires(policy.can_see_marks, queries.history_visible_to)
def history(found: History) -> ResponseReturnValue:
    """Show every version of a mark: what, who, when, why."""
    no_store()
    return render_template(
        "assessment/history.html",
        mark=found,
        versions=[(version, shown(version.value)) for version in found.versions],
        zone=current_actor().zone,
        now=clock.now(),
    )
