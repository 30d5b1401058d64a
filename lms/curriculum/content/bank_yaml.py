"""A bank as its author's file: what is written here reads back as the same."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml

from lms.curriculum.content import schema


class _Dumper(yaml.SafeDumper):
    """Writes what the authors' reader reads: its numbers are plain decimals, its words may look like numbers."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        """Lists stand in from their key, as authors write them."""
        return super().increase_indent(flow, False)


for _tag, _pattern in (("int", r"^[-+]?\d+$"), ("float", r"^[-+]?\d+\.\d+$")):
    _Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list("-+0123456789"))


_OTHER_BREAKS = frozenset("\x85\u2028\u2029\ufeff")
"""Characters that end a line of YAML, or go unseen."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text.rstrip("\n") else None
    if _OTHER_BREAKS & set(text):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _figure(dumper: yaml.SafeDumper, figure: float) -> yaml.ScalarNode:
    plain = f"{Decimal(repr(figure)):f}"
    return dumper.represent_scalar("tag:yaml.org,2002:float", plain if "." in plain else f"{plain}.0")


_Dumper.add_representer(str, _text)
_Dumper.add_representer(float, _figure)


def bank_text(bank: dict[str, Any]) -> str:
    """A bank, as plain lists and texts, as the text of its file."""
    return yaml.dump(
        bank, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False
    )


def plain_bank(quiz: schema.QuizFile) -> dict[str, Any]:
    """A bank as an author writes it: without what is said by saying nothing."""
    return quiz.model_dump(mode="json", exclude_defaults=True)
