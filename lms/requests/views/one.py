"""One request: what was asked, by when it is answered, the conversation, the decision."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import NotFound, RuleViolation
from lms.core.files import FileRefusal
from lms.core.uow import unit_of_work
from lms.requests import actions, policy, queries
from lms.requests.actions import Decision
from lms.requests.forms import DecideForm, ReopenForm, SayForm, WriteForm
from lms.requests.ports import Wanted
from lms.requests.queries import FileView, RequestView
from lms.requests.rules import EntryKind, RequestRefusal, RequestState
from lms.requests.views.frame import bp, instant, uploads_of
from lms.requests.views.request_page import Forms, decide_form, hand_over_form, shown
from lms.web.downloads import kept_file
from lms.web.forms import BaseForm
from lms.web.guards import current_actor, requires

ONE = "/cohorts/<slug>/requests/<public_id>"


@bp.get(ONE)
@requires(policy.can_read, queries.request_visible_to)
def one(view: RequestView) -> ResponseReturnValue:
    """Show a request to its learner, or to whoever answers it."""
    return shown(view, Forms())


def _back(view: RequestView) -> ResponseReturnValue:
    """To the request; to the inbox for whoever gave it away and reads it no more."""
    if policy.can_read(current_actor(), queries.by_id(view.id)):
        return redirect(url_for(".one", slug=view.cohort.slug, public_id=view.public_id), code=303)
    return redirect(url_for(".inbox"), code=303)


def _fresh(view: RequestView) -> RequestView:
    """The request as it is now: somebody else may have decided it."""
    return queries.request_visible_to(current_actor(), view.cohort.slug, view.public_id)


@bp.post(f"{ONE}/words")
@requires(policy.can_talk, queries.request_visible_to)
def say(view: RequestView) -> ResponseReturnValue:
    """Take what the learner adds, or what staff write."""
    own = policy.is_own(current_actor(), view)
    form = SayForm() if own else WriteForm()
    if not form.validate():
        return shown(view, Forms(talk=form))
    text = (form.text.data or "").replace("\r\n", "\n")
    files = uploads_of(form.files)
    try:
        with unit_of_work() as work:
            if own:
                actions.add(view.id, text, files, actor=current_actor(), now=work.now)
            else:
                sort = EntryKind(form.sort.data)
                actions.write(view.id, sort, text, files, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("files" if isinstance(refused.reason, FileRefusal) else "text", refused.message)
        return shown(_fresh(view), Forms(talk=form))
    said = {
        EntryKind.ASKED_BACK.value: "Asked. The promise rests until they answer.",
        EntryKind.NOTED.value: "Noted. Only staff read it.",
    }
    flash("Added to your request." if own else said.get(form.sort.data, "Sent."), "good")
    return _back(view)


@bp.post(f"{ONE}/withdraw")
@requires(policy.is_own, queries.request_visible_to)
def withdraw(view: RequestView) -> ResponseReturnValue:
    """Take one's own request back."""
    try:
        with unit_of_work() as work:
            actions.withdraw(view.id, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash("You took the request back. It stays here, and you can ask again.", "good")
    return _back(view)


@bp.post(f"{ONE}/take")
@requires(policy.can_handle, queries.request_visible_to)
def take(view: RequestView) -> ResponseReturnValue:
    """Own a request oneself."""
    try:
        with unit_of_work() as work:
            actions.take(view.id, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash("This request is yours now, and the learner sees it.", "good")
    return _back(view)


@bp.post(f"{ONE}/owner")
@requires(policy.can_handle, queries.request_visible_to)
def hand_over(view: RequestView) -> ResponseReturnValue:
    """Give a request to somebody else."""
    form = hand_over_form(view)
    if not form.validate():
        return shown(view, Forms(hand_over=form))
    try:
        with unit_of_work() as work:
            name = actions.hand_over(
                view.id, form.to.data, form.why.data or "", actor=current_actor(), now=work.now
            )
    except RuleViolation as refused:
        form.refuse("why" if refused.reason is RequestRefusal.HAND_OVER_REASON else "to", refused.message)
        return shown(_fresh(view), Forms(hand_over=form))
    flash(f"{name} has it now, and is told why.", "good")
    return _back(view)


@bp.post(f"{ONE}/decision")
@requires(policy.can_handle, queries.request_visible_to)
def decide(view: RequestView) -> ResponseReturnValue:
    """Decide a request, and do what was asked for."""
    form = decide_form(view)
    if not form.validate():
        return shown(view, Forms(decide=form))
    try:
        with unit_of_work() as work:
            actions.decide(view.id, _decision(form), actor=current_actor(), now=work.now)
    except (RuleViolation, NotFound) as refused:
        words = (
            refused.message
            if isinstance(refused, RuleViolation)
            else "What it is about is not there any more."
        )
        form.refuse("", words)
        return shown(_fresh(view), Forms(decide=form))
    flash("Decided. The learner is told, with your reason.", "good")
    return _back(view)


def _decision(form: DecideForm) -> Decision:
    def given(name: str) -> Any:
        return form[name].data if name in form else None

    zone = ZoneInfo(current_actor().zone).key
    return Decision(
        outcome=RequestState(form.outcome.data),
        reason=(form.reason.data or "").replace("\r\n", "\n"),
        given=Wanted(
            until=instant(given("until_on"), given("until_at"), zone),
            from_on=given("from_on"),
            back_on=given("back_on"),
            choice=given("choice") or "",
            line=given("line") or "",
            other=given("other") or "",
        ),
        seen=form.seen.data,
    )


@bp.post(f"{ONE}/reopen")
@requires(policy.can_handle, queries.request_visible_to)
def reopen(view: RequestView) -> ResponseReturnValue:
    """Open a decided request again."""
    form: BaseForm = ReopenForm()
    if not form.validate():
        return shown(view, Forms(reopen=form))
    try:
        with unit_of_work() as work:
            actions.reopen(view.id, form["reason"].data or "", actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("reason", refused.message)
        return shown(_fresh(view), Forms(reopen=form))
    flash("Open again, with a new promise. What the decision did stays until you take it back.", "good")
    return _back(view)


@bp.get(f"{ONE}/files/<file>")
@requires(policy.can_take_file, queries.file_visible_to)
def request_file(file: FileView) -> ResponseReturnValue:
    """Hand out a file of a request, always as a download."""
    return kept_file(file)
