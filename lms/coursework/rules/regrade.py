"""A wrong key: what another key makes of attempts that are finished, and of those to come.

Corrections of an item are a history that only grows. An attempt is judged by the key that held when it ended; each
correction after that says what becomes of it. One that takes another back makes the history as if neither had been.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from lms.core.errors import Refusal
from lms.coursework.rules import quiz
from lms.coursework.rules.quiz import BankItem, Score
from lms.coursework.rules.refusals import CourseworkRefusal

LONGEST_REASON = 400
LONGEST_ANSWER = 200
MOST_ACCEPTED = 40


class Past(enum.StrEnum):
    """What a correction does to attempts that were finished before it."""

    EVERYBODY = "everybody"
    """Full credit for all who had the item, whatever they answered."""
    EITHER = "either"
    """What they have, or what the new key gives, whichever is more."""
    NEW = "new"
    """The new key alone."""
    NONE = "none"
    """Nothing."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of the history of an item's key."""

    number: int
    item_id: int
    key: Mapping[str, Any]
    """Empty: the key stays."""
    past: Past
    no_harm: bool
    reason: str
    at: dt.datetime
    undoes: int | None = None


def in_force(history: Sequence[Correction]) -> tuple[Correction, ...]:
    """What of a history counts: neither what was taken back nor what took it back."""
    gone = {one.undoes for one in history if one.undoes is not None}
    kept = [one for one in history if one.undoes is None and one.number not in gone]
    return tuple(sorted(kept, key=lambda one: one.number))


# Keys ----------------------------------------------------------------------------------------------------------------


def key_of(item: BankItem) -> dict[str, Any]:
    """The parts of an item that say what is right, as a correction keeps them."""
    spec = item.spec
    if item.kind in ("single", "multiple"):
        return {"correct": [at for at, option in enumerate(spec["options"]) if option.get("correct")]}
    if item.kind == "numeric":
        return {"answer": spec["answer"], "tolerance": spec.get("tolerance", 0)}
    if item.kind == "short":
        return {"accept": list(spec["accept"])}
    return {"places": quiz.right_places(spec)}


def with_key(item: BankItem, key: Mapping[str, Any]) -> BankItem:
    """The item under another key; an empty one changes nothing.

    Options that are judged otherwise than their author judged them are `anew`: what the author says of them is wrong.
    """
    if not key:
        return item
    spec = dict(item.spec)
    if item.kind in ("single", "multiple"):
        right = set(key["correct"])
        spec["options"] = [
            option
            if bool(option.get("correct")) == (at in right)
            else {**option, "correct": at in right, "anew": not option.get("anew")}
            for at, option in enumerate(spec["options"])
        ]
    else:
        spec |= key
    return replace(item, spec=spec)


def keyed(item: BankItem, history: Sequence[Correction]) -> BankItem:
    """The item under the key that holds after these corrections."""
    for one in in_force(history):
        item = with_key(item, one.key)
    return item


def why_not_key(item: BankItem, key: Mapping[str, Any]) -> Refusal | None:
    """Why something cannot be the key of an item, or None."""
    found: bool
    if item.kind in ("single", "multiple"):
        found = 0 < len(key["correct"]) < item.choices
        return None if found else CourseworkRefusal.KEY_OF_OPTIONS
    if item.kind == "numeric":
        found = key["answer"] is not None and key["tolerance"] is not None and key["tolerance"] >= 0
        return None if found else CourseworkRefusal.KEY_OF_NUMBER
    if item.kind == "short":
        words = [quiz.plain_words(text) for text in key["accept"]]
        found = 0 < len(words) <= MOST_ACCEPTED and all(words)
        return None if found else CourseworkRefusal.KEY_OF_WORDS
    places = key["places"]
    if len(places) != item.choices or any(place is None for place in places):
        return CourseworkRefusal.KEY_OF_LINES
    if item.kind == "order" and sorted(places) != list(range(item.choices)):
        return CourseworkRefusal.KEY_OF_STEPS
    return None


def why_not_correct(item: BankItem, key: Mapping[str, Any], past: Past, reason: str) -> Refusal | None:
    """Why the key of an item (as it holds now) cannot be corrected so, or None."""
    if not reason.strip():
        return CourseworkRefusal.SAY_WHY
    refusal = why_not_key(item, key)
    if refusal is not None:
        return refusal
    if key == key_of(item) and past is not Past.EVERYBODY:
        return CourseworkRefusal.SAME_KEY
    return None


def why_not_undo(history: Sequence[Correction], number: int) -> Refusal | None:
    """Why a correction of an item cannot be taken back, or None: only the latest that counts can."""
    held = in_force(history)
    return None if held and held[-1].number == number else CourseworkRefusal.NOT_THE_LATEST


# Judging -------------------------------------------------------------------------------------------------------------


def part_of(item: BankItem, history: Sequence[Correction], answer: Any, ended_at: dt.datetime) -> Fraction:
    """What part of its points an answer earns in an attempt that ended then, 0 to 1."""
    part, _first, _last = judged(item, history, answer, ended_at)
    return part


def judged(
    item: BankItem, history: Sequence[Correction], answer: Any, ended_at: dt.datetime
) -> tuple[Fraction, Fraction, Correction | None]:
    """The share that counts, the one that the key of its day gave, and the last correction that came after."""
    held = in_force(history)
    for one in held:
        if one.at < ended_at:
            item = with_key(item, one.key)
    part = first = quiz.share(item, answer)
    last = None
    for one in held:
        if one.at < ended_at:
            continue
        item, last = with_key(item, one.key), one
        part = _after(one, part, quiz.share(item, answer))
    return part, first, last


def _after(correction: Correction, part: Fraction, fresh: Fraction) -> Fraction:
    wanted = {
        Past.EVERYBODY: Fraction(1),
        Past.EITHER: max(part, fresh),
        Past.NEW: fresh,
        Past.NONE: part,
    }[correction.past]
    return max(part, wanted) if correction.no_harm else wanted


def score(
    items: Sequence[BankItem],
    answers: Mapping[int, Any],
    histories: Mapping[int, Sequence[Correction]],
    ended_at: dt.datetime,
) -> Score:
    """Judge an attempt that ended then, with what corrections say of its items."""
    found = {
        item.id: judged(item, histories.get(item.id, ()), answers.get(item.id), ended_at) for item in items
    }
    plain = quiz.score(items, answers, {item: part for item, (part, _first, _last) in found.items()})
    lines = tuple({**line, **words(*found[line["item"]])} for line in plain.items)
    return replace(plain, items=lines)


def words(part: Fraction, first: Fraction, last: Correction | None) -> dict[str, Any]:
    """What an attempt's trace says of a correction that changed an item: what it was, and why it is not any more."""
    if last is None or part == first:
        return {}
    return {"first": quiz.fraction_text(first), "why": last.reason}
