"""Taking a quiz: its rules, its questions, its end and what came of it."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import actions, policy, queries
from lms.coursework.queries import AttemptPage, Visit
from lms.coursework.views import quiz_pages as pages
from lms.coursework.views import quiz_results as results
from lms.coursework.views.frame import bp, frame, wants_json
from lms.web.filters import clock as clock_words
from lms.web.filters import when
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@bp.get("/cohorts/<slug>/quizzes/<key>")
@requires(policy.can_see, queries.quiz_visible_to)
def quiz(visit: Visit) -> ResponseReturnValue:
    """Show the rules of a quiz before anything begins, and the attempts made."""
    item = queries.window(visit)
    mine = queries.attempts(visit.place.place_id, visit.line.id) if visit.place else []
    page = pages.start(visit, frame(visit, item), mine)
    return render_template("coursework/quiz.html", page=page, frame=page.frame)


@bp.post("/cohorts/<slug>/quizzes/<key>/attempts")
@requires(policy.can_work, queries.quiz_visible_to)
def start_quiz(visit: Visit) -> ResponseReturnValue:
    """Start an attempt; two clicks start one."""
    try:
        with unit_of_work() as work:
            attempt = actions.start_attempt(visit, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
        return redirect(url_for(".quiz", slug=visit.cohort.slug, key=visit.line.key), code=303)
    return redirect(
        url_for(".attempt", slug=visit.cohort.slug, key=visit.line.key, attempt=attempt), code=303
    )


@bp.post("/cohorts/<slug>/quizzes/<key>/captions-time")
@requires(policy.can_work, queries.quiz_visible_to)
def take_captions_time(visit: Visit) -> ResponseReturnValue:
    """Take the time that is offered where captions are missing."""
    try:
        with unit_of_work() as work:
            until = actions.take_captions_time(visit, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash(f"You have until {when(until, current_actor().zone, work.now)}.", "good")
    return redirect(url_for(".quiz", slug=visit.cohort.slug, key=visit.line.key), code=303)


@bp.get("/cohorts/<slug>/quizzes/<key>/attempts/<attempt>")
@requires(policy.can_work, queries.attempt_visible_to)
def attempt(at: AttemptPage) -> ResponseReturnValue:
    """Show the questions of an attempt that is going on."""
    if not at.attempt.active:
        return redirect(_url(".quiz_result", at), code=303)
    no_store()
    page = pages.attempt(at, clock.now(), current_actor().zone)
    return render_template("coursework/attempt.html", page=page)


@bp.post("/cohorts/<slug>/quizzes/<key>/attempts/<attempt>/answers")
@requires(policy.can_work, queries.attempt_visible_to)
def save_answers(at: AttemptPage) -> ResponseReturnValue:
    """Keep the answers that the page holds: sent by its script after each one, or by its buttons."""
    zone = current_actor().zone
    given = pages.sent_answers(at)
    try:
        with unit_of_work() as work:
            left = actions.save_answers(
                at.attempt.id,
                {item: answer for item, (answer, _known) in given.items()},
                known={item: known for item, (_answer, known) in given.items()},
                zone=zone,
                now=work.now,
            )
    except RuleViolation as refused:
        if wants_json():
            return jsonify(reason=refused.message), 409
        flash(refused.message, "warn")
        return redirect(_url(".attempt", at), code=303)
    if wants_json():
        kept, _saved = queries.answers(at.attempt.id)
        out = {**pages.live_words(at, kept), "stale": pages.stale_words(at, left)}
        fields = pages.marks_of(at, kept, given.keys() - left)
        ends = at.attempt.ends_at.isoformat()
        return jsonify(saved=clock_words(work.now, zone), out=out, fields=fields, ends=ends)
    if left:
        flash(
            f"{pages.stale_words(at, left)} Look at it, and choose again if it should be otherwise.", "warn"
        )
        return redirect(_url(".attempt", at), code=303)
    if request.form.get("act") == "finish":
        return redirect(_url(".finish_quiz", at), code=303)
    flash("Your answers are saved.", "good")
    return redirect(_url(".attempt", at), code=303)


@bp.route("/cohorts/<slug>/quizzes/<key>/attempts/<attempt>/finish", methods=["GET", "POST"])
@requires(policy.can_work, queries.attempt_visible_to)
def finish_quiz(at: AttemptPage) -> ResponseReturnValue:
    """Ask once more, with what is still open; then finish and count."""
    if request.method == "POST":
        with unit_of_work() as work:
            actions.finish_attempt(at.attempt.id, at.cohort_id, actor=current_actor(), now=work.now)
        return redirect(_url(".quiz_result", at), code=303)
    if not at.attempt.active:
        return redirect(_url(".quiz_result", at), code=303)
    no_store()
    page = pages.confirm(at, clock.now(), current_actor().zone)
    return render_template("coursework/finish_quiz.html", page=page)


@bp.get("/cohorts/<slug>/quizzes/<key>/attempts/<attempt>/result")
@requires(policy.can_work, queries.attempt_visible_to)
def quiz_result(at: AttemptPage) -> ResponseReturnValue:
    """Show what an attempt came to, item by item."""
    if at.attempt.active:
        return redirect(_url(".attempt", at), code=303)
    no_store()
    item = queries.window(at.visit)
    page = results.result(at, frame(at.visit, item))
    return render_template("coursework/quiz_result.html", page=page, frame=page.frame)


def _url(endpoint: str, at: AttemptPage) -> str:
    return url_for(endpoint, slug=at.visit.cohort.slug, key=at.visit.line.key, attempt=at.attempt.public_id)
