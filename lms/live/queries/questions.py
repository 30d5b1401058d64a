"""Questions of a session with their votes: as peers see them, as whoever moderates does, as the speaker does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound
from lms.live.models import Question, QuestionLog, QuestionVote
from lms.live.queries.consents import lacks_consent
from lms.live.queries.seats import PartOfSession, part_visible_to
from lms.live.rules.questions import WAITING, QuestionState
from lms.live.rules.speakers import Artefact
from lms.people.models import Person
from lms.people.rules import Actor

SHOWN = frozenset({*WAITING, QuestionState.ANSWERED})
"""What everybody who takes part reads."""
_ROOT: Any = sa.func.coalesce(Question.merged_into_id, Question.id)


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question as somebody sees it."""

    id: int
    public_id: str
    text: str
    author_id: int
    author: str
    """Empty where the viewer is not to know."""
    anonymous: bool
    state: QuestionState
    asked_at: dt.datetime
    votes: int
    """People who want it answered, whoever asked included; those of merged questions too, each once."""
    voted: bool
    own: bool
    answer: str
    hidden_for: str
    merged_into_id: int | None
    merged: tuple[str, ...] = ()
    """The texts of questions that ask the same."""

    @property
    def waiting(self) -> bool:
        """Whether it is still to be answered."""
        return self.state in WAITING


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of a session, sorted."""

    waiting: tuple[QuestionLine, ...]
    """Most votes first; those of the shortlist before all others for whoever moderates."""
    answered: tuple[QuestionLine, ...]
    """In the order in which they were answered."""
    aside: tuple[QuestionLine, ...]
    """Hidden and merged ones: for whoever moderates, and hidden ones of one's own."""
    published_at: dt.datetime | None
    unquoted: bool = False
    """Whoever speaks has not agreed to be quoted: what was answered is for moderators alone."""

    @property
    def count(self) -> int:
        """How many there are to read."""
        return len(self.waiting) + len(self.answered)

    @property
    def shortlist(self) -> tuple[QuestionLine, ...]:
        """Those that the moderator means to put."""
        return tuple(one for one in self.waiting if one.state is QuestionState.SHORTLISTED)


def questions(session_id: int, viewer_id: int | None, *, moderates: bool = False) -> Questions:
    """The questions of a session for one viewer. One statement, whatever the number.

    Who asked without their name is told to nobody but moderators, and to themselves. What was answered is the
    speaker's word: without their yes to being quoted only moderators read it.
    """
    tally = (
        sa.select(
            _ROOT.label("root"),
            sa.func.count(sa.distinct(QuestionVote.person_id)).label("votes"),
            sa.func.max(sa.case((QuestionVote.person_id == (viewer_id or 0), 1), else_=0)).label("voted"),
        )
        .join(QuestionVote, QuestionVote.question_id == Question.id)
        .where(Question.session_id == session_id, Question.state != QuestionState.HIDDEN)
        .group_by(_ROOT)
        .subquery()
    )
    published = (
        sa.select(QuestionLog.published_at).where(QuestionLog.session_id == session_id).scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            Question.id,
            Question.public_id,
            Question.text,
            Question.author_id,
            Person.name.label("author"),
            Question.anonymous,
            Question.state,
            Question.asked_at,
            Question.answered_at,
            sa.func.coalesce(tally.c.votes, 0).label("votes"),
            sa.func.coalesce(tally.c.voted, 0).label("voted"),
            Question.answer,
            Question.hidden_for,
            Question.merged_into_id,
            published.label("published_at"),
            lacks_consent(session_id, Artefact.QUOTES).label("unquoted"),
        )
        .join(Person, Person.id == Question.author_id)
        .outerjoin(tally, tally.c.root == Question.id)
        .where(Question.session_id == session_id)
        .order_by(Question.id)
    ).all()
    return _sorted(rows, viewer_id, moderates=moderates)


def _sorted(rows: Sequence[Any], viewer_id: int | None, *, moderates: bool) -> Questions:
    merged: dict[int, list[str]] = {}
    for row in rows:
        if row.state is QuestionState.MERGED and row.merged_into_id:
            merged.setdefault(row.merged_into_id, []).append(row.text)
    lines = {row.id: _line(row, viewer_id, merged, moderates=moderates) for row in rows}

    def rank(one: QuestionLine) -> tuple[bool, int, int]:
        listed = moderates and one.state is QuestionState.SHORTLISTED
        return (not listed, -one.votes, one.id)

    answered = [row for row in rows if row.state is QuestionState.ANSWERED]
    answered.sort(key=lambda row: (row.answered_at, row.id))
    return Questions(
        waiting=tuple(sorted((one for one in lines.values() if one.waiting), key=rank)),
        answered=tuple(lines[row.id] for row in answered),
        aside=tuple(
            one
            for one in lines.values()
            if one.state not in SHOWN and (moderates or (one.own and one.state is QuestionState.HIDDEN))
        ),
        published_at=rows[0].published_at if rows else None,
        unquoted=bool(rows and rows[0].unquoted),
    )


def _line(row: Any, viewer_id: int | None, merged: dict[int, list[str]], *, moderates: bool) -> QuestionLine:
    values = row._asdict()
    del values["answered_at"], values["published_at"], values["unquoted"]
    own = row.author_id == viewer_id
    if row.unquoted and not moderates:
        values["answer"] = ""
    if row.anonymous and not (moderates or own):
        values |= {"author": "", "author_id": 0}
    return QuestionLine(**{**values, "voted": bool(row.voted)}, own=own, merged=tuple(merged.get(row.id, ())))


def log_published_at(session_id: int) -> dt.datetime | None:
    """When the log was published; None before. For sessions without any question too."""
    return db.session.scalar(sa.select(QuestionLog.published_at).where(QuestionLog.session_id == session_id))


def question_visible_to(actor: Actor, slug: str, key: str, question: str) -> PartOfSession:
    """A question of a session of this cohort."""
    return part_visible_to(actor, Question, slug, key, question)


def others_who_voted(question_id: int, author_id: int) -> int:
    """How many people besides its author voted for a question or one that was merged into it."""
    return (
        db.session.scalar(
            sa.select(sa.func.count(sa.distinct(QuestionVote.person_id)))
            .join(Question, Question.id == QuestionVote.question_id)
            .where(question_id == _ROOT, QuestionVote.person_id != author_id)
        )
        or 0
    )


def own_open(session_id: int, person_id: int) -> int:
    """How many questions somebody has that wait for an answer in a session."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Question)
            .where(
                Question.session_id == session_id,
                Question.author_id == person_id,
                Question.state.in_(WAITING),
            )
        )
        or 0
    )


def family(question_id: int) -> list[int]:
    """A question and those merged into it, or into the one that it was merged into."""
    root = db.session.scalar(sa.select(_ROOT).where(Question.id == question_id))
    if root is None:
        raise NotFound
    return list(db.session.scalars(sa.select(Question.id).where(root == _ROOT).order_by(Question.id)))
