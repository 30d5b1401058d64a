"""Shapes that all three pages share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "warn", "bad", "info", "live", ""]
Verdict = Literal["met", "open", "missed", "fact"]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do: verb and object. `post` makes it a form of one button, which every change is."""

    label: str
    href: str
    post: bool = False
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an explanation: what was looked at, what was found, bound, verdict, and its parts."""

    text: str
    value: str = ""
    bound: str = ""
    verdict: Verdict = "fact"
    note: str = ""
    parts: tuple[Fact, ...] = ()
