"""Giving a learner or a team more time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.coursework import actions, policy, queries
from lms.coursework.actions import ExtensionFacts
from lms.coursework.forms import ExtensionForm
from lms.coursework.queries import Extendable, Extending, ExtensionLine
from lms.coursework.rules import CourseworkRefusal, work
from lms.coursework.rules.late import end_of
from lms.coursework.views.frame import bp
from lms.curriculum import queries as curriculum
from lms.web.filters import when
from lms.web.guards import current_actor, requires

RECENT = dt.timedelta(days=21)
AHEAD = dt.timedelta(days=56)


@dataclass(frozen=True, slots=True)
class ExtensionPage:
    """Who gets more time, for what, and what they were given before."""

    learner: Extending
    given: tuple[tuple[ExtensionLine, str, str], ...]
    """With the activity's title and the reason in words."""
    now: dt.datetime
    zone: str
    team: str


@bp.route("/cohorts/<slug>/learners/<public_id>/extensions/new", methods=["GET", "POST"])
@requires(policy.can_extend, queries.learner_visible_to)
def extension(learner: Extending) -> ResponseReturnValue:
    """Give a learner, or for teamwork their team, a later deadline."""
    options = queries.extendable(learner)
    now = clock.now()
    form = ExtensionForm(activity=request.args.get("activity", ""))
    form.activity.choices = _choices(options, learner, now)
    if form.validate_on_submit():
        until = dt.datetime.combine(form.until_on.data, form.until_at.data, ZoneInfo(learner.cohort.zone))
        facts = ExtensionFacts(
            activity_key=form.activity.data,
            until=until.astimezone(dt.UTC),
            reason_code=form.reason.data,
            note=form.note.data or "",
        )
        try:
            with unit_of_work() as unit:
                wanted = actions.extend(learner, facts, actor=current_actor(), now=unit.now)
        except RuleViolation as refused:
            at = "activity" if refused.reason is CourseworkRefusal.UNKNOWN_ACTIVITY else "until_on"
            form.refuse(at, refused.message)
        else:
            whom = learner.working_team[1] if wanted.team_work and learner.working_team else learner.name
            flash(
                f"{wanted.line.title}: {whom} has until {when(facts.until, learner.cohort.zone, now)}. "
                "They are told, and work handed in under it is on time.",
                "good",
            )
            return redirect(
                url_for(".extension", slug=learner.cohort.slug, public_id=learner.public_id), code=303
            )
    page = ExtensionPage(
        learner=learner,
        given=_given(learner),
        now=now,
        zone=current_actor().zone,
        team=learner.working_team[1] if learner.working_team else "",
    )
    return render_template("coursework/extension.html", page=page, form=form)


def _choices(options: list[Extendable], learner: Extending, now: dt.datetime) -> list[tuple[str, str]]:
    """What is due about now first, then the rest of the year."""
    near = [one for one in options if now - RECENT <= end_of(one.item.ends_at) <= now + AHEAD]
    rest = [one for one in options if one not in near and end_of(one.item.ends_at) > now - RECENT]
    older = [one for one in options if one not in near and one not in rest]
    return [("", "Choose"), *((one.line.key, _label(one, learner, now)) for one in [*near, *rest, *older])]


def _label(one: Extendable, learner: Extending, now: dt.datetime) -> str:
    named = one.line.title if one.line.code in ("", one.line.title) else f"{one.line.code} {one.line.title}"
    due = when(one.item.ends_at, learner.cohort.zone, now)
    team = f", team {learner.working_team[1]}" if one.team_work and learner.working_team else ""
    return f"{named}{team}: due {due}{', extended' if one.item.personal else ''}"


def _given(learner: Extending) -> tuple[tuple[ExtensionLine, str, str], ...]:
    lines = curriculum.outline(learner.cohort.version_id).activities
    return tuple(
        (
            one,
            lines[one.activity_id].title,
            "Their own, without a reason"
            if one.token
            else "Captions were missing"
            if one.reason_code == work.CAPTIONS
            else work.REASONS.get(one.reason_code, one.reason_code),
        )
        for one in reversed(queries.extensions_of(learner))
    )
