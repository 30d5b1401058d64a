"""Contribution in rooms and among peers: one page on which faculty write what they saw of each learner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.assessment.rules import Origin
from lms.community import actions, policy, queries, rules
from lms.community.actions import Contribution
from lms.community.forms import RecordForm
from lms.community.queries import CourseParticipation, CourseTalk
from lms.community.rules import ParticipationRefusal
from lms.community.views.course_participation import Cell, address, standing
from lms.community.views.frame import bp
from lms.core import clock
from lms.core.errors import Conflict, NotFound
from lms.core.uow import unit_of_work
from lms.curriculum.queries import outline
from lms.web.filters import figure as plain_figure
from lms.web.filters import plural
from lms.web.forms import trim
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@dataclass(frozen=True)
class TypedRow:
    """What stands in a learner's two fields, and what is wrong with them."""

    public_id: str
    name: str
    section: str
    team: str
    points: str
    note: str
    stands: Cell
    error: str = ""


@dataclass
class Typed:
    """What was typed on the page: only rows that say something new are recorded."""

    given: dict[int, Contribution] = field(default_factory=dict)
    rows: list[TypedRow] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        """Whether a row cannot be recorded."""
        return any(row.error for row in self.rows)


@bp.get("/cohorts/<slug>/courses/<key>/contribution")
@requires(policy.can_record_participation, queries.course_talk_visible_to)
def contribution(talk: CourseTalk) -> ResponseReturnValue:
    """Ask what was seen of each learner in rooms and among peers."""
    found = _with_contribution(talk)
    return _ask(found, _typed(found, None))


@bp.post("/cohorts/<slug>/courses/<key>/contribution")
@requires(policy.can_record_participation, queries.course_talk_visible_to)
def record_contribution(talk: CourseTalk) -> ResponseReturnValue:
    """Record what was seen."""
    typed = _typed(_with_contribution(talk), request.form)
    if typed.wrong:
        return _ask(_with_contribution(talk), typed), 422
    try:
        with unit_of_work() as work:
            done = actions.record_contribution(
                talk,
                typed.given,
                stamp=request.form.get("stamp", ""),
                actor=current_actor(),
                now=work.now,
            )
    except Conflict as conflict:
        flash(conflict.message, "bad")
        return _ask(_with_contribution(talk), typed), 409
    if done:
        flash(f"Contribution of {plural(done, 'learner')} recorded. Somebody else releases it.", "good")
    else:
        flash("Nothing was recorded: everything stands as it was.", "info")
    return redirect(address(talk, ".course_participation"), code=303)


def _with_contribution(talk: CourseTalk) -> CourseParticipation:
    if talk.contribution is None:
        raise NotFound
    return queries.course_participation(talk, clock.now())


def _typed(found: CourseParticipation, form: Mapping[str, str] | None) -> Typed:
    typed = Typed()
    for one in found.learners:
        mark, public_id = one.contribution, one.place.public_id
        own = mark if mark is not None and mark.origin == Origin.CONTRIBUTION else None
        points, note = (str(own.value), own.reason) if own else ("", "")
        error = ""
        if form is not None:
            points = trim(form.get(f"points-{public_id}", points))[:6]
            note = trim(form.get(f"note-{public_id}", note)).replace("\r\n", "\n")
            read = rules.read_points(points)
            refusal = _why_not(points, note, read)
            if refusal is not None:
                error = refusal.value
            elif read is not None:
                typed.given[one.place.place_id] = Contribution(read, note)
        typed.rows.append(
            TypedRow(
                public_id=public_id,
                name=one.place.name,
                section=one.place.section,
                team=one.place.working_team,
                points=points,
                note=note,
                stands=standing(mark) if mark else Cell("–"),
                error=error,
            )
        )
    return typed


def _why_not(points: str, note: str, read: int | None) -> ParticipationRefusal | None:
    if not points and not note:
        return None
    if not points:
        return ParticipationRefusal.NO_POINTS
    if read is None:
        return ParticipationRefusal.NOT_POINTS
    if not note:
        return ParticipationRefusal.NO_NOTE
    return ParticipationRefusal.LONG_NOTE if len(note) > rules.LONGEST_NOTE else None


def _ask(found: CourseParticipation, typed: Typed) -> str:
    no_store()
    talk = found.talk
    line = talk.contribution
    return render_template(
        "community/contribution.html",
        talk=talk,
        title=line.title if line else "",
        rows=typed.rows,
        wrong=sum(bool(row.error) for row in typed.rows),
        stamp=found.contribution_stamp,
        form=RecordForm(formdata=None),
        back=address(talk, ".course_participation"),
        percent=plain_figure((1 - queries.participation_policy(talk.cohort.version_id).threads) * 100),
        bands=outline(talk.cohort.version_id).policies.levels,
    )
