"""What the command line does with a scenario of this engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lms.simulations.engines.data import InvalidInput, fingerprint
from lms.simulations.engines.leadership.balance import gates, printed, tournament
from lms.simulations.engines.leadership.checker import problems
from lms.simulations.engines.leadership.parameters import Parameters

WORLDS = 100
"""How many worlds each bot plays where nobody says: the gates' own sample."""


def balance(raw: Mapping[str, Any], worlds: int | None) -> tuple[str, Sequence[str]]:
    """Let the bots play so many worlds: the table as text, and the gates that fail."""
    table = tournament(Parameters.read(raw), worlds or WORLDS)
    return printed(table), gates(table)


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
