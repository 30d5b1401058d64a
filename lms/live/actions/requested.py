"""What learners ask about their attendance: to be excused from a session, and to have a mark put right."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.errors import NotFound, RuleViolation
from lms.live import queries
from lms.live.actions.rosters import correct, excuse
from lms.live.queries import SessionView
from lms.live.rules import LiveRefusal, Verdict
from lms.people.rules import Actor
from lms.requests.ports import Asking, Choices, Deciding, Done, Fact, Offer, Outcomes

DISPUTE = "attendance-dispute"
"""The kind of a dispute of one's attendance."""
OUTCOMES = Outcomes("Corrected", "Corrected in part", "It stands")
BEHIND = dt.timedelta(days=21)
AHEAD = dt.timedelta(days=60)
WORDS = {
    Verdict.PRESENT: "present",
    Verdict.HALF: "half present",
    Verdict.ABSENT: "absent",
    Verdict.EXCUSED: "excused",
    Verdict.UNMARKED: "not marked yet",
}
SOMEBODY_ELSES = "The presence that was recorded here was somebody else's; a dispute showed it."
"""What the other learner reads: not who disputed."""


def _sessions(asking: Asking) -> list[SessionView]:
    cohort = cohorts.by_id(asking.cohort_id)
    found = queries.sessions(cohort, since=asking.now - BEHIND, until=asking.now + AHEAD)
    return [one for one in found if one.counts and not one.cancelled]


def _session(cohort: CohortView, key: str) -> SessionView | None:
    return next((one for one in queries.sessions(cohort) if one.key == key), None)


def _named(session: SessionView) -> str:
    return f"{session.line.code} {session.line.title}".strip()


def _day(at: dt.datetime, zone: str) -> str:
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%A}, {there.day} {there:%B %Y}"


def excusable(asking: Asking) -> Choices:
    """Sessions around now, by date."""
    return tuple(
        (one.key, f"{_named(one)}, {_day(one.starts_at, one.cohort.zone)}")
        for one in _sessions(asking)
        if not _settled(one, asking.now)
    )


def _settled(session: SessionView, now: dt.datetime) -> bool:
    return session.closed_at is not None and now > _until(session)


def _until(session: SessionView) -> dt.datetime:
    closed = session.closed_at or session.ends_at
    return closed + dt.timedelta(days=session.policy.dispute_days)


def offer_excuse(asking: Asking) -> Offer:
    """The session, and how it stands for the learner."""
    session = _session(cohorts.by_id(asking.cohort_id), asking.about)
    if session is None:
        return Offer(title="Excuse", why_not="There is no such session. Choose one of the list.")
    mark = queries.mark(session.id, asking.place_id)
    why_not = ""
    if session.cancelled:
        why_not = "This session does not take place: nobody has to be excused."
    elif not session.counts:
        why_not = "Attendance is not counted in this session: nobody has to be excused."
    elif mark and mark.verdict is Verdict.EXCUSED:
        why_not = "You are excused from this session already."
    elif _settled(session, asking.now):
        why_not = f"The roster was closed and could be questioned until {_day(_until(session), session.cohort.zone)}."
    facts = [Fact("Session", _named(session)), Fact("When", at=session.starts_at)]
    if mark:
        facts.append(Fact("Your attendance", WORDS[mark.verdict]))
    facts.append(Fact("If it is granted", "the session stands in neither sum of your attendance"))
    return Offer(title=f"Excuse for {_named(session)}", facts=tuple(facts), why_not=why_not)


def grant_excuse(deciding: Deciding, actor: Actor, now: dt.datetime) -> Done:
    """Append the excuse to the ledger."""
    session = _needed(deciding)
    excuse(session.id, deciding.place_id, deciding.reason, actor=actor, now=now)
    return Done((Fact("Attendance", WORDS[_verdict(session, deciding.place_id)]),), told=True)


def disputable(asking: Asking) -> Choices:
    """Sessions whose roster was closed lately, the latest first."""
    return tuple(
        (one.key, f"{_named(one)}, {_day(one.starts_at, one.cohort.zone)}")
        for one in reversed(_sessions(asking))
        if one.closed_at is not None and asking.now <= _until(one)
    )


def why_not_dispute(session: SessionView, verdict: Verdict, now: dt.datetime) -> str:
    """Why a learner cannot dispute what stands there, in a sentence; empty: they can."""
    if session.closed_at is None:
        return "The roster of this session is still open. Until it is closed, tell whoever holds the session."
    if session.cancelled:
        return "This session did not take place, and counts for nobody."
    if verdict is Verdict.PRESENT:
        return "You are recorded as present in full: there is nothing to put right."
    if _settled(session, now):
        return (
            f"This could be disputed until {_day(_until(session), session.cohort.zone)}, "
            f"{session.policy.dispute_days} days from the closing of the roster."
        )
    return ""


def offer_dispute(asking: Asking) -> Offer:
    """What stands in the record and why; disputed within the days that the policy gives from the closing on."""
    session = _session(cohorts.by_id(asking.cohort_id), asking.about)
    if session is None:
        return Offer(title="Attendance", why_not="There is no such session. Choose one of the list.")
    mark = queries.mark(session.id, asking.place_id)
    verdict = mark.verdict if mark else Verdict.UNMARKED
    why_not = why_not_dispute(session, verdict, asking.now)
    facts = [Fact("Session", _named(session)), Fact("When", at=session.starts_at)]
    facts.append(Fact("What stands there", WORDS[verdict]))
    if mark:
        facts.append(Fact("Why", str(mark.trace.get("why", ""))))
    if session.closed_at:
        facts.append(Fact("Can be disputed until", at=_until(session)))
    choices = tuple(
        (each.value, words)
        for each, words in (
            (Verdict.PRESENT, "I was there"),
            (Verdict.HALF, "I was there for about half of it"),
        )
        if each is not verdict
    )
    return Offer(
        title=f"Attendance of {_named(session)}", facts=tuple(facts), choices=choices, why_not=why_not
    )


def namesakes(deciding: Deciding) -> Choices:
    """Who else is recorded as present: one of them may hold what belongs to this learner."""
    return queries.present_at(deciding.cohort_id, deciding.about, without=deciding.place_id)


def grant_dispute(deciding: Deciding, actor: Actor, now: dt.datetime) -> Done:
    """Append the correction; where somebody else had the credit, theirs is corrected with it."""
    session = _needed(deciding)
    wanted = deciding.given.choice or deciding.wanted.choice
    if wanted not in (Verdict.PRESENT.value, Verdict.HALF.value):
        raise RuleViolation(LiveRefusal.NOT_ON_ROSTER)
    correct(session.id, deciding.place_id, Verdict(wanted), deciding.reason, actor=actor, now=now)
    if deciding.given.other:
        other = next(
            (one for one in queries.places(deciding.cohort_id) if one.public_id == deciding.given.other), None
        )
        if other is None or other.place_id == deciding.place_id:
            raise RuleViolation(LiveRefusal.NOT_ON_ROSTER)
        correct(session.id, other.place_id, Verdict.ABSENT, SOMEBODY_ELSES, actor=actor, now=now)
    half = wanted == Verdict.HALF.value and deciding.wanted.choice == Verdict.PRESENT.value
    stands = WORDS[_verdict(session, deciding.place_id)]
    return Done((Fact("What stands there now", stands),), partly=half, told=True)


def _needed(deciding: Deciding) -> SessionView:
    session = _session(cohorts.by_id(deciding.cohort_id), deciding.about)
    if session is None:
        raise NotFound
    return session


def _verdict(session: SessionView, place_id: int) -> Verdict:
    mark = queries.mark(session.id, place_id)
    return mark.verdict if mark else Verdict.UNMARKED
