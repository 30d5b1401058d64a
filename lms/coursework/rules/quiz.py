"""Quizzes: which items an attempt draws, how answers are read, what they are worth.

Points are exact fractions. An item's share of its points:

* single, numeric, short: all or nothing;
* multiple: right choices minus wrong choices over the number of right options, never below nothing, so that ticking
  everything gains nothing;
* match: share of the pairs put together rightly;
* order: share of the steps that stand at their right place.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.core.errors import Refusal
from lms.coursework.rules.late import end_of
from lms.coursework.rules.refusals import CourseworkRefusal

GRACE = dt.timedelta(seconds=5)
"""An answer that was on its way when time ran out is still taken."""
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class BankItem:
    """What drawing and scoring need of an item."""

    id: int
    kind: str
    points: int
    spec: Mapping[str, Any]

    @property
    def choices(self) -> int:
        """How many things can be shuffled in it."""
        name = {"single": "options", "multiple": "options", "match": "pairs", "order": "steps"}.get(self.kind)
        return len(self.spec[name]) if name else 0


def draw(
    bank: Sequence[BankItem], count: int, seed: str, pools: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """The items of an attempt in order, each with the order of its options; the same seed draws the same.

    Each of `pools` gives as many of its items as it says; the rest are drawn from items in no pool.
    """
    source = random.Random(seed)  # noqa: S311 # nosec B311 - which questions come, not a secret
    drawn: list[BankItem] = []
    for pool in pools:
        mine = [item for item in bank if item.spec.get("pool") == pool["id"]]
        drawn += source.sample(mine, min(pool["draws"], len(mine), count - len(drawn)))
    free = [item for item in bank if item.spec.get("pool") is None] if pools else list(bank)
    drawn += source.sample(free, min(count - len(drawn), len(free)))
    if pools:
        source.shuffle(drawn)
    return [{"item": item.id, "options": _shuffled(item, source)} for item in drawn]


def _shuffled(item: BankItem, source: random.Random) -> list[int]:
    order = list(range(item.choices))
    if item.spec.get("shuffle") is False:
        return order
    source.shuffle(order)
    if item.kind == "order" and order == sorted(order):
        order = order[1:] + order[:1]
    return order


@dataclass(frozen=True, slots=True)
class Extra:
    """How much longer somebody has: a part of the usual time, and minutes on top."""

    percent: int = 0
    minutes: int = 0
    captions: bool = False
    """They need captions with what they watch."""

    def of(self, usual: dt.timedelta) -> dt.timedelta:
        """What comes on top of a time."""
        return usual * self.percent / 100 + dt.timedelta(minutes=self.minutes)

    @property
    def any(self) -> bool:
        """Whether they have more than others."""
        return bool(self.percent or self.minutes)

    @property
    def words(self) -> str:
        """ "50 % and 5 minutes"."""
        said = [
            f"{self.percent} %" if self.percent else "",
            f"{self.minutes} minutes" if self.minutes else "",
        ]
        return " and ".join(each for each in said if each) or "none"


NO_EXTRA = Extra()
PERCENTS = (0, 10, 20, 25, 30, 50, 75, 100, 150, 200)
MOST_MINUTES = 240


def why_not_extra(extra: Extra, present: Extra, reason: str) -> Refusal | None:
    """Why somebody cannot be given this extra time, or None."""
    if extra.percent not in PERCENTS or not 0 <= extra.minutes <= MOST_MINUTES:
        return CourseworkRefusal.EXTRA_OUT_OF_RANGE
    if extra == present:
        return CourseworkRefusal.EXTRA_SAME
    return None if reason.strip() else CourseworkRefusal.EXTRA_WHY


def ends_at(started_at: dt.datetime, minutes: int, due: dt.datetime, extra: Extra = NO_EXTRA) -> dt.datetime:
    """When an attempt ends.

    What everybody has who starts at that moment is the time limit, or what is left until the deadline. Somebody's extra
    time comes on top of that, past the deadline too: a late start costs them what it costs everybody, and no more.
    """
    usual = max(dt.timedelta(), min(dt.timedelta(minutes=minutes), end_of(due) - started_at))
    return started_at + usual + extra.of(usual)


def why_not_start(
    *, now: dt.datetime, opens: dt.datetime, due: dt.datetime, used: int, attempts: int
) -> Refusal | None:
    """Why no attempt can be started, or None."""
    if now < opens:
        return CourseworkRefusal.NOT_OPEN
    if now >= end_of(due):
        return CourseworkRefusal.CLOSED
    if used >= attempts:
        return CourseworkRefusal.NO_ATTEMPTS
    return None


def still_takes(now: dt.datetime, ends: dt.datetime) -> bool:
    """Whether answers are still taken."""
    return now <= ends + GRACE


class Answers(enum.StrEnum):
    """When the right answers are shown. Never while an attempt is going on."""

    AFTER_ATTEMPTS = "after_attempts"
    """When no attempt is left, or the deadline has passed: where the author says nothing."""
    AFTER_EACH = "after_each"
    AFTER_DEADLINE = "after_deadline"
    NEVER = "never"


def answers_open(
    *,
    now: dt.datetime,
    due: dt.datetime,
    finished: int,
    going: bool,
    attempts: int,
    rule: Answers = Answers.AFTER_ATTEMPTS,
) -> bool:
    """Whether the right answers may be shown."""
    if going or rule is Answers.NEVER:
        return False
    if rule is Answers.AFTER_EACH or now >= end_of(due):
        return True
    return rule is Answers.AFTER_ATTEMPTS and finished >= attempts


# Reading an answer ---------------------------------------------------------------------------------------------------
#
# Pages number what they show from 0 in the order shown, so that no page says where a thing stands in the author's file
# (there, steps are in their right order). Answers are kept in the author's numbers.


def read(item: BankItem, order: Sequence[int], values: Sequence[str]) -> Any:
    """What was sent for an item, as it is kept; None when it was left open. Nonsense reads as left open.

    single: an option; multiple: options, ascending; match: for each left the right chosen; order: for each step the
    place chosen; numeric and short: what was typed.
    """
    if item.kind == "single":
        picked = _positions(values, item.choices)
        return order[picked[0]] if picked else None
    if item.kind == "multiple":
        return sorted({order[place] for place in _positions(values, item.choices)}) or None
    if item.kind in ("match", "order"):
        sent = [_position(value, item.choices) for value in values[: item.choices]]
        sent += [None] * (item.choices - len(sent))
        if all(place is None for place in sent):
            return None
        if item.kind == "match":
            return [None if place is None else order[place] for place in sent]
        return [sent[order.index(step)] for step in range(item.choices)]
    text = " ".join((values[0] if values else "").split())[:LONGEST_TEXT]
    return text or None


def shown(item: BankItem, order: Sequence[int], answer: Any) -> list[str]:
    """An answer as its page shows it: the inverse of `read`."""
    if answer is None:
        return [""] * (item.choices if item.kind in ("match", "order") else 0)
    if item.kind == "single":
        return [str(order.index(answer))]
    if item.kind == "multiple":
        return [str(order.index(place)) for place in answer]
    if item.kind == "match":
        return ["" if right is None else str(order.index(right)) for right in answer]
    if item.kind == "order":
        return ["" if answer[step] is None else str(answer[step]) for step in order]
    return [str(answer)]


def _position(value: str, count: int) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and int(value) < count else None


def _positions(values: Sequence[str], count: int) -> list[int]:
    return [place for value in values if (place := _position(value, count)) is not None]


def number(text: str) -> Fraction | None:
    """The number that somebody meant: 34.7, 34,7, 1,00,000, −14, ₹ 316.99, 12 %; None when it is none."""
    found = re.findall(r"[+-]?[\d.,'’ ]*\d", text.replace("\N{MINUS SIGN}", "-").replace("\u00a0", " "))
    if len(found) != 1:
        return None
    plain = re.sub(r"['’ ]", "", found[0])
    last = max(plain.rfind(","), plain.rfind("."))
    if "," in plain and "." in plain:
        mark = plain[last]
        plain = plain.replace("," if mark == "." else ".", "").replace(",", ".")
    elif "," in plain:
        thousands = re.fullmatch(r"[+-]?\d{1,3}(,\d{2,3})*,\d{3}", plain)
        plain = plain.replace(",", "" if thousands else ".")
    elif plain.count(".") > 1:
        plain = plain.replace(".", "")
    try:
        return Fraction(plain)
    except ValueError:
        return None


def plain_words(text: str) -> str:
    """A short answer without case, accents and punctuation."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in spread if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w\s]|_", " ", bare).split())


def mark_of(answer: Any) -> str:
    """A short mark of an answer: a page says by it what it knew when an answer was changed."""
    return hashlib.sha256(json.dumps(answer).encode()).hexdigest()[:12]


def stale(stored: Any, known: str, wanted: Any) -> bool:
    """Whether an answer comes from a page that did not know what another one has saved: it is not taken."""
    return wanted != stored and mark_of(stored) != known


# Scoring -------------------------------------------------------------------------------------------------------------


def share(item: BankItem, answer: Any) -> Fraction:
    """What part of its points an answer earns, 0 to 1."""
    if answer is None:
        return Fraction(0)
    return _SHARES[item.kind](item.spec, answer)


def _single(spec: Mapping[str, Any], answer: Any) -> Fraction:
    return Fraction(int(bool(spec["options"][answer].get("correct"))))


def _multiple(spec: Mapping[str, Any], answer: Any) -> Fraction:
    right = [bool(option.get("correct")) for option in spec["options"]]
    gained = sum(1 if right[place] else -1 for place in answer)
    return max(Fraction(0), Fraction(gained, sum(right)))


def _numeric(spec: Mapping[str, Any], answer: Any) -> Fraction:
    meant = number(answer)
    return Fraction(int(meant is not None and _near(meant, spec["answer"], spec.get("tolerance", 0))))


def _near(meant: Fraction, value: float, tolerance: float) -> bool:
    return abs(meant - Fraction(str(value))) <= Fraction(str(tolerance))


def _short(spec: Mapping[str, Any], answer: Any) -> Fraction:
    return Fraction(int(plain_words(answer) in {plain_words(text) for text in spec["accept"]}))


def right_places(spec: Mapping[str, Any]) -> list[int]:
    """Of a match or order item: for each left its right, for each step its place. Authors write them in this order."""
    corrected: list[int] | None = spec.get("places")
    return corrected if corrected is not None else list(range(len(spec.get("pairs") or spec["steps"])))


def _in_place(spec: Mapping[str, Any], answer: Any) -> Fraction:
    right = right_places(spec)
    return Fraction(sum(place == found for place, found in zip(right, answer, strict=True)), len(answer))


_SHARES = {
    "single": _single,
    "multiple": _multiple,
    "numeric": _numeric,
    "short": _short,
    "match": _in_place,
    "order": _in_place,
}


@dataclass(frozen=True, slots=True)
class Score:
    """What an attempt came to, with what each item contributed."""

    points: Fraction
    out_of: int
    items: tuple[dict[str, Any], ...]

    @property
    def mark(self) -> Fraction:
        """The score as a mark of 0 to 100."""
        return 100 * self.points / self.out_of if self.out_of else Fraction(0)

    @property
    def whole(self) -> tuple[int, int]:
        """Points and maximum as integers of the same proportion."""
        scale = self.points.denominator
        return self.points.numerator, self.out_of * scale


def score(
    items: Sequence[BankItem], answers: Mapping[int, Any], parts: Mapping[int, Fraction] | None = None
) -> Score:
    """Judge an attempt: the answers given to the items drawn, or the shares that were settled otherwise."""
    lines = []
    total = Fraction(0)
    for item in items:
        answer = answers.get(item.id)
        part = share(item, answer) if parts is None else parts[item.id]
        earned = part * item.points
        total += earned
        lines.append(
            {
                "item": item.id,
                "points": fraction_text(earned),
                "out_of": item.points,
                "share": fraction_text(part),
                "answered": answer is not None,
            }
        )
    return Score(total, sum(item.points for item in items), tuple(lines))


def fraction_text(value: Fraction) -> str:
    """An exact figure as it is kept in a trace: "2", "3/4"."""
    return str(value)


def points_text(value: Fraction) -> str:
    """Points as people read them: "2", "1.5"; cut to two decimals where they do not end."""
    return f"{int(value * 100) / 100:.2f}".rstrip("0").rstrip(".")


def verdict(part: Fraction) -> str:
    """A share in a word: right, partly right, wrong."""
    if part == 1:
        return "right"
    return "partly right" if part else "wrong"


def mistake(item: BankItem, answer: Any) -> int | None:
    """Which of the mistakes that its author foresaw an answer is, for numeric and short items."""
    if answer is None:
        return None
    for position, known in enumerate(item.spec.get("mistakes", [])):
        if item.kind == "short" and plain_words(known["text"]) == plain_words(answer):
            return position
        if item.kind == "numeric":
            meant = number(answer)
            allowed = item.spec.get("tolerance", 0)
            if meant is not None and _near(meant, known["value"], allowed):
                return position
    return None
