"""Files and recordings of a session: put up, let go to learners, handed out."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries, rules
from lms.live.actions import Recording
from lms.live.forms import EmptyForm, FileForm, RecordingForm
from lms.live.queries import RecordingLine, RecordingView, SessionFileView, SessionView
from lms.live.rules import Captions, FilePhase, RecordingRelease
from lms.live.rules.speakers import Artefact
from lms.live.views.frame import CAPTIONS, bp
from lms.people.rules import Actor
from lms.web.downloads import kept_file
from lms.web.guards import current_actor, requires

ACCEPT = ",".join(f".{ending}" for ending in rules.FILE_TYPES)
LIMITS = f"{', '.join(rules.FILE_TYPES)}; at most {rules.MEGABYTES} MB."
MOST_BYTES = rules.MEGABYTES * 1024 * 1024
RULES = {
    RecordingRelease.AT_ONCE: "All learners, at once",
    RecordingRelease.CLOSED: "All learners, once the roster is closed",
    RecordingRelease.ON_DATE: "All learners, from a date on",
    RecordingRelease.MISSED: "Only those who were absent or excused, once the roster is closed",
    RecordingRelease.NEVER: "Nobody but the staff",
}


@bp.get("/cohorts/<slug>/sessions/<key>/materials")
@requires(policy.can_edit, queries.session_visible_to)
def materials(session: SessionView) -> ResponseReturnValue:
    """Show every file and recording of a session, with who sees it when."""
    return _page(session, FileForm())


def _page(session: SessionView, form: FileForm, status: int = 200) -> ResponseReturnValue:
    now = clock.now()
    found = queries.materials(session, None, staff=True, now=now)
    withheld = bool(queries.without_consent([session.id], Artefact.RECORDING))
    html = render_template(
        "live/materials.html",
        session=session,
        cohort=session.cohort,
        found=found,
        shown={
            one.id: not withheld and rules.open_since(one.facts(closed=session.closed), now)
            for one in found.recordings
        },
        withheld=withheld,
        rule_words=RULES,
        captions=CAPTIONS,
        form=form,
        limits=LIMITS,
        accept=ACCEPT,
        most_bytes=MOST_BYTES,
        ended=now >= session.ends_at,
        zone=current_actor().zone,
        now=now,
    )
    return html, status


@bp.post("/cohorts/<slug>/sessions/<key>/materials")
@requires(policy.can_edit, queries.session_visible_to)
def add_file(session: SessionView) -> ResponseReturnValue:
    """Put up a file."""
    form, upload = FileForm(), request.files.get("file")
    if upload is None or not upload.filename:
        form.refuse("file", "Choose a file.")
    elif form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.add_file(
                    session.id,
                    upload.stream,
                    upload.filename,
                    FilePhase(form.phase.data),
                    actor=current_actor(),
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("file", refused.message)
        else:
            flash("The file is there.", "good")
            return _back(session)
    return _page(session, form, 422)


@bp.post("/cohorts/<slug>/sessions/<key>/files/<file>")
@requires(policy.can_edit, queries.session_visible_to)
def change_file(session: SessionView, file: str) -> ResponseReturnValue:
    """Take a file away, say when learners get it, or that it is not the speaker's who said no."""
    asked = request.form.get("do", "")
    if all(line.public_id != file for line in queries.files_of(session.id)):
        raise NotFound
    if EmptyForm().validate_on_submit() and asked in ("remove", "show", *FilePhase):
        with unit_of_work() as work:
            if asked == "remove":
                name = actions.remove_file(session.id, file, actor=current_actor(), now=work.now)
                flash(f"“{name}” is gone.", "good")
            elif asked == "show":
                actions.show_file(session.id, file, actor=current_actor())
                flash("Learners have it.", "good")
            else:
                actions.set_phase(session.id, file, FilePhase(asked), actor=current_actor())
                flash("Changed.", "good")
    return _back(session)


def _back(session: SessionView) -> ResponseReturnValue:
    return redirect(url_for(".materials", slug=session.cohort.slug, key=session.key), code=303)


def downloadable_by(actor: Actor, slug: str, key: str, file: str) -> SessionFileView:
    """A file of a session, for those who may take it now; for everybody else it is not there."""
    return queries.file_visible_to(actor, slug, key, file, clock.now())


@bp.get("/cohorts/<slug>/sessions/<key>/files/<file>")
@requires(policy.can_see_session, downloadable_by)
def session_file(found: SessionFileView) -> ResponseReturnValue:
    """Hand a file out, always as a download."""
    return kept_file(found.file)


def _form(line: RecordingLine | None, zone: str) -> RecordingForm:
    given = {"captions": Captions.NONE.value, "release": RecordingRelease.AT_ONCE.value}
    if line is not None:
        there = line.release_at.astimezone(ZoneInfo(zone)) if line.release_at else None
        given = {
            "url": line.url,
            "title": line.title,
            "release": line.release.value,
            "consent": line.consent,  # type: ignore[dict-item]
            "captions": line.captions.value,
            "release_on": there.date() if there else None,  # type: ignore[dict-item]
        }
    form = RecordingForm(data=given)
    form.release.choices = [(rule.value, words) for rule, words in RULES.items()]
    form.captions.choices = [(each.value, words) for each, words in CAPTIONS.items()]
    return form


def _said(form: RecordingForm, zone: str) -> Recording:
    day = form.release_on.data
    release = RecordingRelease(form.release.data)
    at = dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC) if day else None
    return Recording(
        url=(form.url.data or "").strip(),
        title=form.title.data or "",
        release=release,
        release_at=at if release is RecordingRelease.ON_DATE else None,
        consent=bool(form.consent.data),
        captions=Captions(form.captions.data),
    )


@bp.route("/cohorts/<slug>/sessions/<key>/recordings/new", methods=["GET", "POST"])
@requires(policy.can_edit, queries.session_visible_to)
def add_recording(session: SessionView) -> ResponseReturnValue:
    """Put up a recording with the rule by which learners see it."""
    form = _form(None, session.cohort.zone)
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.add_recording(
                    session.id, _said(form, session.cohort.zone), actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash("The recording is there.", "good")
            return _back(session)
    return render_template(
        "live/add_recording.html", session=session, cohort=session.cohort, form=form
    ), 422 if form.errors or form.form_errors else 200


@bp.route("/cohorts/<slug>/sessions/<key>/recordings/<recording>", methods=["GET", "POST"])
@requires(policy.can_edit, queries.recording_visible_to)
def recording(found: RecordingView) -> ResponseReturnValue:
    """Change a recording, or take it away."""
    session, line = found.session, found.recording
    form = _form(line, session.cohort.zone)
    if request.form.get("do") == "remove" and EmptyForm().validate_on_submit():
        with unit_of_work() as work:
            actions.remove_recording(session.id, line.id, actor=current_actor(), now=work.now)
        flash("The recording is gone.", "good")
        return _back(session)
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.change_recording(
                    session.id, line.id, _said(form, session.cohort.zone), actor=current_actor(), now=work.now
                )
        except NotFound:
            flash("Somebody took it away meanwhile.", "warn")
            return _back(session)
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash("Saved.", "good")
            return _back(session)
    return render_template(
        "live/recording.html", session=session, cohort=session.cohort, form=form, line=line
    ), 422 if form.errors or form.form_errors else 200
