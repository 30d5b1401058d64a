"""Making a missed session up: the learner's task, and the list and the desk of those who judge it."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.live import policy, queries
from lms.live.actions import makeups as actions
from lms.live.actions.makeups import Written
from lms.live.forms import EmptyForm, JudgeMakeUpForm, MakeUpTaskForm, ReasonForm, TermsForm
from lms.live.queries import SessionView
from lms.live.queries import makeups as read
from lms.live.queries.makeups import MakeUpView, Step
from lms.live.rules import makeups as rules
from lms.live.rules.makeups import MakeUpKind, MakeUpState, MakeUpStep
from lms.live.views.frame import bp
from lms.web import filters, requests
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires
from lms.web.shapes import StoryEvent, Tab

CONFLICT, REFUSED = 409, 422
ASKS = {
    MakeUpKind.RECORDING: "Watch the recording, then write what was worked out and what you take from it.",
    MakeUpKind.QUIZ: "There is no recording. Write a summary from the material, and finish the quiz of the module.",
}
LABELS = {
    MakeUpState.WAITS: "Waiting",
    MakeUpState.REVISE: "Sent back",
    MakeUpState.ACCEPTED: "Accepted",
}
_SHOW = {"waiting": MakeUpState.WAITS, "back": MakeUpState.REVISE, "accepted": MakeUpState.ACCEPTED}
_SYMBOLS = {
    MakeUpStep.HANDED_IN: "send",
    MakeUpStep.ACCEPTED: "circle-check",
    MakeUpStep.REVISE: "undo-2",
    MakeUpStep.TAKEN_BACK: "rotate-ccw",
}


def _place(session: SessionView) -> int:
    if session.place is None:
        raise NotFound
    return session.place.place_id


def _story(steps: list[Step]) -> list[StoryEvent]:
    return [
        StoryEvent(
            at=one.at,
            title=one.step.value.capitalize(),
            words=one.reason or (filters.plural(rules.words_in(one.text), "word") if one.text else ""),
            by=one.by,
            symbol=_SYMBOLS[one.step],
        )
        for one in reversed(steps)
    ]


# The learner's task -------------------------------------------------------------------------------------------------


@bp.get("/cohorts/<slug>/sessions/<key>/make-up-task")
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def make_up_task(session: SessionView) -> ResponseReturnValue:
    """Show what making a session up asks for, what was written, and what was said of it."""
    return _task(session, None)


def _task(session: SessionView, form: MakeUpTaskForm | None, status: int = 200) -> ResponseReturnValue:
    requests.no_store()
    now, place_id = clock.now(), _place(session)
    own = read.own_make_up(session.id, place_id)
    if form is None:
        data = (
            {"text": own.text, "watched": own.watched, "version": str(own.version)}
            if own
            else {"version": "0"}
        )
        form = MakeUpTaskForm(formdata=None, data=data)
    offer = actions.offer(session, place_id, now=now, asks_quiz=True)
    return render_template(
        "live/make_up_task.html",
        session=session,
        cohort=session.cohort,
        own=own,
        offer=offer,
        asks=ASKS[offer.kind],
        recording=offer.kind is MakeUpKind.RECORDING,
        course=curriculum.outline(session.cohort.version_id).course(session.line.course_id).title,
        story=_story(read.steps(own.id)) if own else [],
        written=rules.words_in(own.text) if own else 0,
        form=form,
        zone=current_actor().zone,
        now=now,
    ), status


def _written(form: MakeUpTaskForm) -> Written:
    version = form.version.data or "0"
    number = int(version) if version.isascii() and version.isdigit() else -1
    return Written(text=form.text.data or "", watched=bool(form.watched.data), version=number)


@bp.post("/cohorts/<slug>/sessions/<key>/make-up-task")
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def hand_in_make_up(session: SessionView) -> ResponseReturnValue:
    """Hand a make-up in, or keep its draft."""
    form, place_id = MakeUpTaskForm(), _place(session)
    if not form.validate_on_submit():
        return _task(session, form, REFUSED)
    draft = request.form.get("do") == "draft"
    try:
        with unit_of_work() as work:
            if draft:
                actions.save_make_up(session.id, place_id, _written(form), now=work.now)
            else:
                actions.hand_in(session.id, place_id, _written(form), actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _task(session, form, CONFLICT if isinstance(refused, Conflict) else REFUSED)
    flash("Your draft is kept." if draft else "Handed in. You are told when it is judged.", "good")
    return redirect(url_for(".make_up_task", slug=session.cohort.slug, key=session.key), code=303)


@bp.post("/cohorts/<slug>/sessions/<key>/make-up-task/draft")
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def save_make_up(session: SessionView) -> ResponseReturnValue:
    """Keep the draft: sent by the page's script while somebody writes."""
    form, place_id = MakeUpTaskForm(), _place(session)
    if not form.validate():
        return jsonify(reason=" ".join(error for errors in form.errors.values() for error in errors)), REFUSED
    try:
        with unit_of_work() as work:
            version = actions.save_make_up(session.id, place_id, _written(form), now=work.now)
    except RuleViolation as refused:
        return jsonify(reason=refused.message), CONFLICT if isinstance(refused, Conflict) else REFUSED
    words = filters.plural(rules.words_in(form.text.data or ""), "word")
    return jsonify(
        saved=filters.clock(clock.now(), current_actor().zone), version=version, out={"words": words}
    )


# What staff judge ---------------------------------------------------------------------------------------------------


@bp.get("/cohorts/<slug>/make-ups")
@requires(policy.can_mark, cohorts.cohort_visible_to)
def make_ups(cohort: CohortView) -> ResponseReturnValue:
    """Show the make-ups of a cohort: those that wait first, longest waiting on top."""
    requests.no_store()
    state = _SHOW.get(request.args.get("show", ""), MakeUpState.WAITS)
    start = request.args.get("start", "")
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    lines = read.make_ups(cohort.id, state, start=first)
    counts = read.make_up_counts(cohort.id)

    def href(word: str, at: int = 0) -> str:
        values = {"start": str(at)} if at else {}
        return url_for(".make_ups", slug=cohort.slug, show=word, **values)  # type: ignore[arg-type]

    word = next(word for word, each in _SHOW.items() if each is state)
    return render_template(
        "live/make_ups.html",
        cohort=cohort,
        rows=lines[: read.PAGE],
        waits=state is MakeUpState.WAITS,
        label=LABELS[state],
        filters=[
            Tab(LABELS[each], href(name), counts.get(each, 0), each is state) for name, each in _SHOW.items()
        ],
        newer=href(word, max(0, first - read.PAGE)) if first else "",
        older=href(word, first + read.PAGE) if len(lines) > read.PAGE else "",
        zone=current_actor().zone,
        now=clock.now(),
    )


@bp.get("/cohorts/<slug>/make-ups.csv")
@requires(policy.can_mark, cohorts.cohort_visible_to)
def make_ups_csv(cohort: CohortView) -> ResponseReturnValue:
    """Give the make-ups of a cohort as a table."""
    headings = ("learner", "session", "kind", "state", "words", "handed in")
    rows = [
        (
            line.who,
            line.session_code or line.session_key,
            line.kind.value,
            line.state.value,
            rules.words_in(line.text),
            line.handed_in_at.isoformat() if line.handed_in_at else "",
        )
        for state in LABELS
        for line in read.make_ups(cohort.id, state, most=None)
    ]
    return csv_file(f"{cohort.slug}-make-ups", headings, rows)


@bp.get("/cohorts/<slug>/make-ups/<task>")
@requires(policy.can_mark, read.make_up_visible_to)
def judge_make_up(found: MakeUpView) -> ResponseReturnValue:
    """Show a make-up that was handed in, to be judged."""
    return _desk(found, JudgeMakeUpForm(formdata=None))


def _desk(found: MakeUpView, form: JudgeMakeUpForm, status: int = 200) -> ResponseReturnValue:
    requests.no_store()
    line = found.line
    session = queries.by_id(line.session_id)
    left = read.allowance(line.place_id, line.course_id, session.policy.makeup_per_course)
    mark = queries.mark(line.session_id, line.place_id)
    return render_template(
        "live/judge_make_up.html",
        cohort=found.cohort,
        session=session,
        line=line,
        label=LABELS[line.state],
        left=left,
        verdict=mark.verdict.value if mark else "not marked",
        course=curriculum.outline(found.cohort.version_id).course(line.course_id).title,
        words=rules.words_in(line.text),
        story=_story(read.steps(line.id)),
        waits=line.state is MakeUpState.WAITS,
        accepted=line.state is MakeUpState.ACCEPTED,
        form=form,
        reason=ReasonForm(formdata=None),
        zone=current_actor().zone,
        now=clock.now(),
    ), status


@bp.post("/cohorts/<slug>/make-ups/<task>")
@requires(policy.can_mark, read.make_up_visible_to)
def say_of_make_up(found: MakeUpView) -> ResponseReturnValue:
    """Accept a make-up, or send it back with what is to be revised."""
    form = JudgeMakeUpForm()
    if not form.validate_on_submit():
        return _desk(found, form, REFUSED)
    accept = request.form.get("do") == "accept"
    try:
        with unit_of_work() as work:
            actions.judge_make_up(
                found.line.id,
                accept=accept,
                reason=form.reason.data or "",
                actor=current_actor(),
                now=work.now,
            )
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _desk(found, form, REFUSED)
    flash(f"{'Accepted' if accept else 'Sent back'}: {found.line.who} is told.", "good")
    return redirect(url_for(".make_ups", slug=found.cohort.slug), code=303)


@bp.post("/cohorts/<slug>/make-ups/<task>/take-back")
@requires(policy.can_mark, read.make_up_visible_to)
def take_back_make_up(found: MakeUpView) -> ResponseReturnValue:
    """Take an acceptance back: its credit goes, and it waits again."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.take_make_up_back(
                    found.line.id, form.reason.data or "", actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            flash(refused.message, "warn")
        else:
            flash("Taken back: it waits again.", "good")
    else:
        flash(" ".join(form.reason.errors) or "Nothing was changed.", "bad")
    return redirect(url_for(".judge_make_up", slug=found.cohort.slug, task=found.line.public_id), code=303)


@bp.route("/cohorts/<slug>/sessions/<key>/make-up-terms", methods=["GET", "POST"])
@requires(policy.can_mark, queries.session_visible_to)
def make_up_terms(session: SessionView) -> ResponseReturnValue:
    """Say what making a session up asks for, and until when."""
    said = read.terms(session.id)
    kind = actions.kind_of(session, said, recorded=bool(queries.recordings_of(session.id)))
    form = TermsForm(data={"kind": kind.value, "until": said.until_on})
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.set_terms(
                    session.id,
                    MakeUpKind(form.kind.data),
                    form.until.data,
                    actor=current_actor(),
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("until", refused.message)
        else:
            flash("Learners who missed the session read it on its page.", "good")
            return redirect(url_for(".roster", slug=session.cohort.slug, key=session.key), code=303)
    until = rules.until(session.ends_at, session.policy.makeup_days, session.cohort.zone, said.until_on)
    return render_template(
        "live/make_up_terms.html",
        session=session,
        cohort=session.cohort,
        form=form,
        until=until,
        act=EmptyForm(formdata=None),
        quiz=actions.quiz_of(session),
        zone=current_actor().zone,
        now=clock.now(),
    ), REFUSED if form.errors or form.form_errors else 200
