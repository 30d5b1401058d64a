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
