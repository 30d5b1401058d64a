"""Chance of a world: what is expected, and what happens. Drawn by seed and year, never by what teams do.

An event is announced a year ahead and comes with the certainty that the warning names; nothing comes unannounced. A
year is announced with probability / certainty, so that an event happens with the probability of the parameters.
"""

from __future__ import annotations

from collections.abc import Sequence

from lms.simulations.engines import draws
from lms.simulations.engines.exact import SHARES, rounded
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.records import Event, Forewarning, Happened, State


def warning_for(params: Parameters, seed: int, year: int, happened: Sequence[Happened]) -> Forewarning | None:
    """What is expected for a year, drawn from the events that have not happened yet."""
    rules = params.events
    known = {one.event.key for one in happened}
    deck = [key for key in sorted(rules.deck) if key not in known]
    if not deck or not rules.first <= year <= params.rounds:
        return None
    if draws.uniform(seed, "event", year, "announced") >= rules.probability / rules.certainty:
        return None
    key = deck[draws.below(len(deck), seed, "event", year, "which")]
    spec = rules.deck[key]
    return Forewarning(round=year, key=key, title=spec.title, text=spec.text, certainty=rules.certainty)


def due(params: Parameters, state: State) -> Event | None:
    """What happens in the year to be played, by the world's seed; None for a year without an event."""
    warned = state.warning
    if warned is None or warned.key not in params.events.deck:
        return None
    if draws.uniform(state.seed, "event", state.round, "comes") >= warned.certainty:
        return None
    return event(params, state.seed, warned.key)


def event(params: Parameters, seed: int, key: str) -> Event:
    """An event of the deck with what it draws: the same in every year of one world."""
    spec = params.events.deck[key]
    where = draws.uniform(seed, "event", key, "size")
    return Event(
        key=key,
        title=spec.title,
        text=spec.text,
        rounds=spec.rounds,
        input_cost=spec.input_cost,
        capacity=spec.capacity,
        sizes={
            segment: rounded(low + where * (high - low), SHARES)
            for segment, (low, high) in sorted(spec.sizes.items())
        },
        outside=spec.outside,
        ideal=spec.ideal,
        channel_exponent=spec.channel_exponent,
    )
