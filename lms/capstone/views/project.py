"""The guide's side of a project: the same room, answers to milestones, meeting notes, the coordinator's acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.capstone import actions, policy, queries
from lms.capstone.actions import Note, Topic
from lms.capstone.forms import EmptyForm, MeetingForm, ReasonForm, SayForm, TopicForm
from lms.capstone.queries import ProjectView
from lms.capstone.rules import ProjectState
from lms.capstone.views.frame import bp
from lms.capstone.views.room import write
from lms.capstone.views.room_page import present
from lms.core import clock, ids
from lms.core.errors import Forbidden, RuleViolation
from lms.core.uow import unit_of_work
from lms.people.rules import Actor
from lms.web.guards import current_actor, may_open, requires
from lms.web.requests import no_store


@dataclass(frozen=True, slots=True)
class Acts:
    """What this viewer may do here."""

    guide: bool
    steer: bool
    assign: bool
    all_projects: bool
    reject_open: bool
    """The proposal was rejected twice: a topic is to be assigned."""
    running: bool


def _acts(view: ProjectView, actor: Actor) -> Acts:
    return Acts(
        guide=policy.can_guide(actor, view),
        steer=policy.can_steer(actor, view),
        assign=policy.can_assign_guides(actor, view),
        all_projects=policy.can_see_guides(actor, view),
        reject_open=view.line.state is ProjectState.REJECTED,
        running=view.line.running,
    )


# The room -----------------------------------------------------------------------------------------------------------


@bp.get("/projects/<public_id>")
@requires(policy.can_see_project, queries.project_visible_to)
def project(view: ProjectView) -> ResponseReturnValue:
    """Show a project to those who guide and oversee it; its members have their own room."""
    if view.member:
        return redirect(url_for(".room", slug=view.cohort.slug))
    return _project(view)


@dataclass(frozen=True)
class Forms:
    """The forms of a project's page."""

    say: SayForm
    meeting: MeetingForm
    back: ReasonForm
    end: ReasonForm
    topic: TopicForm


def _project(
    view: ProjectView,
    *,
    say: SayForm | None = None,
    meeting: MeetingForm | None = None,
    back: ReasonForm | None = None,
    end: ReasonForm | None = None,
    topic: TopicForm | None = None,
) -> ResponseReturnValue:
    actor = current_actor()
    room = queries.room(view.line, view.cohort)
    acts = _acts(view, actor)
    page = present(
        room,
        actor,
        here=url_for(".project", public_id=view.line.public_id),
        milestone_href=url_for(".project_milestone", public_id=view.line.public_id, key="KEY"),
        may_talk=acts.guide and acts.running,
        staff=True,
        case_href=url_for("progress.case_file", slug=view.cohort.slug, public_id="KEY")
        if may_open("progress.case_file", view)
        else "",
    )
    meeting = meeting or _empty_meeting(actor)
    meeting.present.choices = [(one.place_public_id, one.name) for one in room.members]
    if meeting.present.data is None:
        meeting.present.data = [one.place_public_id for one in room.members]
    forms = Forms(
        say=say or SayForm(formdata=None, key=ids.public_id(), read_to=page.newest),
        meeting=meeting,
        back=back or ReasonForm(formdata=None, prefix="back"),
        end=end or ReasonForm(formdata=None, prefix="end"),
        topic=topic or TopicForm(formdata=None, prefix="topic"),
    )
    no_store()
    return render_template(
        "capstone/project.html", page=page, acts=acts, forms=forms, cohort=view.cohort, empty=EmptyForm()
    )


def _empty_meeting(actor: Actor) -> MeetingForm:
    here = clock.now().astimezone(ZoneInfo(actor.zone))
    return MeetingForm(
        formdata=None, held_on=here.date(), held_at=dt.time(max(0, here.hour - 1)), held="yes", minutes=45
    )


@bp.post("/projects/<public_id>/thread")
@requires(policy.can_talk, queries.project_visible_to)
def talk(view: ProjectView) -> ResponseReturnValue:
    """Write to the team."""
    if not view.line.running:
        raise Forbidden
    form = SayForm()
    if write(form, view.line.id, view.cohort_id):
        return _project(view, say=form)
    return redirect(_url(view) + "#thread-title", code=303)


@bp.post("/projects/<public_id>/meetings")
@requires(policy.can_guide, queries.project_visible_to)
def note_meeting(view: ProjectView) -> ResponseReturnValue:
    """Note a meeting, held or missed."""
    form = MeetingForm()
    form.present.choices = [(one.place_public_id, one.name) for one in queries.members(view.line)]
    if not form.validate() or form.held_on.data is None or form.held_at.data is None:
        return _project(view, meeting=form)
    actor = current_actor()
    there = ZoneInfo(actor.zone)
    note = Note(
        held_at=dt.datetime.combine(form.held_on.data, form.held_at.data, there).astimezone(dt.UTC),
        held=form.held.data == "yes",
        minutes=form.minutes.data or 0,
        present=tuple(form.present.data or ()),
        agenda=form.agenda.data or "",
        decisions=form.decisions.data or "",
    )
    try:
        with unit_of_work() as work:
            actions.note_meeting(view.line.id, note, actor=actor, now=work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _project(view, meeting=form)
    flash("The meeting is noted. The team sees it." if note.held else "The missed meeting is noted.", "good")
    return redirect(_url(view) + "#meetings-title", code=303)


# The coordinator's acts ----------------------------------------------------------------------------------------------


@bp.post("/projects/<public_id>/step-back")
@requires(policy.can_steer, queries.project_visible_to)
def step_back(view: ProjectView) -> ResponseReturnValue:
    """Take the last step back, with a reason."""
    form = ReasonForm(prefix="back")
    reason = form.reason.data or ""
    refused = attempt(
        form, lambda now: actions.step_back(view.line.id, reason, actor=current_actor(), now=now)
    )
    if refused:
        return _project(view, back=form)
    flash("The last step is taken back. The story says so.", "good")
    return redirect(_url(view), code=303)


@bp.post("/projects/<public_id>/end")
@requires(policy.can_steer, queries.project_visible_to)
def end(view: ProjectView) -> ResponseReturnValue:
    """End a project, with a reason."""
    form = ReasonForm(prefix="end")
    reason = form.reason.data or ""
    refused = attempt(
        form, lambda now: actions.end_project(view.line.id, reason, actor=current_actor(), now=now)
    )
    if refused:
        return _project(view, end=form) if view.line.running else _too_late(view, form)
    flash("The project has ended. One step back reopens it.", "good")
    return redirect(_url(view), code=303)


@bp.post("/projects/<public_id>/topic")
@requires(policy.can_steer, queries.project_visible_to)
def topic(view: ProjectView) -> ResponseReturnValue:
    """Give a project whose proposal was rejected another topic."""
    form = TopicForm(prefix="topic")
    given = Topic(
        title=form.title.data or "",
        host=form.host.data or "",
        until=form.until.data or dt.date.min,
        reason=form.reason.data or "",
    )
    if attempt(form, lambda now: actions.assign_topic(view.line.id, given, actor=current_actor(), now=now)):
        shown = view.line.state is ProjectState.REJECTED
        return _project(view, topic=form) if shown else _too_late(view, form)
    flash("The team has its topic and a new date.", "good")
    return redirect(_url(view), code=303)


def _too_late(view: ProjectView, form: ReasonForm | TopicForm) -> ResponseReturnValue:
    """Say why nothing was done where the form is not on the page any more."""
    flash(" ".join(form.form_errors) or "Nothing was changed: the project has moved on.", "warn")
    return redirect(_url(view), code=303)


def attempt(form: ReasonForm | TopicForm, act: Callable[[dt.datetime], None]) -> bool:
    """Do it; True when it was refused and the form has to be shown again."""
    if not form.validate():
        return True
    try:
        with unit_of_work() as work:
            act(work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return True
    return False


def _url(view: ProjectView) -> str:
    return url_for(".project", public_id=view.line.public_id)
