"""The bank of comments: what a marker may put into a judgement, and which of it stands in one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.assessment.models import CommentSnippet
from lms.assessment.rules import Judgement
from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.core.errors import NotFound
from lms.people.models import Person
from lms.people.rules import Actor

MOST = 200
"""So many are shown; the bank of somebody who keeps more is searched on its own page."""


@dataclass(frozen=True, slots=True)
class SnippetLine:
    """A comment of the bank."""

    public_id: str
    owner_id: int
    owner: str
    cohort: str | None
    """Shared with whoever marks there; None: one's own."""
    activity_key: str
    criterion: str
    text: str
    used: int


_SNIPPETS = (
    sa.select(
        CommentSnippet.public_id,
        CommentSnippet.owner_id,
        Person.name.label("owner"),
        Cohort.name.label("cohort"),
        CommentSnippet.activity_key,
        CommentSnippet.criterion,
        CommentSnippet.text,
        CommentSnippet.used,
    )
    .join(Person, Person.id == CommentSnippet.owner_id)
    .outerjoin(Cohort, Cohort.id == CommentSnippet.cohort_id)
    .where(CommentSnippet.retired_at.is_(None))
    .order_by(CommentSnippet.used.desc(), CommentSnippet.id)
    .limit(MOST)
)


def bank_for(actor: Actor, cohort_id: int, activity_key: str) -> list[SnippetLine]:
    """What somebody may use for work of an activity, the most used first: their own, and what the cohort shares.

    One statement.
    """
    rows = db.session.execute(
        _SNIPPETS.where(
            sa.or_(
                sa.and_(CommentSnippet.owner_id == actor.person_id, CommentSnippet.cohort_id.is_(None)),
                CommentSnippet.cohort_id == cohort_id,
            ),
            CommentSnippet.activity_key.in_(["", activity_key]),
        )
    )
    return [SnippetLine(**row._asdict()) for row in rows]


def own_bank(actor: Actor) -> list[SnippetLine]:
    """Everything that somebody keeps, shared or not. One statement."""
    rows = db.session.execute(_SNIPPETS.where(CommentSnippet.owner_id == actor.person_id))
    return [SnippetLine(**row._asdict()) for row in rows]


def snippet(actor: Actor, cohort_id: int, activity_key: str, public_id: str) -> SnippetLine:
    """One comment that somebody may use here; else NotFound."""
    found = next(
        (one for one in bank_for(actor, cohort_id, activity_key) if one.public_id == public_id), None
    )
    if found is None:
        raise NotFound
    return found


def standing_snippets(public_ids: Collection[str], judgement: Judgement) -> list[str]:
    """Which of some comments of the bank still stand in a judgement, word for word. One statement, or none."""
    if not public_ids:
        return []
    rows = db.session.execute(
        sa.select(CommentSnippet.public_id, CommentSnippet.text)
        .where(CommentSnippet.public_id.in_(list(public_ids)))
        .order_by(CommentSnippet.id)
    )
    said = "\n".join([judgement.overall, *judgement.comments.values()]).replace("\r\n", "\n")
    return [public_id for public_id, text in rows if text in said]
