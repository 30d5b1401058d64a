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
from lms.coursework.queries import FormAnswers, Visit
from lms.coursework.rules import forms as rules
from lms.coursework.rules.forms import Field
from lms.coursework.views.frame import Frame, bp, frame
from lms.web.guards import current_actor, requires
from lms.web.html import stored


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


@bp.get("/cohorts/<slug>/forms/<key>")
@requires(policy.can_see, queries.form_visible_to)
def form(visit: Visit) -> ResponseReturnValue:
    """Show a form, with the answers given so far."""
    return _form(visit)


@bp.post("/cohorts/<slug>/forms/<key>")
@requires(policy.can_work, queries.form_visible_to)
def answer_form(visit: Visit) -> ResponseReturnValue:
    """Keep the answers."""
    fields = queries.content(visit.line.id).spec["fields"]
    sent = {field["id"]: request.form.getlist(field["id"]) for field in fields}
    checked = rules.check(fields, sent)
    version = AnswersForm().version.data or 0
    if checked.problems:
        return _form(visit, sent=sent, problems=checked.problems, version=version)
    try:
        with unit_of_work() as work:
            actions.answer_form(visit, sent, version=version, actor=current_actor(), now=work.now)
    except Conflict as refused:
        return _form(visit, sent=sent, refused=refused.message, conflict=True)
    except RuleViolation as refused:
        return _form(visit, sent=sent, refused=refused.message, version=version)
    flash("Your answers are kept. You can change them until the deadline.", "good")
    return redirect(url_for(".form", slug=visit.cohort.slug, key=visit.line.key), code=303)


def _form(
    visit: Visit,
    *,
    sent: Mapping[str, Sequence[str]] | None = None,
    problems: Mapping[str, str] | None = None,
    refused: str = "",
    conflict: bool = False,
    version: int | None = None,
) -> ResponseReturnValue:
    content = queries.content(visit.line.id)
    kept = queries.form_answers(visit.place.place_id, visit.line.id) if visit.place else FormAnswers()
    around = frame(visit, queries.window(visit))
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
    )
    return render_template("coursework/form.html", page=page, frame=around)


def _told(answer: Any) -> str:
    if answer is True:
        return "yes"
    return "; ".join(answer) if isinstance(answer, list) else str(answer)
