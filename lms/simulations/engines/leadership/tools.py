"""What the command line does with a scenario of this engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.simulations.engines.data import InvalidInput, fingerprint
from lms.simulations.engines.leadership.checker import problems
from lms.simulations.engines.leadership.parameters import Parameters


def check(raw: Mapping[str, Any]) -> str:
    """Read a scenario and tell in a line what is in it; InvalidInput names what does not fit, in its cards too."""
    params = Parameters.read(raw)
    if found := problems(params):
        raise InvalidInput(found)
    anchors = sum(card.round is not None for card in params.cards)
    return (
        f"{params.title}: {params.rounds} rounds, {len(params.stakeholders)} stakeholders, "
        f"{len(params.start.people)} product managers, {len(params.cards)} cards, {anchors} of them in every game; "
        f"fingerprint {fingerprint(params)[:12]}"
    )
