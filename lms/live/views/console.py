"""The console: one page for running a class, with its rooms and the host's private notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.live import actions, policy, queries, rules
from lms.live.forms import EmptyForm, NoteForm, RoomsForm
from lms.live.queries import MeetingLine, RosterLine, SessionView
from lms.live.rules import JoinState, Verdict
from lms.live.views.frame import bp
from lms.live.views.questions import REFRESH, shown_questions
from lms.live.views.session_page import AgendaLine, agenda
from lms.live.views.sessions import LEADS_AWAY
from lms.people.rules import Actor
from lms.web import filters, requests
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires

SEAT = "seat-"
THERE = frozenset({Verdict.PRESENT, Verdict.HALF})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the agenda with where it stands by the clock."""

    line: AgendaLine
    now: bool
    over: bool
    left: int
    """Minutes until it ends, while it runs."""


@dataclass(frozen=True, slots=True)
class NextAct:
    """What is to do after class, and whether it is done."""

    words: str
    href: str
    done: bool


@dataclass(frozen=True)
class ConsolePage:
    """Everything that a host has before them."""

    parts: tuple[Part, ...]
    there: tuple[tuple[str, str], ...]
    """(name, since when or how) of who is there so far."""
    missing: tuple[str, ...]
    """Names of whom nothing shows yet."""
    excused: int
    rooms: queries.Rooms
    note: queries.NoteLine
    meeting: MeetingLine | None
    after: tuple[NextAct, ...]
    join: JoinState
    live: bool
    over: bool


def _parts(session: SessionView, now: dt.datetime) -> tuple[Part, ...]:
    spec = curriculum.activity(session.activity_id).spec
    found = []
    for line in agenda(session, spec.get("agenda", [])):
        ends = line.at + dt.timedelta(minutes=line.minutes)
        running = line.at <= now < ends
        left = -(-(ends - now) // dt.timedelta(minutes=1)) if running else 0
        found.append(Part(line, running, now >= ends, left))
    return tuple(found)


def _since(line: RosterLine, zone: str) -> str:
    if line.clicks:
        return f"joined {filters.clock(line.clicks[0], zone)}"
    return "in the meeting" if line.minutes is not None else "ticked"


def _after(session: SessionView, found: queries.Materials, unmarked: int) -> tuple[NextAct, ...]:
    def to(page: str) -> str:
        return url_for(f"live.{page}", slug=session.cohort.slug, key=session.key)

    roster = (
        f"Close the roster: {filters.plural(unmarked, 'name')} unmarked" if unmarked else "Close the roster"
    )
    return (
        NextAct(roster, to("roster"), session.closed),
        NextAct("Leave notes for the learners", to("edit_session"), bool(session.notes)),
        NextAct("Add the recording", to("materials"), bool(found.recordings)),
        NextAct("Put up what they take home", to("materials"), bool(found.files)),
    )


def _page(session: SessionView, actor: Actor, now: dt.datetime) -> ConsolePage:
    lines = queries.roster(session)
    there = [line for line in lines if line.clicks or line.minutes is not None or line.verdict in THERE]
    excused = [line for line in lines if line.verdict is Verdict.EXCUSED or line.leave is not None]
    missing = [line for line in lines if line not in there and line not in excused]
    found = queries.materials(session, None, staff=True, now=now)
    unmarked = sum(line.verdict is Verdict.UNMARKED and line.leave is None for line in lines)
    return ConsolePage(
        parts=_parts(session, now),
        there=tuple((line.place.name, _since(line, actor.zone)) for line in there),
        missing=tuple(line.place.name for line in missing),
        excused=len(excused),
        rooms=queries.rooms(session.id, [line.place for line in lines if line not in excused]),
        note=queries.note(session.id, actor.person_id),
        meeting=queries.meeting_of(session.id),
        after=_after(session, found, unmarked),
        join=session.join_state(now),
        live=session.starts_at <= now < session.ends_at and not session.cancelled,
        over=now >= session.ends_at,
    )


@bp.get("/cohorts/<slug>/sessions/<key>/console")
@requires(policy.can_mark, queries.session_visible_to)
def console(session: SessionView) -> ResponseReturnValue:
    """Show everything for running a class: clock, room, who is there, rooms, notes, and what comes after."""
    requests.no_store()
    actor, now = current_actor(), clock.now()
    page = _page(session, actor, now)
    form = NoteForm(data={"text": page.note.text, "version": str(page.note.version)})
    html = render_template(
        "live/console.html",
        session=session,
        cohort=session.cohort,
        page=page,
        form=form,
        questions=shown_questions(session, actor),
        refresh=REFRESH if session.opens_at <= now < session.ends_at and not session.cancelled else 0,
        may_edit=policy.can_edit(actor, session),
        may_cancel=policy.can_cancel(actor, session) and not session.cancelled and not session.closed,
        hosts=_hosts(actor, session),
        zone=actor.zone,
        now=now,
    )
    response = make_response(html)
    if page.join is JoinState.OPEN:
        response.headers["Content-Security-Policy"] = LEADS_AWAY
    return response


def _hosts(actor: Actor, session: SessionView) -> bool:
    """Whether somebody may begin the meeting as its host: the host, the backup, coordinators."""
    return actor.person_id in (session.host_id, session.backup_id) or policy.can_substitute(actor, session)


@bp.post("/cohorts/<slug>/sessions/<key>/begin")
@requires(policy.can_mark, queries.session_visible_to)
def begin(session: SessionView) -> ResponseReturnValue:
    """Send the host to the meeting as its host; the address is shown to nobody."""
    found = queries.meeting_of(session.id)
    back = url_for(".console", slug=session.cohort.slug, key=session.key)
    if not EmptyForm().validate_on_submit():
        return redirect(back, code=303)
    if not _hosts(current_actor(), session) or session.cancelled:
        flash("Only the host, the backup host and the coordinators begin the meeting.", "warn")
        return redirect(back, code=303)
    if found is None or not found.host_url:
        flash("There is no meeting to begin. Use the meeting link.", "warn")
        return redirect(back, code=303)
    return redirect(found.host_url, code=303)


@bp.post("/cohorts/<slug>/sessions/<key>/console")
@requires(policy.can_mark, queries.session_visible_to)
def note(session: SessionView) -> ResponseReturnValue:
    """Keep one's private note, as one writes or in one batch."""
    quietly = request.accept_mimetypes.best == "application/json"
    form = NoteForm()
    back = url_for(".console", slug=session.cohort.slug, key=session.key)
    if not form.validate_on_submit():
        words = " ".join(each for errors in form.errors.values() for each in errors)
        if quietly:
            return jsonify(reason=words), 422
        flash(words, "bad")
        return redirect(back, code=303)
    try:
        with unit_of_work() as work:
            version = actions.set_note(
                session.id, form.text.data or "", version=form.seen, actor=current_actor(), now=work.now
            )
    except Conflict as clash:
        if quietly:
            return jsonify(reason=clash.message), 409
        flash(clash.message, "bad")
        return redirect(back, code=303)
    if quietly:
        return jsonify(saved=filters.clock(clock.now(), current_actor().zone), version=version)
    flash("Noted.", "good")
    return redirect(back, code=303)


@bp.route("/cohorts/<slug>/sessions/<key>/rooms", methods=["GET", "POST"])
@requires(policy.can_mark, queries.session_visible_to)
def rooms(session: SessionView) -> ResponseReturnValue:
    """Show who sits in which room, and change it for the evening."""
    requests.no_store()
    form, people = RoomsForm(), queries.in_rooms(session)
    here = url_for(".rooms", slug=session.cohort.slug, key=session.key)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                if request.form.get("do") == "teams":
                    actions.rooms_from_teams(session.id, actor=current_actor())
                    words = "The rooms are the working teams again."
                else:
                    chosen = {one.place_id: request.form.get(SEAT + one.public_id, "") for one in people}
                    count = actions.set_rooms(
                        session.id,
                        rules.names_in(form.names.data or ""),
                        chosen,
                        actor=current_actor(),
                    )
                    words = f"{filters.plural(count, 'room')} kept for this session."
        except RuleViolation as refused:
            form.refuse("names", refused.message)
        else:
            flash(words, "good")
            return redirect(here, code=303)
    found = queries.rooms(session.id, people)
    if not form.is_submitted():
        form.names.data = "\n".join(line.name for line in found.lines)
    return render_template(
        "live/rooms.html",
        session=session,
        cohort=session.cohort,
        form=form,
        found=found,
        seat=SEAT,
        zone=current_actor().zone,
        now=clock.now(),
    ), 422 if form.errors else 200


@bp.get("/cohorts/<slug>/sessions/<key>/rooms.csv")
@requires(policy.can_mark, queries.session_visible_to)
def rooms_csv(session: SessionView) -> ResponseReturnValue:
    """Give the rooms as Zoom reads them to assign people beforehand."""
    found = queries.rooms(session.id, queries.in_rooms(session))
    rows = [
        [line.name[: rules.LONGEST], one.email] for line in found.lines for one in line.people if one.email
    ]
    return csv_file(
        f"rooms-{session.cohort.slug}-{session.key}", ["Pre-assign Room Name", "Email Address"], rows
    )


@bp.get("/cohorts/<slug>/sessions/<key>/rooms/slide")
@requires(policy.can_mark, queries.session_visible_to)
def rooms_slide(session: SessionView) -> ResponseReturnValue:
    """Show who sits in which room, large, for the projector."""
    return render_template(
        "live/rooms_slide.html",
        session=session,
        cohort=session.cohort,
        found=queries.rooms(session.id, queries.in_rooms(session)),
    )
