"""What a speaker agrees to: appended as they say it, and files and recordings that follow it at once.

What is hidden for a no carries the no of one speaker. Their yes shows it again; another speaker's yes does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound
from lms.live import queries, rules
from lms.live.actions.materials import hold_back
from lms.live.events import SpeakerAnswered
from lms.live.models import Speaker, SpeakerConsent
from lms.live.queries import SpeakerView
from lms.live.rules.speakers import Artefact

HELD = (Artefact.SLIDES, Artefact.RECORDING)
"""What is kept for others too, and so has to be hidden there."""


def set_consents(speaker_id: int, said: Mapping[Artefact, bool], *, now: dt.datetime) -> None:
    """Append what a speaker says yes and no to; a no hides at once what it is about.

    Whoever coordinates is told of a yes that was taken back.
    """
    row: Speaker | None = locked(Speaker, speaker_id)
    if row is None:
        raise NotFound
    known = queries.speaker(speaker_id).consents or {}
    new = {artefact: given for artefact, given in said.items() if known.get(artefact) is not given}
    db.session.add_all(
        SpeakerConsent(speaker_id=speaker_id, artefact=artefact, given=given, at=now)
        for artefact, given in new.items()
    )
    db.session.flush()
    view = queries.speaker(speaker_id)
    if any(known.get(artefact) and not given for artefact, given in new.items()):
        events.record(
            SpeakerAnswered(
                cohort_id=view.cohort_id,
                session_id=view.session.id,
                speaker_id=view.id,
                name=view.name,
                what="took back a yes",
                at=now,
            )
        )
    audit.record(
        audit.Entry(
            actor_id=row.person_id,
            action="live.set_consents",
            subject="speaker",
            subject_id=speaker_id,
            cohort_id=view.cohort_id,
            after={artefact.value: given for artefact, given in new.items()},
        )
    )
    if view.stands_in:
        for artefact in HELD:
            if artefact in new:
                _follow(view, artefact)


def follow_consents(speaker_id: int) -> None:
    """Hide what the one who speaks from now on has said no to. Nothing that another's no hides is shown by this."""
    view = queries.speaker(speaker_id)
    for artefact in HELD:
        if view.stands_in and rules.why_held(artefact, view.name, view.consents or {}):
            _follow(view, artefact)


def _follow(view: SpeakerView, artefact: Artefact) -> None:
    consents = view.consents or {}
    hold_back(
        view.session.id,
        rules.why_held(artefact, view.name, consents),
        was=rules.why_held(artefact, view.name, {artefact: False}),
        files_too=artefact is Artefact.SLIDES,
        recordings=artefact is Artefact.RECORDING,
        actor=None,
    )
