"""One learner's results: for staff, with resits; and for the learner, with every step to every figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.assessment import queries as assessment
from lms.assessment.rules import shown
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import MyPlace, PlaceView
from lms.gradebook import actions, policy, queries
from lms.gradebook.forms import ResitForm
from lms.gradebook.queries import ResitLine, ResultLine
from lms.gradebook.queries.resit_panels import Judge, PanelSeat
from lms.gradebook.queries.results import PROGRAMME
from lms.gradebook.rules import CoursePlan, ResitState, read_number
from lms.gradebook.views.blueprint import bp
from lms.gradebook.views.grids import keys_of
from lms.people.rules import Actor
from lms.web.filters import local
from lms.web.guards import current_actor, requires
from lms.web.links import href as to
from lms.web.requests import no_store

NOON = dt.time(12)
MOST_SEATS = 40


@dataclass(frozen=True)
class CourseResult:
    """A course with what a learner has reached in it."""

    plan: CoursePlan
    line: ResultLine | None
    figure: str
    facts: Sequence[Mapping[str, Any]]
    resit: ResitLine | None
    resit_figure: str
    needed: str
    """The mark that completes it; empty: none."""
    failed: bool
    cells: tuple[tuple[str, str], ...] = ()
    """(words, address) of each of its marks, for staff."""


@dataclass(frozen=True)
class PanelOf:
    """The panel of a resit, for staff."""

    seats: tuple[PanelSeat, ...]
    size: int
    judges: tuple[Judge, ...]
    """Who could sit on it; empty once the mark is entered."""


def panels_of(place: PlaceView, courses: Sequence[CourseResult], now: dt.datetime) -> dict[str, PanelOf]:
    """The panels of those resits that a panel judges, by course; read only where there is one."""
    found = {}
    for course in courses:
        keys = queries.judged_by_panel(place.cohort.version_id, course.plan.key) if course.resit else None
        if keys and course.resit:
            still = course.resit.state is ResitState.OPEN
            before = queries.judged_before(place.id, keys) if still else set()
            found[course.plan.key] = PanelOf(
                seats=queries.panels(place.id).get(course.resit.public_id, ()),
                size=queries.panel_size(place.cohort.version_id),
                judges=tuple(queries.judges(place.cohort, before, now).values()) if still else (),
            )
    return found


def courses_of(
    cohort: CohortView,
    found: Mapping[str, ResultLine],
    resits: Sequence[ResitLine],
    hrefs: Mapping[tuple[int, str], str],
) -> list[CourseResult]:
    """The courses of a programme with a learner's results; figures of single marks lead to `hrefs`."""
    policy_of = curriculum.outline(cohort.version_id).policies.completion
    made = []
    for plan in queries.plan(cohort.version_id).courses:
        line = found.get(plan.key)
        resit = next((one for one in resits if one.course_key == plan.key), None)
        needed = policy_of.course_minimum.get(plan.key)
        made.append(
            CourseResult(
                plan=plan,
                line=line,
                figure=shown(line.value) if line else "–",
                facts=linked(line.trace["facts"][0]["parts"], hrefs) if line else (),
                resit=resit,
                resit_figure=shown(resit.mark) if resit and resit.mark is not None else "",
                needed=f"{needed:g}" if needed is not None else "",
                failed=line is not None and needed is not None and line.value < needed,
            )
        )
    return made


def linked(
    facts: Sequence[Mapping[str, Any]], hrefs: Mapping[tuple[int, str], str]
) -> list[Mapping[str, Any]]:
    """A stored explanation whose single marks lead to their own page."""
    made: list[Mapping[str, Any]] = []
    for line in facts:
        item = line.get("item")
        href = hrefs.get((item[0], item[1]), "") if item else ""
        made.append({**line, "href": href, "parts": linked(line["parts"], hrefs)})
    return made


def _staff_page(
    place: PlaceView, form: ResitForm, about: str = "", status: int = 200, panel_problem: str = ""
) -> ResponseReturnValue:
    no_store()
    actor: Actor = current_actor()
    cohort = place.cohort
    found = queries.results(place.id)
    hrefs = {
        item: to("gradebook.cell", slug=cohort.slug, public_id=place.public_id, key=key)
        for item, key in keys_of(cohort).items()
    }
    courses = courses_of(cohort, found, queries.resits(place.id), hrefs)
    whole = found.get(PROGRAMME)
    page = render_template(
        "gradebook/learner_results.html",
        place=place,
        whole=whole,
        whole_figure=shown(whole.value) if whole else "–",
        courses=courses,
        panels=panels_of(place, courses, clock.now()),
        sent=set(request.form.getlist("panel")),
        cells={
            course.plan.key: [(item.label, hrefs[item.key]) for item in course.plan.items]
            for course in courses
        },
        form=form,
        about=about,
        panel_problem=panel_problem,
        me=actor.person_id,
        may_record=policy.can_record_external(actor, place),
        may_change=policy.can_change_marks(actor, place),
        may_release=policy.can_release_resit(actor, place),
        zone=actor.zone,
        now=clock.now(),
    )
    return page, status


@bp.get("/cohorts/<slug>/learners/<public_id>/results")
@requires(policy.can_see_results, enrolment.place_visible_to)
def learner_results(place: PlaceView) -> ResponseReturnValue:
    """Show one learner's results so far with every step, as the learner sees them."""
    return _staff_page(place, ResitForm(formdata=None))


@bp.post("/cohorts/<slug>/learners/<public_id>/results")
@requires(policy.can_release_resit, enrolment.place_visible_to)
def change_resit(place: PlaceView) -> ResponseReturnValue:
    """Open the resit of a course, enter its mark, release it, or take it back."""
    act, _, about = request.form.get("act", "").partition(":")
    form = ResitForm()
    if act in WORDLESS:
        del form.words
    if not form.validate_on_submit():
        return _staff_page(place, ResitForm() if act in WORDLESS else form, about, 422)
    try:
        done = _act(place, act, about, form)
    except RuleViolation as refused:
        if act == "panel":
            return _staff_page(place, ResitForm(formdata=None), about, 422, refused.message)
        if act in WORDLESS:
            flash(refused.message, "bad")
            return redirect(request.path, code=303)
        form.refuse("words", refused.message)
        return _staff_page(place, form, about, 422)
    flash(done or "Choose what is to be done.", "good" if done else "warn")
    return redirect(request.path, code=303)


WORDLESS = frozenset({"release", "withdraw", "panel"})
"""What is done without words."""


def _act(place: PlaceView, act: str, about: str, form: ResitForm) -> str:
    actor: Actor = current_actor()
    with unit_of_work() as work:
        if act == "open" and policy.can_change_marks(actor, place):
            actions.open_resit(place.id, about, what=str(form.words.data), actor=actor, now=work.now)
            return f"{place.name} has a resit, and was told what is to be done."
        if act == "mark" and policy.can_change_marks(actor, place):
            on = form.on.data or local(work.now, place.cohort.zone).date()
            noon = dt.datetime.combine(on, NOON, tzinfo=local(work.now, place.cohort.zone).tzinfo)
            actions.mark_resit(
                place.id,
                about,
                mark=read_number(form.figure.data or ""),
                handed_in_at=min(noon, work.now),
                words=str(form.words.data),
                actor=actor,
                now=work.now,
            )
            return "The mark is entered. Somebody else releases it; until then only staff see it."
        if act == "panel" and policy.can_change_marks(actor, place):
            people = {one[:80].replace("\x00", "") for one in request.form.getlist("panel")[:MOST_SEATS]}
            actions.seat_resit_panel(place.id, about, people=people, actor=actor, now=work.now)
            return "The panel of this resit is named."
        if act == "release":
            actions.release_resit(place.id, about, actor=actor, now=work.now)
            return f"{place.name} can see the mark of the resit now."
        if act == "withdraw" and policy.can_change_marks(actor, place):
            actions.withdraw_resit(place.id, about, actor=actor, now=work.now)
            return "The resit is taken back."
    return ""


@bp.get("/cohorts/<slug>/results")
@requires(policy.can_see_own_results, enrolment.my_place)
def my_results(me: MyPlace) -> ResponseReturnValue:
    """Show a learner their results so far: every figure with how it came about."""
    no_store()
    actor = current_actor()
    cohort = me.cohort
    found = queries.results(me.place_id)
    hrefs = {
        item: to("assessment.mark", slug=cohort.slug, public_id=mark.public_id)
        for item, mark in assessment.released_marks(me.place_id).items()
    }
    whole = found.get(PROGRAMME)
    return render_template(
        "gradebook/my_results.html",
        cohort=cohort,
        whole=whole,
        whole_figure=shown(whole.value) if whole else "–",
        whole_facts=whole.trace["facts"] if whole else (),
        courses=courses_of(cohort, found, queries.resits(me.place_id, released_only=True), hrefs),
        decisions=queries.said_to(cohort, me.place_id),
        resit_cap=f"{curriculum.outline(cohort.version_id).policies.completion.resit_cap:g}",
        zone=actor.zone,
        now=clock.now(),
    )
