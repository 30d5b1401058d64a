"""Writes of standing (one row per learner that boards and desks read) and of the case file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from lms.core import audit, events, markdown
from lms.core.db import db, locked, read, upsert
from lms.core.errors import NotFound
from lms.enrolment.models import Place
from lms.people.rules import Actor
from lms.progress import rules
from lms.progress.events import StandingTouched
from lms.progress.models import CaseEntry, CaseKind, Standing
from lms.progress.queries import Computed, compute, compute_work
from lms.progress.rules import Risk

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
    events.record(StandingTouched(place_ids=frozenset(place_ids), at=now))


def touch_work(cohort_id: int, place_ids: Iterable[int], *, now: dt.datetime) -> None:
    """The same for learners of whom only work or its dates changed: the rest of their standing is left as it is."""
    if _paused.get():
        return
    events.record(StandingTouched(place_ids=frozenset(place_ids), work_in=cohort_id, at=now))


def refresh_touched(touched: Sequence[StandingTouched], *, now: dt.datetime) -> None:
    """Compute the standing of everybody noted, once each."""
    whole: set[int] = set().union(*(each.place_ids for each in touched if each.work_in is None))
    work: dict[int, set[int]] = {}
    for each in touched:
        if each.work_in is not None:
            work.setdefault(each.work_in, set()).update(each.place_ids)
    for place_ids in work.values():
        whole |= _refresh_work(place_ids - whole, now)
    refresh(whole, now=now)


def _refresh_work(place_ids: set[int], now: dt.datetime) -> set[int]:
    """Keep what work changed; returns those who have no standing yet."""
    computed = compute_work(sorted(place_ids), now) if place_ids else []
    rows = [
        {
            "place": each.place_id,
            "late_open": each.late_open,
            **_risk(each.risks),
            "weeks": list(each.weeks),
            "updated_at": now,
        }
        for each in computed
    ]
    if rows:
        db.session.connection().execute(_WORK, rows)
    return place_ids - {each.place_id for each in computed}


_WORK = (
    sa.update(cast("sa.Table", Standing.__table__))
    .where(Standing.__table__.c.place_id == sa.bindparam("place", type_=sa.Integer))
    .values({name: sa.bindparam(name) for name in ("late_open", "risk", "reasons", "weeks", "updated_at")})
)


def refresh(place_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Compute the standing of these learners anew: a fixed number of statements for any number of one cohort."""
    wanted = sorted(set(place_ids))
    if not wanted:
        return
    for cohort_id, ids in _by_cohort(wanted).items():
        _keep(compute(cohort_id, ids, now), now)


_COHORTS = (
    sa.select(Place.__table__.c.id, Place.__table__.c.cohort_id)
    .where(Place.__table__.c.id.in_(sa.bindparam("places", type_=sa.Integer, expanding=True)))
    .order_by(Place.__table__.c.id)
)


def _by_cohort(place_ids: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for place_id, cohort_id in read(_COHORTS, {"places": place_ids}):
        found.setdefault(cohort_id, []).append(place_id)
    return found


def refresh_cohort(cohort_id: int, *, now: dt.datetime) -> None:
    """Compute the standing of everybody in a cohort anew."""
    refresh(db.session.scalars(sa.select(Place.id).where(Place.cohort_id == cohort_id)), now=now)


def _keep(computed: Sequence[Computed], now: dt.datetime) -> None:
    upsert(Standing.__table__, [_row(each, now) for each in computed], keys=("place_id",))


def _row(each: Computed, now: dt.datetime) -> dict[str, Any]:
    return {
        "place_id": each.place_id,
        "late_open": each.late_open,
        **_risk(each.risks),
        "forecast": each.forecast,
        "weeks": list(each.weeks),
        "updated_at": now,
    }


def _risk(found: list[Risk]) -> dict[str, Any]:
    return {
        "risk": len(found) if rules.is_at_risk(found) else 0,
        "reasons": [{"rule": risk.rule, "text": risk.text} for risk in found],
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
