"""Reactions that nobody waits for: the worker carries them out, from a row that is written with the fact itself.

A subscriber of `events` runs before the commit, and whoever acts waits for it. What may come a second later (letters,
notices, comparisons) subscribes here instead: the fact is kept in the outbox in the transaction that records it, and
the handler runs once in the worker, in the transaction that marks its row as done. All rows of a kind of fact are
written by one statement. While the demonstration is built, and nothing is to run later, the handlers run at once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import TypeAdapter

from lms.core import events, outbox
from lms.core.outbox import Effect

E = TypeVar("E")
Reaction = Callable[[E, dt.datetime], None]
Makes = Callable[[Any], Effect]

_effects: dict[type, list[Makes]] = defaultdict(list)
_reactions: dict[str, Callable[[dict[str, Any], dt.datetime], None]] = {}


def queues(kind: type[E]) -> Callable[[Callable[[E], Effect]], Callable[[E], Effect]]:
    """Register what a fact puts into the outbox."""

    def register(makes: Callable[[E], Effect]) -> Callable[[E], Effect]:
        known = _effects[kind]
        if not known:
            events.together(kind)(_queue)
        if makes not in known:
            known.append(makes)
        return makes

    return register


def on(kind: type[E], *, name: str, key: Callable[[E], str]) -> Callable[[Reaction[E]], Reaction[E]]:
    """Register a reaction that the worker carries out: its row is named `name`, and `key` tells facts apart."""
    adapter = TypeAdapter(kind)

    def register(reaction: Reaction[E]) -> Reaction[E]:
        def carry_out(payload: dict[str, Any], now: dt.datetime) -> None:
            reaction(adapter.validate_python(payload), now)

        if name in _reactions:
            return reaction
        _reactions[name] = outbox.handles(name)(carry_out)
        queues(kind)(
            lambda event: Effect(
                kind=name, dedupe_key=f"{name}:{key(event)}", payload=adapter.dump_python(event, mode="json")
            )
        )
        return reaction

    return register


def _queue(facts: list[Any]) -> None:
    effects = [makes(fact) for fact in facts for makes in _effects[type(fact)]]
    now = facts[-1].at
    if not outbox.sealed.get():
        outbox.enqueue_all(effects, now=now)
        return
    outbox.enqueue_all([each for each in effects if each.kind not in _reactions], now=now)
    for each in effects:
        if each.kind in _reactions:
            _reactions[each.kind](each.payload, now)
