"""Rounds of peer review: begun at the deadline or by hand, joined late, allotted, reminded of, closed, released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.assessment.rules import TaskState
from lms.cohorts import queries as cohorts
from lms.core import audit, events
from lms.core.db import db, insert_ignoring, locked
from lms.core.errors import NotFound, RuleViolation
from lms.fairness import queries, rules
from lms.fairness.events import PeerReviewsAllotted, PeerReviewsCloseSoon, PeerReviewsReleased
from lms.fairness.models import PeerMember, PeerReview, PeerRound, PeerUnit
from lms.fairness.queries import PeerSettings
from lms.fairness.rules import REMINDER, Ended, PeerRefusal, RoundPhase
from lms.people.rules import Actor
from lms.scheduling import queries as scheduling


def begin(cohort_id: int, activity_id: int, *, actor: Actor | None, now: dt.datetime) -> PeerRound:
    """Begin the round of an activity with whoever has handed in; `actor` empty: its deadline has come.

    Raises RuleViolation where the programme asks for none, where it has begun, or where fewer than two are there.
    """
    settings = _settings(cohort_id, activity_id)
    if _round_of(cohort_id, activity_id) is not None:
        raise RuleViolation(PeerRefusal.ROUND)
    tasks = _pieces(cohort_id, activity_id, settings.part)
    if len(tasks) < 2:
        raise RuleViolation(PeerRefusal.TOO_FEW)
    insert_ignoring(
        PeerRound.__table__,
        [
            {
                "cohort_id": cohort_id,
                "activity_id": activity_id,
                "opened_at": now,
                "opened_by_id": actor.person_id if actor else None,
                "closes_at": now + dt.timedelta(days=settings.rules.days),
            }
        ],
    )
    found = _round_of(cohort_id, activity_id)
    if found is None:  # pragma: no cover - it was made one line above
        raise NotFound
    _write_down(found, "fairness.begin_peer_reviews", actor, after={"closes_at": found.closes_at.isoformat()})
    _seat_all(found, tasks, now)
    _allot(found, settings, now)
    return found


def _settings(cohort_id: int, activity_id: int) -> PeerSettings:
    found = queries.peer_settings(cohorts.by_id(cohort_id).version_id, activity_id)
    if found is None:
        raise RuleViolation(PeerRefusal.NOT_REVIEWED)
    return found


def _round_of(cohort_id: int, activity_id: int) -> PeerRound | None:
    return db.session.scalar(
        sa.select(PeerRound)
        .where(PeerRound.cohort_id == cohort_id, PeerRound.activity_id == activity_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def held_round(round_id: int) -> PeerRound:
    """A round under a lock."""
    found: PeerRound | None = locked(PeerRound, round_id)
    if found is None:
        raise NotFound
    return found


def _pieces(cohort_id: int, activity_id: int, part: str) -> list[MarkingTask]:
    """The newest version of each piece that was handed in."""
    rows = db.session.scalars(
        sa.select(MarkingTask)
        .where(
            MarkingTask.cohort_id == cohort_id,
            MarkingTask.activity_id == activity_id,
            MarkingTask.part == part,
            MarkingTask.state != TaskState.SUPERSEDED,
        )
        .order_by(MarkingTask.handed_in_at.desc(), MarkingTask.id.desc())
    )
    seen: set[int] = set()
    found = []
    for task in rows:
        places = set(task.place_ids["places"])
        if not places & seen:
            seen |= places
            found.append(task)
    return sorted(found, key=lambda task: task.id)


def _seat_all(found: PeerRound, tasks: list[MarkingTask], now: dt.datetime) -> None:
    """Put the first pieces and their authors into a round that has just begun: two statements for all."""
    units = [PeerUnit(round_id=found.id, task_id=task.id, title=task.title, joined_at=now) for task in tasks]
    db.session.add_all(units)
    db.session.flush()
    insert_ignoring(
        PeerMember.__table__,
        [
            {"round_id": found.id, "unit_id": unit.id, "place_id": place}
            for unit, task in zip(units, tasks, strict=True)
            for place in sorted(set(task.place_ids["places"]))
        ],
    )


def _seat(
    found: PeerRound, task_id: int, title: str, place_ids: Iterable[int], now: dt.datetime
) -> PeerUnit | None:
    """Put a piece and its authors into a round; a newer version takes the place of one that nobody has reviewed yet."""
    places = sorted(set(place_ids))
    unit = db.session.scalar(
        sa.select(PeerUnit)
        .join(PeerMember, PeerMember.unit_id == PeerUnit.id)
        .where(PeerUnit.round_id == found.id, PeerMember.place_id.in_(places))
        .order_by(PeerUnit.id)
        .limit(1)
    )
    fresh = unit is None
    if unit is None:
        unit = PeerUnit(round_id=found.id, task_id=task_id, title=title, joined_at=now)
        db.session.add(unit)
        db.session.flush()
    elif not _reviewed(unit.id):
        unit.task_id, unit.title = task_id, title
    insert_ignoring(
        PeerMember.__table__,
        [{"round_id": found.id, "unit_id": unit.id, "place_id": place} for place in places],
    )
    return unit if fresh else None


def _reviewed(unit_id: int) -> bool:
    statement = sa.select(PeerReview.id).where(
        PeerReview.piece_id == unit_id, PeerReview.submitted_at.is_not(None)
    )
    return db.session.scalar(statement.limit(1)) is not None


def join(
    cohort_id: int,
    activity_id: int,
    part: str,
    task_id: int,
    title: str,
    place_ids: Iterable[int],
    now: dt.datetime,
) -> None:
    """Work came while a round is open: its authors take part from now on, and it is given to reviewers."""
    found = _round_of(cohort_id, activity_id)
    if found is None or rules.round_phase(found.closes_at, found.released_at, now) is not RoundPhase.OPEN:
        return
    settings = queries.peer_settings(cohorts.by_id(cohort_id).version_id, activity_id)
    if settings is None or settings.part != part:
        return
    if _seat(found, task_id, title, place_ids, now) is not None:
        _allot(found, settings, now)


def people_changed(cohort_id: int, place_ids: Collection[int], now: dt.datetime) -> None:
    """Somebody left, went on leave or came back: what they were to review is given to others."""
    ids = db.session.scalars(
        sa.select(PeerRound.id)
        .join(PeerMember, PeerMember.round_id == PeerRound.id)
        .where(
            PeerRound.cohort_id == cohort_id,
            PeerRound.released_at.is_(None),
            PeerRound.closes_at > now,
            PeerMember.place_id.in_(place_ids),
        )
        .distinct()
    ).all()
    for round_id in sorted(ids):
        found = held_round(round_id)
        _allot(found, _settings(found.cohort_id, found.activity_id), now)


def allot_again(found: PeerRound, now: dt.datetime) -> None:
    """Give out anew what fell free in a round."""
    _allot(found, _settings(found.cohort_id, found.activity_id), now)


def _allot(found: PeerRound, settings: PeerSettings, now: dt.datetime) -> None:
    """End what can no longer be asked, and allot what is missing. What exists stays as it is."""
    db.session.flush()
    units = queries.peer_units_to_allot(found.id, settings)
    by_id = {one.id: one for one in units}
    reviews = db.session.scalars(sa.select(PeerReview).where(PeerReview.round_id == found.id)).all()
    for review in reviews:
        if review.ended is None and review.submitted_at is None:
            if by_id[review.piece_id].withheld:
                review.ended, review.ended_at = Ended.WITHHELD, now
            elif not by_id[review.piece_id].reviewed:
                review.ended, review.ended_at = Ended.AUTHOR_GONE, now
            elif not by_id[review.reviewer_id].reviews:
                review.ended, review.ended_at = Ended.REVIEWER_GONE, now
    if not rules.may_allot(found.closes_at, now):
        db.session.flush()
        return
    pairs = rules.allot(
        units,
        settings.rules.each,
        f"{found.cohort_id}.{settings.key}",
        existing=[(one.reviewer_id, one.piece_id) for one in reviews if one.ended is None],
        barred=[(one.reviewer_id, one.piece_id) for one in reviews if one.ended is Ended.CONFLICT],
        apart=settings.rules.employers_apart,
    )
    known = {(one.reviewer_id, one.piece_id): one for one in reviews}
    last: dict[int, int] = {}
    for review in reviews:
        last[review.reviewer_id] = max(last.get(review.reviewer_id, 0), review.position)
    for pair in pairs:
        if (old := known.get(pair)) is not None:
            old.ended = old.ended_at = None
            continue
        last[pair[0]] = last.get(pair[0], 0) + 1
        db.session.add(
            PeerReview(
                round_id=found.id,
                reviewer_id=pair[0],
                piece_id=pair[1],
                position=last[pair[0]],
                allotted_at=now,
                answers={},
            )
        )
    db.session.flush()
    if not pairs:
        return
    _write_down(found, "fairness.allot_peer_reviews", None, after={"pairs": [list(pair) for pair in pairs]})
    events.record(
        PeerReviewsAllotted(
            cohort_id=found.cohort_id,
            activity_id=found.activity_id,
            round_id=found.id,
            place_ids=queries.peer_places_of({pair[0] for pair in pairs}),
            closes_at=found.closes_at,
            at=now,
        )
    )


def set_round_end(round_id: int, until: dt.datetime, *, actor: Actor, now: dt.datetime) -> PeerRound:
    """Give more time, or close now (`until` = now). Raises RuleViolation when it is released, or the time is none."""
    found = held_round(round_id)
    if found.released_at is not None:
        raise RuleViolation(PeerRefusal.RELEASED)
    if until != now and not now < until <= now + rules.LONGEST_WINDOW:
        raise RuleViolation(PeerRefusal.BAD_TIME)
    before, found.closes_at = found.closes_at, until
    if until > now:
        found.reminded_at = None
    _write_down(
        found,
        "fairness.end_peer_reviews",
        actor,
        before={"closes_at": before.isoformat()},
        after={"closes_at": until.isoformat()},
    )
    if until > now:
        allot_again(found, now)
    return found


def release_reviews(round_id: int, *, actor: Actor | None, now: dt.datetime) -> PeerRound:
    """Let authors read what was written of their work; the round ends with it. Raises RuleViolation when they do."""
    found = held_round(round_id)
    if found.released_at is not None:
        raise RuleViolation(PeerRefusal.RELEASED)
    found.released_at, found.released_by_id = now, actor.person_id if actor else None
    found.closes_at = min(found.closes_at, now)
    db.session.flush()
    _write_down(found, "fairness.release_peer_reviews", actor)
    places = queries.peer_places_of(
        set(
            db.session.scalars(
                sa.select(PeerReview.piece_id).where(
                    PeerReview.round_id == found.id,
                    PeerReview.submitted_at.is_not(None),
                    PeerReview.hidden_at.is_(None),
                )
            )
        ),
        away=True,
    )
    events.record(
        PeerReviewsReleased(
            cohort_id=found.cohort_id,
            activity_id=found.activity_id,
            round_id=found.id,
            place_ids=places,
            at=now,
        )
    )
    return found


def begin_due(*, now: dt.datetime) -> int:
    """Begin the rounds whose deadline has come; returns how many. Running it twice changes nothing."""
    count = 0
    begun = {
        (row.cohort_id, row.activity_id)
        for row in db.session.execute(sa.select(PeerRound.cohort_id, PeerRound.activity_id))
    }
    for cohort_id in cohorts.all_ids():
        cohort = cohorts.by_id(cohort_id)
        for settings in queries.peer_reviewed(cohort.version_id):
            if (cohort_id, settings.activity_id) in begun:
                continue
            item = scheduling.item(cohort_id, settings.key)
            if item is None or item.cancelled or not now - rules.OPENS_WITHIN <= item.ends_at <= now:
                continue
            if len(_pieces(cohort_id, settings.activity_id, settings.part)) >= 2:
                begin(cohort_id, settings.activity_id, actor=None, now=now)
                count += 1
    return count


def close_rounds(*, now: dt.datetime) -> int:
    """Remind a day before the end, and release what has ended; returns how many. Twice changes nothing."""
    due = db.session.scalars(
        sa.select(PeerRound)
        .where(
            PeerRound.released_at.is_(None),
            sa.or_(
                sa.and_(PeerRound.reminded_at.is_(None), PeerRound.closes_at <= now + REMINDER),
                PeerRound.closes_at <= now,
            ),
        )
        .order_by(PeerRound.id)
        .with_for_update(skip_locked=True)
    ).all()
    for found in due:
        if found.closes_at <= now:
            release_reviews(found.id, actor=None, now=now)
            continue
        found.reminded_at = now
        waiting = db.session.scalars(
            sa.select(PeerReview.reviewer_id).where(
                PeerReview.round_id == found.id,
                PeerReview.ended.is_(None),
                PeerReview.submitted_at.is_(None),
            )
        )
        places = queries.peer_places_of(set(waiting))
        if places:
            events.record(
                PeerReviewsCloseSoon(
                    cohort_id=found.cohort_id,
                    activity_id=found.activity_id,
                    round_id=found.id,
                    place_ids=places,
                    closes_at=found.closes_at,
                    at=now,
                )
            )
    return len(due)


def _write_down(found: PeerRound, action: str, actor: Actor | None, **told: Any) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action=action,
            subject="peer_round",
            subject_id=found.id,
            cohort_id=found.cohort_id,
            **told,
        )
    )
