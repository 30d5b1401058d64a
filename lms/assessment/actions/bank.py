"""The bank of comments: keep one, change it, retire it, count that it was used."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.assessment.models import CommentSnippet
from lms.assessment.rules import AssessmentRefusal
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor

LONGEST = 4_000


def keep_snippet(
    text: str,
    *,
    activity_key: str,
    criterion: str,
    shared_with: int | None,
    actor: Actor,
    now: dt.datetime,
) -> CommentSnippet:
    """Keep a comment to say it again; the same words for the same row are kept once.

    Raises RuleViolation when there is nothing to keep, or it is too long.
    """
    text = _checked(text)
    same = db.session.scalar(
        sa.select(CommentSnippet).where(
            CommentSnippet.owner_id == actor.person_id,
            CommentSnippet.cohort_id == shared_with
            if shared_with is not None
            else CommentSnippet.cohort_id.is_(None),
            CommentSnippet.activity_key == activity_key,
            CommentSnippet.criterion == criterion,
            CommentSnippet.text == text,
            CommentSnippet.retired_at.is_(None),
        )
    )
    if same is not None:
        return same
    row = CommentSnippet(
        owner_id=actor.person_id,
        cohort_id=shared_with,
        activity_key=activity_key,
        criterion=criterion,
        text=text,
        created_at=now,
        changed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def change_snippet(public_id: str, text: str, *, actor: Actor, now: dt.datetime) -> None:
    """Say it otherwise from now on; what was written with it stays as it was."""
    row = _own(public_id, actor)
    row.text, row.changed_at = _checked(text), now
    db.session.flush()


def retire_snippet(public_id: str, *, actor: Actor, now: dt.datetime) -> None:
    """Offer it no more; judgements that say it still do."""
    _own(public_id, actor).retired_at = now
    db.session.flush()


def count_use(public_id: str) -> None:
    """It was put into a judgement once more."""
    db.session.execute(
        sa.update(CommentSnippet)
        .where(CommentSnippet.public_id == public_id)
        .values(used=CommentSnippet.used + 1)
    )


def _own(public_id: str, actor: Actor) -> CommentSnippet:
    row = db.session.scalar(
        sa.select(CommentSnippet)
        .where(
            CommentSnippet.public_id == public_id,
            CommentSnippet.owner_id == actor.person_id,
            CommentSnippet.retired_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound
    return row


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise RuleViolation(AssessmentRefusal.NOTHING_TO_KEEP)
    if len(text) > LONGEST:
        raise RuleViolation(AssessmentRefusal.TOO_LONG_TO_KEEP)
    return text
