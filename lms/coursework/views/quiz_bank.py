"""A quiz's bank for staff of a cohort: how its items did, and correcting a key."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import actions, policy, queries
from lms.coursework.actions import Correcting
from lms.coursework.forms import CorrectionForm
from lms.coursework.queries import Effects, ItemPage, Visit
from lms.coursework.rules.regrade import Past
from lms.coursework.views import bank_item_pages as pages
from lms.coursework.views import quiz_bank_pages
from lms.coursework.views.frame import bp
from lms.web.downloads import csv_file
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@bp.get("/cohorts/<slug>/quizzes/<key>/bank")
@requires(policy.can_see_bank, queries.quiz_visible_to)
def quiz_bank(visit: Visit) -> ResponseReturnValue:
    """Show the items of a quiz with their statistics."""
    no_store()
    return render_template("coursework/quiz_bank.html", page=quiz_bank_pages.bank_page(visit))


@bp.get("/cohorts/<slug>/quizzes/<key>/bank.csv")
@requires(policy.can_see_bank, queries.quiz_visible_to)
def quiz_bank_csv(visit: Visit) -> ResponseReturnValue:
    """Give the statistics as a spreadsheet."""
    head, rows = quiz_bank_pages.bank_rows(visit)
    return csv_file(f"{visit.cohort.slug}-{visit.line.key}-items", head, rows)


@bp.get("/cohorts/<slug>/quizzes/<key>/bank/<item>")
@requires(policy.can_see_bank, queries.item_visible_to)
def bank_item(page: ItemPage) -> ResponseReturnValue:
    """Show an item: what was answered, its corrections; with `undo`, what taking the latest back would do."""
    no_store()
    form = pages.correction_form(page)
    undoing = None
    if request.args.get("undo") and page.latest and policy.can_correct_key(current_actor(), page):
        back = actions.taking_back(page, page.latest.correction.number, clock.now())
        undoing = pages.preview(page, queries.effects(page, [*page.history, back]))
    return _shown(page, form, undoing=undoing)


@bp.post("/cohorts/<slug>/quizzes/<key>/bank/<item>")
@requires(policy.can_correct_key, queries.item_visible_to)
def correct_item(page: ItemPage) -> ResponseReturnValue:
    """Show what a correction would do; once confirmed, do it. The same for taking one back."""
    no_store()
    if request.form.get("act") == "undo":
        return _undo(page)
    form = pages.correction_form(page)
    if not form.validate_on_submit():
        return _shown(page, form)
    wanted = Correcting(
        key=pages.sent_key(page, form),
        past=Past(form.past.data),
        no_harm=form.no_harm.data,
        reason=form.reason.data,
    )
    if request.form.get("act") != "confirm":
        return _previewed(page, form, wanted)
    try:
        with unit_of_work() as work:
            found = actions.correct_item(
                page, wanted, stamp=request.form.get("stamp", ""), actor=current_actor(), now=work.now
            )
    except Conflict as changed:
        flash(changed.message, "warn")
        again = queries.item_of(page.visit, page.question.key)
        return _previewed(again, form, wanted)
    except RuleViolation as refused:
        form.refuse(pages.field_of(page, refused), refused.message)
        return _shown(page, form)
    flash(f"The key is corrected for {page.visit.cohort.name}. {_done(found)}", "good")
    return redirect(_url(page), code=303)


def _previewed(page: ItemPage, form: CorrectionForm, wanted: Correcting) -> ResponseReturnValue:
    try:
        correction = actions.proposed(page, wanted, clock.now())
    except RuleViolation as refused:
        form.refuse(pages.field_of(page, refused), refused.message)
        return _shown(page, form)
    found = queries.effects(page, [*page.history, correction])
    return _shown(page, form, correcting=pages.preview(page, found))


def _undo(page: ItemPage) -> ResponseReturnValue:
    number = request.form.get("number", "")
    try:
        with unit_of_work() as work:
            found = actions.undo_correction(
                page,
                int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0,
                stamp=request.form.get("stamp", ""),
                actor=current_actor(),
                now=work.now,
            )
    except (Conflict, RuleViolation) as refused:
        flash(refused.message, "warn")
        return redirect(_url(page, undo=1) if isinstance(refused, Conflict) else _url(page), code=303)
    flash(f"The correction is taken back. {_done(found)}", "good")
    return redirect(_url(page), code=303)


def _done(found: Effects) -> str:
    if not found.marks:
        return "No mark changed."
    one = len(found.marks) == 1
    return f"{plural(len(found.marks), 'mark')} changed; {'its learner is' if one else 'their learners are'} told."


def _shown(
    page: ItemPage,
    form: CorrectionForm,
    *,
    correcting: pages.Preview | None = None,
    undoing: pages.Preview | None = None,
) -> ResponseReturnValue:
    return render_template(
        "coursework/bank_item.html",
        page=pages.item_page(page, may_correct=policy.can_correct_key(current_actor(), page)),
        form=form,
        correcting=correcting,
        undoing=undoing,
    )


def _url(page: ItemPage, undo: int | None = None) -> str:
    slug, key = page.visit.cohort.slug, page.visit.line.key
    return url_for(".bank_item", slug=slug, key=key, item=page.question.key, undo=undo)
