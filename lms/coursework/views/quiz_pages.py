"""How a quiz is composed for its pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import request
from markupsafe import Markup

from lms.coursework import policy, queries
from lms.coursework.queries import AttemptLine, AttemptPage, ExtraLine, Question, Visit
from lms.coursework.rules import quiz as rules
from lms.coursework.rules import work
from lms.coursework.rules.late import end_of
from lms.coursework.views.frame import Frame
from lms.web.guards import current_actor
from lms.web.html import stored

# Before it begins -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartPage:
    """A quiz's rules, and a learner's attempts at it."""

    frame: Frame
    intro: Markup
    draws: int
    bank: int
    time_limit: int
    extra: tuple[ExtraLine, ...]
    """What the learner has on top, the latest first."""
    captions: tuple[str, ...]
    """Lectures without captions, for which they may take more time."""
    captions_until: dt.datetime | None
    allowed: int
    attempts: tuple[AttemptLine, ...]
    best: Fraction | None
    going: AttemptLine | None
    """An attempt within its time."""
    waiting: AttemptLine | None
    """An attempt whose time is over and that was not counted yet."""
    can_start: bool
    ends_at: dt.datetime
    """When an attempt that is started now ends."""
    latest_full_start: dt.datetime | None
    """A start after this has less time."""
    shortened: bool
    counts: bool
    answers: str
    """When the right answers are shown; empty: as usual."""
    sees_bank: bool
    """Staff who see the questions with their keys, and how they did."""

    @property
    def left(self) -> int:
        """Attempts that can still be started."""
        return max(0, self.allowed - len(self.attempts))


def start(visit: Visit, frame: Frame, mine: Sequence[AttemptLine]) -> StartPage:
    """Compose the start page."""
    content = queries.content(visit.line.id)
    spec = content.spec
    limit = dt.timedelta(minutes=spec["time_limit"])
    extra = tuple(queries.extra_lines(visit.place.place_id)) if visit.place else ()
    more = extra[0].extra if extra else rules.NO_EXTRA
    offer = queries.captions_offer(visit, more, frame.due, frame.now)
    going = next((one for one in mine if one.active), None)
    in_time = going is not None and rules.still_takes(frame.now, going.ends_at)
    can_start = (
        not frame.staff
        and frame.opens is not None
        and frame.due is not None
        and not frame.cancelled
        and not in_time
        and rules.why_not_start(
            now=frame.now, opens=frame.opens, due=frame.due, used=len(mine), attempts=spec["attempts"]
        )
        is None
    )
    ends = rules.ends_at(frame.now, spec["time_limit"], frame.due, more) if frame.due else frame.now + limit
    return StartPage(
        frame=frame,
        intro=stored(content.html.get("intro", "")),
        draws=min(spec["draws"], len(queries.bank(visit.line.id))),
        bank=len(queries.bank(visit.line.id)),
        time_limit=spec["time_limit"],
        extra=extra,
        captions=offer,
        captions_until=work.captions_until(frame.due) if offer and frame.due else None,
        allowed=spec["attempts"],
        attempts=tuple(mine),
        best=max((one.mark for one in mine if one.mark is not None), default=None),
        going=going if in_time else None,
        waiting=going if not in_time else None,
        can_start=can_start,
        ends_at=ends,
        latest_full_start=end_of(frame.due) - limit if frame.due else None,
        shortened=can_start and frame.due is not None and end_of(frame.due) - frame.now < limit,
        counts=bool(visit.line.group_key),
        answers=spec.get("answers", ""),
        sees_bank=policy.can_see_bank(current_actor(), visit),
    )


# While it goes on -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose, numbered as it is shown."""

    value: str
    html: Markup
    chosen: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a match or order item, with its own choice."""

    name: str
    text: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An item of an attempt as its page asks it."""

    number: int
    name: str
    kind: str
    points: int
    case: Markup
    prompt: Markup
    unit: str
    choices: tuple[Choice, ...]
    parts: tuple[Part, ...]
    rights: tuple[tuple[str, str], ...]
    """What a line of a match or order item can be put to: value and words."""
    text: str
    read_as: str
    answered: bool
    was: str
    """What was kept when the page was made: a page only sends what it changed."""


@dataclass(frozen=True, slots=True)
class AskPage:
    """An attempt that is going on."""

    slug: str
    key: str
    title: str
    attempt: str
    number: int
    allowed: int
    items: tuple[Asked, ...]
    now: dt.datetime
    zone: str
    ends_at: dt.datetime
    over: bool
    saved_at: dt.datetime | None

    @property
    def open(self) -> tuple[Asked, ...]:
        """The items that were not answered."""
        return tuple(item for item in self.items if not item.answered)


def attempt(at: AttemptPage, now: dt.datetime, zone: str) -> AskPage:
    """Compose the questions."""
    kept, saved_at = queries.answers(at.attempt.id)
    return AskPage(
        slug=at.visit.cohort.slug,
        key=at.visit.line.key,
        title=at.visit.line.title,
        attempt=at.attempt.public_id,
        number=at.attempt.number,
        allowed=queries.content(at.visit.line.id).spec["attempts"],
        items=tuple(_asked(question, order, number, kept) for number, question, order in drawn(at)),
        now=now,
        zone=zone,
        ends_at=at.attempt.ends_at,
        over=not rules.still_takes(now, at.attempt.ends_at),
        saved_at=saved_at,
    )


confirm = attempt


def drawn(at: AttemptPage) -> list[tuple[int, Question, list[int]]]:
    """The items of an attempt: number, question, order of its options."""
    bank = queries.bank(at.visit.line.id)
    return [
        (number, bank[each["item"]], each["options"]) for number, each in enumerate(at.attempt.items, start=1)
    ]


def _asked(question: Question, order: Sequence[int], number: int, kept: Mapping[int, Any]) -> Asked:
    item, html = question.item, question.html
    answer = kept.get(item.id)
    shown = rules.shown(item, order, answer)
    name = f"q{number}"
    return Asked(
        number=number,
        name=name,
        kind=item.kind,
        points=item.points,
        case=safe(html.get("case", "")),
        prompt=safe(html["prompt"]),
        unit=item.spec.get("unit", ""),
        choices=tuple(
            Choice(str(place), safe(html["options"][option]["text"]), str(place) in shown)
            for place, option in enumerate(order)
        )
        if item.kind in ("single", "multiple")
        else (),
        parts=_parts(item.spec, item.kind, order, name, shown),
        rights=_rights(item.spec, item.kind, order),
        text=shown[0] if shown and item.kind in ("numeric", "short") else "",
        read_as=_read_as(item.kind, answer),
        answered=answer is not None,
        was=rules.mark_of(answer),
    )


def _parts(
    spec: Mapping[str, Any], kind: str, order: Sequence[int], name: str, shown: Sequence[str]
) -> tuple[Part, ...]:
    if kind == "match":
        texts = [pair["left"] for pair in spec["pairs"]]
    elif kind == "order":
        texts = [spec["steps"][step] for step in order]
    else:
        return ()
    return tuple(Part(f"{name}-{at}", text, shown[at]) for at, text in enumerate(texts))


def _rights(spec: Mapping[str, Any], kind: str, order: Sequence[int]) -> tuple[tuple[str, str], ...]:
    if kind == "match":
        return tuple((str(at), spec["pairs"][right]["right"]) for at, right in enumerate(order))
    if kind == "order":
        return tuple((str(at), str(at + 1)) for at in range(len(order)))
    return ()


def _read_as(kind: str, answer: Any) -> str:
    if kind != "numeric" or answer is None:
        return ""
    meant = rules.number(answer)
    if meant is None:
        return "This is not read as a number. Write it as 34.7."
    return f"Read as {float(meant):,.10g}".replace("-", "\N{MINUS SIGN}")


def safe(html: str) -> Markup:
    """Show what was rendered when it was published."""
    return stored(html)


def sent_answers(at: AttemptPage) -> dict[int, tuple[Any, str]]:
    """What a page sent and had changed, by item, each with the mark of the answer that the page knew.

    What it only repeats is left to whoever wrote it last. Its script says by a "!" that an answer was touched, though
    it may be what it was before.
    """
    given = {}
    for number, question, order in drawn(at):
        name = f"q{number}"
        item = question.item
        if f"{name}-was" not in request.form:
            continue
        if item.kind in ("match", "order"):
            values = [request.form.get(f"{name}-{place}", "") for place in range(item.choices)]
        else:
            values = request.form.getlist(name)
        answer = rules.read(item, order, values)
        known, touched, _rest = request.form[f"{name}-was"].partition("!")
        if touched or rules.mark_of(answer) != known:
            given[item.id] = (answer, known)
    return given


def marks_of(at: AttemptPage, kept: Mapping[int, Any], taken: Collection[int]) -> dict[str, str]:
    """The marks that a page knows its answers by, once they are saved: fields by name."""
    return {
        f"q{number}-was": rules.mark_of(kept.get(question.item.id))
        for number, question, _order in drawn(at)
        if question.item.id in taken
    }


def stale_words(at: AttemptPage, left: Collection[int]) -> str:
    """What a page is told whose answers were not taken."""
    numbers = [str(number) for number, question, _order in drawn(at) if question.item.id in left]
    if not numbers:
        return ""
    which = f"Question {numbers[0]} was" if len(numbers) == 1 else f"Questions {', '.join(numbers)} were"
    return f"{which} answered elsewhere since this page was opened. What was saved there stands."


def live_words(at: AttemptPage, kept: Mapping[int, Any]) -> dict[str, str]:
    """What the page says anew after saving: how numbers were read, how many are answered."""
    words = {"answered": answered_words(len(kept), len(at.attempt.items))}
    for number, question, _order in drawn(at):
        if question.item.kind == "numeric":
            words[f"read-q{number}"] = _read_as("numeric", kept.get(question.item.id))
    return words


def answered_words(count: int, of: int) -> str:
    """ "7 of 10 answered"."""
    return f"{count} of {of} answered"
