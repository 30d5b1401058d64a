"""Work to hand in: its brief, the draft, handing in, the receipt, and what came back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import markdown
from lms.core.errors import NotFound, Refusal, RuleViolation
from lms.core.markdown import words
from lms.core.uow import unit_of_work
from lms.coursework import actions, policy, queries
from lms.coursework.actions import DraftChange, Saved, Sent
from lms.coursework.forms import VersionForm, WorkForm
from lms.coursework.queries import Owner, Visit
from lms.coursework.rules import CourseworkRefusal
from lms.coursework.views import feedback_page
from lms.coursework.views import work_pages as pages
from lms.coursework.views.frame import bp, frame, wants_json
from lms.web.filters import clock as clock_words
from lms.web.filters import when
from lms.web.guards import current_actor, requires
from lms.web.html import stored
from lms.web.requests import began_at, no_store


@bp.get("/cohorts/<slug>/assignments/<key>")
@requires(policy.can_see, queries.assignment_visible_to)
def assignment(visit: Visit) -> ResponseReturnValue:
    """Show what is asked, by when, how it is marked, and the learner's own work."""
    return _assignment(visit)


def _assignment(
    visit: Visit, form: WorkForm | None = None, conflict: Saved | None = None, preview: str = ""
) -> ResponseReturnValue:
    page = pages.assignment(visit, frame(visit, queries.window(visit)), conflict)
    if form is None:
        draft = page.work.draft
        form = WorkForm(
            formdata=None,
            text=draft.text,
            ai=draft.ai,
            ai_text=draft.ai_text,
            version=page.work.draft_version,
        )
    form.seen.data = ",".join(each.public_id for each in page.draft_files)
    form.seen.raw_data = None
    return render_template(
        "coursework/assignment.html", page=page, frame=page.frame, form=form, preview=stored(preview)
    )


@dataclass(frozen=True)
class _Sent:
    form: WorkForm
    change: DraftChange


def _sent() -> _Sent:
    form = WorkForm()
    act, _, file = request.form.get("act", "save").partition(":")
    change = DraftChange(
        text=(form.text.data or "").replace("\r\n", "\n"),
        ai=form.ai.data or "",
        ai_text=(form.ai_text.data or "").replace("\r\n", "\n"),
        version=form.version.data or 0,
        remove=file if act == "remove" else "",
        seen=tuple(filter(None, form.seen.data.split(","))) if form.seen.data is not None else None,
    )
    return _Sent(form, change)


def _with_files(owner: Owner, change: DraftChange) -> DraftChange:
    """The change with the files that came with it: checked and kept before the database is asked to write."""
    came = [(each.stream, each.filename) for each in request.files.getlist("files") if each.filename]
    try:
        return replace(change, files=actions.received(owner.activity_id, came))
    finally:
        for stream, _name in came:
            stream.close()


@bp.post("/cohorts/<slug>/assignments/<key>")
@requires(policy.can_work, queries.assignment_visible_to)
def work_on(visit: Visit) -> ResponseReturnValue:
    """Save the draft, add or remove files, or hand in."""
    owner = _owner(visit)
    sent = _sent()
    form = sent.form
    if not form.validate():
        return _assignment(visit, form)
    act = request.form.get("act")
    try:
        change = _with_files(owner, sent.change)
        with unit_of_work() as work:
            if act == "hand-in":
                done = actions.save_and_hand_in(
                    visit, owner, change, began_at=began_at(), actor=current_actor(), now=work.now
                )
            else:
                done = Sent(actions.save_draft(owner, change, actor=current_actor(), now=work.now))
    except RuleViolation as refused:
        form.refuse("files", refused.message)
        return _assignment(visit, form)
    form.version.data = done.saved.version
    form.version.raw_data = None
    if done.saved.conflict is not None:
        return _assignment(visit, form, done.saved)
    if act == "preview":
        return _assignment(visit, form, preview=markdown.render(change.text, heading_from=3))
    if act == "hand-in":
        return _handed_in(visit, form, done)
    flash(_said(change), "good")
    return redirect(_url(".assignment", visit), code=303)


def _said(change: DraftChange) -> str:
    if change.remove:
        return "The file was taken out."
    return "The files were added, and your draft is saved." if change.files else "Your draft is saved."


def _handed_in(visit: Visit, form: WorkForm, done: Sent) -> ResponseReturnValue:
    if done.receipt is None:
        if done.refused is not None:
            form.refuse(_field_of(done.refused), done.refused.message)
        else:
            names = ", ".join(done.saved.others)
            form.refuse("files", CourseworkRefusal.FILES_CHANGED.value.format(names=names))
        return _assignment(visit, form)
    receipt = done.receipt
    if receipt.again:
        flash(
            f"Exactly this was handed in before, as version {receipt.number}. Nothing new was made.", "info"
        )
    else:
        flash(f"Version {receipt.number} was handed in.", "good")
    return redirect(_url(".receipt", visit, version=receipt.public_id), code=303)


def _field_of(refused: RuleViolation) -> str:
    fields: dict[Refusal, str] = {
        CourseworkRefusal.NO_DECLARATION: "ai",
        CourseworkRefusal.DECLARATION_EMPTY: "ai_text",
        CourseworkRefusal.FILE_REFUSED: "files",
    }
    return fields.get(refused.reason, "")


@bp.post("/cohorts/<slug>/assignments/<key>/draft")
@requires(policy.can_work, queries.assignment_visible_to)
def save_draft(visit: Visit) -> ResponseReturnValue:
    """Keep the draft: sent by the page's script while somebody writes."""
    owner = _owner(visit)
    sent = _sent()
    if not sent.form.validate():
        reasons = [reason for errors in sent.form.errors.values() for reason in errors]
        return jsonify(reason=" ".join(reasons)), 422
    zone = current_actor().zone
    with unit_of_work() as work:
        saved = actions.save_draft(owner, sent.change, actor=current_actor(), now=work.now)
    if saved.conflict is not None:
        at = when(saved.changed_at or work.now, zone, work.now)
        who = saved.changed_by or "Somebody"
        said = CourseworkRefusal.DRAFT_CHANGED.value.format(who=who, at=at)
        return jsonify(reason=said), 409
    if not wants_json():
        return redirect(_url(".assignment", visit), code=303)
    return jsonify(
        saved=clock_words(work.now, zone),
        version=saved.version,
        out={"words": pages.words_words(words(sent.change.text), visit)},
        html={"preview": markdown.render(sent.change.text, heading_from=3)}
        if request.form.get("preview")
        else {},
    )


@bp.get("/cohorts/<slug>/assignments/<key>/versions/<version>")
@requires(policy.can_work, queries.assignment_visible_to)
def receipt(visit: Visit, version: str) -> ResponseReturnValue:
    """Show the receipt of a version, and what was handed in."""
    owner = _owner(visit)
    page = pages.receipt(visit, frame(visit, queries.window(visit)), owner, version)
    if page is None:
        raise NotFound
    no_store()
    return render_template("coursework/receipt.html", page=page, frame=page.frame)


@bp.post("/cohorts/<slug>/assignments/<key>/counted")
@requires(policy.can_work, queries.assignment_visible_to)
def choose_version(visit: Visit) -> ResponseReturnValue:
    """Let another version be the one that is marked."""
    number = VersionForm().number.data or 0
    try:
        with unit_of_work() as work:
            actions.choose_version(visit, number, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash(f"Version {number} is the one that will be marked.", "good")
    return redirect(f"{_url('.assignment', visit)}#versions", code=303)


@bp.get("/cohorts/<slug>/assignments/<key>/feedback")
@requires(policy.can_work, queries.assignment_visible_to)
def feedback(visit: Visit) -> ResponseReturnValue:
    """Show a released mark beside its rubric: nothing before its release."""
    page = feedback_page.feedback(visit, frame(visit, queries.window(visit)))
    if page is None:
        raise NotFound
    no_store()
    return render_template("coursework/feedback.html", page=page, frame=page.frame)


def _owner(visit: Visit) -> Owner:
    owner = queries.owner_of(visit)
    if owner is None:
        raise RuleViolation(CourseworkRefusal.NO_TEAM)
    return owner


def _url(endpoint: str, visit: Visit, **values: Any) -> str:
    return url_for(endpoint, slug=visit.cohort.slug, key=visit.line.key, **values)
