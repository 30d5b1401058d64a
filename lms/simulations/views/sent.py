"""What the pages of a team send beside the sheet itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from lms.simulations.actions.deciding import differences
from lms.simulations.rules import Json

MOST_REASON = 4000
"""Characters of a team's reason; more can be kept in a draft, and not be submitted."""
KEPT_REASON = 20_000


@dataclass(frozen=True, slots=True)
class Sent:
    """Which round of which version was sent, with the reason."""

    round: str
    version: int
    rationale: str
    act: str


def sent() -> Sent:
    """What came with this request."""
    return Sent(
        round=request.form.get("round", ""),
        version=number("version"),
        rationale=text("rationale")[:KEPT_REASON],
        act=request.form.get("act", ""),
    )


def text(name: str) -> str:
    """A text that was sent, with the line ends of this house."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def number(name: str) -> int:
    """A whole number that a page of ours wrote into a form; 0 for anything else."""
    raw = request.form.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


def sealed(sheet: Json, where: str) -> str:
    """A sheet as a page carries it to be chosen from: signed, because a page shows whatever a draft has."""
    return str(_signer(where).dumps(sheet))


def chosen(theirs: Json, theirs_rationale: str, where: str) -> tuple[Json, str] | None:
    """The sheet of somebody who compared two: theirs, with one's own where that was chosen.

    Only of places in which the two differ. None where what was compared does not come from a page of ours for this
    team and round.
    """
    try:
        mine = _signer(where).loads(request.form.get("mine", ""))
    except (BadData, ValueError, RecursionError):
        return None
    if not isinstance(mine, dict):
        return None
    differing = differences(theirs, mine)
    merged = json.loads(json.dumps(theirs))
    for name, value in request.form.items():
        place = name.removeprefix("pick:")
        if name.startswith("pick:") and value == "mine" and place in differing:
            _put(merged, mine, place.split("."))
    rationale = text("mine-rationale") if request.form.get("pick-rationale") == "mine" else theirs_rationale
    return merged, rationale[:KEPT_REASON]


def _signer(where: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"cadre: a sheet to choose from, {where}")


def _put(into: Json, source: Json, path: list[str]) -> None:
    """Put what stands at a path of one sheet there in another; what is not there is taken away."""
    value: Any = source
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    place: Any = into
    for step in path[:-1]:
        if not isinstance(place.get(step), dict):
            place[step] = {}
        place = place[step]
    if value is None:
        place.pop(path[-1], None)
    else:
        place[path[-1]] = value
