"""Speakers as staff follow them: asked, confirmed, slides, consent; and who steps in when one cannot come."""

from __future__ import annotations

import datetime as dt
from typing import cast
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries
from lms.live.actions import Asking
from lms.live.forms import EmptyForm, ReasonForm
from lms.live.forms.speaking import AskSpeakerForm, SpeakerNoteForm
from lms.live.queries import SessionFile, SessionView, SpeakerView
from lms.live.rules.speakers import ASKED_FOR, Artefact, SpeakerRefusal, SpeakerState
from lms.live.views.briefs import brief_of
from lms.live.views.frame import bp, zone_choices
from lms.live.views.seats import back
from lms.scheduling import queries as scheduling
from lms.web import requests
from lms.web.downloads import kept_file, pdf_file
from lms.web.guards import current_actor, requires

WORDS = {
    SpeakerState.ASKED: ("Asked", "info"),
    SpeakerState.CONFIRMED: ("Confirmed", "good"),
    SpeakerState.DECLINED: ("Declined", "warn"),
    SpeakerState.CANCELLED: ("Called off", "bad"),
}


def _page(session: SessionView, form: AskSpeakerForm, status: int = 200) -> ResponseReturnValue:
    requests.no_store()
    actor, now = current_actor(), clock.now()
    found = queries.speakers(session)
    off = any(one.state is SpeakerState.CANCELLED and not one.backup for one in found)
    speaks = any(one.stands_in for one in found)
    html = render_template(
        "live/speakers.html",
        session=session,
        cohort=session.cohort,
        speakers=found,
        words=WORDS,
        asked_for=ASKED_FOR,
        artefacts=tuple(Artefact),
        form=form,
        vacant=off and not speaks and now < session.starts_at and not session.cancelled,
        ready=[one for one in found if one.backup and one.state is SpeakerState.CONFIRMED],
        lectures=_lectures(session, now) if off and not speaks and policy.can_swap(actor, session) else [],
        may_swap=policy.can_swap(actor, session),
        note=lambda one: SpeakerNoteForm(formdata=None, data={"notes": one.notes}),
        over=now >= session.ends_at,
        zone=actor.zone,
        now=now,
    )
    return html, status


def _lectures(session: SessionView, now: dt.datetime) -> list[SessionView]:
    """Lectures ahead that could change places with it."""
    around = queries.sessions(
        session.cohort,
        since=now + dt.timedelta(hours=1),
        until=session.starts_at + dt.timedelta(weeks=5),
    )
    return [
        one
        for one in around
        if not one.masterclass and not one.cancelled and one.starts_at > now + dt.timedelta(hours=1)
    ][:6]


def _form(session: SessionView, *, posted: bool) -> AskSpeakerForm:
    form = AskSpeakerForm() if posted else AskSpeakerForm(formdata=None, data={"zone": session.cohort.zone})
    form.zone.choices = zone_choices(session.cohort.zone)
    return form


@bp.get("/cohorts/<slug>/sessions/<key>/speakers")
@requires(policy.can_edit, queries.session_visible_to)
def speakers(session: SessionView) -> ResponseReturnValue:
    """Show whom the session has: asked, confirmed, with slides and consent; and ask somebody."""
    return _page(session, _form(session, posted=False))


@bp.post("/cohorts/<slug>/sessions/<key>/speakers")
@requires(policy.can_edit, queries.session_visible_to)
def ask_speaker(session: SessionView) -> ResponseReturnValue:
    """Ask somebody to speak."""
    form = _form(session, posted=True)
    if form.validate_on_submit():
        try:
            asking = Asking(
                name=form.name.data or "",
                email=form.email.data or "",
                zone=form.zone.data or session.cohort.zone,
                line=form.line.data or "",
                backup=bool(form.backup.data),
                slots=(session.starts_at, *_slots(form.slots.data or "", session.cohort.zone)),
            )
            with unit_of_work() as work:
                actions.ask_speaker(session.id, asking, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash("Asked. A letter with their own link is on its way.", "good")
            return back(session, ".speakers")
    return _page(session, form, 422)


def _slots(text: str, zone: str) -> list[dt.datetime]:
    """The times of the lines, read in the cohort's zone."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            wall = dt.datetime.fromisoformat(line)
            found.append(wall.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC))
        except (ValueError, OverflowError):
            raise RuleViolation(SpeakerRefusal.NO_SLOTS) from None
    return found


@bp.post("/cohorts/<slug>/sessions/<key>/speakers/<speaker>/<act>")
@requires(policy.can_edit, queries.speaker_visible_to)
def speaker_act(found: SpeakerView, act: str) -> ResponseReturnValue:
    """Send the link again (`resend`), switch it off (`revoke`), let a backup speak (`speak`), keep a note (`note`)."""
    if act not in ("resend", "revoke", "speak", "note"):
        raise NotFound
    form = SpeakerNoteForm() if act == "note" else EmptyForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                said = _done(found, act, form, work.now)
        except RuleViolation as refused:
            flash(refused.message, "bad")
        else:
            flash(said, "good")
    return back(found.session, ".speakers")


def _done(found: SpeakerView, act: str, form: EmptyForm | SpeakerNoteForm, now: dt.datetime) -> str:
    actor = current_actor()
    if act == "resend":
        actions.issue_link(found.id, actor=actor, now=now)
        return "A fresh link is on its way; the one before it opens nothing any more."
    if act == "revoke":
        actions.revoke_link(found.id, actor=actor)
        return "The link opens nothing any more."
    if act == "speak":
        actions.let_backup_speak(found.id, actor=actor, now=now)
        return f"{found.name} speaks. The cohort is told."
    actions.note_on_speaker(found.id, cast(SpeakerNoteForm, form).notes.data or "", actor=actor)
    return "Kept."


@bp.get("/cohorts/<slug>/sessions/<key>/speakers/<speaker>/photo")
@requires(policy.can_see_session, queries.photo_visible_to)
def speaker_photo(found: SpeakerView) -> ResponseReturnValue:
    """Give the photo that a speaker brought: to the cohort while they say yes, to staff in any case."""
    return kept_file(queries.photo_of_speaker(found))


@bp.get("/cohorts/<slug>/sessions/<key>/slides")
@requires(policy.can_see_session, queries.session_visible_to)
def slides(session: SessionView) -> ResponseReturnValue:
    """Show the slides that the speaker lets the cohort have."""
    actor = current_actor()
    return render_template(
        "live/slides.html",
        session=session,
        cohort=session.cohort,
        slides=queries.released_slides(session),
        zone=actor.zone,
        now=clock.now(),
    )


@bp.get("/cohorts/<slug>/sessions/<key>/slides/<file>")
@requires(policy.can_see_session, queries.slides_visible_to)
def slides_file(found: SessionFile) -> ResponseReturnValue:
    """Give slides as a download; without consent there are none for the cohort."""
    return kept_file(found.file)


@bp.get("/cohorts/<slug>/sessions/<key>/brief.pdf")
@requires(policy.can_edit, queries.session_visible_to)
def brief(session: SessionView) -> ResponseReturnValue:
    """Give the brief as the speaker gets it."""
    return pdf_file(f"brief-{session.key}", brief_of(session, session.cohort.zone, clock.now()))


@bp.route("/cohorts/<slug>/sessions/<key>/swap", methods=["GET", "POST"])
@requires(policy.can_swap, queries.session_visible_to)
def swap(session: SessionView) -> ResponseReturnValue:
    """Show what changing places with a lecture would mean, and publish it in one act."""
    requests.no_store()
    actor, now, form = current_actor(), clock.now(), ReasonForm()
    wanted = request.values.get("with", "")
    lecture = next((one for one in queries.sessions(session.cohort) if one.key == wanted), session)
    try:
        planned = actions.swap_of(session, lecture, now=now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
        return back(session, ".speakers")
    if form.validate_on_submit():
        version = request.form.get("version", "")
        try:
            with unit_of_work() as work:
                actions.swap_with(
                    session.id,
                    lecture.id,
                    int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
                    form.reason.data or "",
                    actor=actor,
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash("They have changed places. Everybody concerned is told once.", "good")
            return redirect(url_for(".speakers", slug=session.cohort.slug, key=session.key), code=303)
    return render_template(
        "live/swap.html",
        session=session,
        cohort=session.cohort,
        lecture=lecture,
        swap=planned,
        findings=scheduling.findings(session.cohort, planned.preview)[1],
        form=form,
        zone=actor.zone,
        now=now,
    ), 422 if form.errors or form.form_errors else 200
