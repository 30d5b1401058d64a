"""What those who speak have agreed to, wherever it decides what is shown."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.live import rules
from lms.live.models import Speaker, SpeakerConsent
from lms.live.rules.speakers import Artefact, SpeakerState
from lms.people.models import Person

SPEAKS = (Speaker.state == SpeakerState.CONFIRMED, Speaker.backup.is_(False))
"""Whoever has confirmed and is no backup."""


def latest(artefact: Artefact) -> Any:
    """What a speaker said last about something; nothing when they never did."""
    return (
        sa.select(SpeakerConsent.given)
        .where(SpeakerConsent.speaker_id == Speaker.id, SpeakerConsent.artefact == artefact)
        .order_by(SpeakerConsent.id.desc())
        .limit(1)
        .correlate(Speaker)
        .scalar_subquery()
    )


def lacks_consent(session_id: Any, artefact: Artefact) -> Any:
    """A condition: somebody speaks in the session who has not said yes to this, or has said no since."""
    return sa.exists(
        sa.select(Speaker.id).where(
            Speaker.session_id == session_id,
            *SPEAKS,
            sa.func.coalesce(latest(artefact), sa.false()).is_(sa.false()),
        )
    )


def without_consent(session_ids: Collection[int], artefact: Artefact) -> frozenset[int]:
    """In which of these sessions somebody speaks who has not said yes to this, or has said no since. One statement."""
    return frozenset(
        db.session.scalars(
            sa.select(Speaker.session_id).where(
                Speaker.session_id.in_(list(session_ids)),
                *SPEAKS,
                sa.func.coalesce(latest(artefact), sa.false()).is_(sa.false()),
            )
        )
    )


def why_held(session_id: int, artefact: Artefact) -> str:
    """Why what is put up now is hidden from learners, or nothing: the one who speaks said no. One statement."""
    row = db.session.execute(
        sa.select(Person.name, latest(artefact).label("given"))
        .select_from(Speaker)
        .join(Person, Person.id == Speaker.person_id)
        .where(Speaker.session_id == session_id, *SPEAKS)
        .order_by(Speaker.id)
        .limit(1)
    ).one_or_none()
    return (
        "" if row is None or row.given is None else rules.why_held(artefact, row.name, {artefact: row.given})
    )
