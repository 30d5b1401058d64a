"""Forms of authors: what a page asks, and reading what was sent against the fields."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lms.core.markdown import words

LONGEST_LINE = 400
LONGEST_TEXT = 20_000
LEVELS = 4
Judge = Callable[[Mapping[str, Any], Any], str]


@dataclass(frozen=True, slots=True)
class Checked:
    """The answers as they are kept, and what is wrong with them by field."""

    answers: dict[str, Any]
    problems: dict[str, str]


def check(fields: Sequence[Mapping[str, Any]], sent: Mapping[str, Sequence[str]]) -> Checked:
    """Read and judge everything that was sent; what is wrong is kept beside its problem, never lost."""
    answers: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in fields:
        values = [value.strip() for value in sent.get(field["id"], ())]
        answer = _read(field, values)
        if answer not in (None, "", [], False):
            answers[field["id"]] = answer
        problem = _problem(field, answer)
        if problem:
            problems[field["id"]] = problem
    return Checked(answers, problems)


def _read(field: Mapping[str, Any], values: list[str]) -> Any:
    kind = field["kind"]
    if kind == "tick":
        return bool(values)
    if kind == "choices":
        return [option for option in field["options"] if option in values]
    return values[0] if values else ""


def _problem(field: Mapping[str, Any], answer: Any) -> str:
    if answer in (None, "", [], False):
        return _MISSING.get(field["kind"], "Answer this.") if field.get("required", True) else ""
    judge: Judge = _JUDGES.get(field["kind"], _text)
    return judge(field, answer)


_MISSING = {
    "tick": "Tick this to go on.",
    "choice": "Choose one.",
    "choices": "Choose at least one.",
    "scale": "Choose a level.",
    "date": "Give the date.",
    "link": "Give the address.",
    "number": "Give a number.",
    "file": "Choose the file.",
}


def _text(field: Mapping[str, Any], answer: str) -> str:
    limit = LONGEST_TEXT if field["kind"] == "lines" else LONGEST_LINE
    if len(answer) > limit:
        return f"This is too long: at most {limit} characters."
    count, most = words(answer), field.get("max_words")
    return (
        f"{count} words; at most {most}. Nothing is lost: shorten it and send again."
        if most and count > most
        else ""
    )


def _choice(field: Mapping[str, Any], answer: str) -> str:
    return "" if answer in field["options"] else "Choose one of the options listed."


def _scale(_field: Mapping[str, Any], answer: str) -> str:
    return "" if answer in {str(level) for level in range(1, LEVELS + 1)} else "Choose a level from 1 to 4."


def _number(_field: Mapping[str, Any], answer: str) -> str:
    fits = re.fullmatch(r"[+-]?\d{1,15}([.,]\d{1,6})?", answer.replace("\N{MINUS SIGN}", "-"))
    return "" if fits else "Give a plain number, such as 12 or 12.5."


def _date(_field: Mapping[str, Any], answer: str) -> str:
    try:
        dt.date.fromisoformat(answer)
    except ValueError:
        return "Give a date as year-month-day, such as 2027-03-14."
    return ""


def _link(_field: Mapping[str, Any], answer: str) -> str:
    parts = urlsplit(answer)
    fine = parts.scheme in ("http", "https") and parts.hostname and len(answer) <= LONGEST_LINE
    return "" if fine else "Give a full address that begins with https://."


_JUDGES: dict[str, Judge] = {
    "choice": _choice,
    "scale": _scale,
    "number": _number,
    "date": _date,
    "link": _link,
    "tick": lambda _f, _a: "",
    "choices": lambda _f, _a: "",
    "file": lambda _f, _a: "",
}


def file_fields(fields: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The fields that ask for a file."""
    return frozenset(field["id"] for field in fields if field["kind"] == "file")


def with_files(
    fields: Sequence[Mapping[str, Any]], sent: Mapping[str, Sequence[str]], present: Mapping[str, str]
) -> dict[str, Sequence[str]]:
    """What was sent, with the files that are there: field → public id. What a page says about files is left out."""
    asked_for = file_fields(fields)
    plain = {name: values for name, values in sent.items() if name not in asked_for}
    return {**plain, **{name: [file] for name, file in present.items() if name in asked_for}}


def level_texts(hint: str) -> tuple[str, tuple[str, ...]]:
    """Split a scale's hint of the form "1: … 2: … 3: … 4: …" into what stands before it and the four texts."""
    found = re.fullmatch(r"(.*?)\b1:\s*(.+?)\s+2:\s*(.+?)\s+3:\s*(.+?)\s+4:\s*(.+)", hint.strip(), re.DOTALL)
    if not found:
        return hint.strip(), ()
    before, *levels = (" ".join(part.split()) for part in found.groups())
    return before, tuple(levels)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, as a page asks for it, with what was answered."""

    id: str
    label: str
    kind: str
    hint: str
    options: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]
    """A scale's levels: figure and words."""
    required: bool
    max_words: int | None
    value: str
    values: tuple[str, ...]
    error: str

    @property
    def described(self) -> str:
        """Ids of what describes it."""
        return " ".join(
            [*([f"{self.id}-hint"] if self.hint else []), *([f"{self.id}-error"] if self.error else [])]
        )


def asked(
    fields: Sequence[Mapping[str, Any]],
    given: Mapping[str, Any],
    problems: Mapping[str, str],
    prefix: str = "",
) -> tuple[Field, ...]:
    """An author's fields with what was answered or sent; `prefix` keeps their ids apart from others of the page."""
    return tuple(
        _asked(each, given.get(each["id"], ()), problems.get(each["id"], ""), prefix) for each in fields
    )


def _asked(each: Mapping[str, Any], given: Any, error: str, prefix: str) -> Field:
    hint = " ".join((each.get("hint") or "").split())
    texts: tuple[str, ...] = ()
    if each["kind"] == "scale":
        hint, texts = level_texts(hint)
    values = (
        tuple(given) if isinstance(given, list | tuple) else (("yes",) if given is True else (str(given),))
    )
    return Field(
        id=f"{prefix}{each['id']}",
        label=each["label"],
        kind=each["kind"],
        hint=hint,
        options=tuple(each.get("options", ())),
        levels=tuple((str(level), texts[level - 1] if texts else "") for level in range(1, LEVELS + 1)),
        required=each.get("required", True),
        max_words=each.get("max_words"),
        value=values[0] if values else "",
        values=values,
        error=error,
    )
