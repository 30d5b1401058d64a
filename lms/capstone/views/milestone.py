"""A learner's page of a milestone: what is asked, the draft, handing in, and what came back."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from lms.capstone import actions, policy, queries
from lms.capstone.actions import DraftChange, Handing, Saved
from lms.capstone.forms import DraftForm, EmptyForm
from lms.capstone.queries import MilestoneVisit
from lms.capstone.rules import CapstoneRefusal, drafts
from lms.capstone.views.frame import (
    PREFIX,
    bp,
)
from lms.capstone.views.milestone_page import present
from lms.core import clock
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import queries as coursework
from lms.coursework.rules import CourseworkRefusal
from lms.web.filters import clock as clock_words
from lms.web.filters import when
from lms.web.guards import current_actor, requires
from lms.web.requests import began_at


@bp.get("/cohorts/<slug>/capstone/<key>")
@requires(policy.can_see_room, queries.milestone_visible_to)
def milestone(visit: MilestoneVisit) -> ResponseReturnValue:
    """Show what a milestone asks, by when, how it is marked, and the project's own work."""
    return _milestone(visit)


def _milestone(
    visit: MilestoneVisit,
    form: DraftForm | None = None,
    *,
    problems: dict[str, str] | None = None,
    sent: dict[str, list[str]] | None = None,
    conflict: Saved | None = None,
) -> ResponseReturnValue:
    page = present(visit, problems or {}, sent, conflict)
    if form is None:
        form = DraftForm(
            formdata=None, text=page.draft.draft.text, version=page.draft.version, latest=page.latest
        )
    form.slot.choices = list(page.slots)
    form.seen.data, form.seen.raw_data = ",".join(one.public_id for one in page.draft_files), None
    return render_template("capstone/milestone.html", page=page, form=form, empty=EmptyForm())


# Writing ------------------------------------------------------------------------------------------------------------


@bp.post("/cohorts/<slug>/capstone/<key>")
@requires(policy.can_work, queries.milestone_visible_to)
def work_on(visit: MilestoneVisit) -> ResponseReturnValue:
    """Save the draft, add or take out a file, or hand in."""
    if visit.project is None:
        raise NotFound
    form, sent = DraftForm(), _sent(visit)
    if not form.validate():
        return _milestone(visit, form, sent=sent)
    act, _, file = request.form.get("act", "save").partition(":")
    try:
        saved = _save(visit, form, sent)
        upload = request.files.get("file")
        if upload is not None and upload.filename and act in ("save", "add", "hand-in"):
            _add(visit, upload, form.slot.data or "")
        if act == "remove":
            with unit_of_work() as work:
                actions.remove_file(visit, file, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("file", refused.message)
        return _milestone(visit, form, sent=sent)
    form.version.data, form.version.raw_data = saved.version, None
    if act == "add" and not (upload and upload.filename) and not form.arrived.data:
        form.refuse("file", CapstoneRefusal.NO_FILE)
        return _milestone(visit, form, sent=sent)
    if saved.conflict is not None:
        return _milestone(visit, form, sent=sent, conflict=saved)
    if act == "hand-in":
        if saved.others:
            form.refuse("file", CapstoneRefusal.FILES_CHANGED.value.format(names=", ".join(saved.others)))
            return _milestone(visit, form, sent=sent)
        return _hand_in(visit, form, sent, saved.version)
    flash(_said(act), "good")
    return redirect(_url(visit), code=303)


def _said(act: str) -> str:
    if act == "remove":
        return "The file was taken out."
    return "The file was added, and your draft is saved." if act == "add" else "Your draft is saved."


def _add(visit: MilestoneVisit, upload: FileStorage, slot: str) -> None:
    """Add the file that came with the form: checked and kept before the database is asked to write."""
    file = actions.receive(visit, upload.stream, upload.filename or "", slot)
    upload.close()
    with unit_of_work() as work:
        actions.add_file(visit, file, slot, actor=current_actor(), now=work.now)


def _sent(visit: MilestoneVisit) -> dict[str, list[str]]:
    spec = coursework.content(visit.line.id).spec
    return {
        each["id"]: [value.replace("\r\n", "\n") for value in request.form.getlist(PREFIX + each["id"])]
        for each in spec.get("fields", ())
        if each["kind"] != "file"
    }


def _save(visit: MilestoneVisit, form: DraftForm, sent: dict[str, list[str]]) -> Saved:
    change = DraftChange(
        text=(form.text.data or "").replace("\r\n", "\n"),
        sent=sent,
        version=form.version.data or 0,
        seen=tuple(filter(None, form.seen.data.split(","))) if form.seen.data is not None else None,
    )
    with unit_of_work() as work:
        return actions.save_draft(visit, change, actor=current_actor(), now=work.now)


def _hand_in(
    visit: MilestoneVisit, form: DraftForm, sent: dict[str, list[str]], version: int
) -> ResponseReturnValue:
    if visit.project is None or visit.place is None:
        raise NotFound
    spec = coursework.content(visit.line.id).spec
    reading = drafts.judge(spec, queries.draft(visit.project, visit.line.id).draft, visit.place.place_id)
    handing = Handing(draft_version=version, seen=form.latest.data or 0, began_at=began_at())
    try:
        with unit_of_work() as work:
            receipt = actions.hand_in(visit, handing, actor=current_actor(), now=work.now)
    except Conflict as refused:
        form.refuse("", refused.message)
        form.latest.data, form.latest.raw_data = _latest(visit), None
        return _milestone(visit, form, sent=sent)
    except RuleViolation as refused:
        return _refused(visit, form, sent, reading.problems, refused)
    if receipt.again:
        flash(
            f"Exactly this was handed in before, as version {receipt.number}. Nothing new was made.", "info"
        )
    else:
        flash(f"{visit.line.code} is handed in, as version {receipt.number}. The receipt is below.", "good")
    return redirect(f"{_url(visit)}#versions", code=303)


def _latest(visit: MilestoneVisit) -> int:
    known = queries.versions(visit.project.id, visit.line.key) if visit.project else {}
    return known[visit.line.key][-1].number if visit.line.key in known else 0


def _refused(
    visit: MilestoneVisit,
    form: DraftForm,
    sent: dict[str, list[str]],
    problems: dict[str, str],
    refused: RuleViolation,
) -> ResponseReturnValue:
    incomplete = refused.reason is CapstoneRefusal.INCOMPLETE
    form.refuse("file" if refused.reason is CourseworkRefusal.FILE_REFUSED else "", refused.message)
    if incomplete and "text" in problems:
        form.refuse("text", problems["text"])
    slots = {name for name, _label in drafts.slots(coursework.content(visit.line.id).spec)} | {"files"}
    missing = [words for name, words in problems.items() if name in slots]
    if incomplete and missing:
        form.refuse("file", " ".join(missing))
    return _milestone(visit, form, sent=sent, problems=problems if incomplete else {})


@bp.post("/cohorts/<slug>/capstone/<key>/draft")
@requires(policy.can_work, queries.milestone_visible_to)
def save_draft(visit: MilestoneVisit) -> ResponseReturnValue:
    """Keep the draft: sent by the page's script while somebody writes."""
    if visit.project is None:
        raise NotFound
    form, sent = DraftForm(), _sent(visit)
    if not form.validate():
        reasons = [reason for errors in form.errors.values() for reason in errors]
        return jsonify(reason=" ".join(reasons)), 422
    zone = current_actor().zone
    try:
        saved = _save(visit, form, sent)
    except RuleViolation as refused:
        return jsonify(reason=refused.message), 422
    if saved.conflict is not None:
        at = when(saved.changed_at or clock.now(), zone)
        who = saved.changed_by or "Somebody"
        return jsonify(reason=CapstoneRefusal.DRAFT_CHANGED.value.format(who=who, at=at)), 409
    return jsonify(saved=clock_words(clock.now(), zone), version=saved.version)


def _url(visit: MilestoneVisit) -> str:
    return url_for(".milestone", slug=visit.cohort.slug, key=visit.line.key)
