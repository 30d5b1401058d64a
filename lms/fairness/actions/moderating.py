"""Samples: drawn when a batch is complete, marked a second time, settled; a director may let a batch go without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment import queries as marking
from lms.assessment.models import MarkingTask
from lms.assessment.ports import Batch
from lms.assessment.queries.markers import markers_of
from lms.assessment.rules import OPEN, Judgement, LateRule, TaskState, exact, judge
from lms.cohorts import queries as cohorts
from lms.core import audit, events
from lms.core.db import db, insert_ignoring, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.fairness import queries, rules
from lms.fairness.events import SecondLooksAsked
from lms.fairness.models import Moderation, SecondLook
from lms.fairness.rules import LookOutcome, LookState, ModerationRefusal, Second, Why
from lms.people.rules import Actor, Role

FRESH = (LookState.WAITING, LookState.DRAFT)


def draw_if_complete(batch: Batch, *, now: dt.datetime) -> Moderation | None:
    """Draw the sample of a batch of which every piece is marked; None where none is due, or it is drawn already.

    Pieces that come after the draw are marked again only where they always are: fails, and the highest.
    """
    cohort = cohorts.by_id(batch.cohort_id)
    activity = curriculum.outline(cohort.version_id).activities[batch.activity_id]
    if not activity.group_key or not queries.sampled(cohort.version_id):
        return None
    found = queries.counts(batch.cohort_id, batch.activity_id, batch.part)
    if any(found.get(state) for state in OPEN) or not found.get(TaskState.FINALISED):
        return None
    round_ = _round(batch)
    policy = queries.sample_policy(cohort.version_id)
    pieces = queries.marked_once(batch.cohort_id, batch.activity_id, batch.part)
    if round_ is not None and round_.drawn_at is not None:
        known = set(
            db.session.scalars(sa.select(SecondLook.task_id).where(SecondLook.moderation_id == round_.id))
        )
        late = {one.task_id: why for one in pieces if (why := rules.must_look(one, policy))}
        chosen = {task: why for task, why in late.items() if task not in known}
        if not chosen or round_.waived_at is not None:
            return round_
        round_.done_at = None
    else:
        seed = f"{batch.cohort_id}.{activity.key}.{batch.part}"
        chosen = rules.draw(pieces, policy, seed)
        if not chosen:
            return None
        round_ = round_ or _new(batch)
        round_.pieces, round_.drawn_at, round_.done_at = len(pieces), now, None
        round_.forced = rules.means_apart(pieces) >= policy.apart
    db.session.flush()
    _ask(round_, chosen, now)
    return round_


def _round(batch: Batch) -> Moderation | None:
    return db.session.scalar(
        sa.select(Moderation)
        .where(
            Moderation.cohort_id == batch.cohort_id,
            Moderation.activity_id == batch.activity_id,
            Moderation.part == batch.part,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _new(batch: Batch) -> Moderation:
    insert_ignoring(
        Moderation.__table__,
        [
            {
                "cohort_id": batch.cohort_id,
                "activity_id": batch.activity_id,
                "part": batch.part,
                "pieces": 0,
                "forced": False,
                "reason": "",
            }
        ],
    )
    found = _round(batch)
    if found is None:  # pragma: no cover - it was made one line above
        raise NotFound
    return found


def _ask(round_: Moderation, chosen: dict[int, Why], now: dt.datetime) -> None:
    """Give the pieces to second markers: fewest looks first, never the first marker, nobody in a conflict."""
    tasks = db.session.scalars(
        sa.select(MarkingTask).where(MarkingTask.id.in_(chosen)).order_by(MarkingTask.id)
    ).all()
    seconds = candidates(round_.cohort_id, round_.activity_id, now)
    given: dict[int, int] = {}
    for task in tasks:
        second = rules.choose_second(seconds, task.marker_id, task.place_ids["places"], given)
        if second is not None:
            given[second] = given.get(second, 0) + 1
        db.session.add(
            SecondLook(
                moderation_id=round_.id,
                task_id=task.id,
                why=chosen[task.id],
                marker_id=second,
                draft={},
            )
        )
    db.session.flush()
    _write_down(
        round_,
        "fairness.draw_sample",
        None,
        after={"tasks": sorted(chosen), "pieces": round_.pieces, "forced": round_.forced},
    )
    for person_id, count in sorted(given.items()):
        _tell(round_, person_id, count, now)


def _tell(round_: Moderation, person_id: int, count: int, now: dt.datetime) -> None:
    events.record(
        SecondLooksAsked(
            cohort_id=round_.cohort_id,
            activity_id=round_.activity_id,
            moderation_id=round_.id,
            marker_id=person_id,
            count=count,
            at=now,
        )
    )


def candidates(cohort_id: int, activity_id: int, now: dt.datetime) -> list[Second]:
    """Who could mark a second time: faculty of the course who are not on leave, since they may read all its work."""
    cohort = cohorts.by_id(cohort_id)
    activity = curriculum.outline(cohort.version_id).activities[activity_id]
    faculty = {line.person_id for line in cohorts.staff(cohort_id, at=now) if line.role is Role.FACULTY}
    lines = [
        one for one in markers_of(cohort, activity, now=now) if one.person_id in faculty and not one.away
    ]
    looks = queries.waiting_looks([one.person_id for one in lines])
    return [
        Second(one.person_id, looks.get(one.person_id, 0), one.waiting, one.own | one.conflicts)
        for one in lines
    ]


def _look(look_id: int) -> SecondLook:
    found: SecondLook | None = locked(SecondLook, look_id)
    if found is None:
        raise NotFound
    return found


def keep_look(
    look_id: int, judgement: Judgement, *, finish: bool, version: int, actor: Actor, now: dt.datetime
) -> SecondLook:
    """Keep what a second marker puts down, or finish it: then it is compared with the first mark.

    Where both agree within the tolerance nothing more is to be decided. Raises Conflict when it was saved elsewhere,
    RuleViolation when it is settled or another's, Unfinished when a row is missing.
    """
    look = _look(look_id)
    if look.marker_id != actor.person_id:
        raise RuleViolation(ModerationRefusal.NOT_YOURS)
    if look.state is LookState.SETTLED:
        raise RuleViolation(ModerationRefusal.SETTLED)
    if look.version != version:
        raise Conflict(ModerationRefusal.CHANGED, current=Judgement.read(look.draft))
    task = db.session.get_one(MarkingTask, look.task_id)
    assessment.require_sample_judged(Batch(task.cohort_id, task.activity_id, task.part), actor)
    version_id = marking.version_id_of(task.cohort_id)
    rubric = marking.rubric_view(version_id, task.activity_id, task.part)
    keys = {row.key for row in rubric.rules.criteria}
    judgement = replace(
        judgement,
        levels={key: level for key, level in judgement.levels.items() if key in keys},
        points={key: points for key, points in judgement.points.items() if key in keys},
        comments={key: text for key, text in judgement.comments.items() if key in keys},
    )
    look.draft = judgement.document()
    look.version += 1
    look.saved_at = now
    if not finish:
        look.state = LookState.DRAFT
        db.session.flush()
        return look
    asked = replace(judgement, overall=judgement.overall or "–")
    outcome = judge(rubric.rules, asked, LateRule(Fraction(0), 0), 0)
    if outcome.problems or outcome.mark is None:
        raise assessment.Unfinished(outcome.problems)
    levels = {row["key"]: row["level"] for row in outcome.trace["rows"]}
    look.draft = {**look.draft, "levels": levels}
    look.mark, look.judged_at = exact(outcome.mark), now
    _compare(look, now)
    return look


def _compare(look: SecondLook, now: dt.datetime) -> None:
    """Settle a look of which both marks agree; otherwise it waits for a decision."""
    db.session.flush()
    (line,) = [one for one in queries.looks_of(look.moderation_id) if one.public_id == look.public_id]
    round_ = db.session.get_one(Moderation, look.moderation_id)
    policy = queries.sample_policy(marking.version_id_of(round_.cohort_id))
    look.state = LookState.JUDGED
    if line.first is not None and line.second is not None and rules.agrees(line.first, line.second, policy):
        look.state, look.outcome, look.settled_at = LookState.SETTLED, LookOutcome.WITHIN, now
    db.session.flush()
    _finish_if_done(look.moderation_id, now)


def _finish_if_done(moderation_id: int, now: dt.datetime) -> None:
    round_: Moderation = locked(Moderation, moderation_id)
    left = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(SecondLook)
        .where(SecondLook.moderation_id == moderation_id, SecondLook.state != LookState.SETTLED)
    )
    if left or round_.drawn_at is None:
        return
    round_.done_at = now
    assessment.moderated(Batch(round_.cohort_id, round_.activity_id, round_.part))
    _write_down(round_, "fairness.sample_done", None, after={"pieces": round_.pieces})


def judged_again(task_ids: Sequence[int], *, now: dt.datetime) -> None:
    """A piece of a sample was marked anew by its first marker: a second look that was finished is compared anew."""
    for look in db.session.scalars(
        sa.select(SecondLook).where(SecondLook.task_id.in_(task_ids), SecondLook.mark != "")
    ).all():
        look.outcome, look.settled_at, look.settled_by_id, look.agreed = None, None, None, ""
        _compare(look, now)


def decide(
    look_id: int, *, agreed: Fraction | None, reason: str, actor: Actor, now: dt.datetime
) -> SecondLook:
    """Settle a piece on which two markers differ: the first mark stands (`agreed` empty), or another takes its place.

    Raises RuleViolation where the second marker has not finished, without a reason, or when the actor marked it first.
    """
    look = _look(look_id)
    if look.state is not LookState.JUDGED:
        settled = look.state is LookState.SETTLED
        raise RuleViolation(ModerationRefusal.SETTLED if settled else ModerationRefusal.NOT_JUDGED)
    if not reason.strip():
        raise RuleViolation(ModerationRefusal.NO_REASON)
    (line,) = [one for one in queries.looks_of(look.moderation_id) if one.public_id == look.public_id]
    if line.first_id == actor.person_id:
        raise RuleViolation(ModerationRefusal.OWN)
    if line.first is None or line.second is None:
        raise RuleViolation(ModerationRefusal.NOT_JUDGED)
    if agreed is not None:
        if not 0 <= agreed <= 100:
            raise RuleViolation(ModerationRefusal.NOT_A_MARK)
        assessment.agree(
            look.task_id,
            agreed,
            first=line.first,
            second=line.second,
            reason=reason.strip(),
            actor=actor,
            now=now,
        )
        look.agreed = exact(agreed)
    look.outcome = LookOutcome.CONFIRMED if agreed is None else LookOutcome.AGREED
    look.state, look.reason = LookState.SETTLED, reason.strip()
    look.settled_by_id, look.settled_at = actor.person_id, now
    db.session.flush()
    round_ = db.session.get_one(Moderation, look.moderation_id)
    _write_down(
        round_,
        "fairness.settle_look",
        actor,
        after={"task": look.task_id, "outcome": look.outcome.value, "agreed": look.agreed},
        reason=look.reason,
    )
    _finish_if_done(look.moderation_id, now)
    return look


def give_look(look_id: int, person_id: int, *, actor: Actor, now: dt.datetime) -> SecondLook:
    """Give a second look to somebody else; what was put down stays with whoever wrote it and is gone here."""
    look = _look(look_id)
    if look.state not in FRESH:
        raise RuleViolation(ModerationRefusal.SETTLED)
    round_ = db.session.get_one(Moderation, look.moderation_id)
    task = db.session.get_one(MarkingTask, look.task_id)
    able = [
        one for one in candidates(round_.cohort_id, round_.activity_id, now) if one.person_id == person_id
    ]
    if rules.choose_second(able, task.marker_id, task.place_ids["places"], {}) is None:
        raise RuleViolation(ModerationRefusal.NOT_A_MARKER)
    before, look.marker_id = look.marker_id, person_id
    look.draft, look.state, look.saved_at = {}, LookState.WAITING, None
    look.version += 1
    db.session.flush()
    _write_down(round_, "fairness.give_look", actor, before={"marker": before}, after={"marker": person_id})
    _tell(round_, person_id, 1, now)
    return look


def remark(moderation_id: int, marker_id: int, *, reason: str, actor: Actor, now: dt.datetime) -> int:
    """Have everything of one marker in the batch marked again; the sample is drawn anew afterwards.

    Returns how many pieces went back. Raises RuleViolation without a reason, or when marks are released.
    """
    round_: Moderation | None = locked(Moderation, moderation_id)
    if round_ is None:
        raise NotFound
    if not reason.strip():
        raise RuleViolation(ModerationRefusal.NO_REASON)
    tasks = db.session.scalars(
        sa.select(MarkingTask).where(
            MarkingTask.cohort_id == round_.cohort_id,
            MarkingTask.activity_id == round_.activity_id,
            MarkingTask.part == round_.part,
            MarkingTask.marker_id == marker_id,
            MarkingTask.state.in_((TaskState.FINALISED, TaskState.RELEASED)),
        )
    ).all()
    if any(task.state is TaskState.RELEASED for task in tasks):
        raise RuleViolation(ModerationRefusal.RELEASED)
    if not tasks:
        raise RuleViolation(ModerationRefusal.NOTHING)
    for task in tasks:
        assessment.reopen(task.id, reason=reason.strip(), actor=actor, now=now)
    db.session.execute(sa.delete(SecondLook).where(SecondLook.moderation_id == round_.id))
    round_.drawn_at = round_.done_at = None
    _write_down(
        round_,
        "fairness.mark_again",
        actor,
        after={"marker": marker_id, "tasks": [task.id for task in tasks]},
        reason=reason.strip(),
    )
    return len(tasks)


def waive(batch: Batch, *, reason: str, actor: Actor, now: dt.datetime) -> Moderation:
    """Let a batch go without its sample: a director's decision, with a reason. Looks that wait are asked no more."""
    if not actor.has(Role.DIRECTOR, batch.cohort_id):
        raise RuleViolation(ModerationRefusal.NOT_DIRECTOR)
    if not reason.strip():
        raise RuleViolation(ModerationRefusal.NO_REASON)
    round_ = _round(batch) or _new(batch)
    round_.waived_at, round_.waived_by_id, round_.reason = now, actor.person_id, reason.strip()
    for look in db.session.scalars(
        sa.select(SecondLook).where(SecondLook.moderation_id == round_.id, SecondLook.state.in_(FRESH))
    ):
        look.marker_id = None
    db.session.flush()
    _write_down(round_, "fairness.waive_sample", actor, reason=round_.reason)
    return round_


def draw_now(batch: Batch, *, now: dt.datetime) -> Moderation:
    """Draw a sample that no hand-in has drawn. Raises RuleViolation where the batch is not complete, or none is due."""
    found = queries.counts(batch.cohort_id, batch.activity_id, batch.part)
    waiting = sum(found.get(state, 0) for state in OPEN)
    if waiting:
        raise RuleViolation(ModerationRefusal.NOT_COMPLETE, count=waiting)
    round_ = draw_if_complete(batch, now=now)
    if round_ is None:
        raise RuleViolation(ModerationRefusal.NOTHING)
    return round_


def _write_down(
    round_: Moderation,
    action: str,
    actor: Actor | None,
    **told: Any,
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action=action,
            subject="moderation",
            subject_id=round_.id,
            cohort_id=round_.cohort_id,
            **told,
        )
    )
