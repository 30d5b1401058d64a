"""Questions to a session: who may ask until when, what a moderator can make of one."""

from __future__ import annotations

import datetime as dt
import enum

from lms.core.errors import Refusal

LONGEST_QUESTION = 600
LONGEST_ANSWER = 2000


class QuestionState(enum.StrEnum):
    """Where a question stands."""

    OPEN = "open"
    SHORTLISTED = "shortlisted"
    """The moderator means to put it."""
    ANSWERED = "answered"
    MERGED = "merged"
    """It asks the same as another one, which has its votes too."""
    HIDDEN = "hidden"


class QuestionAct(enum.StrEnum):
    """What a moderator does with a question; the word in its address."""

    SHORTLIST = "shortlist"
    UNLIST = "unlist"
    ANSWER = "answer"
    REOPEN = "reopen"
    MERGE = "merge"
    SPLIT = "split"
    HIDE = "hide"
    SHOW = "show"


class QuestionRefusal(Refusal):
    """Why something is not done with a question."""

    CANCELLED = "This session does not take place, so nobody will answer."
    OVER = "The session is over. What was answered stands in the log; ask in the discussion."
    TOO_MANY = "You have {most} open questions here. Vote for others’, or take one of yours back."
    EMPTY = "Write your question."
    NOT_OPEN = "This question is not open any more."
    NOT_YOURS = "Only whoever asked takes a question back."
    OTHERS_VOTED = "Others have voted for it: it is theirs too. Ask a moderator to hide it."
    NEEDS_REASON = "Say why in a few words: whoever asked reads it."
    NO_SUCH_ACT = "That cannot be done with this question now. Look at the page again."
    NOT_MERGED_HERE = "Choose another question of this session that is open."
    NOT_OVER = "The log is published when the session is over."
    PUBLISHED = "The log is published already."


ACTS: dict[QuestionState, frozenset[QuestionAct]] = {
    QuestionState.OPEN: frozenset(
        {QuestionAct.SHORTLIST, QuestionAct.ANSWER, QuestionAct.MERGE, QuestionAct.HIDE}
    ),
    QuestionState.SHORTLISTED: frozenset(
        {QuestionAct.UNLIST, QuestionAct.ANSWER, QuestionAct.MERGE, QuestionAct.HIDE}
    ),
    QuestionState.ANSWERED: frozenset({QuestionAct.ANSWER, QuestionAct.REOPEN, QuestionAct.HIDE}),
    QuestionState.MERGED: frozenset({QuestionAct.SPLIT}),
    QuestionState.HIDDEN: frozenset({QuestionAct.SHOW}),
}
"""What can be done with a question, by its state. Answering an answered one changes the note."""

BECOMES: dict[QuestionAct, QuestionState] = {
    QuestionAct.SHORTLIST: QuestionState.SHORTLISTED,
    QuestionAct.UNLIST: QuestionState.OPEN,
    QuestionAct.ANSWER: QuestionState.ANSWERED,
    QuestionAct.REOPEN: QuestionState.OPEN,
    QuestionAct.MERGE: QuestionState.MERGED,
    QuestionAct.SPLIT: QuestionState.OPEN,
    QuestionAct.HIDE: QuestionState.HIDDEN,
    QuestionAct.SHOW: QuestionState.OPEN,
}

WAITING = frozenset({QuestionState.OPEN, QuestionState.SHORTLISTED})
"""Still to be answered."""


def why_not_ask(
    *, cancelled: bool, ends_at: dt.datetime, own_open: int, most: int, now: dt.datetime
) -> QuestionRefusal | None:
    """Why nobody, or this person, can ask now, or None."""
    refusal = why_not_vote(cancelled=cancelled, ends_at=ends_at, now=now)
    if refusal:
        return refusal
    return QuestionRefusal.TOO_MANY if own_open >= most else None


def why_not_vote(*, cancelled: bool, ends_at: dt.datetime, now: dt.datetime) -> QuestionRefusal | None:
    """Why nobody can vote now, or None."""
    if cancelled:
        return QuestionRefusal.CANCELLED
    return QuestionRefusal.OVER if now >= ends_at else None


def why_not_moderate(state: QuestionState, act: QuestionAct) -> QuestionRefusal | None:
    """Why a moderator cannot do this with a question, or None."""
    return None if act in ACTS[state] else QuestionRefusal.NO_SUCH_ACT


def why_not_take_back(*, own: bool, state: QuestionState, others: int) -> QuestionRefusal | None:
    """Why whoever asked cannot take a question back, or None."""
    if not own:
        return QuestionRefusal.NOT_YOURS
    if state not in WAITING:
        return QuestionRefusal.NOT_OPEN
    return QuestionRefusal.OTHERS_VOTED if others else None


def why_not_publish(
    *, published: bool, ends_at: dt.datetime, cancelled: bool, now: dt.datetime
) -> QuestionRefusal | None:
    """Why the log is not published now, or None."""
    if cancelled:
        return QuestionRefusal.CANCELLED
    if now < ends_at:
        return QuestionRefusal.NOT_OVER
    return QuestionRefusal.PUBLISHED if published else None
