"""The staff's pages about a cohort: what it is, its state, its sections, who runs it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import actions, policy, queries, rules
from lms.cohorts.actions import CohortEdit, Replacement
from lms.cohorts.forms import (
    AppointForm,
    EditForm,
    EndTaskForm,
    ReplaceForm,
    SectionForm,
    StateForm,
)
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView, PersonLine, StaffLine
from lms.cohorts.rules import CohortRefusal
from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.people.rules import Role
from lms.web.filters import local
from lms.web.guards import current_actor, may_open, requires

bp = Blueprint("cohorts", __name__)

NEXT_STATES = {
    CohortState.PREPARING: (CohortState.OPEN,),
    CohortState.OPEN: (CohortState.CLOSED, CohortState.PREPARING),
    CohortState.CLOSED: (CohortState.OPEN,),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A person's task in words."""

    line: StaffLine
    course: str


def _courses(cohort: CohortView) -> dict[str, str]:
    return {course.key: course.title for course in curriculum.outline(cohort.version_id).courses}


def _tasks(cohort: CohortView, lines: list[StaffLine]) -> list[Task]:
    titles = _courses(cohort)
    return [Task(line, titles.get(line.course_key, "") or "all courses") for line in lines]


@bp.get("/cohorts/<slug>/overview")
@requires(policy.can_see_overview, queries.cohort_visible_to)
def overview(cohort: CohortView) -> ResponseReturnValue:
    """Show what a cohort is, who runs it and what state it is in."""
    now = clock.now()
    outline = curriculum.outline(cohort.version_id)
    staff = queries.staff_ahead(cohort.id, at=now)
    return render_template(
        "cohorts/overview.html",
        cohort=cohort,
        weeks=rules.length(outline.frame.weeks, len(outline.frame.breaks), len(cohort.breaks)),
        outline=outline,
        may_dates=may_open("scheduling.calendar", cohort),
        may_told=may_open("notifications.told", cohort),
        sections=queries.sections(cohort.id),
        tasks=_tasks(cohort, staff),
        coordinated=any(line.role is Role.COORDINATOR for line in staff),
        place=rules.place_name(cohort.holiday_country, cohort.holiday_subdivision)
        if cohort.holiday_country
        else "",
        next_states=[state.value for state in NEXT_STATES[cohort.state]],
        may=policy.can_manage_cohort(current_actor(), cohort),
        now=now,
    )


@bp.route("/cohorts/<slug>/edit", methods=["GET", "POST"])
@requires(policy.can_manage_cohort, queries.cohort_visible_to)
def edit(cohort: CohortView) -> ResponseReturnValue:
    """Change name and seats. The holiday calendar is the schedule's page."""
    form = EditForm(obj=cohort)
    if form.validate_on_submit():
        change = CohortEdit(
            name=form.name.data or "",
            seats=form.seats.data or 0,
        )
        try:
            with unit_of_work():
                actions.edit_cohort(cohort.id, change, actor=current_actor())
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash("The cohort is changed.", "good")
            return redirect(url_for(".overview", slug=cohort.slug), code=303)
    return render_template(
        "cohorts/edit.html", cohort=cohort, form=form, may_dates=may_open("scheduling.calendar", cohort)
    )


@bp.route("/cohorts/<slug>/sections", methods=["GET", "POST"])
@requires(policy.can_manage_cohort, queries.cohort_visible_to)
def sections(cohort: CohortView) -> ResponseReturnValue:
    """Add a section, or give one another name."""
    form = SectionForm()
    if form.validate_on_submit():
        wanted = str(form.section.data or "")
        try:
            with unit_of_work():
                if wanted:
                    number = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0
                    actions.rename_section(cohort.id, number, form.name.data or "", actor=current_actor())
                else:
                    actions.add_section(cohort.id, form.name.data or "", actor=current_actor())
        except RuleViolation as refused:
            form.refuse("name", refused.message)
        else:
            flash("The sections are changed.", "good")
            return redirect(url_for(".sections", slug=cohort.slug), code=303)
    return render_template(
        "cohorts/sections.html",
        cohort=cohort,
        form=form,
        sections=queries.sections(cohort.id),
        may_dates=may_open("scheduling.calendar", cohort),
    )


@bp.route("/cohorts/<slug>/state/<to>", methods=["GET", "POST"])
@requires(policy.can_manage_cohort, queries.cohort_visible_to)
def state(cohort: CohortView, to: str) -> ResponseReturnValue:
    """Say what opening, closing or reopening means, and do it."""
    known = {each.value: each for each in CohortState}
    if to not in known or (known[to] not in NEXT_STATES[cohort.state] and request.method == "GET"):
        raise NotFound
    form = StateForm()
    if form.validate_on_submit():
        seen = known.get(str(form.seen.data))
        try:
            with unit_of_work() as work:
                actions.set_state(
                    cohort.id,
                    known[to],
                    seen=seen or known[to],
                    reason=form.reason.data or "",
                    actor=current_actor(),
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash(f"The cohort is {to} now.", "good")
            return redirect(url_for(".overview", slug=cohort.slug), code=303)
    form.seen.data = cohort.state.value
    return render_template("cohorts/state.html", cohort=cohort, form=form, to=to)


@bp.get("/cohorts/<slug>/staff")
@requires(policy.can_see_overview, queries.cohort_visible_to)
def staff(cohort: CohortView) -> ResponseReturnValue:
    """Show who has which task, and find people to appoint."""
    return _staff(cohort, _appoint_form(cohort))


@bp.post("/cohorts/<slug>/staff")
@requires(policy.can_manage_cohort, queries.cohort_visible_to)
def appoint(cohort: CohortView) -> ResponseReturnValue:
    """Give somebody a task in the cohort."""
    form = _appoint_form(cohort)
    if form.validate():
        try:
            person = _known_person(str(form.person.data))
            with unit_of_work() as work:
                actions.appoint(
                    cohort.id,
                    person.id,
                    Role(form.role.data),
                    course_key=form.course.data or "",
                    actor=current_actor(),
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash(f"{person.name} is {form.role.data} in this cohort now.", "good")
            return redirect(url_for(".staff", slug=cohort.slug), code=303)
    return _staff(cohort, form)


def _appoint_form(cohort: CohortView) -> AppointForm:
    return AppointForm(list(_courses(cohort).items()))


def _staff(cohort: CohortView, form: AppointForm) -> ResponseReturnValue:
    may = policy.can_manage_cohort(current_actor(), cohort)
    now = clock.now()
    words = request.args.get("q", "").strip()[:100]
    chosen = None
    if may:
        asked = request.args.get("person", "")
        chosen = _person(asked) or (_person(str(form.person.data or "")) if form.is_submitted() else None)
    return render_template(
        "cohorts/staff.html",
        cohort=cohort,
        tasks=_tasks(cohort, queries.staff_ahead(cohort.id, at=now)),
        form=form,
        may=may,
        words=words,
        found=queries.find_persons(words) if may and words else [],
        chosen=chosen,
        now=now,
    )


def _person(public_id: str) -> PersonLine | None:
    found = queries.persons([public_id]) if public_id else []
    return found[0] if found else None


def _known_person(public_id: str) -> PersonLine:
    person = _person(public_id)
    if person is None:
        raise RuleViolation(CohortRefusal.NOBODY)
    return person


@bp.route("/cohorts/<slug>/staff/<public_id>", methods=["GET", "POST"])
@requires(policy.can_manage_cohort, queries.staff_member_visible_to)
def staff_member(member: queries.StaffMember) -> ResponseReturnValue:
    """Show one person's tasks in a cohort; end one, or let somebody take over all of them."""
    cohort, now = member.cohort, clock.now()
    tasks = _tasks(cohort, list(member.tasks))
    end = EndTaskForm()
    end.task.choices = [
        (_task_name(task.line), f"{task.line.role.value.capitalize()}, {task.course}") for task in tasks
    ]
    replace = ReplaceForm()
    words = request.args.get("q", "").strip()[:100]
    found = [person for person in queries.find_persons(words) if person.public_id != member.public_id]
    replace.person.choices = [(person.public_id, f"{person.name}, {person.email}") for person in found]
    act = request.form.get("act", "")
    if act == "end" and end.validate_on_submit():
        if _end(member, end):
            return redirect(url_for(".staff", slug=cohort.slug), code=303)
    elif act == "replace" and replace.validate_on_submit() and _replace(member, replace):
        return redirect(url_for(".staff", slug=cohort.slug), code=303)
    if request.method == "GET":
        replace.from_day.data = local(now, cohort.zone).date()
    return render_template(
        "cohorts/staff_member.html",
        cohort=cohort,
        member=member,
        tasks=tasks,
        end=end,
        replace=replace,
        words=words,
        found=found,
        act=act,
        now=now,
    )


def _task_name(line: StaffLine) -> str:
    return f"{line.role.value}|{line.course_key}|{line.starts_at:%Y%m%d%H%M%S}"


def _end(member: queries.StaffMember, form: EndTaskForm) -> bool:
    line = next(each for each in member.tasks if _task_name(each) == form.task.data)
    try:
        with unit_of_work() as work:
            actions.release(
                line.assignment_id,
                cohort_id=member.cohort.id,
                reason=form.end_reason.data or "",
                actor=current_actor(),
                now=work.now,
            )
    except RuleViolation as refused:
        form.refuse("task", refused.message)
        return False
    flash(f"{member.name} is no longer {line.role.value} here.", "good")
    return True


def _replace(member: queries.StaffMember, form: ReplaceForm) -> bool:
    try:
        person = _known_person(str(form.person.data))
        with unit_of_work() as work:
            count = actions.replace_staff(
                member.cohort.id,
                Replacement(
                    old_person_id=member.person_id,
                    new_person_id=person.id,
                    from_day=form.from_day.data,
                    reason=form.reason.data or "",
                ),
                actor=current_actor(),
                now=work.now,
            )
    except RuleViolation as refused:
        field = "from_day" if refused.reason is CohortRefusal.DAY_PASSED else "person"
        form.refuse(field, refused.message)
        return False
    words = "1 task" if count == 1 else f"{count} tasks"
    flash(f"{person.name} takes over {words} from {member.name}.", "good")
    return True
