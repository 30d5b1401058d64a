"""Speakers: one who confirmed with slides and consents, a backup who waits, one who has been."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from lms.demo import words
from lms.demo.cast import address_of
from lms.demo.world import Year, at
from lms.live import actions as live
from lms.live import queries
from lms.live.actions import Asking
from lms.live.queries import SessionView
from lms.live.rules.speakers import Artefact

DAY = dt.timedelta(days=1)
SLIDE = b"%PDF-1.4\n% Slides of an invented speaker.\n"


def speakers(year: Year) -> None:
    """The last masterclass had a speaker; the next one has one, or waits for one."""
    lines = [line for line in queries.sessions(year.cohort) if line.masterclass and not line.cancelled]
    ahead = [line for line in lines if line.starts_at > year.now + 2 * DAY]
    over = [line for line in lines if line.ends_at < year.now - DAY]
    cast = words.speakers()
    if year.cohort.slug == "cohort-14":
        if over:
            _confirmed(year, over[-1], cast["past"], over[-1].starts_at - 30 * DAY)
        if ahead:
            _confirmed(year, ahead[0], cast["coming"], year.now - 12 * DAY, recording=False)
            _asked(year, ahead[0], cast["backup"], year.now - 3 * DAY, backup=True)
    elif ahead:
        _asked(year, ahead[0], cast["waiting"], year.now - 4 * DAY)


def _asked(
    year: Year, session: SessionView, who: dict[str, Any], when: dt.datetime, *, backup: bool = False
) -> int:
    asking = Asking(
        name=who["name"],
        email=address_of(who["name"]),
        zone=who["zone"],
        line=who["line"],
        backup=backup,
        slots=(session.starts_at, session.starts_at + 7 * DAY),
    )
    with at(when):
        return live.ask_speaker(session.id, asking, actor=year.staff["coordinator"], now=when).id


def _confirmed(
    year: Year, session: SessionView, who: dict[str, Any], when: dt.datetime, *, recording: bool = True
) -> None:
    number = _asked(year, session, who, when)
    then = when + 2 * DAY
    with at(then):
        slot = queries.speaker(number).slots[0][0]
        live.confirm_slot(number, slot, now=then)
        live.describe(
            number,
            line=who["line"],
            bio=" ".join(who["bio"].split()),
            zone=who["zone"],
            conflict=who.get("conflict", ""),
            declared=True,
            now=then,
        )
    later = then + 3 * DAY
    with at(later):
        live.bring_slides(number, io.BytesIO(SLIDE + who["slides"].encode()), who["slides"], now=later)
        said = dict.fromkeys(Artefact, True) | {Artefact.RECORDING: recording}
        live.set_consents(number, said, now=later)
