"""The dates of rounds are the schedule's: a run follows its releases, and who gives more time does it through them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling
from lms.scheduling import queries as schedule
from lms.scheduling.actions import PersonalDate, Publishing
from lms.scheduling.models import ItemState, OverrideScope, Schedule, ScheduledItem
from lms.scheduling.queries import ItemLine, Wanted, Whose
from lms.scheduling.rules import Plan, Setting
from lms.simulations import queries
from lms.simulations.actions.held import write_down
from lms.simulations.models import Round, Run
from lms.simulations.rules import Phase, RunRefusal, results_due
from lms.simulations.rules.following import Follow, Planned, dates, follow

FOLLOWING = (Phase.SETTING_UP, Phase.PRACTICE, Phase.COMPETITION)


def follow_schedule(
    cohort_id: int, *, reinstated: Collection[str] = (), reason: str = "", now: dt.datetime
) -> int:
    """Let the rounds of a cohort's runs that are not over have the schedule's dates; returns how many changed.

    What was decided stays as it is. Who is told of new dates hears it from the schedule.
    """
    changed = 0
    for run in db.session.scalars(
        sa.select(Run)
        .where(Run.cohort_id == cohort_id, Run.phase.in_(FOLLOWING))
        .order_by(Run.id)
        .with_for_update()
    ).all():
        lines = {
            line.key: line
            for line in schedule.effective_items(cohort_id, Whose(0, section_id=run.section_id))
        }
        rounds = db.session.scalars(
            sa.select(Round).where(Round.run_id == run.id, Round.closed_at.is_(None)).order_by(Round.id)
        ).all()
        moved = [
            _follow(run, one, lines[one.item_key], one.item_key in reinstated, reason, now)
            for one in rounds
            if one.item_key in lines
        ]
        changed += sum(moved)
        run.version += any(moved)
    return changed


def _follow(run: Run, round_: Round, line: ItemLine, again: bool, reason: str, now: dt.datetime) -> bool:
    planned = Planned(line.starts_at, line.ends_at, line.cancelled, again)
    times = queries.times_of(round_)
    step = follow(times, planned, now)
    if step is Follow.STAYS:
        return False
    before = {"closes_at": round_.closes_at.isoformat(), "opens_at": round_.opens_at.isoformat()}
    if step is Follow.STOPS:
        round_.frozen_at = now
    elif step in (Follow.MOVES, Follow.GOES_ON):
        round_.frozen_at = None if step is Follow.GOES_ON else round_.frozen_at
        round_.opens_at, closes_at = dates(times, planned, now)
        set_close(run, round_, closes_at)
    write_down(
        run,
        "follow_schedule",
        None,
        before=before,
        after={
            "round": round_.number,
            "step": step.value,
            "opens_at": round_.opens_at.isoformat(),
            "closes_at": round_.closes_at.isoformat(),
        },
        reason=reason,
    )
    return step is not Follow.KEEPS


def set_close(run: Run, round_: Round, closes_at: dt.datetime) -> None:
    """Give a round another end: results follow it, and its reminders go out anew."""
    round_.closes_at = closes_at
    round_.results_at = results_due(closes_at, run.results_at, cohorts.by_id(run.cohort_id).zone)
    round_.reminded = 0
    run.version += 1


def put_off(
    run: Run, round_: Round, closes_at: dt.datetime, reason: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Give a round a later end where everybody looks for it: in the schedule, for the cohort or the run's section.

    The round that follows opens later where it would begin before the results of this one. Raises RuleViolation where
    that leaves it no time, or the schedule refuses.
    """
    set_close(run, round_, closes_at)
    behind = _next(run, round_)
    starts: dict[str, dt.datetime] = {}
    if behind is not None and behind.opens_at < closes_at:
        if behind.closes_at <= closes_at:
            raise RuleViolation(RunRefusal.NEXT_ROUND, number=behind.number)
        behind.opens_at = round_.results_at if round_.results_at < behind.closes_at else closes_at
        starts[behind.item_key] = behind.opens_at
    if not round_.item_key or schedule.item(run.cohort_id, round_.item_key) is None:
        return
    if run.section_id is not None:
        # A section has no start of its own: the next round is held back by the run alone.
        wanted = PersonalDate(
            cohort_id=run.cohort_id,
            item_key=round_.item_key,
            scope=OverrideScope.SECTION,
            scope_id=run.section_id,
            ends_at=closes_at,
            reason=reason,
        )
        scheduling.set_personal_date(wanted, actor=actor, now=now)
        return
    _publish(run, round_.item_key, closes_at, starts, reason, actor=actor, now=now)


def _publish(
    run: Run,
    key: str,
    closes_at: dt.datetime,
    starts: dict[str, dt.datetime],
    reason: str,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Publish the new end as a release; whatever hangs on it and cannot move stays where it is."""
    present: Schedule | None = locked(Schedule, run.cohort_id)
    if present is None:
        raise NotFound
    ground = schedule.ground(cohorts.by_id(run.cohort_id))
    settings: dict[str, Setting] = {key: replace(ground.graph.setting(key), ends_at=closes_at)}
    settings |= {other: replace(ground.graph.setting(other), starts_at=at) for other, at in starts.items()}
    wanted = Wanted(settings=settings, consent=frozenset(settings))
    plan: Plan = schedule.work_out(ground, wanted, now=now).plan
    if not plan.changes:
        return  # the schedule says so already
    against = [why.value for change in plan.changes if change.key in settings for why in change.obstacles]
    if against:
        raise RuleViolation(RunRefusal.SCHEDULE, why=" ".join(dict.fromkeys(against)))
    blocked = {change.key for change in plan.changes if change.obstacles and change.key not in settings}
    wanted = replace(wanted, keep=frozenset(blocked))
    publishing = Publishing(
        cohort_id=run.cohort_id, wanted=wanted, version=present.version, note=reason, announced=False
    )
    scheduling.publish(publishing, actor=actor, now=now)


def _next(run: Run, round_: Round) -> Round | None:
    """The round after this one, where it has not been played."""
    return db.session.scalars(
        sa.select(Round).where(
            Round.run_id == run.id,
            Round.kind == round_.kind,
            Round.number == round_.number + 1,
            Round.closed_at.is_(None),
        )
    ).one_or_none()


def cancelled(run: Run, round_: Round) -> bool:
    """Whether the schedule has cancelled a round."""
    state = db.session.scalar(
        sa.select(ScheduledItem.state).where(
            ScheduledItem.cohort_id == run.cohort_id, ScheduledItem.key == round_.item_key
        )
    )
    return state is ItemState.CANCELLED
