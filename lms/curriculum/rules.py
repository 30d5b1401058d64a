"""Pure decisions about content: how a default completion rule reads, how codes share an item's evidence."""

from __future__ import annotations

from typing import Any

NEVER_DONE = frozenset({"event"})
"""Kinds in which nothing can be done."""


def default_rule(required_keys: list[str]) -> dict[str, Any]:
    """The rule of a module that gives none: all its required activities."""
    return {"all": [{"activity": key} for key in required_keys]}


def explicit_rule(rule: Any) -> dict[str, Any]:
    """Write a rule tree out: a bare activity id becomes a node, empty keys go."""
    if isinstance(rule, str):
        return {"activity": rule}
    (name, value), *_ = [(name, value) for name, value in rule.items() if value is not None]
    if name in ("all", "in_order"):
        return {name: [explicit_rule(child) for child in value]}
    if name == "at_least":
        return {name: {"n": value["n"], "of": [explicit_rule(child) for child in value["of"]]}}
    return {name: value}


def code_weights(codes: list[str], first: float = 0.6) -> dict[str, float]:
    """How much of an item's evidence goes to each competency: first 0.6, the others share the rest; one alone 1.

    Source: the programme's evidence policy (`evidence.first_code`).
    """
    if not codes:
        return {}
    if len(codes) == 1:
        return {codes[0]: 1.0}
    rest = (1 - first) / (len(codes) - 1)
    return {code: first if position == 0 else rest for position, code in enumerate(codes)}


_ENDPOINTS = {
    "reading": "coursework.reading",
    "quiz": "coursework.quiz",
    "assignment": "coursework.assignment",
    "group_work": "coursework.assignment",
    "role_play": "coursework.assignment",
    "progress_note": "coursework.assignment",
    "form": "coursework.form",
    "discussion": "community.discussion",
    "live_session": "live.session",
    "masterclass": "live.session",
    "milestone": "capstone.milestone",
    "simulation": "progress.activity",
    "event": "progress.activity",
}


def endpoint_of(kind: str) -> str:
    """The page of an activity of this kind: an endpoint that takes the cohort's `slug` and the activity's `key`."""
    return _ENDPOINTS[kind]


_WORDS = {
    "reading": "Reading",
    "quiz": "Quiz",
    "assignment": "Assignment",
    "group_work": "Group work",
    "role_play": "Role-play",
    "progress_note": "Progress note",
    "form": "Form",
    "discussion": "Discussion",
    "live_session": "Live session",
    "masterclass": "Masterclass",
    "milestone": "Milestone",
    "simulation": "Simulation",
    "event": "Date",
}
_ICONS = {
    "reading": "book-open",
    "quiz": "list-checks",
    "assignment": "file-pen",
    "group_work": "users",
    "role_play": "drama",
    "progress_note": "notebook-pen",
    "form": "clipboard-list",
    "discussion": "messages-square",
    "live_session": "video",
    "masterclass": "mic",
    "milestone": "flag",
    "simulation": "gamepad-2",
    "event": "calendar",
}


def kind_word(kind: str) -> str:
    """What people call an activity of this kind."""
    return _WORDS[kind]


def kind_icon(kind: str) -> str:
    """The icon that goes with the word."""
    return _ICONS[kind]


def kind_icons() -> tuple[str, ...]:
    """The icons of all kinds, for pages with hundreds of them."""
    return tuple(_ICONS.values())
