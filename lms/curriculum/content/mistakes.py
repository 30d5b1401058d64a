"""What the schema objects to, said to an author: where it is, what is wrong, how to mend it."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lms.curriculum.content.source import Loc, Problem, Source

_SHAPES = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "is not an id; write lower-case letters and digits joined by hyphens (a-1)",
    r"^[A-Z][A-Za-z0-9-]{0,7}$": "is not a code; write a capital and at most seven letters, digits, hyphens (Q1, A-1)",
    r"^[A-Z]{2,3}$": "is not a competency code; write two or three capitals (SDM)",
    r"^[^\n]+$": "is one line; break no line in it, or shorten it",
    r"^[a-z0-9][a-z0-9/.-]*\.(md|yaml)$": "is not the name of a file; write for instance readings/pricing.md",
    r"^\d\d:\d\d$": 'is not a time of day; write it as "22:00"',
    r"^[RS]\d$": "is not a number of the framework; write R1 to R7 or S1 to S5",
    r"^[A-Z]$": "is not a course's letter; write one capital",
    r"^[A-Z]\d?$": "is not a module's code; write a capital and at most one digit (A1)",
}
"""The schema's patterns in words."""
_WRONG_TYPE = {"string_type", "model_type", "model_attributes_type", "dict_type", "list_type", "tuple_type"}


def problems_of(source: Source, wrong: ValidationError) -> list[Problem]:
    """One problem for each mistake, where pydantic may report several (one for each member of a union)."""
    errors = [(_in_file(source, error), error) for error in wrong.errors()]
    kept: dict[Loc, ErrorDetails] = {}
    for loc, error in errors:
        deeper = any(other[: len(loc)] == loc and len(other) > len(loc) for other, _error in errors)
        if error["type"] in _WRONG_TYPE and deeper:
            continue
        if loc not in kept or kept[loc]["type"] in _WRONG_TYPE:
            kept[loc] = error
    return [Problem(source.path, source.line(loc), _message(loc, error)) for loc, error in kept.items()]


def _in_file(source: Source, error: ErrorDetails) -> Loc:
    """The place in the file, without the names of union members that pydantic puts in; a missing key stays last."""
    kept: Loc = ()
    place: Any = source.data
    for before, part in zip((None, *error["loc"]), error["loc"], strict=False):
        named_by_kind = isinstance(before, int) and isinstance(place, dict) and place.get("kind") == part
        if (*kept, part) in source.lines and not named_by_kind:
            kept, place = (*kept, part), place[part]
    match error["type"]:
        case "missing":
            return (*kept, error["loc"][-1])
        case "union_tag_not_found" | "union_tag_invalid":
            return (*kept, "kind")
    return kept


def _message(loc: Loc, error: ErrorDetails) -> str:
    name = ".".join(str(part) for part in loc) or "the file"
    context = error.get("ctx", {})
    match error["type"]:
        case "missing" | "union_tag_not_found":
            return f"{name} is missing; add it"
        case "extra_forbidden":
            return f"{name} is not a key of this kind; remove it or correct its spelling"
        case "union_tag_invalid":
            return f"{name} is “{context['tag']}”; write one of {context['expected_tags']}".replace("'", "")
        case "value_error":
            return f"{name}: {error['msg'].removeprefix('Value error, ')}"
        case "string_pattern_mismatch" if context["pattern"] in _SHAPES:
            return f"{name}: {_shown(error['input'])} {_SHAPES[context['pattern']]}"
        case _ if error["input"] is None:
            return f"{name} is empty; give it a value or remove the key"
    return f"{name}: {error['msg'][0].lower()}{error['msg'][1:]} (it says {_shown(error['input'])})"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
