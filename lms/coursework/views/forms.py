"""Form activities: fields of the author, answers of the learner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import actions, policy, queries
from lms.coursework.forms import AnswersForm
from lms.coursework.queries import FormAnswers, FormFileLine, FormFileView, Visit
from lms.coursework.rules import forms as rules
from lms.coursework.rules.forms import Field
from lms.coursework.views.frame import Frame, bp, frame
from lms.people.rules import Actor
from lms.web.downloads import kept_file
from lms.web.filters import file_size
from lms.web.guards import current_actor, requires
from lms.web.html import stored
from lms.web.shapes import FileItem


@dataclass(frozen=True, slots=True)
class Brought:
    """A file for a field: sent with the answers, or still waiting to be."""

    item: FileItem
    added_at: dt.datetime
    sent: bool


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form to fill in, or filled in."""

    frame: Frame
    intro: Markup
    fields: tuple[Field, ...]
    kept: tuple[tuple[str, str], ...]
    """Label and answer of what is stored."""
    answered_at: dt.datetime | None
    version: int
    can_answer: bool
    refused: str
    conflict: bool
    problems: tuple[tuple[str, str], ...]
    files: Mapping[str, Brought]
    """Field → the file that is there for it."""
    limits: str
    """What a field takes, in words; empty when none asks for a file."""
    accept: str
    most: int
    """Bytes."""
    sent_files: tuple[tuple[str, FileItem], ...]
    """For staff: who sent which file."""


@bp.get("/cohorts/<slug>/forms/<key>")
@requires(policy.can_see, queries.form_visible_to)
def form(visit: Visit) -> ResponseReturnValue:
    """Show a form, with the answers given so far."""
    return _form(visit)


@bp.post("/cohorts/<slug>/forms/<key>")
@requires(policy.can_work, queries.form_visible_to)
def answer_form(visit: Visit) -> ResponseReturnValue:
    """Keep the answers; files are kept first, whatever is wrong with the rest."""
    fields = queries.content(visit.line.id).spec["fields"]
    sent: dict[str, Sequence[str]] = {field["id"]: request.form.getlist(field["id"]) for field in fields}
    version = AnswersForm().version.data or 0
    act, _, name = request.form.get("act", "send").partition(":")
    problems = _files(visit, fields, remove=name if act == "remove" else "")
    present = queries.form_files(visit.place.place_id, visit.line.id) if visit.place else {}
    sent = rules.with_files(fields, sent, {field: file.public_id for field, file in present.items()})
    if act in ("remove", "add"):
        return _form(visit, sent=sent, problems=problems, version=version, status=200)
    problems = {**rules.check(fields, sent).problems, **problems}
    if problems:
        return _form(visit, sent=sent, problems=problems, version=version)
    try:
        with unit_of_work() as work:
            actions.answer_form(visit, sent, version=version, actor=current_actor(), now=work.now)
    except Conflict as refused:
        return _form(visit, sent=sent, refused=refused.message, conflict=True)
    except RuleViolation as refused:
        return _form(visit, sent=sent, refused=refused.message, version=version)
    flash("Your answers are kept. You can change them until the deadline.", "good")
    return redirect(url_for(".form", slug=visit.cohort.slug, key=visit.line.key), code=303)


def _files(visit: Visit, fields: Sequence[Mapping[str, Any]], *, remove: str) -> dict[str, str]:
    """Keep what was brought for the form's fields, each file for itself; what was refused, by field."""
    problems = {}
    for field in sorted(rules.file_fields(fields)):
        upload = request.files.get(field)
        try:
            with unit_of_work() as work:
                if field == remove:
                    actions.remove_form_file(visit, field, actor=current_actor(), now=work.now)
                elif upload is not None and upload.filename:
                    actions.add_form_file(
                        visit, field, upload.stream, upload.filename, actor=current_actor(), now=work.now
                    )
        except RuleViolation as refused:
            problems[field] = refused.message
        finally:
            if upload is not None:
                upload.close()
    return problems


def downloadable_by(actor: Actor, slug: str, key: str, file: str) -> FormFileView | None:
    """The file, for those who may take it; for everybody else it is not there."""
    found = queries.form_file_visible_to(actor, slug, key, file)
    return found if policy.can_download(actor, found) else None


@bp.get("/cohorts/<slug>/forms/<key>/files/<file>")
@requires(policy.can_download, downloadable_by)
def form_file(file: FormFileView) -> ResponseReturnValue:
    """Hand a file of a form out, always as a download."""
    return kept_file(file)


def _form(
    visit: Visit,
    *,
    sent: Mapping[str, Sequence[str]] | None = None,
    problems: Mapping[str, str] | None = None,
    refused: str = "",
    conflict: bool = False,
    version: int | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    content = queries.content(visit.line.id)
    kept = queries.form_answers(visit.place.place_id, visit.line.id) if visit.place else FormAnswers()
    around = frame(visit, queries.window(visit))
    asks_files = bool(rules.file_fields(content.spec["fields"]))
    brought = queries.form_files(visit.place.place_id, visit.line.id) if asks_files and visit.place else {}
    reads = around.staff and policy.can_read_work(current_actor(), visit)
    fields = rules.asked(content.spec["fields"], kept.answers if sent is None else sent, problems or {})
    page = FormPage(
        frame=around,
        intro=stored(content.html.get("intro", "")),
        fields=fields,
        kept=tuple(
            (field["label"], _told(kept.answers[field["id"]]))
            for field in content.spec["fields"]
            if field["id"] in kept.answers
        ),
        answered_at=kept.answered_at if kept.version else None,
        version=kept.version if version is None else version,
        can_answer=not around.staff
        and around.shown
        and not around.cancelled
        and (not around.over or not kept.version),
        refused=refused,
        conflict=conflict,
        problems=tuple((field.id, f"{field.label}: {field.error}") for field in fields if field.error),
        files={
            name: Brought(
                _item(visit, file), file.added_at, queries.sent_as(kept.answers, name) == file.public_id
            )
            for name, file in brought.items()
        },
        limits=_limits() if asks_files else "",
        accept=",".join(f".{kind}" for kind in actions.FILE_LIMITS.types),
        most=actions.FILE_LIMITS.megabytes * 1024 * 1024,
        sent_files=tuple(
            (file.person, _item(visit, file))
            for file in (
                queries.form_files_sent(visit.cohort.id, visit.line.id) if reads and asks_files else ()
            )
        ),
    )
    return render_template("coursework/form.html", page=page, frame=around), status


def _limits() -> str:
    types = ", ".join(actions.FILE_LIMITS.types)
    return f"One file of up to {actions.FILE_LIMITS.megabytes} MB: {types}."


def _item(visit: Visit, file: FormFileLine) -> FileItem:
    href = url_for(".form_file", slug=visit.cohort.slug, key=visit.line.key, file=file.public_id)
    return FileItem(name=file.name, href=href, size=file.size, digest=file.sha256[:12])


def _told(answer: Any) -> str:
    if answer is True:
        return "yes"
    if isinstance(answer, Mapping):
        return f"{answer['name']} ({file_size(answer['size'])}), SHA-256 {answer['sha256'][:12]}"
    return "; ".join(answer) if isinstance(answer, list) else str(answer)
