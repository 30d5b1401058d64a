"""Questions of a session: asked and voted for by learners, kept in order by whoever moderates."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries, rules
from lms.live.forms import EmptyForm, ModerateForm, QuestionForm
from lms.live.queries import PartOfSession, QuestionLine, Questions, SessionView
from lms.live.rules.questions import QuestionAct
from lms.live.views.frame import bp
from lms.live.views.seats import back
from lms.people.rules import Actor
from lms.web import filters, requests
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires

DONE = {
    QuestionAct.SHORTLIST: "On the shortlist.",
    QuestionAct.UNLIST: "Off the shortlist.",
    QuestionAct.ANSWER: "Answered.",
    QuestionAct.REOPEN: "Open again.",
    QuestionAct.MERGE: "Merged: its votes count there, each person once.",
    QuestionAct.SPLIT: "It stands by itself again.",
    QuestionAct.HIDE: "Hidden. Whoever asked reads why.",
    QuestionAct.SHOW: "Shown again.",
}
REFRESH = 8
"""Seconds between two looks for new questions while a session is on."""


def shown_questions(session: SessionView, actor: Actor) -> Questions:
    """The questions of a session as this person sees them."""
    return queries.questions(session.id, actor.person_id, moderates=policy.can_mark(actor, session))


def _page(session: SessionView, form: QuestionForm, status: int = 200) -> ResponseReturnValue:
    requests.no_store()
    actor, now = current_actor(), clock.now()
    asking = policy.can_ask(actor, session) and session.place is not None
    closed = rules.why_not_vote(cancelled=session.cancelled, ends_at=session.ends_at, now=now)
    html = render_template(
        "live/questions.html",
        session=session,
        cohort=session.cohort,
        questions=shown_questions(session, actor),
        form=form if asking and closed is None else None,
        closed=closed,
        may_vote=asking and closed is None,
        moderates=policy.can_mark(actor, session),
        may_publish=policy.can_mark(actor, session) and now >= session.ends_at and not session.cancelled,
        published_at=queries.log_published_at(session.id),
        refresh=REFRESH if session.opens_at <= now < session.ends_at and not session.cancelled else 0,
        zone=actor.zone,
        now=now,
    )
    return html, status


@bp.get("/cohorts/<slug>/sessions/<key>/questions")
@requires(policy.can_see_session, queries.session_visible_to)
def questions(session: SessionView) -> ResponseReturnValue:
    """Show the questions, most votes first, and after the session what was answered."""
    return _page(session, QuestionForm())


@bp.get("/cohorts/<slug>/sessions/<key>/questions/list")
@requires(policy.can_see_session, queries.session_visible_to)
def question_list(session: SessionView) -> ResponseReturnValue:
    """Give the list alone: pages that are open during a session look for it now and then."""
    requests.no_store()
    actor, now = current_actor(), clock.now()
    closed = rules.why_not_vote(cancelled=session.cancelled, ends_at=session.ends_at, now=now)
    return render_template(
        "live/_question_list.html",
        questions=shown_questions(session, actor),
        slug=session.cohort.slug,
        key=session.key,
        may_vote=policy.can_ask(actor, session) and session.place is not None and closed is None,
        moderates=policy.can_mark(actor, session),
        zone=actor.zone,
        now=now,
    )


@bp.post("/cohorts/<slug>/sessions/<key>/questions")
@requires(policy.can_ask, queries.session_visible_to)
def ask_question(session: SessionView) -> ResponseReturnValue:
    """Ask a question."""
    form = QuestionForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.ask(
                    session.id,
                    form.text.data or "",
                    anonymous=bool(form.anonymous.data),
                    actor=current_actor(),
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("text", refused.message)
        else:
            flash("Asked. Others can vote for it now.", "good")
            return back(session, ".questions")
    return _page(session, form, 422)


@bp.post("/cohorts/<slug>/sessions/<key>/questions/<question>/vote/<wanted>")
@requires(policy.can_ask, queries.question_visible_to)
def vote(found: PartOfSession, wanted: str) -> ResponseReturnValue:
    """Vote for a question (`yes`), or take the vote back (`no`)."""
    if wanted not in ("yes", "no"):
        raise NotFound
    if EmptyForm().validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.vote(found.id, wanted=wanted == "yes", actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(refused.message, "warn")
    return back(found.session, ".questions", f"q-{found.public_id}")


@bp.post("/cohorts/<slug>/sessions/<key>/questions/<question>/take-back")
@requires(policy.can_ask, queries.question_visible_to)
def take_back_question(found: PartOfSession) -> ResponseReturnValue:
    """Take one's own question back."""
    if EmptyForm().validate_on_submit():
        try:
            with unit_of_work():
                actions.take_back_question(found.id, actor=current_actor())
        except RuleViolation as refused:
            flash(refused.message, "warn")
        else:
            flash("Your question is taken back.", "good")
    return back(found.session, ".questions")


@bp.post("/cohorts/<slug>/sessions/<key>/questions/<question>/<act>")
@requires(policy.can_mark, queries.question_visible_to)
def moderate_question(found: PartOfSession, act: str) -> ResponseReturnValue:
    """Shortlist, answer, merge, hide a question, or undo it."""
    form = ModerateForm()
    try:
        wanted = QuestionAct(act)
    except ValueError:
        raise NotFound from None
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.moderate(
                    found.id,
                    wanted,
                    words=form.words.data or "",
                    into=form.into.data or "",
                    actor=current_actor(),
                    now=work.now,
                )
        except RuleViolation as refused:
            flash(refused.message, "bad")
        else:
            flash(DONE[wanted], "good")
    else:
        flash(" ".join(error for errors in form.errors.values() for error in errors), "bad")
    return back(found.session, ".questions", f"q-{found.public_id}")


@bp.post("/cohorts/<slug>/sessions/<key>/questions/publish")
@requires(policy.can_mark, queries.session_visible_to)
def publish_questions(session: SessionView) -> ResponseReturnValue:
    """Publish the log of questions and answers to the cohort."""
    if EmptyForm().validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.publish_questions(session.id, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(refused.message, "bad")
        else:
            flash("The log is published and the cohort told.", "good")
    return back(session, ".questions")


@bp.get("/cohorts/<slug>/sessions/<key>/questions.csv")
@requires(policy.can_mark, queries.session_visible_to)
def questions_csv(session: SessionView) -> ResponseReturnValue:
    """Give the questions as a table; who asked without their name stays unnamed, since tables travel."""
    found = queries.questions(session.id, None, moderates=True)

    def row(line: QuestionLine) -> list[object]:
        asked = filters.local(line.asked_at, session.cohort.zone).isoformat(timespec="minutes")
        author = "without name" if line.anonymous else line.author
        return [line.votes, line.state.value, line.text, author, asked, line.answer, " | ".join(line.merged)]

    headings = ["votes", "state", "question", "asked by", "asked", "answer", "merged into it"]
    rows = [row(line) for line in (*found.waiting, *found.answered, *found.aside)]
    return csv_file(f"questions-{session.cohort.slug}-{session.key}", headings, rows)


def list_href(session: SessionView) -> str:
    """Where the list alone is found."""
    return url_for(".question_list", slug=session.cohort.slug, key=session.key)
