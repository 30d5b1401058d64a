"""Looking after forums: hiding posts, caring for a thread, reports and what comes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.community import policy
from lms.community.actions import moderating
from lms.community.actions import reports as reporting
from lms.community.forms import HideForm, LockForm, MergeForm, MoveForm, RenameForm, ReportForm, SettleForm
from lms.community.queries import forum_lists, forum_threads, forums, reports
from lms.community.queries.forum_threads import (
    ForumThreadView,
    PostInThread,
    forum_thread_visible_to,
    post_visible_to,
    thread_in,
)
from lms.community.queries.forums import Forums, forums_visible_to
from lms.community.queries.reports import OpenReport, report_visible_to
from lms.community.rules import ForumRefusal
from lms.community.views.forum_thread import back, thread_page
from lms.community.views.frame import bp
from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.web.forms import BaseForm
from lms.web.guards import current_actor, requires

Forms = dict[str, BaseForm]


@bp.post("/cohorts/<slug>/threads/<thread>/moderation")
@requires(policy.can_moderate, forum_thread_visible_to)
def moderate_post(view: ForumThreadView) -> ResponseReturnValue:
    """Hide somebody's post with a reason, or show it again."""
    act, post = request.form.get("act", ""), request.form.get("post", "")
    if act not in ("hide", "restore"):
        raise NotFound
    form = HideForm()
    if act == "hide" and not form.validate():
        return thread_page(view, hide_form=form)
    try:
        with unit_of_work() as work:
            if act == "hide":
                moderating.hide(view, post, form.reason.data, actor=current_actor(), now=work.now)
            else:
                moderating.restore(view, post, actor=current_actor())
    except RuleViolation as refused:
        if act == "hide":
            form.refuse("reason", refused.message)
            return thread_page(view, hide_form=form)
        flash(refused.message, "bad")
    else:
        flash(
            "The post is hidden, and its author is told why." if act == "hide" else "It is shown again.",
            "good",
        )
    return redirect(back(view, post), code=303)


# One thread ---------------------------------------------------------------------------------------------------------


@bp.route("/cohorts/<slug>/threads/<thread>/care", methods=["GET", "POST"])
@requires(policy.can_moderate, forum_thread_visible_to)
def care_for_thread(view: ForumThreadView) -> ResponseReturnValue:
    """Pin, lock, rename, move or merge a thread; take a merge apart."""
    act = request.form.get("act", "")
    forms = _forms(view, act)
    if request.method == "POST" and act not in ACTS:
        raise NotFound
    form = forms.get(act)
    if request.method == "POST" and (form is None or form.validate()):
        try:
            with unit_of_work() as work:
                where = ACTS[act][0](view, forms, work.now)
        except RuleViolation as refused:
            if form is None:
                flash(refused.message, "bad")
            else:
                form.refuse(ACTS[act][1], refused.message)
        else:
            flash(ACTS[act][2], "good")
            return redirect(back(where or view), code=303)
    return render_template(
        "community/care_for_thread.html",
        view=view,
        slug=view.hall.cohort.slug,
        forms=forms,
        story=forum_threads.story(view),
        zone=current_actor().zone,
        now=clock.now(),
    )


def _forms(view: ForumThreadView, act: str) -> Forms:
    """The forms of the page; the one that was sent is filled with what was typed."""

    def data(name: str) -> dict[str, None]:
        return {} if act == name and request.method == "POST" else {"formdata": None}

    move = MoveForm(**data("move"))
    move.forum.choices = [
        (each.key, each.title) for each in forum_lists.forums_in(view.hall) if each.key != view.forum.key
    ]
    return {
        "lock": LockForm(**data("lock")),
        "rename": RenameForm(**data("rename"), title=view.title),
        "move": move,
        "merge": MergeForm(**data("merge")),
    }


def _pin(view: ForumThreadView, _forms: Forms, now: dt.datetime) -> None:
    moderating.pin(view, pinned=True, actor=current_actor(), now=now)


def _unpin(view: ForumThreadView, _forms: Forms, now: dt.datetime) -> None:
    moderating.pin(view, pinned=False, actor=current_actor(), now=now)


def _lock(view: ForumThreadView, forms: Forms, now: dt.datetime) -> None:
    moderating.lock(view, forms["lock"].reason.data, actor=current_actor(), now=now)


def _unlock(view: ForumThreadView, _forms: Forms, now: dt.datetime) -> None:
    moderating.unlock(view, actor=current_actor(), now=now)


def _rename(view: ForumThreadView, forms: Forms, now: dt.datetime) -> None:
    moderating.rename(view, forms["rename"].title.data or "", actor=current_actor(), now=now)


def _move(view: ForumThreadView, forms: Forms, now: dt.datetime) -> None:
    try:
        to = forums.forum_in(view.hall, forms["move"].forum.data)
    except NotFound as nothing:
        raise RuleViolation(ForumRefusal.NO_FORUM) from nothing
    moderating.move(view, to, actor=current_actor(), now=now)


def _merge(view: ForumThreadView, forms: Forms, now: dt.datetime) -> ForumThreadView:
    typed = (forms["merge"].into.data or "").strip().partition("?")[0].partition("#")[0].rstrip("/")
    try:
        into = thread_in(view.hall, typed.rpartition("/")[2])
    except NotFound as nothing:
        raise RuleViolation(ForumRefusal.NO_THREAD) from nothing
    if into.merged_into:
        raise RuleViolation(ForumRefusal.NO_THREAD)
    moderating.merge(view, into, actor=current_actor(), now=now)
    return into


def _take_apart(view: ForumThreadView, _forms: Forms, now: dt.datetime) -> None:
    told = request.form.get("told", "")
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
    moderating.take_apart(view, number, actor=current_actor(), now=now)


ACTS: dict[str, tuple[Callable[[ForumThreadView, Forms, dt.datetime], ForumThreadView | None], str, str]] = {
    "pin": (_pin, "", "The thread stands on top of its forum."),
    "unpin": (_unpin, "", "The thread stands where its last post puts it."),
    "lock": (_lock, "reason", "The thread is locked."),
    "unlock": (_unlock, "", "Everybody can write in the thread again."),
    "rename": (_rename, "title", "The thread has its new title."),
    "move": (_move, "forum", "The thread is moved; its address stays."),
    "merge": (_merge, "into", "The two are one thread; the address of the other leads here."),
    "take apart": (_take_apart, "", "The other thread stands by itself again."),
}
"""What can be done: how, at which field it is refused, and what is said when it is done."""


# Reports ------------------------------------------------------------------------------------------------------------


@bp.route("/cohorts/<slug>/threads/<thread>/posts/<post>/report", methods=["GET", "POST"])
@requires(policy.can_read, post_visible_to)
def report_post(post: PostInThread) -> ResponseReturnValue:
    """Ask those who moderate to look at a post."""
    form = ReportForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                reporting.report(post, form.reason.data, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            form.refuse("reason", refused.message)
        else:
            flash("Reported. Those who moderate look at it, and you are told what came of it.", "good")
            return redirect(back(post.view, post.public_id), code=303)
    return render_template(
        "community/report_post.html",
        form=form,
        post=post,
        view=post.view,
        slug=post.view.hall.cohort.slug,
        cancel_href=back(post.view, post.public_id),
        zone=current_actor().zone,
        now=clock.now(),
    )


@bp.get("/cohorts/<slug>/forums/reports")
@requires(policy.can_moderate, forums_visible_to)
def forum_reports(hall: Forums) -> ResponseReturnValue:
    """Show what was reported: what waits, and what was dealt with last."""
    return _queue(hall)


def _queue(hall: Forums, refused: str = "", form: SettleForm | None = None) -> ResponseReturnValue:
    return render_template(
        "community/forum_reports.html",
        hall=hall,
        slug=hall.cohort.slug,
        waiting=reports.reported(hall.cohort.id),
        settled=reports.dealt_with(hall.cohort.id),
        refused=refused,
        typed=form,
        form=SettleForm(formdata=None),
        zone=current_actor().zone,
        now=clock.now(),
    )


@bp.post("/cohorts/<slug>/forums/reports/<report>")
@requires(policy.can_moderate, report_visible_to)
def settle_report(report: OpenReport) -> ResponseReturnValue:
    """Hide what was reported, or leave it."""
    act, form = request.form.get("act", ""), SettleForm()
    if act not in ("hide", "leave"):
        raise NotFound
    if form.validate():
        try:
            with unit_of_work() as work:
                reason = form.reason.data or ""
                if act == "hide":
                    view = thread_in(report.hall, report.thread)
                    moderating.hide(view, report.post, reason, actor=current_actor(), now=work.now)
                else:
                    reporting.leave(
                        report.hall, report.public_id, reason, actor=current_actor(), now=work.now
                    )
        except RuleViolation as refused:
            form.refuse("reason", refused.message)
        else:
            said = "The post is hidden; its author and those who reported it are told."
            flash(said if act == "hide" else "The post stays; those who reported it are told.", "good")
            return redirect(url_for(".forum_reports", slug=report.hall.cohort.slug), code=303)
    return _queue(report.hall, report.public_id, form)
