"""How the items of a quiz did: how hard each was, whether it parts the strong from the weak, what was chosen.

* Difficulty is the mean share of the item's points that was earned (the facility): 1 is an item that everybody solves.
* Discrimination is the corrected item–total correlation: Pearson's correlation of the share earned on the item with
  the share earned on the *other* items of the same attempt. The item is left out of the total, since an item agrees
  with itself: S. Henrysson, "Correction of item-total correlations in item analysis", Psychometrika 28 (1963). Shares
  are taken, not sums, because attempts draw different items.

Only finished first attempts count: a second one has seen explanations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

from lms.coursework.rules import quiz
from lms.coursework.rules.quiz import BankItem

FEWEST = 5
"""Figures are shown from so many answers on."""
HARD, EASY = Fraction(1, 5), Fraction(19, 20)
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Taken:
    """An attempt: the items it drew, and what was answered."""

    items: Sequence[int]
    answers: Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One thing that could be answered, and how many did."""

    text: str
    count: int
    right: bool
    upper: int
    """Of those among the better half of the attempts that had the item."""


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """How an item did."""

    item_id: int
    count: int
    """Attempts that drew it."""
    open: int
    """Of those that left it open."""
    facility: Fraction | None
    """None: too few answers."""
    discrimination: float | None
    """None: too few, or all of them earned the same on it, or on the rest."""
    chosen: tuple[Chosen, ...]
    flags: tuple[str, ...]


def statistics(bank: Mapping[int, BankItem], taken: Iterable[Taken]) -> dict[int, ItemStatistics]:
    """How each item of a bank did in these attempts, under the keys of the bank."""
    seen: dict[int, list[tuple[Fraction, Fraction | None, Any]]] = defaultdict(list)
    for attempt in taken:
        drawn = [bank[item_id] for item_id in attempt.items]
        parts = [quiz.share(item, attempt.answers.get(item.id)) for item in drawn]
        earned = sum((part * item.points for part, item in zip(parts, drawn, strict=True)), Fraction(0))
        out_of = sum(item.points for item in drawn)
        for part, item in zip(parts, drawn, strict=True):
            others = out_of - item.points
            rest = (earned - part * item.points) / others if others else None
            seen[item.id].append((part, rest, attempt.answers.get(item.id)))
    return {item_id: _of_item(item, seen.get(item_id, [])) for item_id, item in bank.items()}


def _of_item(item: BankItem, seen: Sequence[tuple[Fraction, Fraction | None, Any]]) -> ItemStatistics:
    count = len(seen)
    left_open = sum(answer is None for _part, _rest, answer in seen)
    if count < FEWEST:
        return ItemStatistics(item.id, count, left_open, None, None, (), ())
    facility = sum((part for part, _rest, _answer in seen), Fraction(0)) / count
    pairs = [(float(part), float(rest)) for part, rest, _answer in seen if rest is not None]
    apart = correlation(pairs)
    return ItemStatistics(
        item.id, count, left_open, facility, apart, _chosen(item, seen), flags(count, facility, apart)
    )


def flags(count: int, facility: Fraction, discrimination: float | None) -> tuple[str, ...]:
    """What about an item asks for a second look, in words.

    A correlation of nothing strays by about 1/√(n−1): a negative one within that is chance as often as not.
    """
    found = []
    if discrimination is not None and discrimination < -1 / sqrt(count - 1):
        found.append("the stronger get it wrong: look at the key")
    if facility < HARD:
        found.append("hardly anybody solves it")
    if facility > EASY:
        found.append("nearly everybody solves it")
    return tuple(found)


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's correlation; None where one side does not vary, or there are too few."""
    if len(pairs) < FEWEST:
        return None
    mean_x = sum(x for x, _y in pairs) / len(pairs)
    mean_y = sum(y for _x, y in pairs) / len(pairs)
    xx = sum((x - mean_x) ** 2 for x, _y in pairs)
    yy = sum((y - mean_y) ** 2 for _x, y in pairs)
    if xx < 1e-12 or yy < 1e-12:
        return None
    found = sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sqrt(xx * yy)
    return max(-1.0, min(1.0, found))


def _chosen(item: BankItem, seen: Sequence[tuple[Fraction, Fraction | None, Any]]) -> tuple[Chosen, ...]:
    """What was answered how often; lines of match and order items say how many had them right."""
    by_rest = sorted(range(len(seen)), key=lambda at: seen[at][1] or Fraction(0), reverse=True)
    upper = set(by_rest[: len(seen) // 2])
    found: Counter[Any] = Counter()
    above: Counter[Any] = Counter()
    for at, (_part, _rest, answer) in enumerate(seen):
        for thing in _things(item, answer):
            found[thing] += 1
            above[thing] += at in upper
    if item.kind in ("numeric", "short"):
        return tuple(
            Chosen(text, count, quiz.share(item, text) == 1, above[text])
            for text, count in sorted(found.items(), key=lambda each: (-each[1], each[0]))[:MOST_WORDS]
        )
    return tuple(
        Chosen(text, found[place], right, above[place]) for place, (text, right) in enumerate(lines_of(item))
    )


def lines_of(item: BankItem) -> list[tuple[str, bool]]:
    """What can be chosen in an item, with whether it is right; for match and order its lines, each rightly put."""
    spec = item.spec
    if item.kind in ("single", "multiple"):
        return [(option["text"], bool(option.get("correct"))) for option in spec["options"]]
    right = quiz.right_places(spec)
    if item.kind == "match":
        return [
            (f"{pair['left']}: {spec['pairs'][right[at]]['right']}", True)
            for at, pair in enumerate(spec["pairs"])
        ]
    return [(f"{place + 1}. {step}", True) for place, step in zip(right, spec["steps"], strict=True)]


def _things(item: BankItem, answer: Any) -> list[Any]:
    if answer is None:
        return []
    if item.kind == "single":
        return [answer]
    if item.kind == "multiple":
        return list(answer)
    if item.kind in ("match", "order"):
        right = quiz.right_places(item.spec)
        return [place for place, found in enumerate(answer) if found == right[place]]
    if item.kind == "numeric":
        meant = quiz.number(answer)
        return [str(answer) if meant is None else f"{float(meant):.10g}"]
    return [quiz.plain_words(answer) or str(answer)]
