"""The authors' guide says what the schema says: every key of every model, its type and whether it is needed."""

from __future__ import annotations

import re
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import annotated_types
import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lms.curriculum.content import anchors, schema, source
from lms.curriculum.content.schema import base
from lms.curriculum.content.schema import programme as frame
from tests.curriculum.content.broken import VARIANTS

GUIDE = (Path(__file__).parents[3] / "content" / "README.md").read_text(encoding="utf-8")
FILES = (
    schema.ProgrammeFile,
    schema.CompetencyFile,
    schema.PoliciesFile,
    schema.CourseFile,
    schema.ModuleFile,
    schema.QuizFile,
    schema.ReadingHead,
    schema.BriefHead,
)
WORDS: list[tuple[Any, str]] = [
    (base.Slug, "id"),
    (base.Code, "code"),
    (base.CompetencyCode, "competency"),
    (base.Line, "line"),
    (base.Prose, "text"),
    (base.AnchorText, "anchor"),
    (base.Minutes, "minutes"),
    (base.Week, "week"),
    (base.Percent, "per cent"),
    (base.Path, "file"),
    (frame.Fraction01, "share"),
    (frame.RuleNode, "id or `Rule`"),
    (schema.Activity, "activity"),
    (schema.Item, "question"),
]
"""The schema's shared types, as the guide calls them."""


def _models(found: dict[str, type[BaseModel]], model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """A model, its parents that hold keys, and every model below it."""
    for each in (model, *(parent for parent in model.__mro__[1:] if _own(parent))):
        name = each.__name__.strip("_")
        if name not in found:
            found[name] = each
            for hint in _own(each).values():
                for below in _below(hint):
                    _models(found, below)
    return found


def _own(model: type) -> dict[str, Any]:
    """The keys that a class gives itself, with their types."""
    if not issubclass(model, base.Strict) or model is base.Strict:
        return {}
    hints = typing.get_type_hints(model, include_extras=True)
    return {key: hints[key] for key in model.__annotations__}


def _below(hint: Any) -> list[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return [hint]
    return [model for part in typing.get_args(hint) for model in _below(part)]


MODELS: dict[str, type[BaseModel]] = {}
for _file in FILES:
    _models(MODELS, _file)


def described(hint: Any) -> str:
    """A type in the guide's words."""
    for known, word in WORDS:
        if hint == known:
            return word
    if typing.get_origin(hint) is typing.Annotated:
        inner, *rest = typing.get_args(hint)
        return described(inner) + _bounds(rest, list if typing.get_origin(inner) is list else inner)
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(dict.fromkeys(described(part) for part in parts if part is not type(None)))
    if origin is typing.Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin is list:
        return f"list of {described(parts[0])}"
    if origin is tuple:
        return f"pair of {described(parts[0])}"
    if origin is dict:
        return f"map from {described(parts[0])} to {described(parts[1])}"
    if issubclass(hint, BaseModel):
        return f"`{hint.__name__.strip('_')}`"
    return {str: "word", int: "whole number", float: "number", bool: "true or false"}[hint]


def _bounds(metadata: list[Any], inner: Any) -> str:
    found: dict[type, Any] = {}
    for each in metadata:
        for mark in each.metadata if isinstance(each, FieldInfo) else [each]:
            found[type(mark)] = mark
    if inner is list:
        low = found[annotated_types.MinLen].min_length if annotated_types.MinLen in found else None
        high = found[annotated_types.MaxLen].max_length if annotated_types.MaxLen in found else None
    else:
        low = found[annotated_types.Ge].ge if annotated_types.Ge in found else None
        high = found[annotated_types.Le].le if annotated_types.Le in found else None
        if annotated_types.Gt in found:
            above = f", above {found[annotated_types.Gt].gt}"
            return above if high is None else f"{above} up to {high}"
    if low is not None and low == high:
        return f", {low}"
    if low is not None and high is not None:
        return f", {low} to {high}"
    if low is not None:
        return f", {low} or more"
    return "" if high is None else f", at most {high}"


def needed(field: FieldInfo) -> str:
    """Whether a key must be written, and what holds without it."""
    if field.is_required():
        return "yes"
    if field.default_factory or field.default in (None, "", [], {}):
        return "no"
    value = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
    return f"no, `{value}`"


@dataclass(frozen=True)
class Row:
    """One row of the guide's tables."""

    key: str
    type: str
    needed: str
    meaning: str


def _tables() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for section in re.split(r"^(?=#{2,4} )", GUIDE, flags=re.MULTILINE):
        heading = re.match(r"#{3,4} `(\w+)`", section)
        if heading:
            cells = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", section, flags=re.MULTILINE)
            assert heading[1] not in found, f"{heading[1]} is documented twice"
            found[heading[1]] = [Row(*row) for row in cells]
    return found


TABLES = _tables()


def test_every_model_is_documented_and_no_other() -> None:
    assert sorted(TABLES) == sorted(MODELS)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_key_is_documented_as_the_schema_has_it(name: str) -> None:
    model = MODELS[name]
    rows = TABLES.get(name, [])
    assert [(row.key, row.type, row.needed) for row in rows] == [
        (key, described(hint), needed(model.model_fields[key])) for key, hint in _own(model).items()
    ]
    assert all(len(row.meaning) > 8 for row in rows)


def _fences() -> list[tuple[str, str, str]]:
    return re.findall(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)


EXAMPLES = [(model, text) for language, model, text in _fences() if language in ("yaml", "markdown")]


def test_every_example_says_what_it_is_an_example_of() -> None:
    assert len(EXAMPLES) >= 20
    assert {model for model, _text in EXAMPLES} <= set(MODELS)


@pytest.mark.parametrize(
    ("model", "text"), EXAMPLES, ids=[f"{model}-{at}" for at, (model, _text) in enumerate(EXAMPLES)]
)
def test_every_example_is_valid(model: str, text: str, tmp_path: Path) -> None:
    name = "example.md" if text.startswith("---\n") else "example.yaml"
    (tmp_path / name).write_text(text, encoding="utf-8")
    data = source.read(tmp_path, name).data
    for one in data if isinstance(data, list) else [data]:
        MODELS[model].model_validate(one)


def test_every_anchor_in_the_guide_is_one() -> None:
    section = GUIDE.partition("\n## Dates\n")[2].partition("\n## ")[0]
    written = re.findall(r"^\| `([^`]+)` \|", section, flags=re.MULTILINE)
    assert len(written) >= 10
    for text in written:
        anchors.parse(text)
    bases = {anchors.parse(text).base for text in written}
    assert bases == set(anchors.Base)


def test_every_error_in_the_guide_is_one_that_the_checker_gives() -> None:
    section = GUIDE.partition("\n## Errors and how they read\n")[2].partition("\n## ")[0]
    quoted = re.findall(r"^\| `(.+?)` \| .+? \|$", section, flags=re.MULTILINE)
    told = [variant.says for variant in VARIANTS]
    unknown = [message for message in quoted if not any(says in message for says in told)]
    assert len(quoted) >= 20
    assert unknown == []
