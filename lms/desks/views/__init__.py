"""The front door and the desk of each kind of person."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts.policy import can_learn
from lms.core import clock
from lms.desks import queries
from lms.desks.views import learner as learner_page
from lms.enrolment.queries import MyPlace, my_place, places_of
from lms.people.rules import Actor, Role
from lms.web import pictures
from lms.web.guards import current_actor, current_actor_or_none, public, requires

bp = Blueprint("desks", __name__)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Send everybody to the desk that is theirs."""
    actor: Actor | None = current_actor_or_none()
    if actor is None:
        return redirect(url_for("security.login"))
    return redirect(_home_of(actor))


def _home_of(actor: Actor) -> str:
    if any(actor.anywhere(role) for role in (Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR)):
        return url_for("desks.coordination")
    if any(actor.anywhere(role) for role in (Role.FACULTY, Role.GUIDE, Role.MARKER, Role.ASSISTANT)):
        return url_for("desks.teaching")
    places = places_of(actor.person_id)
    if places:
        return url_for("desks.learner", slug=places[0][0])
    if actor.anywhere(Role.ADMINISTRATOR):
        return url_for("people.admin_people")
    return url_for("people.profile")


@bp.get("/cohorts/<slug>")
@requires(can_learn, my_place)
def learner(me: MyPlace) -> ResponseReturnValue:
    """Show a learner what needs them now."""
    read = queries.learner(me, clock.now())
    desk = learner_page.present(read, current_actor().zone)
    return render_template(
        "desks/learner.html",
        desk=desk,
        progress=pictures.ring(float(desk.done)),
        ticks=pictures.ribbon([week.hours for week in desk.weeks]),
    )
