"""A session's page, and joining it."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries
from lms.live.queries import SessionView
from lms.live.rules import JoinState
from lms.live.views.frame import bp
from lms.live.views.session_page import session_page
from lms.web import requests
from lms.web.guards import current_actor, requires

LEADS_AWAY = requests.POLICY.replace("form-action 'self'", "form-action 'self' https:")
"""The join button's answer leads to the meeting, and browsers hold a form's redirects to the policy of its page."""


@bp.get("/cohorts/<slug>/sessions/<key>")
@requires(policy.can_see_session, queries.session_visible_to)
def session(session: SessionView) -> ResponseReturnValue:
    """Show what a session is for, when and where, and what one's own attendance came to."""
    now, actor = clock.now(), current_actor()
    page = session_page(session, actor, now)
    html = render_template(
        "live/session.html", page=page, session=session, cohort=session.cohort, zone=actor.zone, now=now
    )
    response = make_response(html)
    if page.join is JoinState.OPEN and not page.no_seat:
        response.headers["Content-Security-Policy"] = LEADS_AWAY
    return response


@bp.post("/cohorts/<slug>/sessions/<key>/join")
@requires(policy.can_join, queries.session_visible_to)
def join(session: SessionView) -> ResponseReturnValue:
    """Note that a learner pressed the button, and send them to the meeting."""
    place_id = session.place.place_id if session.place else None
    try:
        with unit_of_work() as work:
            needs_seat = not policy.can_mark(current_actor(), session)
            address = actions.join(session.id, place_id, needs_seat=needs_seat, now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
        return redirect(url_for(".session", slug=session.cohort.slug, key=session.key), code=303)
    return redirect(address, code=303)
