"""Speakers for tests, through the real actions."""

from __future__ import annotations

import io
import struct
import zlib

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


def png() -> bytes:
    """A picture of one dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def photographed(view: SpeakerView) -> SpeakerView:
    """A speaker who brought a photo."""
    with unit_of_work() as work:
        actions.bring_photo(view.id, io.BytesIO(png()), "me.png", now=work.now)
    return queries.speaker(view.id)


def called_off(view: SpeakerView, reason: str = "A board meeting.") -> SpeakerView:
    """A speaker who cannot come."""
    with unit_of_work() as work:
        actions.call_off(view.id, reason, now=work.now)
    return queries.speaker(view.id)
