"""Pages of the programme as one follows it: courses, modules, single activities, the rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.cohorts.policy import can_learn, can_take_part
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.enrolment.queries import MyPlace, PlaceView, my_place
from lms.people.rules import Actor
from lms.progress import actions, queries
from lms.progress.actions import CaseWords
from lms.progress.forms import CaseForm
from lms.progress.models import CaseKind
from lms.progress.policy import can_read_case, can_write_case
from lms.progress.queries import ActivityPage, CaseFile, CaseLine, Member
from lms.requests.queries import RequestLine
from lms.requests.rules import RequestState, Urgency
from lms.simulations.policy import can_watch
from lms.web import pictures
from lms.web.filters import day, local, when
from lms.web.guards import current_actor, may_open, requires
from lms.web.html import stored
from lms.web.requests import no_store
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
        "progress/activity.html",
        page=page,
        cohort=who.cohort,
        zone=current_actor().zone,
        now=now,
        play=_play(who, page),
    )


def _play(who: Member, page: ActivityPage) -> tuple[str, str, str] | None:
    """Where a simulation is played: what to press, its address, and a word beside it; None where there is nothing."""
    if page.line.kind.value != "simulation":
        return None
    if who.place is None:
        runs = url_for("simulations.index", slug=who.cohort.slug)
        return ("Runs of this cohort", runs, "") if can_watch(current_actor(), who.cohort) else None
    if page.game is None:
        return None
    endpoint = "simulations.team_debrief" if page.game.told else "simulations.game"
    address = url_for(
        endpoint,
        slug=who.cohort.slug,
        public_id=page.game.run_public_id,
        team=page.game.team_public_id,
    )
    return "Open the debrief" if page.game.told else "Open the game", address, page.game.team_name


@bp.get("/cohorts/<slug>/rules")
@requires(can_take_part, queries.member)
def rules(who: Member) -> ResponseReturnValue:
    """Show the rules and marks in force for this cohort."""
    page = queries.rules_page(who)
    return render_template("progress/rules.html", outline=page.outline, cohort=who.cohort)


@bp.get("/cohorts/<slug>/progress")
@requires(can_learn, my_place)
def overview(me: MyPlace) -> ResponseReturnValue:
    """Show a learner everything that counts: standing, marks, attendance, modules, competencies."""
    no_store()
    read = queries.person_progress(me.place_id, me.cohort)
    return render_template(
        "progress/overview.html",
        page=read,
        cohort=me.cohort,
        ring=pictures.ring(float(read.standing.share)),
        why_attendance=_told(read.standing.why_attendance),
        why_award=_told(read.standing.why_award),
        zone=current_actor().zone,
        now=clock.now(),
    )


def _told(document: dict[str, Any]) -> Fact | None:
    if not document:
        return None
    return Fact(
        text=document["says"],
        value=document["found"],
        bound=document.get("bound", ""),
        verdict="fact" if document.get("open") else "met" if document["holds"] else "missed",
        note=document.get("note", ""),
        parts=tuple(filter(None, (_told(child) for child in document["children"]))),
    )


@bp.get("/cohorts/<slug>/learners/<public_id>")
@requires(can_read_case, queries.case_visible_to)
def case_file(place: PlaceView) -> ResponseReturnValue:
    """Show a learner's case file to staff."""
    return _case_file(place, CaseForm())


@bp.post("/cohorts/<slug>/learners/<public_id>")
@requires(can_write_case, queries.case_visible_to)
def write_case(place: PlaceView) -> ResponseReturnValue:
    """Take one more entry into a learner's case file."""
    form = CaseForm()
    if not form.validate():
        return _case_file(place, form)
    words = CaseWords(
        kind=CaseKind(form.kind.data),
        text=form.text.data,
        readers=form.readers.data,
        due_on=form.due_on.data,
    )
    with unit_of_work() as work:
        actions.add_case_entry(place.id, words, actor=current_actor(), now=work.now)
    flash("Added to the case file.", "good")
    return redirect(url_for(".case_file", slug=place.cohort.slug, public_id=place.public_id), code=303)


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One entry of the timeline: what staff noted, or what the learner asked."""

    at: dt.datetime
    icon: str
    title: str
    href: str
    html: Markup
    about: str
    """Who, when, who may read it."""
    promise: str
    """How a promise stands; empty where none was given."""
    tone: str
    entry: str
    """Public id of a promise that can be noted as kept."""


ICONS = {"call": "phone", "promise": "handshake", "message": "mail", "note": "notebook-pen"}
STATES = {
    RequestState.WAITING: "waits for the learner",
    RequestState.WITHDRAWN: "withdrawn",
}


def _timeline(read: CaseFile, actor: Actor, now: dt.datetime) -> list[CaseEvent]:
    """Notes, calls, promises and requests, the latest first."""
    events = [_noted(entry, actor, now) for entry in read.entries]
    events += [_asked(line, actor, now) for line in read.requests]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _noted(entry: CaseLine, actor: Actor, now: dt.datetime) -> CaseEvent:
    readers = "coordinators read it" if entry.readers == "coordinators" else "all staff read it"
    promise, tone = "", ""
    if entry.kind is CaseKind.PROMISE and entry.due_on is not None:
        late = entry.due_on < local(now, actor.zone).date()
        promise, tone = f"due {day(entry.due_on, now.date())}", "bad" if late else "warn"
        if entry.kept_at:
            promise, tone = "kept", "good"
    return CaseEvent(
        at=entry.at,
        icon=ICONS[entry.kind.value],
        title="",
        href="",
        html=stored(entry.html),
        about=" · ".join((entry.kind.value, entry.by, when(entry.at, actor.zone, now), readers)),
        promise=promise,
        tone=tone,
        entry="" if entry.kept_at or not promise else entry.public_id,
    )


def _asked(line: RequestLine, actor: Actor, now: dt.datetime) -> CaseEvent:
    promise, tone = STATES.get(line.state, ""), ""
    if line.state is RequestState.OPEN:
        late = line.urgency(now) is Urgency.PASSED
        promise, tone = (
            f"answer promised by {when(line.promised_at, actor.zone, now)}",
            "bad" if late else "warn",
        )
    elif not promise:
        words = line.kind.outcomes
        promise = {
            RequestState.GRANTED: words.granted,
            RequestState.PARTLY: words.partly or words.granted,
            RequestState.REFUSED: words.refused,
        }[line.state].lower()
    owner = f"owned by {line.owner}" if line.owner else "nobody owns it"
    readers = "its owner, coordinators and the learner read it"
    return CaseEvent(
        at=line.asked_at,
        icon=line.kind.icon,
        title=line.title,
        href=url_for("requests.one", slug=line.cohort_slug, public_id=line.public_id),
        html=Markup(""),
        about=" · ".join(("request", owner, when(line.asked_at, actor.zone, now), readers)),
        promise=promise,
        tone=tone,
        entry="",
    )


def _case_file(place: PlaceView, form: CaseForm) -> ResponseReturnValue:
    actor = current_actor()
    no_store()
    read = queries.case_file(place, actor)
    return render_template(
        "progress/case_file.html",
        page=read,
        timeline=_timeline(read, actor, clock.now()),
        cohort=place.cohort,
        form=form,
        may_write=can_write_case(actor, place),
        may_extend=may_open("coursework.extension", place),
        may_give_extra=may_open("coursework.extra_time", place),
        may_announce=may_open("community.new_announcement", place),
        may_marks=may_open("assessment.marks", place),
        may_told=may_open("notifications.told_one", place),
        board=may_open("desks.board", place),
        people=may_open("enrolment.place", place),
        why_attendance=_told(read.progress.standing.why_attendance),
        why_award=_told(read.progress.standing.why_award),
        zone=actor.zone,
        now=clock.now(),
    )


@bp.post("/cohorts/<slug>/learners/<public_id>/promises/<entry>")
@requires(can_write_case, queries.case_visible_to)
def keep_promise(place: PlaceView, entry: str) -> ResponseReturnValue:
    """Note that a promise was kept."""
    with unit_of_work() as work:
        actions.keep_promise(entry, place.id, actor=current_actor(), now=work.now)
    flash("Noted: the promise was kept.", "good")
    return redirect(url_for(".case_file", slug=place.cohort.slug, public_id=place.public_id), code=303)
