"""Questions: asked, voted for once, taken back; merged, shortlisted, answered, hidden; the log published."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.core import audit, events
from lms.core.db import db, insert_ignoring, locked
from lms.core.errors import NotFound, RuleViolation
from lms.live import queries, rules
from lms.live.events import QuestionAnswered, QuestionHidden, QuestionsPublished
from lms.live.models import LiveSession, Question, QuestionLog, QuestionVote
from lms.live.queries import SessionView
from lms.live.rules.questions import (
    BECOMES,
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    WAITING,
    QuestionAct,
    QuestionRefusal,
    QuestionState,
)
from lms.people.rules import Actor


def ask(session_id: int, text: str, *, anonymous: bool, actor: Actor, now: dt.datetime) -> Question:
    """Ask a question; whoever asks has voted for it."""
    text = text.strip()[:LONGEST_QUESTION]
    if not text:
        raise RuleViolation(QuestionRefusal.EMPTY)
    locked(LiveSession, session_id)
    session = queries.by_id(session_id)
    most = queries.session_policy_of(session.cohort).questions_each
    refusal = rules.why_not_ask(
        cancelled=session.cancelled,
        ends_at=session.ends_at,
        own_open=queries.own_open(session_id, actor.person_id),
        most=most,
        now=now,
    )
    if refusal:
        raise RuleViolation(refusal, most=most)
    question = Question(
        session_id=session_id,
        author_id=actor.person_id,
        anonymous=anonymous,
        text=text,
        asked_at=now,
        state=QuestionState.OPEN,
    )
    db.session.add(question)
    db.session.flush()
    db.session.add(QuestionVote(question_id=question.id, person_id=actor.person_id, at=now))
    db.session.flush()
    return question


def vote(question_id: int, *, wanted: bool, actor: Actor, now: dt.datetime) -> None:
    """Vote for a question, once, or take the vote back; for one that was merged the vote goes to the other."""
    question: Question | None = locked(Question, question_id)
    if question is None:
        raise NotFound
    session = queries.by_id(question.session_id)
    refusal = rules.why_not_vote(cancelled=session.cancelled, ends_at=session.ends_at, now=now)
    if refusal:
        raise RuleViolation(refusal)
    root: Question = (
        locked(Question, question.merged_into_id) if question.merged_into_id is not None else question
    )
    if root.state not in WAITING:
        raise RuleViolation(QuestionRefusal.NOT_OPEN)
    if wanted:
        row = {"question_id": root.id, "person_id": actor.person_id, "at": now}
        insert_ignoring(QuestionVote.__table__, [row])
        return
    db.session.execute(
        sa.delete(QuestionVote).where(
            QuestionVote.question_id.in_(queries.family(root.id)), QuestionVote.person_id == actor.person_id
        )
    )


def take_back_question(question_id: int, *, actor: Actor) -> None:
    """Take one's own question back while nobody else has voted for it."""
    question: Question | None = locked(Question, question_id)
    if question is None:
        raise NotFound
    refusal = rules.why_not_take_back(
        own=question.author_id == actor.person_id,
        state=question.state,
        others=queries.others_who_voted(question.id, question.author_id),
    )
    if refusal:
        raise RuleViolation(refusal)
    db.session.execute(sa.delete(QuestionVote).where(QuestionVote.question_id == question.id))
    db.session.execute(
        sa.update(Question)
        .where(Question.merged_into_id == question.id)
        .values(merged_into_id=None, state=QuestionState.OPEN)
    )
    db.session.delete(question)
    db.session.flush()


def moderate(
    question_id: int,
    act: QuestionAct,
    *,
    words: str = "",
    into: str = "",
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Do one of a moderator's acts: `words` are the answer or the reason, `into` the question that asks the same."""
    question: Question | None = locked(Question, question_id)
    if question is None:
        raise NotFound
    refusal = rules.why_not_moderate(question.state, act)
    if refusal:
        raise RuleViolation(refusal)
    session = queries.by_id(question.session_id)
    words, before = words.strip(), question.state
    if act is QuestionAct.HIDE and not words:
        raise RuleViolation(QuestionRefusal.NEEDS_REASON)
    if act is QuestionAct.MERGE:
        _merge(question, into)
    elif act is QuestionAct.SPLIT:
        question.merged_into_id = None
    elif act is QuestionAct.ANSWER:
        question.answer = words[:LONGEST_ANSWER]
        question.answered_at = question.answered_at or now
        if before is not QuestionState.ANSWERED:
            events.record(_answered(question, session, now))
    elif act is QuestionAct.REOPEN:
        question.answered_at = None
    question.hidden_for = words[:400] if act is QuestionAct.HIDE else ""
    question.state, question.moderated_by_id = BECOMES[act], actor.person_id
    db.session.flush()
    if act is QuestionAct.HIDE:
        events.record(
            QuestionHidden(
                cohort_id=session.cohort_id,
                session_id=session.id,
                question_id=question.id,
                author_id=question.author_id,
                reason=question.hidden_for,
                at=now,
            )
        )
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=f"live.question_{act.value}",
            subject="question",
            subject_id=question.id,
            cohort_id=session.cohort_id,
            before={"state": before.value},
            after={"state": question.state.value},
            reason=question.hidden_for,
        )
    )


def _merge(question: Question, into: str) -> None:
    """The votes stay where they were given and are counted at the other, each person once; so it can be undone."""
    other = db.session.scalar(
        sa.select(Question)
        .where(Question.public_id == into, Question.session_id == question.session_id)
        .with_for_update()
    )
    if other is None or other.id == question.id or other.state not in WAITING:
        raise RuleViolation(QuestionRefusal.NOT_MERGED_HERE)
    question.merged_into_id = other.id
    db.session.execute(
        sa.update(Question).where(Question.merged_into_id == question.id).values(merged_into_id=other.id)
    )


def _answered(question: Question, session: SessionView, now: dt.datetime) -> QuestionAnswered:
    return QuestionAnswered(
        cohort_id=session.cohort_id,
        session_id=session.id,
        question_id=question.id,
        author_id=question.author_id,
        answer=question.answer,
        at=now,
    )


def publish_questions(session_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Publish the log of a session that is over: what was asked, what was answered."""
    locked(LiveSession, session_id)
    session = queries.by_id(session_id)
    refusal = rules.why_not_publish(
        published=queries.log_published_at(session_id) is not None,
        ends_at=session.ends_at,
        cancelled=session.cancelled,
        now=now,
    )
    if refusal:
        raise RuleViolation(refusal)
    db.session.add(QuestionLog(session_id=session_id, published_at=now, published_by_id=actor.person_id))
    db.session.flush()
    events.record(QuestionsPublished(cohort_id=session.cohort_id, session_id=session_id, at=now))
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="live.publish_questions",
            subject="live_session",
            subject_id=session_id,
            cohort_id=session.cohort_id,
        )
    )
