"""Speakers for tests, through the real actions."""

from __future__ import annotations

import io

from lms.cohorts.queries import CohortView
from lms.core.uow import unit_of_work
from lms.live import actions, queries
from lms.live.actions import Asking
from lms.live.queries import SpeakerView
from lms.live.rules.speakers import Artefact
from tests.factories import live, world

PDF = b"%PDF-1.4 slides"


def asked(
    cohort: CohortView, key: str, name: str = "Sana Speaker", *, backup: bool = False, email: str = ""
) -> SpeakerView:
    """Somebody is asked to speak, at the session's own time."""
    line = live.session(cohort, key)
    address = email or f"{name.split(maxsplit=1)[0].lower()}@speakers.example"
    asking = Asking(
        name=name,
        email=address,
        zone="Europe/London",
        line="Chief product officer",
        backup=backup,
        slots=(line.starts_at,),
    )
    with unit_of_work() as work:
        row = actions.ask_speaker(line.id, asking, actor=world.director(), now=work.now)
        number = row.id
    return queries.speaker(number)


def token_of(view: SpeakerView) -> str:
    """The word in a speaker's link."""
    return actions.speaker_token(view.id, queries.speaker(view.id).link_issued_at)


def confirmed(view: SpeakerView) -> SpeakerView:
    """A speaker who confirmed the first time offered."""
    with unit_of_work() as work:
        actions.confirm_slot(view.id, view.slots[0][0], now=work.now)
    return queries.speaker(view.id)


def brought(view: SpeakerView, name: str = "talk.pdf") -> SpeakerView:
    """A speaker who brought slides."""
    with unit_of_work() as work:
        actions.bring_slides(view.id, io.BytesIO(PDF), name, now=work.now)
    return queries.speaker(view.id)


def said(view: SpeakerView, **given: bool) -> SpeakerView:
    """A speaker who said yes or no to something."""
    with unit_of_work() as work:
        actions.set_consents(view.id, {Artefact(key): value for key, value in given.items()}, now=work.now)
    return queries.speaker(view.id)


def called_off(view: SpeakerView, reason: str = "A board meeting.") -> SpeakerView:
    """A speaker who cannot come."""
    with unit_of_work() as work:
        actions.call_off(view.id, reason, now=work.now)
    return queries.speaker(view.id)
