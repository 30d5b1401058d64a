"""Why one's attendance is what it is: every piece of evidence, the sums, and the way to dispute it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.curriculum import queries as curriculum
from lms.enrolment import queries as enrolment
from lms.enrolment.rules import Off
from lms.live import policy, queries, rules
from lms.live.actions import makeups as make_up_actions
from lms.live.actions.requested import DISPUTE, OUTCOMES, why_not_dispute
from lms.live.queries import AttendanceView, SessionView, disputes
from lms.live.queries.disputes import Disputed
from lms.live.rules import PRECEDENCE, EvidenceKind, Verdict
from lms.live.views.explaining import explained
from lms.live.views.frame import bp
from lms.live.views.names import event_of
from lms.live.views.presence import own_place
from lms.requests.rules import RequestState
from lms.web import filters, requests
from lms.web.guards import current_actor, requires

STATES = {
    RequestState.OPEN: "Disputed",
    RequestState.WAITING: "Disputed: you were asked something back",
    RequestState.GRANTED: OUTCOMES.granted,
    RequestState.PARTLY: OUTCOMES.partly,
    RequestState.REFUSED: OUTCOMES.refused,
}
_RANKED = {
    EvidenceKind.OVERRIDE: "A coordinator's decision",
    EvidenceKind.EXCUSE: "An excuse: the session leaves your sums",
    EvidenceKind.MAKE_UP: "A make-up that was accepted",
    EvidenceKind.ROSTER: "A tick on the roster",
    EvidenceKind.INTERVAL: "Minutes in the meeting",
    EvidenceKind.SELF_CODE: "The code of the class",
}


@dataclass(frozen=True, slots=True)
class Dispute:
    """Whether a mark can be disputed, and what became of it when it was."""

    why_not: str
    """Empty: it can be asked now."""
    until: dt.datetime | None
    asked: Disputed | None
    state: str
    """How that one stands, in words."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of minutes that counts, with its place on a line that is as long as the session."""

    words: str
    x: float
    width: float


@bp.get("/cohorts/<slug>/sessions/<key>/my-attendance")
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def my_attendance(session: SessionView) -> ResponseReturnValue:
    """Show a learner everything that the ledger holds of them in a session, and what it comes to."""
    requests.no_store()
    now, actor, place = clock.now(), current_actor(), own_place(session)
    place_id = place.place_id
    mark, asked = disputes.mark_and_dispute(session.id, place_id, session.key, DISPUTE)
    entries = queries.entries(session.id, place_id)
    standing = {kind for kind in PRECEDENCE if rules.in_force([entry.evidence for entry in entries], kind)}
    decided = mark.trace["decided_by"] if mark else ""
    full, half, scheduled = _bounds(session)
    offer = make_up_actions.offer(session, place_id, now=now) if session.counts else None
    return render_template(
        "live/my_attendance.html",
        session=session,
        cohort=session.cohort,
        mark=explained(mark, actor.zone, now, cancelled=session.cancelled) if mark else None,
        ranked=[
            (
                _RANKED[kind],
                "decides" if kind.value == decided else "there, outweighed" if kind in standing else "none",
            )
            for kind in PRECEDENCE
        ],
        bounds=(full, half, scheduled),
        stretches=_stretches(session, [entry.evidence for entry in entries], actor.zone),
        story=[event_of(entry, actor.zone) for entry in reversed(entries)],
        sums=_sums(session, place.attendance),
        left_out=_left_out(session, place_id),
        offer=offer,
        dispute=_dispute(session, asked, mark.verdict if mark else Verdict.UNMARKED, now),
        zone=actor.zone,
        now=now,
    )


def _dispute(
    session: SessionView, asked: Disputed | None, verdict: Verdict, now: dt.datetime
) -> Dispute | None:
    """The way to a dispute; none where nothing counts."""
    if session.cancelled or not session.counts:
        return None
    why_not = "" if asked and asked.running else why_not_dispute(session, verdict, now)
    until = session.closed_at + dt.timedelta(days=session.policy.dispute_days) if session.closed_at else None
    return Dispute(why_not, until, asked, STATES.get(asked.state, "") if asked else "")


def _bounds(session: SessionView) -> tuple[str, str, str]:
    """Minutes for present and for half, and those scheduled."""
    whole = Fraction((session.ends_at - session.starts_at) // dt.timedelta(seconds=1), 60)
    bounds = queries.bounds(session.cohort)

    def words(minutes: Fraction) -> str:
        return filters.minutes(-(-minutes.numerator // minutes.denominator))

    return words(whole * bounds.full_from), words(whole * bounds.half_from), words(whole)


def _stretches(session: SessionView, ledger: list[rules.Evidence], zone: str) -> tuple[Stretch, ...]:
    spans = [
        (one.starts_at, one.ends_at) for one in rules.intervals_of(ledger) if one.starts_at and one.ends_at
    ]
    whole = (session.ends_at - session.starts_at).total_seconds()
    found = []
    for first, last in rules.merged(spans, session.starts_at, session.ends_at):
        minutes = (last - first) // dt.timedelta(minutes=1)
        words = f"{filters.clock(first, zone)}–{filters.clock(last, zone)}, {filters.minutes(minutes)}"
        at = (first - session.starts_at).total_seconds() / whole
        found.append(
            Stretch(words, round(600 * at, 1), round(600 * (last - first).total_seconds() / whole, 1))
        )
    return tuple(found)


def _sums(session: SessionView, view: AttendanceView) -> tuple[tuple[str, str, str], ...]:
    outline = curriculum.outline(session.cohort.version_id)
    course, rule = outline.course(session.line.course_id), outline.policies.completion

    def ratio(count: rules.Count) -> str:
        if count.share is None:
            return "none yet"
        return f"{filters.figure(count.present)} of {count.sessions}, {filters.percent(count.share)}"

    lines = [
        ("The programme", ratio(view.total), f"{filters.percent(rule.attendance_overall, whole=True)} needed")
    ]
    if course.key in rule.attendance_courses:
        needed = f"{filters.percent(rule.attendance_course, whole=True)} needed"
        lines.append((course.title, ratio(view.of(course.key)), needed))
    return tuple(lines)


def _left_out(session: SessionView, place_id: int) -> tuple[tuple[str, str], ...]:
    """The sessions that stand in no sum of theirs, by why: before they came, on leave, cancelled."""
    days = enrolment.counting_days_of([place_id])[place_id]
    reasons = {
        Off.BEFORE: "Before your first day",
        Off.BETWEEN: "While you had no place",
        Off.LEAVE: "During your leave",
    }
    counted: dict[str, int] = {}
    for line in queries.sessions(session.cohort):
        if not line.counts:
            continue
        why = "Cancelled by us" if line.cancelled else reasons.get(days.off(line.day) or Off.AFTER, "")
        if days.off(line.day) is None and not line.cancelled:
            continue
        if why:
            counted[why] = counted.get(why, 0) + 1
    return tuple((why, filters.plural(number, "session")) for why, number in counted.items())
