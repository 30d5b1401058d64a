"""One meeting: its note, what the note said before, and correcting it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.capstone import actions, policy, queries
from lms.capstone.actions import Note
from lms.capstone.forms import CorrectionForm
from lms.capstone.queries import MeetingView, NoteVersion
from lms.capstone.rules import CapstoneRefusal
from lms.capstone.views.frame import bp
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.web.guards import current_actor, requires
from lms.web.html import stored
from lms.web.requests import no_store


@dataclass(frozen=True, slots=True)
class NoteShown:
    """What a note says, or said."""

    at: dt.datetime
    held: bool
    minutes: int
    present: str
    agenda: str
    decisions: Markup


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the note said before a correction."""

    note: NoteShown
    number: int
    written_at: dt.datetime
    replaced_at: dt.datetime
    by: str
    reason: str


@dataclass(frozen=True)
class MeetingPage:
    """A meeting with its note."""

    public_id: str
    project_href: str
    project: str
    note: NoteShown
    by: str
    noted_at: dt.datetime
    earlier: tuple[Earlier, ...]
    """Latest first."""
    until: dt.datetime
    """So long its author may correct it."""
    may: bool
    """This viewer may correct it, by task; whether still, `open` says."""
    open: bool
    zone: str
    now: dt.datetime


@bp.get("/projects/<public_id>/meetings/<meeting>")
@requires(policy.can_see_project, queries.meeting_visible_to)
def meeting(view: MeetingView) -> ResponseReturnValue:
    """Show the note on a meeting with what it said before; the team sees the same."""
    return _meeting(view)


@bp.post("/projects/<public_id>/meetings/<meeting>")
@requires(policy.can_correct_meeting, queries.meeting_visible_to)
def correct_meeting(view: MeetingView) -> ResponseReturnValue:
    """Correct the note; the team is told, and what it said stays."""
    form = _form(view)
    if not form.validate() or form.held_on.data is None or form.held_at.data is None:
        return _meeting(view, form)
    actor = current_actor()
    at = dt.datetime.combine(form.held_on.data, form.held_at.data, ZoneInfo(actor.zone))
    note = Note(
        held_at=at.astimezone(dt.UTC),
        held=form.held.data == "yes",
        minutes=form.minutes.data or 0,
        present=tuple(form.present.data or ()),
        agenda=(form.agenda.data or "").replace("\r\n", "\n"),
        decisions=(form.decisions.data or "").replace("\r\n", "\n"),
    )
    try:
        with unit_of_work() as work:
            actions.correct_meeting(
                view.id, note, form.reason.data or "", seen=form.seen.data or 0, actor=actor, now=work.now
            )
    except RuleViolation as refused:
        form.refuse("reason" if refused.reason is CapstoneRefusal.CORRECTION_REASON else "", refused.message)
        return _meeting(queries.meeting_visible_to(actor, view.project.line.public_id, view.public_id), form)
    flash("The note is corrected. The team is told, and sees what it said before.", "good")
    return redirect(
        url_for(".meeting", public_id=view.project.line.public_id, meeting=view.public_id), code=303
    )


def _form(view: MeetingView, *, empty: bool = False) -> CorrectionForm:
    members = queries.members(view.project.line)
    if empty:
        there = view.held_at.astimezone(ZoneInfo(current_actor().zone))
        form = CorrectionForm(
            formdata=None,
            held_on=there.date(),
            held_at=there.time().replace(second=0, microsecond=0),
            held="yes" if view.held else "no",
            minutes=view.minutes or None,
            agenda=view.agenda,
            decisions=view.decisions,
            seen=len(view.versions) + 1,
            present=[one.place_public_id for one in members if one.place_id in view.present],
        )
    else:
        form = CorrectionForm()
    form.present.choices = [(one.place_public_id, one.name) for one in members]
    return form


def _meeting(view: MeetingView, form: CorrectionForm | None = None) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    outline = curriculum.outline(view.project.cohort.version_id)
    until = view.noted_at + dt.timedelta(days=outline.policies.capstone.correct_days)
    may = policy.can_correct_meeting(actor, view)
    names = {one.place_id: one.name for one in queries.members(view.project.line)}
    line = view.project.line
    page = MeetingPage(
        public_id=line.public_id,
        project_href=url_for(".room", slug=view.project.cohort.slug)
        if view.member
        else url_for(".project", public_id=line.public_id),
        project=line.title,
        note=_shown(view, names),
        by=view.by,
        noted_at=view.noted_at,
        earlier=tuple(
            Earlier(
                _shown(each, names),
                each.number,
                each.written_at,
                each.replaced_at,
                each.replaced_by,
                each.reason,
            )
            for each in reversed(view.versions)
        ),
        until=until,
        may=may,
        open=may and (now <= until or policy.can_steer(actor, view)),
        zone=actor.zone,
        now=now,
    )
    if may and form is None:
        form = _form(view, empty=True)
    no_store()
    return render_template("capstone/meeting.html", page=page, form=form)


def _shown(note: MeetingView | NoteVersion, names: dict[int, str]) -> NoteShown:
    return NoteShown(
        at=note.held_at,
        held=note.held,
        minutes=note.minutes,
        present=", ".join(names.get(place, "a former member") for place in note.present),
        agenda=note.agenda,
        decisions=stored(note.decisions_html),
    )
