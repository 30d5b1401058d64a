"""Reading, and keeping one's place in it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import actions, policy, queries
from lms.coursework.queries import ReadingState, Visit
from lms.coursework.rules.readings import END
from lms.coursework.views.frame import Frame, bp, frame
from lms.web.guards import requires
from lms.web.html import stored


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """A reading and where its reader is."""

    frame: Frame
    html: Markup
    state: ReadingState | None

    @property
    def resume_at(self) -> int:
        """Per cent at which to go on; 0 from the beginning."""
        if self.state is None or self.state.finished_at is not None:
            return 0
        return self.state.position if 3 <= self.state.position < END else 0


@bp.get("/cohorts/<slug>/readings/<key>")
@requires(policy.can_see, queries.reading_visible_to)
def reading(visit: Visit) -> ResponseReturnValue:
    """Show a reading."""
    around = frame(visit, queries.window(visit))
    html = queries.content(visit.line.id).html.get("body", "") if around.shown else ""
    state = queries.reading_state(visit.place.place_id, visit.line.id) if visit.place else None
    page = ReadingPage(around, stored(html), state)
    return render_template("coursework/reading.html", page=page, frame=around)


@bp.post("/cohorts/<slug>/readings/<key>/position")
@requires(policy.can_work, queries.reading_visible_to)
def reading_position(visit: Visit) -> ResponseReturnValue:
    """Keep where the reader is: sent by the page's script."""
    position, seconds = (request.form.get(name, 0, type=int) for name in ("position", "seconds"))
    with unit_of_work() as work:
        done = actions.note_position(visit, position=position, seconds=seconds, now=work.now)
    return jsonify(done=done)


@bp.post("/cohorts/<slug>/readings/<key>/read")
@requires(policy.can_work, queries.reading_visible_to)
def mark_read(visit: Visit) -> ResponseReturnValue:
    """Say that one has read it."""
    try:
        with unit_of_work() as work:
            actions.mark_read(visit, now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash("Marked as read.", "good")
    return redirect(url_for(".reading", slug=visit.cohort.slug, key=visit.line.key), code=303)


@bp.post("/cohorts/<slug>/readings/<key>/unread")
@requires(policy.can_work, queries.reading_visible_to)
def unmark_read(visit: Visit) -> ResponseReturnValue:
    """Take that back."""
    with unit_of_work() as work:
        actions.unmark_read(visit, now=work.now)
    flash("Marked as not read. It waits for you from its beginning.", "good")
    return redirect(url_for(".reading", slug=visit.cohort.slug, key=visit.line.key), code=303)
