"""Ratings for the members of a team: those one takes part in, the form, saving it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import policy as cohorts
from lms.core import clock
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import MyPlace
from lms.fairness import actions, policy, queries, rules
from lms.fairness.forms import Rated, rated
from lms.fairness.queries import OwnLine, OwnRating
from lms.fairness.rules import Phase
from lms.fairness.views.blueprint import bp
from lms.web import filters
from lms.web.forms import sent_number
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store
from lms.web.shapes import Tone

STEPS = (
    ("1", "far too little"),
    ("2", "too little"),
    ("3", "what we needed"),
    ("4", "more"),
    ("5", "far more"),
)
"""What the five figures mean."""


@dataclass(frozen=True)
class OwnRow:
    """Ratings in the list of somebody who takes part in them."""

    title: str
    team: str
    href: str
    state: str
    tone: Tone
    closes_at: dt.datetime
    open: bool


@bp.get("/cohorts/<slug>/team-ratings/mine")
@requires(cohorts.can_learn, enrolment.my_place)
def own_ratings(place: MyPlace) -> ResponseReturnValue:
    """Show the ratings that one takes part in: open, closed, settled."""
    no_store()
    now = clock.now()
    cohort = place.cohort
    lines = queries.own_lines(cohort.version_id, place.place_id)
    activities = curriculum.outline(cohort.version_id).activities
    return render_template(
        "fairness/own_ratings.html",
        cohort=cohort,
        rows=[_row(line, cohort.slug, activities[line.activity_id], now) for line in lines],
        zone=current_actor().zone,
        now=now,
    )


def _row(line: OwnLine, slug: str, activity: curriculum.ActivityLine, now: dt.datetime) -> OwnRow:
    found = rules.phase(line.closes_at, line.settled_at, now)
    words: tuple[str, Tone] = ("closed", "")
    if found is Phase.OPEN:
        words = ("you have answered", "good") if line.answered else ("to do", "warn")
    elif found is Phase.SETTLED:
        words = ("settled", "")
    return OwnRow(
        title=f"{activity.code} {activity.title}".strip(),
        team=line.title,
        href=url_for(".rate", slug=slug, public_id=line.public_id),
        state=words[0],
        tone=words[1],
        closes_at=line.closes_at,
        open=found is Phase.OPEN,
    )


@bp.get("/cohorts/<slug>/team-ratings/<public_id>")
@requires(policy.can_rate, queries.own_rating_visible_to)
def rate(own: OwnRating) -> ResponseReturnValue:
    """Ask a member what each of the others did."""
    typed = Rated({int(member): items for member, items in own.own.answers.items()}, own.own.note)
    return _page(own, typed, own.own.version)


def _page(own: OwnRating, typed: Rated, version: int) -> str:
    no_store()
    now = clock.now()
    rating = own.rating
    policies = curriculum.outline(rating.cohort.version_id).policies
    low, high = policies.capstone.peer_factor
    return render_template(
        "fairness/rate.html",
        own=own,
        rating=rating,
        typed=typed,
        version=version,
        items=policies.contribution.items,
        steps=STEPS,
        open=rating.phase(now) is Phase.OPEN,
        settled=rating.phase(now) is Phase.SETTLED,
        complete=own.rating.answered(own.own),
        done=sum(len(typed.answers.get(one.place_id, {})) for one in own.others),
        asked=len(own.others) * len(policies.contribution.items),
        low=f"{low:g}",
        high=f"{high:g}",
        needed=f"{policies.capstone.peer_response_min * 100:g}",
        zone=current_actor().zone,
        now=now,
    )


def _typed(own: OwnRating) -> Rated:
    return rated(request.form, [(one.place_id, one.public_id) for one in own.others], own.rating.items())


@bp.post("/cohorts/<slug>/team-ratings/<public_id>")
@requires(policy.can_rate, queries.own_rating_visible_to)
def keep_ratings(own: OwnRating) -> ResponseReturnValue:
    """Keep what a member says of the others."""
    typed = _typed(own)
    if typed.error:
        return _page(own, typed, sent_number("version")), 422
    try:
        with unit_of_work() as work:
            actions.rate(
                own.rating.id,
                own.own.place_id,
                typed.answers,
                typed.note,
                version=sent_number("version"),
                now=work.now,
            )
    except Conflict as conflict:
        flash(conflict.message, "bad")
        return _page(own, typed, sent_number("version")), 409
    except RuleViolation as refused:
        flash(refused.message, "bad")
        return redirect(
            url_for(".rate", slug=own.rating.cohort.slug, public_id=own.rating.public_id), code=303
        )
    left = len(own.others) * len(own.rating.items()) - sum(len(row) for row in typed.answers.values())
    if left:
        flash(f"Saved. {filters.plural(left, 'answer')} to go before it counts.", "good")
    else:
        flash("Saved. You can change it until the ratings close; nobody of your team ever reads it.", "good")
    return redirect(url_for(".rate", slug=own.rating.cohort.slug, public_id=own.rating.public_id), code=303)


@bp.post("/cohorts/<slug>/team-ratings/<public_id>/draft")
@requires(policy.can_rate, queries.own_rating_visible_to)
def save_ratings(own: OwnRating) -> ResponseReturnValue:
    """Keep ratings while they are filled in; answers in JSON."""
    no_store()
    typed = _typed(own)
    if typed.error:
        return jsonify(reason=f"Not saved: {typed.error}"), 422
    try:
        with unit_of_work() as work:
            kept = actions.rate(
                own.rating.id,
                own.own.place_id,
                typed.answers,
                typed.note,
                version=sent_number("version"),
                now=work.now,
            )
            version, at = kept.version, work.now
    except RuleViolation as refused:
        return jsonify(reason=refused.message), 409
    done = sum(len(row) for row in typed.answers.values())
    return jsonify(saved=filters.clock(at, current_actor().zone), version=version, out={"done": str(done)})
