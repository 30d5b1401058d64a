"""What the command line does with a scenario of this engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lms.simulations.engines.data import fingerprint
from lms.simulations.engines.market.balance import gates, printed, tournament
from lms.simulations.engines.market.parameters import Parameters

WORLDS = 150
"""How many mixed worlds are played where nobody says."""


def balance(raw: Mapping[str, Any], worlds: int | None) -> tuple[str, Sequence[str]]:
    """Let the bots play so many mixed worlds: the tables as text, and the gates that fail."""
    table = tournament(Parameters.read(raw), worlds or WORLDS)
    return printed(table), gates(table)


def check(raw: Mapping[str, Any]) -> str:
    """Read a scenario and tell in a line what is in it; InvalidInput names what does not fit."""
    params = Parameters.read(raw)
    return (
        f"{params.title}: {params.rounds} years, {params.teams.least} to {params.teams.most} teams, "
        f"{len(params.segments)} segments, {len(params.start.products)} products at the start, "
        f"{len(params.events.deck)} events; fingerprint {fingerprint(params)[:12]}"
    )
