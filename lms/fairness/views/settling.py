"""Ratings for those who settle them: all of a cohort, one in full, opening, ending, comments, decisions."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import policy as marking
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.enrolment import queries as enrolment
from lms.enrolment.rules import TeamKind
from lms.fairness import actions, policy, queries
from lms.fairness.actions import Settling
from lms.fairness.forms import CommentForm, EndForm, OpenForm, SettleForm
from lms.fairness.queries import RatingView
from lms.fairness.rules import Decision
from lms.fairness.views import rating_page
from lms.fairness.views.blueprint import bp
from lms.web.forms import BaseForm, whole_number
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@bp.get("/cohorts/<slug>/team-ratings")
@requires(policy.can_see_ratings, cohort_visible_to)
def team_ratings(cohort: CohortView) -> ResponseReturnValue:
    """Show the ratings inside all teams of a cohort: open, to be settled, settled."""
    return _list(cohort, OpenForm(formdata=None))


def _list(cohort: CohortView, form: OpenForm) -> str:
    no_store()
    now = clock.now()
    found = [one for one in queries.ratings_of(cohort) if policy.can_read_rating(current_actor(), one)]
    may_settle = policy.can_settle(current_actor(), cohort)
    _offer(form, cohort, now if may_settle else None)
    return render_template(
        "fairness/team_ratings.html",
        cohort=cohort,
        rows=[rating_page.row(one, now) for one in found],
        waiting=sum(one.phase(now) == "closed" for one in found),
        home=_home(cohort),
        asked=bool(queries.policy_of(cohort.version_id).activities),
        form=form if may_settle else None,
        zone=current_actor().zone,
        now=now,
    )


def _home(cohort: CohortView) -> tuple[str, str]:
    """Where one comes from: the marks of the cohort, or one's own desk."""
    if marking.can_see_marks(current_actor(), cohort):
        return f"Marks of {cohort.name}", url_for("assessment.marks", slug=cohort.slug)
    return "Teaching desk", url_for("desks.teaching")


def _offer(form: OpenForm, cohort: CohortView, now: dt.datetime | None) -> list[enrolment.TeamLine]:
    outline = curriculum.outline(cohort.version_id)
    lines = [outline.by_key[key] for key in outline.policies.contribution.activities if key in outline.by_key]
    teams = (
        [
            team
            for kind in (TeamKind.WORKING, TeamKind.CAPSTONE)
            for team in enrolment.teams(cohort.id, kind, now)
        ]
        if now
        else []
    )
    form.offer(
        [(line.key, f"{line.code} {line.title}".strip()) for line in lines],
        [(team.public_id, f"{team.name} ({team.kind.value})") for team in teams if len(team.members) > 1],
    )
    return teams


@bp.post("/cohorts/<slug>/team-ratings")
@requires(policy.can_settle, cohort_visible_to)
def open_ratings(cohort: CohortView) -> ResponseReturnValue:
    """Open ratings by hand for a team."""
    form = OpenForm()
    teams = _offer(form, cohort, clock.now())
    if not form.validate_on_submit():
        return _list(cohort, form), 422
    team = next(team for team in teams if team.public_id == form.team.data)
    try:
        with unit_of_work() as work:
            actions.open_for(
                cohort.id,
                curriculum.outline(cohort.version_id).by_key[form.activity.data].id,
                [member.place_id for member in team.members],
                team.name,
                actor=current_actor(),
                now=work.now,
            )
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _list(cohort, form), 422
    flash(f"The members of {team.name} are asked now.", "good")
    return redirect(url_for(".team_ratings", slug=cohort.slug), code=303)


@bp.get("/cohorts/<slug>/team-ratings/<public_id>/review")
@requires(policy.can_read_rating, queries.rating_visible_to)
def review(rating: RatingView) -> ResponseReturnValue:
    """Show what the members of a team gave each other, what is odd about it, and what it would come to."""
    return _review(rating, comment=CommentForm(formdata=None, words=rating.comment), settle=_settling(rating))


def _settling(rating: RatingView) -> SettleForm:
    return SettleForm(formdata=None, version=str(rating.version))


def _review(
    rating: RatingView,
    *,
    comment: CommentForm | None = None,
    settle: SettleForm | None = None,
    end: EndForm | None = None,
) -> str:
    no_store()
    actor, now = current_actor(), clock.now()
    return render_template(
        "fairness/review.html",
        page=rating_page.present(rating, actor, now),
        comment=comment or CommentForm(formdata=None, words=rating.comment),
        settle=settle or _settling(rating),
        end=end or EndForm(formdata=None),
        zone=actor.zone,
        now=now,
    )


def _back(rating: RatingView) -> ResponseReturnValue:
    return redirect(url_for(".review", slug=rating.cohort.slug, public_id=rating.public_id), code=303)


@bp.post("/cohorts/<slug>/team-ratings/<public_id>/end")
@requires(policy.can_settle, queries.rating_visible_to)
def end_ratings(rating: RatingView) -> ResponseReturnValue:
    """Give more time, or close now."""
    form = EndForm()
    closing = request.form.get("act") == "close"
    if not closing and not form.validate_on_submit():
        return _review(rating, end=form), 422
    try:
        with unit_of_work() as work:
            until = work.now if closing else _instant(form, rating)
            actions.set_end(rating.id, until, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _review(rating, end=form), 422
    flash("Closed. What was said until now counts." if closing else "They have more time now.", "good")
    return _back(rating)


def _instant(form: EndForm, rating: RatingView) -> dt.datetime:
    found = dt.datetime.combine(form.until_on.data, form.until_at.data, ZoneInfo(rating.cohort.zone))
    return found.astimezone(dt.UTC)


@bp.post("/cohorts/<slug>/team-ratings/<public_id>/comment")
@requires(policy.can_comment, queries.rating_visible_to)
def comment_on_ratings(rating: RatingView) -> ResponseReturnValue:
    """Keep what the guide says of factors far from 1."""
    form = CommentForm()
    if not form.validate_on_submit():
        return _review(rating, comment=form), 422
    try:
        with unit_of_work() as work:
            actions.comment(rating.id, form.words.data or "", actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _review(rating, comment=form), 422
    flash("Kept. Those who settle the ratings read it.", "good")
    return _back(rating)


@bp.post("/cohorts/<slug>/team-ratings/<public_id>/settle")
@requires(policy.can_settle, queries.rating_visible_to)
def settle_ratings(rating: RatingView) -> ResponseReturnValue:
    """Accept the ratings, set every factor to 1, leave a rater out or take one in, or take the settlement back."""
    form = SettleForm()
    if not form.validate_on_submit():
        return _review(rating, settle=form), 422
    act, reason = request.form.get("act", ""), form.reason.data or ""
    try:
        with unit_of_work() as work:
            done = _settle(rating, act, reason, form, work.now)
    except RuleViolation as refused:
        _refused(form, refused)
        return _review(rating, settle=form), 409 if refused.reason.name == "CHANGED_SINCE" else 422
    flash(done, "good")
    return _back(rating)


def _refused(form: BaseForm, refused: RuleViolation) -> None:
    form.refuse("reason" if refused.reason.name == "NO_REASON" else "", refused.message)


def _settle(rating: RatingView, act: str, reason: str, form: SettleForm, now: dt.datetime) -> str:
    actor = current_actor()
    if act in ("out", "in"):
        who = next((one for one in rating.members if one.public_id == request.form.get("rater")), None)
        actions.exclude(
            rating.id, who.place_id if who else 0, reason=reason, back=act == "in", actor=actor, now=now
        )
        return f"{who.name if who else ''} {'counts again' if act == 'in' else 'is left out as a rater'}."
    if act == "back":
        actions.take_back(rating.id, reason=reason, actor=actor)
        return "Taken back. The team's marks wait until the ratings are settled again."
    version = whole_number(form.version.data)
    decision = Decision.ONE if act == "one" else Decision.ACCEPTED
    actions.settle(
        rating.id, Settling(decision=decision, reason=reason, version=version), actor=actor, now=now
    )
    return "Settled. The factors go into the team's marks; nobody sees them before the release."
