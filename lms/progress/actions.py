"""Writes of standing (one row per learner that boards and desks read) and of the case file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core import audit, events, markdown
from lms.core.db import db, locked, upsert
from lms.core.errors import NotFound
from lms.enrolment.models import Place
from lms.people.rules import Actor
from lms.progress import rules
from lms.progress.events import StandingTouched
from lms.progress.models import CaseEntry, CaseKind, Standing
from lms.progress.queries import Computed, compute

_TOUCHED = "standing"
_paused: ContextVar[bool] = ContextVar("standing_paused", default=False)


@contextmanager
def paused() -> Iterator[None]:
    """Inside, standing is left as it is: for those who change very much and refresh at the end."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


def touch(place_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Note learners whose standing has to be computed anew before the unit of work ends."""
    if _paused.get():
        return
    touched: set[int] = db.session.info.setdefault(_TOUCHED, set())
    if not touched:
        events.record(StandingTouched(at=now))
    touched.update(place_ids)


def refresh_touched(*, now: dt.datetime) -> None:
    """Compute the standing of everybody noted."""
    refresh(db.session.info.pop(_TOUCHED, set()), now=now)


def refresh(place_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Compute the standing of these learners anew: a fixed number of statements for any number of one cohort."""
    wanted = sorted(set(place_ids))
    if not wanted:
        return
    by_cohort: dict[int, list[int]] = {}
    for place_id, cohort_id in db.session.execute(
        sa.select(Place.id, Place.cohort_id).where(Place.id.in_(wanted)).order_by(Place.id)
    ):
        by_cohort.setdefault(cohort_id, []).append(place_id)
    for cohort_id, ids in by_cohort.items():
        _keep(compute(cohort_id, ids, now), now)


def refresh_cohort(cohort_id: int, *, now: dt.datetime) -> None:
    """Compute the standing of everybody in a cohort anew."""
    refresh(db.session.scalars(sa.select(Place.id).where(Place.cohort_id == cohort_id)), now=now)


def _keep(computed: Sequence[Computed], now: dt.datetime) -> None:
    upsert(Standing.__table__, [_row(each, now) for each in computed], keys=("place_id",))


def _row(each: Computed, now: dt.datetime) -> dict[str, Any]:
    return {
        "place_id": each.place_id,
        "late_open": each.late_open,
        "risk": len(each.risks) if rules.is_at_risk(each.risks) else 0,
        "reasons": [{"rule": risk.rule, "text": risk.text} for risk in each.risks],
        "forecast": each.forecast,
        "weeks": list(each.weeks),
        "updated_at": now,
    }


@dataclass(frozen=True, kw_only=True)
class CaseWords:
    """What staff write into a learner's case file."""

    kind: CaseKind
    text: str
    readers: str
    due_on: dt.date | None = None


def add_case_entry(place_id: int, words: CaseWords, *, actor: Actor, now: dt.datetime) -> CaseEntry:
    """Write a note, call or promise into a learner's case file."""
    place = db.session.get(Place, place_id)
    if place is None:
        raise NotFound
    entry = CaseEntry(
        place_id=place_id,
        kind=words.kind,
        text=words.text,
        html=markdown.render(words.text, heading_from=4),
        readers=words.readers,
        due_on=words.due_on if words.kind is CaseKind.PROMISE else None,
        by_id=actor.person_id,
        at=now,
    )
    db.session.add(entry)
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="progress.case_entry",
            subject="place",
            subject_id=place_id,
            cohort_id=place.cohort_id,
            after={"kind": words.kind.value, "readers": words.readers},
        )
    )
    return entry


def keep_promise(public_id: str, place_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Note that a promise was kept."""
    found = db.session.scalar(
        sa.select(CaseEntry.id).where(CaseEntry.public_id == public_id, CaseEntry.place_id == place_id)
    )
    if found is None:
        raise NotFound
    entry: CaseEntry = locked(CaseEntry, found)
    if entry.kind is not CaseKind.PROMISE:
        raise NotFound
    entry.kept_at = entry.kept_at or now
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="progress.promise_kept",
            subject="case_entry",
            subject_id=entry.id,
        )
    )
