"""A question of Moodle's, taken apart, as one of ours: each kind with what is kept of it and what is not."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lms.curriculum.content import schema

_ITEM: TypeAdapter[schema.Item] = TypeAdapter(schema.Item)
_ESCAPED = "~=#{}:\\"
_FIRST = 0xE000
"""Escaped characters wait in the private use area while the text is taken apart."""
HIDE = {char: chr(_FIRST + at) for at, char in enumerate(_ESCAPED)}
_SHOW = {ord(hidden): char for char, hidden in HIDE.items()}
PRIVATE = re.compile("[\ue000-\uf8ff\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_TAG = re.compile(r"<[^<>]{0,500}>")
_KEEPS_NO = re.compile(r"<(img|table|video|audio|iframe|object|svg)\b|@@PLUGINFILE@@", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%\s*(-?\d{1,3}(?:\.\d{1,10})?)\s*%")
_NUMBER = re.compile(r"[-+]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][-+]?\d{1,2})?")
TRUE, FALSE = frozenset({"T", "TRUE"}), frozenset({"F", "FALSE"})


class NotTaken(Exception):
    """Why a question cannot be one of ours."""


@dataclass
class Answer:
    right: bool
    weight: Decimal | None
    text: str
    feedback: str


@dataclass
class Question:
    """A question taken apart."""

    name: str
    prompt: str
    answers: str
    general: str
    notes: list[str] = field(default_factory=list)


def shown(text: str) -> str:
    """Escaped characters as they are meant."""
    return text.translate(_SHOW)


def split(answers: str) -> list[Answer]:
    """The answers of a question with what stands before the first dropped."""
    found = []
    parts = re.split("([=~])", answers)
    for sign, text in zip(parts[1::2], parts[2::2], strict=True):
        weight = None
        said = _WEIGHT.match(text)
        if said:
            weight = Decimal(said[1])
        words, _mark, feedback = (text[said.end() :] if said else text).partition("#")
        found.append(Answer(sign == "=", weight, words.strip(), feedback.strip()))
    return found


def plain(text: str, notes: list[str]) -> str:
    """Text as we keep it: without HTML, escapes undone."""
    text = shown(text)
    if _KEEPS_NO.search(text):
        raise NotTaken("it has a picture, a table or a film; write it anew")
    bare = _TAG.sub(" ", text)
    if bare != text and "formatting in HTML is dropped" not in notes:
        notes.append("formatting in HTML is dropped")
    bare = html.unescape(bare) if "&" in bare else bare
    return " ".join(PRIVATE.sub(" ", bare).split())


def short(text: str) -> str:
    """A text as a report names it."""
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def item_of(question: Question, item_id: str, codes: list[str]) -> dict[str, Any]:
    """A question as one of ours. Raises NotTaken."""
    answers, notes = question.answers, question.notes
    prompt = plain(question.prompt, notes)
    if not prompt:
        raise NotTaken("nothing is asked")
    if not answers:
        raise NotTaken("an essay; ours are assignments")
    word = answers.partition("#")[0].strip().upper()
    if answers.startswith("#"):
        kind = _numeric(answers[1:], notes)
    elif word in TRUE | FALSE:
        kind = _true_or_false(answers, word in TRUE, notes)
    elif "~" in answers:
        kind = _choice(split(answers), notes)
    elif "=" in answers and "->" in answers:
        kind = _match(split(answers), notes)
    elif "=" in answers:
        kind = _words(split(answers), notes)
    else:
        raise NotTaken("no answer is marked by = or ~")
    right = kind.pop("right")
    general = plain(question.general, notes)
    item = {
        "id": item_id,
        "kind": kind.pop("kind"),
        "codes": codes,
        "prompt": prompt if len(prompt) >= 10 else f"Question: {prompt}",
        **kind,
        "explanation": _at_least(
            general, f"Right: {right}." if len(right) > 2 else f"The right answer is {right}."
        ),
    }
    try:
        _ITEM.validate_python(item)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        raise NotTaken(f"{'.'.join(str(part) for part in first['loc'][1:])}: {first['msg']}") from None
    return item


def _at_least(text: str, otherwise: str) -> str:
    return text if len(text) >= 10 else " ".join([*([text] if text else []), otherwise])


def _sized(text: str, notes: list[str]) -> str:
    """A text of two characters at least, as our lines have."""
    if len(text) == 1:
        note = "answers of one character stand in quotation marks"
        if note not in notes:
            notes.append(note)
        return f"“{text}”"
    return text


def _option(text: str, feedback: str, notes: list[str], *, right: bool) -> dict[str, Any]:
    said = plain(feedback, notes)
    if not said and "where it had no feedback, “this is right” or “not right” is said: say more" not in notes:
        notes.append("where it had no feedback, “this is right” or “not right” is said: say more")
    option: dict[str, Any] = {"text": _sized(plain(text, notes), notes)}
    if right:
        option["correct"] = True
    option["feedback"] = _at_least(said, "This is right." if right else "This is not right.")
    return option


def _different(texts: Sequence[str], what: str) -> None:
    plain = [" ".join(text.casefold().split()) for text in texts]
    if not all(plain):
        raise NotTaken(f"one of its {what} is empty")
    if len(set(plain)) != len(plain):
        raise NotTaken(f"two of its {what} are the same")


def _between(count: int, low: int, high: int, what: str) -> None:
    if not low <= count <= high:
        raise NotTaken(f"it has {count} {what}; ours have {low} to {high}")


def _true_or_false(answers: str, truth: bool, notes: list[str]) -> dict[str, Any]:
    _word, *said = answers.split("#")
    wrong, right = (*said, "", "")[:2]
    feedback = (right, wrong) if truth else (wrong, right)
    options = [
        _option("True", feedback[0], notes, right=truth),
        _option("False", feedback[1], notes, right=not truth),
    ]
    return {"kind": "single", "options": options, "right": "True" if truth else "False"}


def _choice(answers: list[Answer], notes: list[str]) -> dict[str, Any]:
    single = any(one.right for one in answers)
    if single:
        rights = [one.right or one.weight == 100 for one in answers]
        if any(one.weight not in (None, 0, 100) for one in answers):
            notes.append("part of the points for a choice is dropped: one right option earns all")
        if sum(rights) != 1:
            raise NotTaken(f"{sum(rights)} options are right; give weights where several are")
        _between(len(answers), 2, 6, "options")
    else:
        rights = [one.weight is not None and one.weight > 0 for one in answers]
        if not any(rights):
            raise NotTaken("no option is right")
        if sum(rights) == 1:
            single = True
            notes.append("one option is right, so one is chosen")
            _between(len(answers), 2, 6, "options")
        else:
            notes.append(
                "weights are replaced by our rule: right choices less wrong ones, over the right options"
            )
            _between(len(answers), 4, 7, "options")
            if all(rights):
                raise NotTaken("every option is right; ours have a wrong one")
    options = [
        _option(one.text, one.feedback, notes, right=right)
        for one, right in zip(answers, rights, strict=True)
    ]
    _different([option["text"] for option in options], "options")
    said = ", ".join(option["text"] for option in options if option.get("correct"))
    return {"kind": "single" if single else "multiple", "options": options, "right": said}


def _match(answers: list[Answer], notes: list[str]) -> dict[str, Any]:
    pairs = []
    for one in answers:
        left, arrow, right = one.text.partition("->")
        left, right = _sized(plain(left, notes), notes), _sized(plain(right, notes), notes)
        if not arrow or not right:
            raise NotTaken("one of its answers has no “->” with something behind it")
        if not left:
            notes.append(f"“{short(right)}” belongs to nothing and is dropped")
        else:
            pairs.append({"left": left, "right": right})
    _between(len(pairs), 3, 6, "pairs")
    _different([pair["left"] for pair in pairs], "left sides")
    _different([pair["right"] for pair in pairs], "right sides")
    return {
        "kind": "match",
        "pairs": pairs,
        "right": "; ".join(f"{pair['left']} – {pair['right']}" for pair in pairs),
    }


def _words(answers: list[Answer], notes: list[str]) -> dict[str, Any]:
    accept: list[str] = []
    seen: set[str] = set()
    for one in answers:
        text = _sized(plain(one.text, notes), notes)
        if one.weight is not None and one.weight != 100:
            notes.append(f"“{short(text)}” earned {one.weight} % and is dropped: an answer is right or not")
        elif "*" in text:
            notes.append(f"“{short(text)}” has a wildcard and is dropped: write the forms out")
        elif text and not any(char.isalnum() for char in text):
            notes.append(f"“{short(text)}” has no letter or digit and is dropped")
        elif text and text.casefold() not in seen:
            seen.add(text.casefold())
            accept.append(text)
        if one.feedback and "feedback of accepted answers is dropped" not in notes:
            notes.append("feedback of accepted answers is dropped")
    if not accept:
        raise NotTaken("no answer is left that is right in full")
    return {"kind": "short", "accept": accept, "right": accept[0]}


def _numeric(text: str, notes: list[str]) -> dict[str, Any]:
    answers = split(text) if "=" in text or "~" in text else [Answer(True, None, *_with_feedback(text))]
    full = [one for one in answers if one.right and one.weight in (None, 100)]
    if len(full) != len(answers):
        notes.append("answers that earned a part, or nothing, are dropped: a number is right or not")
    if len(full) != 1:
        raise NotTaken(f"{len(full)} numbers are right in full; ours have one, with a tolerance")
    answer, tolerance = _range(shown(full[0].text))
    if full[0].feedback:
        notes.append("feedback of the right number is dropped")
    return {"kind": "numeric", "answer": answer, "tolerance": tolerance, "right": f"{answer:g}"}


def _with_feedback(text: str) -> tuple[str, str]:
    words, _mark, feedback = text.partition("#")
    return words.strip(), feedback.strip()


def _range(text: str) -> tuple[float, float]:
    """The middle of what is right, and how far it reaches: `3`, `3:0.5`, `2.5..3.5`."""
    low, dots, high = text.partition("..")
    if dots:
        first, last = _number(low), _number(high)
        if first > last:
            raise NotTaken("its range ends before it begins")
        return float((first + last) / 2), float((last - first) / 2)
    middle, _colon, reach = text.partition(":")
    within = _number(reach) if reach.strip() else Decimal(0)
    if within < 0:
        raise NotTaken("its tolerance is below 0")
    return float(_number(middle)), float(within)


def _number(text: str) -> Decimal:
    bare = text.strip().replace("\N{MINUS SIGN}", "-")
    try:
        return Decimal(bare) if _NUMBER.fullmatch(bare) else _no_number(bare)
    except InvalidOperation:
        return _no_number(bare)


def _no_number(text: str) -> Decimal:
    raise NotTaken(f"“{short(text)}” is no number")
