"""Recording what discussions and contribution come to. The marks wait for the one release gate like all others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import escape

from lms.assessment import actions as assessment
from lms.assessment.rules import Origin
from lms.community import queries, rules
from lms.community.queries import CourseTalk, Figure
from lms.community.rules import ParticipationRefusal
from lms.core import audit
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class Counted:
    """What was recorded."""

    fresh: int
    changed: int


def record_participation(
    talk: CourseTalk, *, stamp: str, reason: str, actor: Actor, now: dt.datetime
) -> Counted:
    """Record every figure of a course's discussions that is final, as it was looked at; released is nothing by this.

    Raises Conflict when the figures are not those of the stamp any more, RuleViolation when there is nothing to
    record, or a figure changes without a reason.
    """
    found = queries.course_participation(talk, now)
    wanted = found.to_record
    if not wanted:
        raise RuleViolation(ParticipationRefusal.NOTHING)
    if found.stamp != stamp:
        raise Conflict(ParticipationRefusal.CHANGED_SINCE)
    changed = sum(figure.changes for figure in wanted)
    if changed and not reason.strip():
        raise RuleViolation(ParticipationRefusal.NO_REASON, count=changed)
    for figure in wanted:
        _record(talk, figure, reason.strip() if figure.changes else "", actor, now)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="community.record_participation",
            subject="cohort",
            subject_id=talk.cohort.id,
            cohort_id=talk.cohort.id,
            after={"course": talk.course.key, "recorded": len(wanted), "changed": changed},
            reason=reason.strip(),
        )
    )
    return Counted(len(wanted) - changed, changed)


def _record(talk: CourseTalk, figure: Figure, reason: str, actor: Actor, now: dt.datetime) -> None:
    assessment.record_mark(
        assessment.Recorded(
            place_id=figure.line.place_id,
            cohort_id=talk.cohort.id,
            activity_id=figure.line.activity_id,
            value=figure.line.points,
            origin=Origin.PARTICIPATION.value,
            trace=figure.trace,
            reason=reason,
        ),
        actor=actor,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Contribution:
    """What somebody saw of a learner in rooms and among peers."""

    points: int
    note: str


def record_contribution(
    talk: CourseTalk, given: Mapping[int, Contribution], *, stamp: str, actor: Actor, now: dt.datetime
) -> int:
    """Record contribution by place; what stands already is not recorded again. Returns how many are new or changed.

    Somebody else releases them: a person entered them. Raises Conflict when somebody recorded some since this person
    looked.
    """
    if talk.contribution is None:
        raise RuleViolation(ParticipationRefusal.NO_CONTRIBUTION)
    found = queries.course_participation(talk, now)
    if found.contribution_stamp != stamp:
        raise Conflict(ParticipationRefusal.ENTERED_SINCE)
    present = {one.place.place_id: one.contribution for one in found.learners}
    done = 0
    for place_id, each in sorted(given.items()):
        if place_id not in present:
            raise NotFound
        if not each.note.strip():
            raise RuleViolation(ParticipationRefusal.NO_NOTE)
        if not 0 <= each.points <= rules.HIGHEST:
            raise RuleViolation(ParticipationRefusal.NOT_POINTS)
        trace = rules.contribution_trace(each.points, each.note.strip())
        mark = present[place_id]
        if mark is not None and mark.trace == trace:
            continue
        assessment.record_mark(
            assessment.Recorded(
                place_id=place_id,
                cohort_id=talk.cohort.id,
                activity_id=talk.contribution.id,
                value=Fraction(each.points),
                origin=Origin.CONTRIBUTION.value,
                trace=trace,
                feedback={"overall": f"<p>{escape(each.note.strip())}</p>", "comments": 1},
                reason=each.note.strip(),
            ),
            actor=actor,
            now=now,
        )
        done += 1
    return done
