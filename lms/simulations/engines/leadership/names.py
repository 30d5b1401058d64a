"""The words of SIX QUARTERS that the equations know by name: who, what, and which competency.

Every value of a state has one name, by which effects of cards, tests, signals and the facilitator's ledger call it:
`vision`, `safety`, `delivery`, `debt`, `customers`, `budget`; `trust.ceo`, `buy_in.ceo`; `skill.a`, `engagement.a`;
`line.cash`. All of them lie in [0, 100].
"""

from __future__ import annotations

from typing import Literal, get_args

StakeholderId = Literal["ceo", "cfo", "cto", "cro", "brd", "cus"]
"""Chief executive, finance, technology, sales (revenue), board, key customer."""

Line = Literal["cash", "growth", "bet"]
"""The three product lines: what earns today, what grows, what may come to something."""

Code = Literal["VIS", "SDM", "TEA", "XFN", "CX", "STK", "RES", "FOC", "SCO", "DEC", "INV", "SHM"]
"""The competencies of the programme's framework."""

Letter = Literal["a", "b", "c"]
"""An option of a card as it was authored; teams see the options in a drawn order."""

Message = Literal["full", "framed", "minimal"]
"""What stakeholders and team are told this quarter: everything, the favourable part, or as little as possible."""

STAKEHOLDERS: tuple[StakeholderId, ...] = get_args(StakeholderId)
LINES: tuple[Line, ...] = get_args(Line)
CODES: tuple[Code, ...] = get_args(Code)
LETTERS: tuple[Letter, ...] = get_args(Letter)
SINGLE = ("vision", "safety", "delivery", "debt", "customers", "budget")
"""Values that there is one of."""
EVERYBODY = "engagement.*"
"""In effects: the engagement of every product manager who is there."""

PLACES = 6
"""Decimal places to which a state is rounded at the end of a round."""


def known(quantity: str, people: tuple[str, ...]) -> bool:
    """Whether a state with these product managers has such a value."""
    kind, _, of = quantity.partition(".")
    return quantity in SINGLE or of in {
        "trust": STAKEHOLDERS,
        "buy_in": STAKEHOLDERS,
        "skill": people,
        "engagement": people,
        "line": LINES,
    }.get(kind, ())
