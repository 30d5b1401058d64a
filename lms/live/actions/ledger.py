"""The evidence ledger: entries are appended, marks and totals follow in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core import events
from lms.core.db import db, insert_ignoring, upsert
from lms.curriculum import queries as curriculum
from lms.enrolment.rules import Off
from lms.live import queries, rules
from lms.live.events import AttendanceChanged
from lms.live.models import AttendanceEvidence, AttendanceMark, AttendanceTotal, LiveSession
from lms.live.queries import RosterPlace, SessionView
from lms.live.rules import COUNTED, Evidence, EvidenceKind, Judgement, Verdict

BATCH = 300


@dataclass(frozen=True, kw_only=True)
class NewEvidence:
    """One entry to append."""

    session_id: int
    place_id: int
    kind: EvidenceKind
    value: float | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    at: dt.datetime | None = None
    """When it happened; empty: now."""
    by_id: int | None = None
    reason: str = ""
    source: str = ""


def record_evidence(cohort_id: int, found: Sequence[NewEvidence], *, now: dt.datetime) -> None:
    """Append evidence, of one learner or many, and bring the marks it bears on up to date."""
    append(found, now=now)
    recompute(
        cohort_id,
        {entry.session_id for entry in found},
        place_ids={entry.place_id for entry in found},
        now=now,
    )


def append(found: Sequence[NewEvidence], *, now: dt.datetime) -> None:
    """Append entries to the ledger; the marks are the caller's to bring up to date."""
    rows = [
        {
            "session_id": entry.session_id,
            "place_id": entry.place_id,
            "kind": entry.kind,
            "value": entry.value,
            "starts_at": entry.starts_at,
            "ends_at": entry.ends_at,
            "at": entry.at or now,
            "by_id": entry.by_id,
            "reason": entry.reason,
            "source": entry.source,
        }
        for entry in found
    ]
    for start in range(0, len(rows), BATCH):
        db.session.execute(sa.insert(AttendanceEvidence), rows[start : start + BATCH])


def latest_entry(session_id: int) -> int:
    """Id of the ledger's latest entry for a session; 0 when there is none."""
    return (
        db.session.scalar(
            sa.select(sa.func.max(AttendanceEvidence.id)).where(AttendanceEvidence.session_id == session_id)
        )
        or 0
    )


def recompute(
    cohort_id: int,
    session_ids: Collection[int],
    *,
    now: dt.datetime,
    place_ids: Collection[int] | None = None,
) -> frozenset[int]:
    """Judge the ledger of some sessions (and learners) anew; returns the places whose marks came out differently.

    A fixed number of statements for each few hundred marks. What has not changed is not written.
    """
    if not session_ids or (place_ids is not None and not place_ids):
        return frozenset()
    db.session.flush()
    cohort = cohorts.by_id(cohort_id)
    lines = queries.sessions(cohort)
    groups = _made_up(lines, session_ids)
    grouped = {line.id for group in groups for line in group}
    wanted = [line for line in lines if line.id in session_ids or line.id in grouped]
    people = queries.places(cohort_id, place_ids)
    ledger = _ledger(wanted, people)
    stored = _stored(wanted, people)
    bounds = queries.bounds(cohort)
    changed: list[dict[str, Any]] = []
    facts: list[Reached] = []
    verdicts: dict[tuple[int, int], Verdict] = {}
    for session in wanted:
        meeting = queries.meeting(session)
        for place in people:
            found = ledger.get((session.id, place.place_id), [])
            member = queries.membership(cohort, place.days)
            judged = rules.judge(found, meeting, bounds, member)
            verdicts[session.id, place.place_id] = judged.verdict
            before = stored.get((session.id, place.place_id))
            if before is None and not found and not _says_something(judged, place, session):
                continue
            if before == (judged.verdict, judged.trace):
                continue
            changed.append(_mark(session, place, judged, now))
            if session.id not in grouped:
                facts += _facts(session, place, before[0] if before else Verdict.UNMARKED, judged)
    facts += _facts_of_groups(groups, people, verdicts)
    upsert(AttendanceMark.__table__, changed, keys=("session_id", "place_id"))
    touched = frozenset(fact.place_id for fact in facts)
    if touched:
        _keep_totals(cohort.version_id, touched, now=now)
        completion.record_many(facts, now=now)
        events.record(AttendanceChanged(cohort_id=cohort_id, place_ids=tuple(sorted(touched)), at=now))
    return touched


def rebuild(cohort_id: int, *, now: dt.datetime) -> frozenset[int]:
    """Judge a cohort's whole ledger anew and add up all totals; changes nothing when they were right."""
    ids = db.session.scalars(sa.select(LiveSession.id).where(LiveSession.cohort_id == cohort_id)).all()
    touched = recompute(cohort_id, set(ids), now=now)
    cohort = cohorts.by_id(cohort_id)
    _keep_totals(cohort.version_id, {one.place_id for one in queries.places(cohort_id)}, now=now)
    return touched


def _says_something(judged: Judgement, place: RosterPlace, session: SessionView) -> bool:
    """Whether a mark without any evidence is worth a row: not for the unmarked, nor after somebody left."""
    if judged.verdict is Verdict.UNMARKED:
        return False
    return place.days.off(session.day) is not Off.AFTER


def _mark(session: SessionView, place: RosterPlace, judged: Judgement, now: dt.datetime) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "place_id": place.place_id,
        "course_id": session.line.course_id,
        "verdict": judged.verdict,
        "value": judged.value,
        "trace": judged.trace,
        "computed_at": now,
    }


def _facts(session: SessionView, place: RosterPlace, before: Verdict, judged: Judgement) -> list[Reached]:
    """What completion has to hear: a share attended, or that the session leaves the denominator."""
    if before is judged.verdict:
        return []

    def fact(kind: FactKind, reached: bool, value: float | None = None) -> Reached:
        return Reached(
            place_id=place.place_id, activity_id=session.activity_id, kind=kind, reached=reached, value=value
        )

    found = []
    if judged.verdict in COUNTED or before in COUNTED:
        counted = judged.verdict in COUNTED
        found.append(fact(FactKind.ATTENDED, judged.value > 0, judged.value if counted else None))
    if Verdict.EXCUSED in (before, judged.verdict):
        found.append(fact(FactKind.EXCUSED, judged.verdict is Verdict.EXCUSED))
    return found


def _made_up(lines: Sequence[SessionView], session_ids: Collection[int]) -> list[list[SessionView]]:
    """The lost sessions among these with what makes up for them: together they are one activity of a learner."""
    groups: dict[int, list[SessionView]] = defaultdict(list)
    for line in lines:
        groups[line.make_up_of_id or line.id].append(line)
    return [
        group for group in groups.values() if len(group) > 1 and any(line.id in session_ids for line in group)
    ]


def _facts_of_groups(
    groups: Iterable[list[SessionView]],
    people: Iterable[RosterPlace],
    verdicts: dict[tuple[int, int], Verdict],
) -> list[Reached]:
    """What completion hears of a session that was lost: what the one that holds in its stead came to."""
    found = []
    for group in groups:
        holds = rules.which_holds([(line.id, line.cancelled, bool(line.replaces)) for line in group])
        for place in people:
            verdict = verdicts[holds, place.place_id]
            value = rules.HALVES[verdict] / 2
            for kind, reached, figure in (
                (FactKind.ATTENDED, value > 0, value if verdict in COUNTED else None),
                (FactKind.EXCUSED, verdict is Verdict.EXCUSED, None),
            ):
                found.append(
                    Reached(
                        place_id=place.place_id,
                        activity_id=group[0].activity_id,
                        kind=kind,
                        reached=reached,
                        value=figure,
                    )
                )
    return found


def _ledger(
    wanted: Iterable[SessionView], people: Iterable[RosterPlace]
) -> dict[tuple[int, int], list[Evidence]]:
    found: dict[tuple[int, int], list[Evidence]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(
            AttendanceEvidence.session_id,
            AttendanceEvidence.place_id,
            AttendanceEvidence.id,
            AttendanceEvidence.kind,
            AttendanceEvidence.at,
            AttendanceEvidence.value,
            AttendanceEvidence.starts_at,
            AttendanceEvidence.ends_at,
            AttendanceEvidence.reason,
        )
        .where(
            AttendanceEvidence.session_id.in_([line.id for line in wanted]),
            AttendanceEvidence.place_id.in_([one.place_id for one in people]),
        )
        .order_by(AttendanceEvidence.id)
    )
    for row in rows:
        found[row.session_id, row.place_id].append(
            Evidence(row.id, row.kind, row.at, row.value, row.starts_at, row.ends_at, row.reason)
        )
    return found


def _stored(
    wanted: Iterable[SessionView], people: Iterable[RosterPlace]
) -> dict[tuple[int, int], tuple[Verdict, dict[str, Any]]]:
    rows = db.session.execute(
        sa.select(
            AttendanceMark.session_id, AttendanceMark.place_id, AttendanceMark.verdict, AttendanceMark.trace
        ).where(
            AttendanceMark.session_id.in_([line.id for line in wanted]),
            AttendanceMark.place_id.in_([one.place_id for one in people]),
        )
    )
    return {(row.session_id, row.place_id): (row.verdict, row.trace) for row in rows}


def _keep_totals(version_id: int, place_ids: Collection[int], *, now: dt.datetime) -> None:
    """Add up the marks of some learners, under a lock: two rosters closed at once leave no total behind."""
    if not place_ids:
        return
    ids = sorted(place_ids)
    empty = [
        {"place_id": place_id, "halves": 0, "sessions": 0, "by_course": {}, "updated_at": now}
        for place_id in ids
    ]
    insert_ignoring(AttendanceTotal.__table__, empty)
    db.session.execute(
        sa.select(AttendanceTotal.place_id)
        .where(AttendanceTotal.place_id.in_(ids))
        .order_by(AttendanceTotal.place_id)
        .with_for_update()
    ).all()
    keys = {course.id: course.key for course in curriculum.outline(version_id).courses}
    marks: dict[int, list[tuple[str, Verdict]]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(AttendanceMark.place_id, AttendanceMark.course_id, AttendanceMark.verdict)
        .join(LiveSession, LiveSession.id == AttendanceMark.session_id)
        .where(AttendanceMark.place_id.in_(ids), LiveSession.counts.is_(True))
    )
    for row in rows:
        marks[row.place_id].append((keys[row.course_id], row.verdict))
    summed = [(place_id, rules.totals(marks[place_id])) for place_id in ids]
    upsert(
        AttendanceTotal.__table__,
        [
            {
                "place_id": place_id,
                "halves": total.overall.halves,
                "sessions": total.overall.sessions,
                "by_course": {
                    course: {"halves": count.halves, "sessions": count.sessions}
                    for course, count in total.by_course.items()
                },
                "updated_at": now,
            }
            for place_id, total in summed
        ],
        keys=("place_id",),
    )
