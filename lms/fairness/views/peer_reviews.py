"""Peer review for those who take part: what they review, writing it, and what was said of their own work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment.forms import Typed, typed
from lms.core import clock, markdown
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum.rules import endpoint_of
from lms.fairness import actions, policy, queries
from lms.fairness.actions import NotReady, Said
from lms.fairness.forms import PeerAnswerForm, PeerReviewForm
from lms.fairness.queries import OwnReview, OwnRound
from lms.fairness.rules import PeerRefusal
from lms.fairness.views import peer_pages
from lms.fairness.views.blueprint import bp
from lms.web import filters
from lms.web.forms import sent_number
from lms.web.guards import current_actor, requires
from lms.web.html import stored
from lms.web.requests import no_store


@bp.get("/cohorts/<slug>/activities/<key>/peer-reviews/mine")
@requires(policy.can_review_peers, queries.own_round_visible_to)
def own_peer_reviews(own: OwnRound) -> ResponseReturnValue:
    """Show what one reviews, and once it is released what was said of one's own work."""
    return _list(own, PeerAnswerForm(formdata=None))


def _list(own: OwnRound, form: PeerAnswerForm) -> str:
    no_store()
    now = clock.now()
    activity = own.round.activity
    href = url_for(endpoint_of(activity.kind.value), slug=own.round.cohort.slug, key=activity.key)
    return render_template(
        "fairness/own_peer_reviews.html",
        page=peer_pages.own_page(own, href, current_actor().name, now),
        form=form,
        useful=peer_pages.USEFUL_WORDS,
        zone=current_actor().zone,
        now=now,
    )


@bp.post("/cohorts/<slug>/activities/<key>/peer-reviews/mine")
@requires(policy.can_review_peers, queries.own_round_visible_to)
def answer_peer_review(own: OwnRound) -> ResponseReturnValue:
    """Say how useful a review was, and answer it once."""
    form = PeerAnswerForm()
    if not form.validate_on_submit():
        return _list(own, form), 422
    review = next((one for one in own.received if one.public_id == form.review.data), None)
    if review is None:
        raise NotFound
    text = form.useful.data or ""
    useful = int(text) if text.isascii() and text.isdigit() and len(text) == 1 else None
    try:
        with unit_of_work() as work:
            actions.answer_review(
                review.id, useful=useful, answer=form.answer.data or "", actor=current_actor(), now=work.now
            )
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _list(own, form), 422
    flash(
        "Thank you. The reviewer does not learn who you are from it." if own.round.anonymous else "Kept.",
        "good",
    )
    return redirect(
        url_for(".own_peer_reviews", slug=own.round.cohort.slug, key=own.round.activity.key), code=303
    )


@bp.get("/cohorts/<slug>/peer-reviews/<public_id>")
@requires(policy.can_review_peers, queries.own_review_visible_to)
def peer_review(own: OwnReview) -> ResponseReturnValue:
    """Show a piece of work with the review of it beside."""
    answers = own.review.answers
    fields = Typed(
        levels={key: str(level) for key, level in answers.get("levels", {}).items()},
        comments=answers.get("comments", {}),
        overall=own.review.overall,
    )
    return _page(own, fields, own.review.version)


def _page(
    own: OwnReview, fields: Typed, version: int, *, preview: str = "", form: PeerReviewForm | None = None
) -> str:
    no_store()
    actor, now = current_actor(), clock.now()
    form = form or PeerReviewForm(formdata=None)
    form.comment.data = fields.overall
    return render_template(
        "fairness/peer_review.html",
        page=peer_pages.write_page(own, fields, now),
        form=form,
        errors=[(f"row-{key}" if key else "comment", said) for key, said in fields.errors.items()],
        version=version,
        words=_words(fields.overall),
        preview=stored(preview),
        zone=actor.zone,
        now=now,
    )


def _words(text: str) -> str:
    return filters.plural(markdown.words(text), "word")


def _typed(own: OwnReview) -> Typed:
    rows = queries.peer_criteria(own.round.cohort.version_id, own.round.activity.id)
    return typed(request.form, [row.key for row in rows])


def _said(fields: Typed) -> Said:
    levels: Mapping[str, Any] = {
        key: int(text) for key, text in fields.levels.items() if text.isascii() and text.isdigit()
    }
    return Said(levels, dict(fields.comments), fields.overall.replace("\r\n", "\n"))


@bp.post("/cohorts/<slug>/peer-reviews/<public_id>")
@requires(policy.can_review_peers, queries.own_review_visible_to)
def keep_peer_review(own: OwnReview) -> ResponseReturnValue:
    """Save a review, look at it as its author will, submit it, or hand the piece back for a conflict."""
    act, form = request.form.get("act", "save"), PeerReviewForm()
    fields = _typed(own)
    if act == "conflict":
        return _hand_back(own, form)
    if fields.errors or not form.validate_on_submit():
        return _page(own, fields, sent_number("version"), form=form), 422
    if act == "preview":
        preview = markdown.render(fields.overall, heading_from=4)
        return _page(own, fields, sent_number("version"), preview=preview, form=form)
    try:
        with unit_of_work() as work:
            actions.keep_review(
                own.review.id,
                _said(fields),
                submit=act == "submit",
                version=sent_number("version"),
                actor=current_actor(),
                now=work.now,
            )
    except NotReady as refused:
        lacking = Typed(fields.levels, {}, fields.comments, fields.overall, refused.problems)
        return _page(own, lacking, sent_number("version"), form=form), 422
    except Conflict as conflict:
        flash(conflict.message, "bad")
        return _page(own, fields, sent_number("version"), form=form), 409
    except RuleViolation as refused:
        flash(refused.message, "bad")
        return redirect(_list_url(own), code=303)
    if act != "submit":
        flash("Saved. Nobody reads it before you submit it.", "good")
        return redirect(
            url_for(".peer_review", slug=own.round.cohort.slug, public_id=own.review.public_id), code=303
        )
    flash("Submitted. You can change it until the round closes; then its author reads it.", "good")
    return redirect(_list_url(own), code=303)


def _hand_back(own: OwnReview, form: PeerReviewForm) -> ResponseReturnValue:
    answers = own.review.answers
    fields = Typed(
        levels={key: str(level) for key, level in answers.get("levels", {}).items()},
        comments=answers.get("comments", {}),
        overall=own.review.overall,
    )
    if not form.validate_on_submit():
        return _page(own, fields, own.review.version, form=form), 422
    try:
        with unit_of_work() as work:
            actions.declare_conflict(
                own.review.id, form.reason.data or "", actor=current_actor(), now=work.now
            )
    except RuleViolation as refused:
        form.refuse("reason" if refused.reason is PeerRefusal.NO_REASON else "", refused.message)
        return _page(own, fields, own.review.version, form=form), 422
    flash("Handed back. Somebody else reviews it, and you get another piece where there is one.", "good")
    return redirect(_list_url(own), code=303)


def _list_url(own: OwnReview) -> str:
    return url_for(".own_peer_reviews", slug=own.round.cohort.slug, key=own.round.activity.key)


@bp.post("/cohorts/<slug>/peer-reviews/<public_id>/draft")
@requires(policy.can_review_peers, queries.own_review_visible_to)
def save_peer_review(own: OwnReview) -> ResponseReturnValue:
    """Keep a review while it is written; answers in JSON."""
    no_store()
    fields = _typed(own)
    if fields.errors:
        return jsonify(reason=f"Not saved: {next(iter(fields.errors.values()))}"), 422
    try:
        with unit_of_work() as work:
            kept = actions.keep_review(
                own.review.id,
                _said(fields),
                submit=False,
                version=sent_number("version"),
                actor=current_actor(),
                now=work.now,
            )
            version, at = kept.version, work.now
    except NotReady:
        return jsonify(
            reason="Not saved: it is submitted, so every criterion keeps its level and comment."
        ), 422
    except RuleViolation as refused:
        return jsonify(reason=refused.message), 409
    shown = (
        {"preview": markdown.render(fields.overall, heading_from=4)} if request.form.get("preview") else {}
    )
    return jsonify(
        saved=filters.clock(at, current_actor().zone),
        version=version,
        out={"words": _words(fields.overall)},
        html=shown,
    )
