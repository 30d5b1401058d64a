"""The blueprint, and words that several pages share."""

from __future__ import annotations

from flask import Blueprint

from lms.live.rules import Captions, Verdict
from lms.people.rules.zones import zones

bp = Blueprint("live", __name__)

WORDS = {
    Verdict.PRESENT: "Present",
    Verdict.HALF: "Half",
    Verdict.ABSENT: "Absent",
    Verdict.EXCUSED: "Excused",
    Verdict.UNMARKED: "Not marked yet",
}
TONES = {
    Verdict.PRESENT: "good",
    Verdict.HALF: "warn",
    Verdict.ABSENT: "bad",
    Verdict.EXCUSED: "info",
    Verdict.UNMARKED: "",
}
CANCELLED = "Cancelled"
"""What is said of everybody in a session that does not take place."""
TICKS = (Verdict.PRESENT, Verdict.HALF, Verdict.ABSENT, Verdict.EXCUSED)
"""In the order of the keys 1 to 4."""
OPTIONS = tuple((verdict.value, WORDS[verdict]) for verdict in TICKS)
CAPTIONS = {
    Captions.CHECKED: "Captions that somebody checked",
    Captions.AUTOMATIC: "Captions made by a machine",
    Captions.NONE: "No captions",
}
"""Whether a recording can be read along, as people read it."""


def zone_choices(*present: str) -> list[tuple[str, str]]:
    """Every zone to choose from, the present ones first."""
    names = dict.fromkeys((*present, *(zone.name for zone in zones())))
    return [(name, name.replace("_", " ")) for name in names]
