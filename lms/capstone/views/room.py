"""A learner's room: the project, its start, and the thread with the guide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.capstone import actions, policy, queries
from lms.capstone.forms import EmptyForm, SayForm
from lms.capstone.queries import RoomVisit
from lms.capstone.views.frame import Status, bp, href, status
from lms.capstone.views.room_page import RoomPage, present
from lms.cohorts.queries import CohortView
from lms.community.actions import Writing
from lms.community.actions import remove as remove_post
from lms.community.models import ThreadSubject
from lms.community.queries import thread_for
from lms.core import clock, ids
from lms.core.errors import Forbidden, NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.scheduling.queries import ItemLine
from lms.web.guards import current_actor, requires


@dataclass(frozen=True, slots=True)
class Ahead:
    """The capstone before there is a project: what will happen, and when."""

    slug: str
    cohort: str
    milestones: tuple[tuple[ActivityLine, ItemLine | None, Status], ...]
    team: str
    open: bool
    opens: dt.datetime | None
    staff: bool
    guides_href: str
    teaching_href: str
    confidentiality: tuple[tuple[str, str], ...]
    cap: int
    meetings: int
    now: dt.datetime
    zone: str
    cohort_zone: str


@bp.get("/cohorts/<slug>/capstone")
@requires(policy.can_see_room, queries.room_visible_to)
def room(visit: RoomVisit) -> ResponseReturnValue:
    """Show a learner's project, or what the capstone will be."""
    return _room(visit)


def _room(visit: RoomVisit, form: SayForm | None = None) -> ResponseReturnValue:
    if visit.project is None:
        return render_template(
            "capstone/room.html", ahead=_ahead(visit), page=None, form=None, empty=EmptyForm()
        )
    page = _page(visit)
    form = form or SayForm(formdata=None, key=ids.public_id(), read_to=page.newest)
    return render_template("capstone/room.html", ahead=None, page=page, form=form, empty=EmptyForm())


def _page(visit: RoomVisit) -> RoomPage:
    if visit.project is None:
        raise NotFound
    slug = visit.cohort.slug
    return present(
        queries.room(visit.project, visit.cohort),
        current_actor(),
        here=url_for(".room", slug=slug),
        milestone_href=url_for(".milestone", slug=slug, key="KEY"),
        may_talk=visit.project.running,
        staff=False,
    )


def _ahead(visit: RoomVisit) -> Ahead:
    now, cohort, actor = clock.now(), visit.cohort, current_actor()
    dates = queries.dates(cohort, visit.whose)
    first = dates.get("m0")
    capstone = curriculum.outline(cohort.version_id).policies.capstone
    return Ahead(
        slug=cohort.slug,
        cohort=cohort.name,
        milestones=tuple(
            (
                line,
                dates.get(line.key),
                status(line.key, None, dates.get(line.key), now=now, answered_at=None),
            )
            for line in queries.milestones_of(cohort)
        ),
        team=visit.team[1] if visit.team else "",
        open=first is not None and now >= first.starts_at,
        opens=first.starts_at if first else None,
        staff=visit.place is None,
        guides_href=url_for(".guides", slug=cohort.slug) if policy.can_see_guides(actor, visit) else "",
        teaching_href=href("desks.teaching"),
        confidentiality=levels(cohort),
        cap=capstone.guide_cap,
        meetings=capstone.meetings_planned,
        now=now,
        zone=actor.zone,
        cohort_zone=cohort.zone,
    )


def levels(cohort: CohortView) -> tuple[tuple[str, str], ...]:
    """The levels of confidentiality: name and what it means."""
    lines = curriculum.outline(cohort.version_id).policies.capstone.confidentiality
    pairs = [line.partition(":")[::2] for line in lines]
    return tuple((name.strip(), words.strip()[:1].upper() + words.strip()[1:]) for name, words in pairs)


@bp.post("/cohorts/<slug>/capstone")
@requires(policy.can_work, queries.room_visible_to)
def start(visit: RoomVisit) -> ResponseReturnValue:
    """Start the learner's project, alone or for their team."""
    try:
        with unit_of_work() as work:
            actions.start(visit, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
        return redirect(url_for(".room", slug=visit.cohort.slug), code=303)
    flash("Your project has begun. Its first step is the interest form.", "good")
    return redirect(url_for(".milestone", slug=visit.cohort.slug, key="m0"), code=303)


@bp.post("/cohorts/<slug>/capstone/thread")
@requires(policy.can_work, queries.room_visible_to)
def say(visit: RoomVisit) -> ResponseReturnValue:
    """Write to the guide and the team, or take one's own message away."""
    if visit.project is None:
        raise NotFound
    if not visit.project.running:
        raise Forbidden
    form = SayForm()
    refused = write(form, visit.project.id, visit.project.cohort_id)
    if refused:
        return _room(visit, form)
    return redirect(url_for(".room", slug=visit.cohort.slug) + "#thread-title", code=303)


def write(form: SayForm, project_id: int, cohort_id: int) -> bool:
    """Post what was written, or remove a message of one's own; True when the form has to be shown again."""
    if not form.validate():
        return True
    actor = current_actor()
    try:
        with unit_of_work() as work:
            if request.form.get("act") == "remove":
                thread = thread_for(cohort_id, ThreadSubject.PROJECT, project_id)
                if thread is None:
                    raise NotFound
                remove_post(thread.id, request.form.get("post", ""), actor=actor, now=work.now)
            else:
                writing = Writing(
                    text=form.text.data or "", key=form.key.data or "", read_to=form.read_to.data or ""
                )
                actions.say(project_id, writing, actor=actor, now=work.now)
    except RuleViolation as refused:
        if request.form.get("act") == "remove":
            flash(refused.message, "warn")
            return False
        form.refuse("text", refused.message)
        return True
    return False
