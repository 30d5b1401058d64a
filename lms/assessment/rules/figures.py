"""Exact figures: how a fraction is shown, written down and kept, and the lines of an explanation."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

LARGEST = 2**63 - 1
FINEST = 10**15
"""A fraction that no column holds is cut to this many parts of one."""
READABLE = 10_000
"""The largest denominator that an explanation shows to people."""


def shown(value: Fraction) -> str:
    """A figure cut, never rounded, to one decimal: nothing that is shown as 60.0 is below 60."""
    tenths = floor(value * 10)
    return f"{tenths // 10}.{tenths % 10}"


def plain(value: Fraction) -> str:
    """A weight or factor as people write it: "25", "0.9", "6.25"; cut to three decimals where it does not end."""
    whole = f"{floor(value * 1000) / 1000:.3f}"
    return whole.rstrip("0").rstrip(".")


def exact(value: Fraction) -> str:
    """The exact figure as text: "362/5"."""
    return str(value)


def readable(value: Fraction) -> str:
    """The fraction where people can read it, else six decimals, cut: "362/5", "69.047619…"."""
    if value.denominator <= READABLE:
        return exact(value)
    millionths = floor(value * 1_000_000)
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06d}…"


def in_full(value: Fraction) -> str:
    """What an explanation says behind a figure."""
    if value.denominator <= READABLE:
        return f"exactly {readable(value)}"
    return f"{readable(value)}, kept as an exact fraction"


def read_exact(text: str) -> Fraction:
    """Read what `exact` wrote."""
    return Fraction(text)


def decimal(value: float | str) -> Fraction:
    """The fraction that a decimal number in a YAML file means: 0.05 is 1/20."""
    return Fraction(str(value))


def storable(value: Fraction) -> Fraction:
    """The fraction itself where two 64-bit columns hold it, else the next lower one of 10^15 parts.

    Cutting keeps every comparison with a bound of at most 15 decimals and every figure shown. The exact one always
    stands in the trace.
    """
    if abs(value.numerator) <= LARGEST and value.denominator <= LARGEST:
        return value
    return Fraction(floor(value * FINEST), FINEST)


def fact(
    text: str,
    value: str = "",
    *,
    bound: str = "",
    verdict: str = "fact",
    note: str = "",
    parts: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """One line of a stored explanation, as the component `trace` shows it."""
    return {
        "text": text,
        "value": value,
        "bound": bound,
        "verdict": verdict,
        "note": note,
        "parts": list(parts),
    }
