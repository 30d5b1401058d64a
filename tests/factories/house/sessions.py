"""What belongs to a session of the house: a file, a recording, rooms that were arranged."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from lms.core.uow import unit_of_work
from lms.live import actions, queries
from lms.live.actions import Recording
from lms.live.rules import FilePhase
from tests.factories import live, world

if TYPE_CHECKING:
    from tests.factories.house import Builder

SLIDES = b"%PDF-1.4 slides"


def belongings(at: Builder) -> None:
    """Slides and a recording of the session that was held."""
    line, by = live.session(at.own, "s23"), world.actor(at.persons["coordinator, own"])
    with unit_of_work() as work:
        actions.add_file(line.id, io.BytesIO(SLIDES), "slides.pdf", FilePhase.BEFORE, actor=by, now=work.now)
        recording = Recording(url="https://video.example.org/s23", consent=True)
        actions.add_recording(line.id, recording, actor=by, now=work.now)
        at.values |= {
            "live.make_up:key": "s25",
            "live.reinstate_session:key": "s25",
            "live:file": queries.files_of(line.id)[0].public_id,
            "live:recording": queries.recordings_of(line.id)[0].public_id,
        }
