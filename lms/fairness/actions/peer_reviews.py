"""A peer review: written, submitted, handed back for a conflict, hidden, and answered by its author."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.core import audit, markdown
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.fairness import queries, rules
from lms.fairness.actions.peer_rounds import allot_again, held_round
from lms.fairness.models import PeerReview, PeerRound
from lms.fairness.rules import Ended, PeerRefusal, RoundPhase
from lms.people.rules import Actor


@dataclass(frozen=True)
class Said:
    """What a reviewer puts down: a level and a comment for each criterion, and the review as a whole."""

    levels: Mapping[str, int] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    overall: str = ""


class NotReady(RuleViolation):
    """A review that lacks something; `problems` by criterion, "" is the whole."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        """Keep what it lacks."""
        super().__init__(PeerRefusal.UNFINISHED)
        self.problems = dict(problems)


def _held(review_id: int) -> tuple[PeerRound, PeerReview]:
    """A review and its round under locks, the round first, as those who allot do."""
    round_id = db.session.scalar(sa.select(PeerReview.round_id).where(PeerReview.id == review_id))
    if round_id is None:
        raise NotFound
    found = held_round(round_id)
    review: PeerReview = locked(PeerReview, review_id)
    return found, review


def _open(found: PeerRound, review: PeerReview, now: dt.datetime) -> None:
    if review.ended is not None:
        raise RuleViolation(PeerRefusal.NOT_ASKED)
    if rules.round_phase(found.closes_at, found.released_at, now) is not RoundPhase.OPEN:
        raise RuleViolation(PeerRefusal.CLOSED)


def keep_review(
    review_id: int, said: Said, *, submit: bool, version: int, actor: Actor, now: dt.datetime
) -> PeerReview:
    """Keep what a reviewer writes, or submit it; what is submitted can be changed until the round closes.

    Raises Conflict when another window or member saved it, RuleViolation when it is no longer asked or open, NotReady
    when something is missing that a submitted review has.
    """
    found, review = _held(review_id)
    _open(found, review, now)
    if review.version != version:
        raise Conflict(PeerRefusal.CHANGED)
    version_id = cohorts.by_id(found.cohort_id).version_id
    criteria = {row.key: len(row.levels) for row in queries.peer_criteria(version_id, found.activity_id)}
    levels = {key: level for key, level in said.levels.items() if key in criteria}
    comments = {key: text for key, text in said.comments.items() if key in criteria and text}
    if any(not 1 <= level <= criteria[key] for key, level in levels.items()):
        raise RuleViolation(PeerRefusal.NOT_A_LEVEL)
    if any(len(text) > rules.LONGEST_COMMENT for text in comments.values()):
        raise RuleViolation(PeerRefusal.LONG_COMMENT)
    if len(said.overall) > rules.LONGEST_OVERALL:
        raise RuleViolation(PeerRefusal.LONG_OVERALL)
    lacks = rules.missing(levels, comments, said.overall, list(criteria))
    if lacks and (submit or review.submitted_at is not None):
        raise NotReady(lacks)
    review.answers = {"levels": levels, "comments": comments}
    review.overall, review.html = said.overall, markdown.render(said.overall, heading_from=4)
    review.version += 1
    review.saved_at, review.saved_by_id = now, actor.person_id
    if submit and review.submitted_at is None:
        review.submitted_at = now
        db.session.flush()
        _write_down(found, review, "fairness.submit_peer_review", actor)
    db.session.flush()
    return review


def declare_conflict(review_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> PeerReview:
    """Hand a piece back for a conflict of interest: it is given to somebody else, and they get another one.

    Raises RuleViolation without a reason, once it is submitted, or when it is no longer open.
    """
    found, review = _held(review_id)
    _open(found, review, now)
    if not reason.strip():
        raise RuleViolation(PeerRefusal.NO_REASON)
    if review.submitted_at is not None:
        raise RuleViolation(PeerRefusal.SUBMITTED)
    review.ended, review.ended_at, review.reason = Ended.CONFLICT, now, reason.strip()
    review.answers, review.overall, review.html = {}, "", ""
    review.version += 1
    db.session.flush()
    _write_down(found, review, "fairness.declare_peer_conflict", actor, reason=review.reason)
    allot_again(found, now)
    return review


def hide_review(review_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> PeerReview:
    """Keep a review from its author, before or after the release. Raises RuleViolation without a reason."""
    found, review = _held(review_id)
    if not reason.strip():
        raise RuleViolation(PeerRefusal.NO_REASON)
    if review.hidden_at is not None:
        raise RuleViolation(PeerRefusal.HIDDEN)
    if review.submitted_at is None:
        raise RuleViolation(PeerRefusal.NOT_SUBMITTED)
    review.hidden_at, review.hidden_by_id, review.hidden_reason = now, actor.person_id, reason.strip()
    db.session.flush()
    _write_down(found, review, "fairness.hide_peer_review", actor, reason=review.hidden_reason)
    return review


def show_review(review_id: int, *, actor: Actor, now: dt.datetime) -> PeerReview:
    """Let its author read a review again that was hidden."""
    found, review = _held(review_id)
    if review.hidden_at is None:
        raise RuleViolation(PeerRefusal.NOT_HIDDEN)
    before = review.hidden_reason
    review.hidden_at, review.hidden_by_id, review.hidden_reason = None, None, ""
    db.session.flush()
    _write_down(
        found, review, "fairness.show_peer_review", actor, before={"reason": before, "at": now.isoformat()}
    )
    return review


def answer_review(
    review_id: int, *, useful: int | None, answer: str, actor: Actor, now: dt.datetime
) -> PeerReview:
    """Say how useful a review was, as often as one likes, and answer it, once.

    Raises RuleViolation before the release, where it is hidden, or when it was answered before.
    """
    found, review = _held(review_id)
    if found.released_at is None or review.submitted_at is None or review.hidden_at is not None:
        raise RuleViolation(PeerRefusal.NOT_RELEASED)
    text = answer.strip()
    if useful is None and not text:
        raise RuleViolation(PeerRefusal.NO_ANSWER)
    if useful is not None and useful not in rules.USEFUL:
        raise RuleViolation(PeerRefusal.NOT_USEFUL_SO)
    if len(text) > rules.LONGEST_ANSWER:
        raise RuleViolation(PeerRefusal.LONG_ANSWER)
    if text and review.answered_at is not None:
        raise RuleViolation(PeerRefusal.ANSWERED)
    if useful is not None:
        review.useful = useful
    if text:
        review.answer, review.answered_at, review.answered_by_id = text, now, actor.person_id
    db.session.flush()
    return review


def _write_down(found: PeerRound, review: PeerReview, action: str, actor: Actor, **told: Any) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="peer_review",
            subject_id=review.id,
            cohort_id=found.cohort_id,
            **told,
        )
    )
