"""A complaint about a mark: asked in time and once, looked at by somebody else, decided, and then released."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment.actions.judging import feedback_document
from lms.assessment.queries import late_rule, rubric_view
from lms.assessment.rules import Judgement, Origin, fact, judge, shown
from lms.cohorts import queries as cohorts
from lms.core import audit, events, markdown
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.gradebook import queries
from lms.gradebook.events import ReviewAsked, ReviewEnded
from lms.gradebook.models import MarkReview
from lms.gradebook.queries.complaints import KIND, Complaint, ReviewPage, complainable, complaint_of
from lms.gradebook.rules.allowances import AllowanceRefusal
from lms.gradebook.rules.complaints import ComplaintRefusal, ReviewState, why_not_assess
from lms.people.rules import Actor
from lms.requests import queries as requests
from lms.requests.models import Request
from lms.requests.ports import Asking, Choices, Deciding, Done, Fact, Offer
from lms.requests.rules import RUNNING


def subjects(asking: Asking) -> Choices:
    """Activities of which a mark may still be complained of."""
    cohort = cohorts.by_id(asking.cohort_id)
    outline = curriculum.outline(cohort.version_id)
    found: dict[str, str] = {}
    for one in complainable(cohort, asking.place_id):
        if one.until >= asking.now and not one.complained:
            line = outline.activities[one.thing.activity_id]
            found.setdefault(line.key, f"{line.code} {line.title}".strip())
    return tuple(found.items())


def offer(asking: Asking) -> Offer:
    """Which marks of an activity may be complained of, and until when; or why none may."""
    cohort = cohorts.by_id(asking.cohort_id)
    outline = curriculum.outline(cohort.version_id)
    line = outline.by_key[asking.about]
    name = f"{line.code} {line.title}".strip()
    title = f"Complaint about the mark of {name}"
    marks = complainable(cohort, asking.place_id, line.id)
    open_ones = [one for one in marks if one.until >= asking.now and not one.complained]
    if not open_ones:
        return Offer(title=title, why_not=_why_not(marks))
    return Offer(
        title=title,
        facts=(
            Fact("Mark of", name),
            Fact("Released", at=max(one.released_at for one in open_ones)),
            Fact("Possible until", at=max(one.until for one in open_ones)),
        ),
        choices=tuple((one.choice, one.thing.label) for one in open_ones),
        hint="Somebody who has not marked this looks at the work again, without the mark that was given.",
    )


def _why_not(marks: list[Any]) -> str:
    if not marks:
        return ComplaintRefusal.NOTHING_RELEASED.value
    if all(one.complained for one in marks):
        return ComplaintRefusal.ONCE.value
    until = max(one.until for one in marks if not one.complained)
    return ComplaintRefusal.TOO_LATE.value.format(until=f"{until:%d %B %Y, %H:%M} UTC")


def ask_assessor(complaint: Complaint, public_id: str, *, actor: Actor, now: dt.datetime) -> MarkReview:
    """Ask somebody for the second look; whoever was asked before and has not answered is not needed any more.

    Raises RuleViolation when they marked it before, are complained of, decide it, or have the learner's section.
    """
    row: Request | None = locked(Request, complaint.request.id)
    if row is None:
        raise NotFound
    if row.state not in RUNNING:
        raise RuleViolation(ComplaintRefusal.OVER, state="over")
    chosen = next((one for one in queries.assessors(complaint) if one.public_id == public_id), None)
    if chosen is None:
        raise NotFound
    why = why_not_assess(
        chosen,
        markers=complaint.markers,
        decider=actor.person_id,
        against=complaint.request.against_id,
        section=queries.section_of(complaint.request.place_id),
    )
    if why:
        raise RuleViolation(ComplaintRefusal.NOT_ABLE, name=chosen.name, why=why)
    running = complaint.running
    if running is not None and running.assessor_id == chosen.person_id:
        raise RuleViolation(ComplaintRefusal.ASKED_ALREADY, name=chosen.name)
    drop_reviews(complaint.request.id, now=now)
    review = MarkReview(
        request_id=complaint.request.id,
        mark_id=complaint.mark_id,
        version=complaint.version,
        assessor_id=chosen.person_id,
        state=ReviewState.ASKED,
        asked_by_id=actor.person_id,
        asked_at=now,
        judgement={},
        trace={},
        feedback={},
    )
    db.session.add(review)
    db.session.flush()
    _wrote("gradebook.ask_assessor", review, complaint.cohort.id, actor, "")
    events.record(ReviewAsked(review_id=review.id, cohort_id=complaint.cohort.id, at=now))
    return review


def drop_reviews(request_id: int, *, now: dt.datetime) -> None:
    """Second looks that nobody answered are not needed any more."""
    db.session.execute(
        sa.update(MarkReview)
        .where(MarkReview.request_id == request_id, MarkReview.state == ReviewState.ASKED)
        .values(state=ReviewState.DROPPED, ended_at=now)
    )


@dataclass(frozen=True, kw_only=True)
class SecondLook:
    """What the second assessor put down: by the rubric, or (where there is none) a figure and words."""

    judgement: Judgement
    figure: Fraction | None = None


class Incomplete(RuleViolation):
    """The second judgement is not complete; `problems` says what is missing, by row of the rubric."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(ComplaintRefusal.NO_WORDS)
        self.problems = problems


def judge_again(page: ReviewPage, look: SecondLook, *, actor: Actor, now: dt.datetime) -> MarkReview:
    """Keep the judgement of the second assessor; whoever decides the complaint sees it.

    Raises Incomplete with every problem, RuleViolation when it is over.
    """
    row = _asked(page)
    version_id = page.cohort.version_id
    rubric = rubric_view(version_id, page.thing.activity_id, page.thing.part)
    if rubric.words:
        outcome = judge(rubric.rules, look.judgement, late_rule(version_id), page.late_days)
        if outcome.problems or outcome.mark is None:
            raise Incomplete(outcome.problems)
        value, trace = outcome.mark, outcome.trace
        feedback = feedback_document(rubric, look.judgement, outcome, beside={})
    else:
        if look.figure is None or not 0 <= look.figure <= 100:
            raise RuleViolation(AllowanceRefusal.NOT_A_MARK)
        if not look.judgement.overall.strip():
            raise Incomplete({"": ComplaintRefusal.NO_WORDS.value})
        value = look.figure
        trace = {"facts": [fact("Mark", shown(value), note="as a second assessor judged it")]}
        feedback = {"overall": markdown.render(look.judgement.overall, heading_from=3), "comments": 1}
    row.judgement, row.trace, row.feedback = look.judgement.document(), dict(trace), dict(feedback)
    row.numerator, row.denominator = value.numerator, value.denominator
    return _end(row, page, ReviewState.JUDGED, "", actor, now)


def decline_review(page: ReviewPage, *, why: str, actor: Actor, now: dt.datetime) -> MarkReview:
    """Say that one cannot look at it: a conflict, no time. Somebody else is asked."""
    row = _asked(page)
    if not why.strip():
        raise RuleViolation(ComplaintRefusal.NO_WHY)
    return _end(row, page, ReviewState.DECLINED, why.strip(), actor, now)


def _asked(page: ReviewPage) -> MarkReview:
    row: MarkReview | None = locked(MarkReview, page.id)
    if row is None:
        raise NotFound
    if row.state is not ReviewState.ASKED:
        raise RuleViolation(ComplaintRefusal.OVER, state=row.state.value)
    return row


def _end(
    row: MarkReview, page: ReviewPage, state: ReviewState, why: str, actor: Actor, now: dt.datetime
) -> MarkReview:
    row.state, row.why, row.ended_at = state, why, now
    db.session.flush()
    _wrote(f"gradebook.review_{state.value}", row, page.cohort.id, actor, why)
    events.record(ReviewEnded(review_id=row.id, cohort_id=page.cohort.id, at=now))
    return row


def _wrote(action: str, row: MarkReview, cohort_id: int, actor: Actor, reason: str) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="mark_review",
            subject_id=row.id,
            cohort_id=cohort_id,
            after={"request_id": row.request_id, "state": row.state.value, "assessor_id": row.assessor_id},
            reason=reason,
        )
    )


def grant(deciding: Deciding, actor: Actor, now: dt.datetime) -> Done:
    """Let the second assessor's mark stand: a new version, released by whoever decides; the old one is kept."""
    request_id = _request_of(deciding)
    complaint = complaint_of(requests.by_id(request_id))
    review = complaint.judged
    if review is None or review.value is None:
        raise RuleViolation(ComplaintRefusal.NOT_JUDGED)
    row = db.session.scalars(sa.select(MarkReview).where(MarkReview.public_id == review.public_id)).one()
    if row.version != complaint.version or complaint.latest != complaint.version:
        raise RuleViolation(ComplaintRefusal.MOVED)
    before = fact("Before the complaint", shown(complaint.released))
    note = fact(
        "After a complaint", shown(review.value), note=f"judged again by a second assessor: {deciding.reason}"
    )
    try:
        version = assessment.enter_mark(
            assessment.Entered(
                place_id=deciding.place_id,
                cohort_id=deciding.cohort_id,
                activity_id=complaint.thing.activity_id,
                part=complaint.thing.part,
                value=review.value,
                reason=deciding.reason,
                version=complaint.latest,
                origin=Origin.REVIEW,
                facts=[before, *review.trace.get("facts", ()), note],
                feedback=review.feedback,
                entered_by_id=row.assessor_id,
            ),
            actor=actor,
            now=now,
        )
    except Conflict as conflict:
        raise RuleViolation(ComplaintRefusal.MOVED) from conflict
    assessment.release_version(version, actor=actor, now=now)
    return Done((Fact("What counts now", "the mark of the second assessor; it is on the page of the mark"),))


def _request_of(deciding: Deciding) -> int:
    found = db.session.execute(
        sa.select(Request.id, Request.wanted).where(
            Request.place_id == deciding.place_id,
            Request.kind == KIND,
            Request.about == deciding.about,
            Request.state.in_(RUNNING),
        )
    )
    for request_id, wanted in found:
        if wanted.get("choice", "") == deciding.wanted.choice:
            return request_id
    raise NotFound
