"""A speaker's own page, by their link and without an account: one page, everything on it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, queries
from lms.live.forms import EmptyForm, ReasonForm
from lms.live.forms.speaking import AboutSpeakerForm, AnswerForm, ConsentForm, SlidesForm
from lms.live.queries import SpeakerView
from lms.live.rules.speakers import ASKED_FOR, PHOTO_MB, SLIDES_MB, Artefact
from lms.live.views.briefs import brief_of
from lms.live.views.feedback import COLUMNS, rows_of
from lms.live.views.frame import bp, zone_choices
from lms.live.views.speakers import WORDS
from lms.web import requests
from lms.web.downloads import kept_file, pdf_file
from lms.web.guards import public


def _speaker(token: str) -> SpeakerView | None:
    """The speaker of a link that opens now; NotFound where it never was one."""
    requests.no_store()
    found = queries.speaker_by_token(token) if len(token) < 100 else None
    if found is None:
        raise NotFound
    return found if found.link_opens(clock.now()) else None


def _closed() -> ResponseReturnValue:
    return render_template("live/speaking.html", speaker=None), 410


def _here(token: str, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("live.speaking", token=token, _anchor=anchor), code=303)


def _about(found: SpeakerView, *, posted: bool) -> AboutSpeakerForm:
    data = {
        "line": found.line,
        "bio": found.bio,
        "zone": found.zone,
        "conflict": found.conflict,
        "declared": found.conflict_at is not None,
    }
    form = AboutSpeakerForm() if posted else AboutSpeakerForm(formdata=None, data=data)
    form.zone.choices = zone_choices(found.zone)
    return form


def _page(
    found: SpeakerView,
    token: str,
    *,
    answer: AnswerForm | None = None,
    about: AboutSpeakerForm | None = None,
    slides: SlidesForm | None = None,
    cancel: ReasonForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    now, session = clock.now(), found.session
    feedback = queries.feedback_of(session) if now >= session.ends_at else None
    asked = queries.questions(session.id, None)
    html = render_template(
        "live/speaking.html",
        speaker=found,
        session=session,
        cohort=session.cohort,
        token=token,
        word=WORDS[found.state],
        answer=answer or AnswerForm(formdata=None, data={"wish": found.wish}),
        about=about or _about(found, posted=False),
        slides=slides or SlidesForm(formdata=None),
        cancel=cancel or ReasonForm(formdata=None),
        consents=[(one, *ASKED_FOR[one], (found.consents or {}).get(one)) for one in Artefact],
        photo_mb=PHOTO_MB,
        slides_mb=SLIDES_MB,
        questions=asked.shortlist or asked.waiting[:10],
        feedback=feedback,
        why_not=feedback.refusal.value.format(needed=feedback.needed, count=feedback.count)
        if feedback and feedback.refusal
        else "",
        columns=COLUMNS,
        rows=rows_of(feedback) if feedback else [],
        started=now >= session.starts_at,
        zone=found.zone,
        now=now,
    )
    return html, status


@bp.get("/speaking/<token>")
@public
def speaking(token: str) -> ResponseReturnValue:
    """Show a speaker everything: when, what is asked of them, what they have said so far."""
    found = _speaker(token)
    return _page(found, token) if found else _closed()


@bp.post("/speaking/<token>/answer")
@public
def speaking_answer(token: str) -> ResponseReturnValue:
    """Confirm one of the times, ask for another, or say no."""
    found = _speaker(token)
    if found is None:
        return _closed()
    form = AnswerForm()
    if form.validate_on_submit():
        chosen, wish = form.slot.data or "", form.wish.data or ""
        try:
            with unit_of_work() as work:
                if chosen in ("else", "no", ""):
                    actions.decline(found.id, wish, cannot=chosen == "no", now=work.now)
                else:
                    actions.confirm_slot(found.id, chosen, now=work.now)
        except RuleViolation as refused:
            form.refuse("slot", refused.message)
        else:
            flash(
                "Thank you. We write to you about another time."
                if chosen in ("else", "")
                else "Thank you for telling us."
                if chosen == "no"
                else "Confirmed. A letter with the time is on its way.",
                "good",
            )
            return _here(token)
    return _page(found, token, answer=form, status=422)


@bp.post("/speaking/<token>/about")
@public
def speaking_about(token: str) -> ResponseReturnValue:
    """Keep what a speaker says of themselves."""
    found = _speaker(token)
    if found is None:
        return _closed()
    form = _about(found, posted=True)
    if form.validate_on_submit():
        photo = form.photo.data
        try:
            with unit_of_work() as work:
                actions.describe(
                    found.id,
                    line=form.line.data or "",
                    bio=form.bio.data or "",
                    zone=form.zone.data or found.zone,
                    conflict=form.conflict.data or "",
                    declared=bool(form.declared.data),
                    now=work.now,
                )
                if isinstance(photo, FileStorage) and photo.filename:
                    actions.bring_photo(found.id, photo.stream, photo.filename, now=work.now)
        except RuleViolation as refused:
            form.refuse("photo", refused.message)
        else:
            flash("Kept.", "good")
            return _here(token, "about-title")
    return _page(found, token, about=form, status=422)


@bp.post("/speaking/<token>/slides")
@public
def speaking_slides(token: str) -> ResponseReturnValue:
    """Keep slides."""
    found = _speaker(token)
    if found is None:
        return _closed()
    form = SlidesForm()
    file = form.slides.data
    if form.validate_on_submit():
        try:
            if not isinstance(file, FileStorage) or not file.filename:
                form.refuse("slides", "Choose a file first.")
            else:
                with unit_of_work() as work:
                    actions.bring_slides(found.id, file.stream, file.filename, now=work.now)
                flash("Your slides are here. The cohort has them when you say yes below.", "good")
                return _here(token, "slides-title")
        except RuleViolation as refused:
            form.refuse("slides", refused.message)
    return _page(found, token, slides=form, status=422)


@bp.post("/speaking/<token>/slides/<file>/remove")
@public
def speaking_remove_slides(token: str, file: str) -> ResponseReturnValue:
    """Take slides away again."""
    found = _speaker(token)
    if found is None:
        return _closed()
    if file not in {one.public_id for one in found.slides}:
        raise NotFound
    if EmptyForm().validate_on_submit():
        with unit_of_work() as work:
            actions.remove_slides(found.id, file, now=work.now)
        flash("Taken away.", "good")
    return _here(token, "slides-title")


@bp.get("/speaking/<token>/slides/<file>")
@public
def speaking_file(token: str, file: str) -> ResponseReturnValue:
    """Give a speaker their own slides."""
    found = _speaker(token)
    if found is None:
        return _closed()
    slides = next((one for one in found.slides if one.public_id == file), None)
    if slides is None:
        raise NotFound
    return kept_file(slides)


@bp.post("/speaking/<token>/consent")
@public
def speaking_consent(token: str) -> ResponseReturnValue:
    """Keep a yes or no to each thing; a no holds at once."""
    found = _speaker(token)
    if found is None:
        return _closed()
    form = ConsentForm()
    if form.validate_on_submit():
        said = {one: form[one.value].data == "yes" for one in Artefact if form[one.value].data}
        with unit_of_work() as work:
            actions.set_consents(found.id, said, now=work.now)
        flash("Kept. You can change it here at any time.", "good")
        return _here(token, "consent-title")
    return _page(found, token, status=422)


@bp.post("/speaking/<token>/cancel")
@public
def speaking_cancel(token: str) -> ResponseReturnValue:
    """Call off, with a reason: the coordinator is told at once."""
    found = _speaker(token)
    if found is None:
        return _closed()
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.call_off(found.id, form.reason.data or "", now=work.now)
        except RuleViolation as refused:
            form.refuse("reason", refused.message)
        else:
            flash("Thank you for telling us. Whoever coordinates has been told this minute.", "good")
            return _here(token)
    return _page(found, token, cancel=form, status=422)


@bp.get("/speaking/<token>/brief.pdf")
@public
def speaking_brief(token: str) -> ResponseReturnValue:
    """Give the brief."""
    found = _speaker(token)
    if found is None:
        return _closed()
    return pdf_file(f"brief-{found.session.key}", brief_of(found.session, found.zone, clock.now()))
