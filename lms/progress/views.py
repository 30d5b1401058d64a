"""Pages of the programme as one follows it: courses, modules, single activities, the rules."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.cohorts.policy import can_take_part
from lms.core import clock
from lms.progress import queries
from lms.progress.queries import Member
from lms.web import pictures
from lms.web.guards import current_actor, requires
from lms.web.shapes import Fact

bp = Blueprint("progress", __name__)


@bp.get("/cohorts/<slug>/learn")
@requires(can_take_part, queries.member)
def learn(who: Member) -> ResponseReturnValue:
    """Show all courses and modules."""
    page = queries.learn_page(who, clock.now())
    return render_template("progress/learn.html", page=page, cohort=who.cohort, mine=who.place is not None)


@bp.get("/cohorts/<slug>/courses/<key>")
@requires(can_take_part, queries.member)
def course(who: Member, key: str) -> ResponseReturnValue:
    """Show one course: what it is, how it is marked, its modules."""
    page = queries.course_page(who, key, clock.now())
    return render_template("progress/course.html", page=page, cohort=who.cohort, mine=who.place is not None)


@bp.get("/cohorts/<slug>/modules/<key>")
@requires(can_take_part, queries.member)
def module(who: Member, key: str) -> ResponseReturnValue:
    """Show one module with its activities in order."""
    now = clock.now()
    page = queries.module_page(who, key, now)
    share = page.standing.share if page.standing else 0.0
    return render_template(
        "progress/module.html",
        page=page,
        cohort=who.cohort,
        mine=who.place is not None,
        ring=pictures.ring(share, size=72, stroke=6),
        zone=current_actor().zone,
        now=now,
    )


@bp.get("/cohorts/<slug>/modules/<key>/why")
@requires(can_take_part, queries.member)
def why(who: Member, key: str) -> ResponseReturnValue:
    """Show why a module is, or is not, complete: the stored trace."""
    line, trace = queries.module_why(who, key)
    fact = _fact(trace) if trace else None
    return render_template("progress/why.html", line=line, fact=fact, cohort=who.cohort)


def _fact(node: dict[str, Any]) -> Fact:
    return Fact(
        text=node["says"],
        value=node["found"],
        verdict="met" if node["holds"] else "open",
        parts=tuple(_fact(child) for child in node["children"]),
    )


@bp.get("/cohorts/<slug>/activities/<key>")
@requires(can_take_part, queries.member)
def activity(who: Member, key: str) -> ResponseReturnValue:
    """Show an activity that is only read about: a simulation round, a date."""
    now = clock.now()
    page = queries.activity_page(who, key, now)
    return render_template(
        "progress/activity.html", page=page, cohort=who.cohort, zone=current_actor().zone, now=now
    )


@bp.get("/cohorts/<slug>/rules")
@requires(can_take_part, queries.member)
def rules(who: Member) -> ResponseReturnValue:
    """Show the rules and marks in force for this cohort."""
    page = queries.rules_page(who)
    return render_template("progress/rules.html", outline=page.outline, cohort=who.cohort)
