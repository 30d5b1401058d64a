"""Feedback: a learner's short form, and what it came to for those whom it concerns."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries, rules
from lms.live.forms import FeedbackForm
from lms.live.queries import FeedbackView, SessionView
from lms.live.rules.feedback import ASKED
from lms.live.views.frame import bp
from lms.live.views.seats import back
from lms.web import filters, requests
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires


def rows_of(found: FeedbackView) -> list[tuple[str, ...]]:
    """What the answers came to, as a table's rows: the line, its mean, how many chose 5 … 1."""
    return [
        (one.title, filters.cut1(one.mean), *(str(count) for count in reversed(one.counts)))
        for one in found.lines
    ]


COLUMNS = (("What was asked", "text"), ("Mean", "num"), *((str(step), "num") for step in (5, 4, 3, 2, 1)))


def _page(session: SessionView, form: FeedbackForm, status: int = 200) -> ResponseReturnValue:
    requests.no_store()
    actor, now = current_actor(), clock.now()
    reads = policy.can_read_feedback(actor, session)
    found = queries.feedback_of(session) if reads else None
    days = queries.session_policy_of(session.cohort).feedback_days
    given = bool(session.place) and queries.has_answered(session.id, session.place.place_id)  # type: ignore[union-attr]
    refusal = rules.why_not_give(
        cancelled=session.cancelled, ends_at=session.ends_at, days=days, given=given, now=now
    )
    html = render_template(
        "live/feedback.html",
        session=session,
        cohort=session.cohort,
        form=form if session.place and refusal is None else None,
        given=given,
        refusal=refusal.value.format(days=days) if refusal else "",
        closes_at=rules.closes_at(session.ends_at, days),
        needed=queries.session_policy_of(session.cohort).feedback_from,
        found=found,
        columns=COLUMNS,
        rows=rows_of(found) if found else [],
        why_not=found.refusal.value.format(needed=found.needed, count=found.count)
        if found and found.refusal
        else "",
        zone=actor.zone,
        now=now,
    )
    return html, status


@bp.get("/cohorts/<slug>/sessions/<key>/feedback")
@requires(policy.can_see_feedback, queries.session_visible_to)
def feedback(session: SessionView) -> ResponseReturnValue:
    """Show a learner the form, and staff what the answers came to from enough of them on."""
    return _page(session, FeedbackForm())


@bp.post("/cohorts/<slug>/sessions/<key>/feedback")
@requires(policy.can_ask, queries.session_visible_to)
def give_feedback(session: SessionView) -> ResponseReturnValue:
    """Keep a learner's answer, without their name."""
    form = FeedbackForm()
    if form.validate_on_submit() and session.place:
        try:
            with unit_of_work() as work:
                actions.give_feedback(
                    session.id,
                    session.place.place_id,
                    {key: int(form[key].data) for key, _title in ASKED},
                    best=form.best.data or "",
                    better=form.better.data or "",
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash("Thank you. Your answer is kept without your name.", "good")
            return back(session, ".feedback")
    return _page(session, form, 422)


@bp.get("/cohorts/<slug>/sessions/<key>/feedback.csv")
@requires(policy.can_read_feedback, queries.session_visible_to)
def feedback_csv(session: SessionView) -> ResponseReturnValue:
    """Give what the answers came to as a table, from enough of them on; never answer by answer."""
    found = queries.feedback_of(session)
    if found.refusal:
        flash(found.refusal.value.format(needed=found.needed, count=found.count), "warn")
        return back(session, ".feedback")
    rows: list[list[object]] = [list(row) for row in rows_of(found)]
    rows += [["Should stay", text] for text in found.best]
    rows += [["Would change", text] for text in found.better]
    headings = ["what", "mean or words", "5", "4", "3", "2", "1"]
    return csv_file(f"feedback-{session.cohort.slug}-{session.key}", headings, rows)
