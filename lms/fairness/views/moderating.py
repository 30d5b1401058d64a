"""The sample of a batch: how far it is, both marks side by side, what stands, and how far two markers agree."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import policy as marking
from lms.assessment import queries as assessment
from lms.assessment.ports import Batch
from lms.assessment.queries import BatchView
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.fairness import actions, policy, queries
from lms.fairness.forms import DecideForm
from lms.fairness.queries import LookLine
from lms.fairness.rules import ModerationRefusal
from lms.fairness.views import moderation_page
from lms.fairness.views.blueprint import bp
from lms.web.downloads import csv_file
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


def _batch(view: BatchView) -> Batch:
    return Batch(view.cohort.id, view.activity.id, view.part)


@bp.get("/cohorts/<slug>/activities/<key>/moderation")
@requires(marking.can_see_marks, assessment.batch_visible_to)
def moderation(view: BatchView) -> ResponseReturnValue:
    """Show the sample of a batch."""
    return _page(view, DecideForm(formdata=None))


def _page(view: BatchView, form: DecideForm) -> str:
    no_store()
    actor = current_actor()
    form.marker.choices = [
        (public_id, name) for public_id, _id, name in assessment.staff_markers(view.cohort.id)
    ]
    return render_template(
        "fairness/moderation.html",
        page=moderation_page.present(view, actor),
        asked=(form.look.data or request.form.get("act", "")) if request.method == "POST" else None,
        form=form,
        zone=actor.zone,
    )


@bp.get("/cohorts/<slug>/activities/<key>/moderation.csv")
@requires(marking.can_see_marks, assessment.batch_visible_to)
def moderation_csv(view: BatchView) -> ResponseReturnValue:
    """Give both marks of every piece of the sample as a spreadsheet."""
    head, *rows = moderation_page.lines_of(view, current_actor())
    return csv_file(f"{view.cohort.slug}-{view.key}-sample", head, rows)


@bp.post("/cohorts/<slug>/activities/<key>/moderation")
@requires(policy.can_moderate, assessment.batch_visible_to)
def moderate(view: BatchView) -> ResponseReturnValue:
    """Draw the sample, decide what stands, give a piece to somebody else, have a marker's work marked again, waive."""
    form = DecideForm()
    if not form.validate_on_submit():
        return _page(view, form), 422
    try:
        with unit_of_work() as work:
            said = _act(view, request.form.get("act", ""), form, work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _page(view, form), 422
    flash(said, "good")
    return redirect(url_for(".moderation", slug=view.cohort.slug, key=view.key), code=303)


def _act(view: BatchView, act: str, form: DecideForm, now: dt.datetime) -> str:
    actor, reason = current_actor(), form.reason.data or ""
    if act == "draw":
        actions.draw_now(_batch(view), now=now)
        return "The sample is drawn, and second markers are asked."
    if act == "waive":
        actions.waive(_batch(view), reason=reason, actor=actor, now=now)
        return "This batch goes without its sample. Your reason is kept."
    sample = queries.sample_of(view.cohort.id, view.activity.id, view.part)
    lines = queries.looks_of(sample.id) if sample else []
    if act == "remark" and sample is not None:
        marker = _marker(view, form)
        count = actions.remark(sample.id, marker, reason=reason, actor=actor, now=now)
        return (
            f"{plural(count, 'piece')} went back to be marked again. The sample is drawn anew when all are."
        )
    line = _line(lines, form)
    look_id = queries.look_visible_to(actor, line.public_id).id
    if act == "give":
        actions.give_look(look_id, _marker(view, form), actor=actor, now=now)
        return "Somebody else marks this piece again now."
    agreed = None if act == "confirm" else _mark(form.mark.data or "")
    actions.decide(look_id, agreed=agreed, reason=reason, actor=actor, now=now)
    return "The first mark stands." if agreed is None else "The agreed mark stands; it waits for its release."


def _line(lines: list[LookLine], form: DecideForm) -> LookLine:
    found = next((line for line in lines if line.public_id == form.look.data), None)
    if found is None:
        raise RuleViolation(ModerationRefusal.NOTHING)
    return found


def _marker(view: BatchView, form: DecideForm) -> int:
    people = assessment.staff_markers(view.cohort.id)
    found = next((one for one in people if one[0] == form.marker.data), None)
    if found is None:
        raise RuleViolation(ModerationRefusal.NOT_A_MARKER)
    return found[1]


def _mark(text: str) -> Fraction:
    """The mark that was typed: at most two decimals."""
    whole, _dot, decimals = text.replace(",", ".").partition(".")
    fine = whole.isascii() and whole.isdigit() and len(whole) <= 3
    if not fine or (decimals and not (decimals.isascii() and decimals.isdigit() and len(decimals) <= 2)):
        raise RuleViolation(ModerationRefusal.NOT_A_MARK)
    return Fraction(f"{whole}.{decimals or '0'}")
