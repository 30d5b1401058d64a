"""The piece that markers begin with: chosen, agreed on, judged by everybody, compared; nothing of it is a mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment import ports
from lms.assessment.ports import Batch
from lms.assessment.queries import BatchView, RubricView
from lms.assessment.rules import Judgement, LateRule, exact, judge
from lms.core import audit, events, markdown
from lms.core.db import db, insert_ignoring, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.fairness import queries, rules
from lms.fairness.events import SampleAsked
from lms.fairness.models import Calibration, CalibrationExemption, CalibrationTry
from lms.fairness.queries import CalibrationView, MarkerStanding
from lms.fairness.rules import Asked, CalibrationRefusal, Step
from lms.people.rules import Actor, Role

LONGEST = 60_000
NOT_LATE = LateRule(Fraction(0), 0)


def set_piece(view: BatchView, piece: str, *, why: str, actor: Actor, now: dt.datetime) -> Calibration:
    """Set a finished piece, without the names of its authors: a copy of its text, so that it stays as it was chosen.

    Raises RuleViolation when one is set already, the piece is not one to choose, or it has no text.
    """
    found = next((one for one in queries.pieces_to_choose(actor, view) if one.public_id == piece), None)
    if found is None:
        raise RuleViolation(CalibrationRefusal.NO_PIECE)
    work = ports.read(found.source, found.source_id)
    if work is None or not work.html.strip():
        raise RuleViolation(CalibrationRefusal.NO_TEXT)
    names = [*queries.names_of(found.place_ids), *work.members]
    html = rules.without_names(work.html, names)
    return _set(view, html, task_id=found.task_id, why=why, actor=actor, now=now)


def set_text(view: BatchView, text: str, *, why: str, actor: Actor, now: dt.datetime) -> Calibration:
    """Set a text that somebody brings. Raises RuleViolation when one is set already, or there is nothing to judge."""
    text = text.strip()
    if not text:
        raise RuleViolation(CalibrationRefusal.NOTHING)
    if len(text) > LONGEST:
        raise RuleViolation(CalibrationRefusal.TOO_LONG)
    return _set(view, markdown.render(text, heading_from=3), task_id=None, why=why, actor=actor, now=now)


def _set(
    view: BatchView, html: str, *, task_id: int | None, why: str, actor: Actor, now: dt.datetime
) -> Calibration:
    if queries.calibration_policy(view.cohort.version_id).asked is Asked.OFF:
        raise RuleViolation(CalibrationRefusal.OFF)
    if not why.strip():
        raise RuleViolation(CalibrationRefusal.NO_REASON)
    batch = Batch(view.cohort.id, view.activity.id, view.part)
    if queries.calibration_of(batch) is not None:
        raise RuleViolation(CalibrationRefusal.SET)
    row = Calibration(
        cohort_id=batch.cohort_id,
        activity_id=batch.activity_id,
        part=batch.part,
        html=html,
        task_id=task_id,
        chosen_by_id=actor.person_id,
        chosen_at=now,
        why=why.strip(),
        reference={},
        agreed_with={},
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except sa.exc.IntegrityError:  # somebody else set one while this was checked
        raise RuleViolation(CalibrationRefusal.SET) from None
    _write_down(row, "fairness.set_sample", actor, after={"task": task_id}, reason=row.why)
    return row


def take_back_piece(calibration_id: int, *, actor: Actor) -> None:
    """Take the piece back, with drafts that markers began. Raises RuleViolation once somebody has judged it."""
    row = _locked(calibration_id)
    if any(one.submitted_at for one in queries.tries_of(row.id)):
        raise RuleViolation(CalibrationRefusal.JUDGED)
    _write_down(row, "fairness.take_back_sample", actor, before={"task": row.task_id})
    for table in (CalibrationTry, CalibrationExemption):
        db.session.execute(sa.delete(table).where(table.calibration_id == row.id))
    db.session.delete(row)
    db.session.flush()


def keep_reference(
    calibration_id: int,
    judgement: Judgement,
    *,
    agreed_with: Collection[int],
    finish: bool,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> Calibration:
    """Keep the agreed judgement; finished, it stands, and everybody who marks the activity is asked.

    Raises Conflict when it was saved elsewhere, RuleViolation when another writes it or it stands, Unfinished when a
    row is missing.
    """
    row = _locked(calibration_id)
    if row.opened_at is not None:
        raise RuleViolation(CalibrationRefusal.OPEN)
    if row.agreed_by_id not in (None, actor.person_id):
        raise RuleViolation(CalibrationRefusal.ANOTHERS)
    if row.version != version:
        raise Conflict(CalibrationRefusal.CHANGED, current=Judgement.read(row.reference))
    view = _view(row)
    rubric = queries.rubric_of(view)
    row.reference = _known(judgement, rubric).document()
    row.agreed_with = {"persons": sorted(set(agreed_with) - {actor.person_id})}
    row.agreed_by_id, row.saved_at = actor.person_id, now
    row.version += 1
    db.session.flush()
    if not finish:
        return row
    row.mark, row.reference = _totalled(row.reference, rubric)
    row.opened_at = now
    db.session.flush()
    _write_down(
        row, "fairness.agree_on_sample", actor, after={"mark": row.mark, "with": row.agreed_with["persons"]}
    )
    _ask(row, queries.standings_of(_view(row), now=now), again=False, actor=actor, now=now)
    return row


def keep_try(
    calibration_id: int,
    judgement: Judgement,
    *,
    number: int,
    finish: bool,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> CalibrationTry:
    """Keep what a marker makes of the piece, or finish it: then it is compared, and stays as it is.

    Raises Conflict when it was saved elsewhere, RuleViolation when nothing is asked of them (any more), Unfinished
    when a row is missing.
    """
    row = _locked(calibration_id)
    if row.opened_at is None:
        raise RuleViolation(CalibrationRefusal.NOT_OPEN)
    view = _view(row)
    standing, tries = queries.own_standing(view, actor.person_id)
    wanted = rules.next_try(standing, view.total, view.policy().tolerance)
    if wanted is None:
        raise RuleViolation(CalibrationRefusal.DONE)
    known = next((one for one in tries if one.number == wanted), None)
    if number != wanted or version != (known.version if known else 0):
        raise Conflict(CalibrationRefusal.CHANGED, current=Judgement.read(known.draft if known else {}))
    rubric = queries.rubric_of(view)
    mine = _try(row.id, actor.person_id, wanted)
    mine.draft = _known(judgement, rubric).document()
    mine.version += 1
    mine.saved_at = now
    db.session.flush()
    if finish:
        mine.mark, mine.draft = _totalled(mine.draft, rubric)
        mine.submitted_at = now
        db.session.flush()
        _write_down(row, "fairness.judge_sample", actor, after={"number": wanted, "mark": mine.mark})
    return mine


def _try(calibration_id: int, marker_id: int, number: int) -> CalibrationTry:
    named = {"calibration_id": calibration_id, "marker_id": marker_id, "number": number}
    insert_ignoring(CalibrationTry.__table__, [{**named, "draft": {}, "version": 0, "mark": ""}])
    found = db.session.scalar(
        sa.select(CalibrationTry)
        .filter_by(**named)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:  # pragma: no cover - it was made one line above
        raise NotFound
    return found


def exempt(
    calibration_id: int, person_id: int, *, reason: str, actor: Actor, now: dt.datetime
) -> CalibrationExemption:
    """Let somebody mark without it: a director's decision, with a reason."""
    row = _locked(calibration_id)
    if not actor.has(Role.DIRECTOR, row.cohort_id):
        raise RuleViolation(CalibrationRefusal.NOT_DIRECTOR)
    if not reason.strip():
        raise RuleViolation(CalibrationRefusal.NO_REASON)
    standings = queries.standings_of(_view(row), now=now)
    if not any(one.person_id == person_id and not one.standing.free for one in standings):
        raise RuleViolation(CalibrationRefusal.NOT_A_MARKER)
    freed = CalibrationExemption(
        calibration_id=row.id, person_id=person_id, reason=reason.strip(), by_id=actor.person_id, at=now
    )
    db.session.add(freed)
    db.session.flush()
    _write_down(row, "fairness.exempt_from_sample", actor, after={"person": person_id}, reason=freed.reason)
    return freed


def remind(calibration_id: int, *, actor: Actor, now: dt.datetime) -> int:
    """Ask those again who have not judged it; returns how many. Raises RuleViolation when there is nobody."""
    row = _locked(calibration_id)
    if row.opened_at is None:
        raise RuleViolation(CalibrationRefusal.NOT_OPEN)
    count = _ask(row, queries.standings_of(_view(row), now=now), again=True, actor=actor, now=now)
    if not count:
        raise RuleViolation(CalibrationRefusal.NOBODY)
    row.reminded_at = now
    db.session.flush()
    return count


def to_ask(standings: Collection[MarkerStanding]) -> list[int]:
    """Who is asked: those with pieces who have not done it; where there are none of them, everybody who has not."""
    waiting = [one for one in standings if one.standing.step in (Step.TO_DO, Step.BEGUN)]
    holding = [one.person_id for one in waiting if one.pieces]
    return holding or [one.person_id for one in waiting]


def _ask(
    row: Calibration, standings: Collection[MarkerStanding], *, again: bool, actor: Actor, now: dt.datetime
) -> int:
    asked = to_ask(standings)
    if asked:
        events.record(
            SampleAsked(
                cohort_id=row.cohort_id,
                activity_id=row.activity_id,
                calibration_id=row.id,
                public_id=row.public_id,
                marker_ids=tuple(asked),
                again=again,
                actor_id=actor.person_id,
                at=now,
            )
        )
    return len(asked)


def _known(judgement: Judgement, rubric: RubricView) -> Judgement:
    """Only what belongs to the rubric."""
    keys = {row.key for row in rubric.rules.criteria}
    return replace(
        judgement,
        levels={key: level for key, level in judgement.levels.items() if key in keys},
        points={key: points for key, points in judgement.points.items() if key in keys},
        comments={key: text for key, text in judgement.comments.items() if key in keys},
    )


def _totalled(draft: Any, rubric: RubricView) -> tuple[str, dict[str, Any]]:
    """What a complete judgement comes to, exactly, and the judgement with the level and points of every row."""
    judgement = Judgement.read(draft)
    outcome = judge(rubric.rules, replace(judgement, overall=judgement.overall or "–"), NOT_LATE, 0)
    if outcome.problems or outcome.mark is None:
        raise assessment.Unfinished(outcome.problems)
    rows = outcome.trace["rows"]
    return exact(outcome.mark), {
        **judgement.document(),
        "levels": {row["key"]: row["level"] for row in rows},
        "rows": {row["key"]: str(row["points"]) for row in rows},
    }


def _view(row: Calibration) -> CalibrationView:
    found = queries.calibration_of(Batch(row.cohort_id, row.activity_id, row.part))
    if found is None:  # pragma: no cover - it is locked
        raise NotFound
    return found


def _locked(calibration_id: int) -> Calibration:
    row: Calibration | None = locked(Calibration, calibration_id)
    if row is None:
        raise NotFound
    return row


def _write_down(row: Calibration, action: str, actor: Actor, **told: Any) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="calibration",
            subject_id=row.id,
            cohort_id=row.cohort_id,
            **told,
        )
    )
