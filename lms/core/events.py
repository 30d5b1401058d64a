"""Announcing upwards: a domain states a fact, whoever cares subscribes, in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from lms.core.db import db

E = TypeVar("E")
Handler = Callable[[Any], None]

_subscribers: dict[type, list[Handler]] = defaultdict(list)
_gatherers: dict[type, list[Handler]] = defaultdict(list)
_WAITING = "events"


def on(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a subscriber; it runs before the commit and its failure undoes everything."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        if handler not in _subscribers[kind]:
            _subscribers[kind].append(handler)
        return handler

    return register


def together(kind: type[E]) -> Callable[[Callable[[list[E]], None]], Callable[[list[E]], None]]:
    """Register a subscriber that hears all events of a kind at once, when everything recorded so far was delivered."""

    def register(handler: Callable[[list[E]], None]) -> Callable[[list[E]], None]:
        if handler not in _gatherers[kind]:
            _gatherers[kind].append(handler)
        return handler

    return register


def record(event: object) -> None:
    """State a fact; subscribers hear of it when the unit of work ends."""
    db.session.info.setdefault(_WAITING, []).append(event)


def deliver() -> None:
    """Tell the subscribers everything recorded, including what they record themselves."""
    waiting: list[object] = db.session.info.setdefault(_WAITING, [])
    position, gathered = 0, 0
    while position < len(waiting):
        while position < len(waiting):
            for handler in _subscribers[type(waiting[position])]:
                handler(waiting[position])
            position += 1
        fresh, gathered = waiting[gathered:], len(waiting)
        for kind, handlers in _gatherers.items():
            found = [event for event in fresh if type(event) is kind]
            for handler in handlers if found else ():
                handler(found)
    waiting.clear()


def forget() -> None:
    """Drop what was recorded: the unit of work failed."""
    db.session.info.pop(_WAITING, None)
