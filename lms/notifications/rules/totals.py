"""How many people were told by what, in words: what stands at the end of telling very many."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Totals:
    """People who were told of one thing, by what carried it to them besides the application."""

    people: int = 0
    mail: int = 0
    digest: int = 0
    push: int = 0
    text: int = 0
    back: int = 0
    """Mail to their address comes back."""
    only_here: int = 0
    """They find it in the application and nowhere else, as they chose or because it was not mailed."""


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def told_words(totals: Totals) -> str:
    """The report: how many, by which channel, and who was not reached."""
    ways = (
        ("by mail", totals.mail),
        ("in their next digest", totals.digest),
        ("on a device", totals.push),
        ("by text message", totals.text),
        ("in Cadre only", totals.only_here),
    )
    said = ", ".join(f"{count:,} {way}" for way, count in ways if count)
    words = f"{_people(totals.people)} told in Cadre" + (f": {said}." if said else ".")
    if totals.back:
        words += f" {_people(totals.back)} not reached by mail: what is sent to their address comes back."
    return words


def stopped_words(told: int, total: int, totals: Totals) -> str:
    """The report of one that was withdrawn in the middle."""
    return (
        f"Withdrawn after {told:,} of {_people(total)}: nobody else is told. "
        f"Those who were read that it was withdrawn. {told_words(totals)}"
    )
