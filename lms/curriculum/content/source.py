"""Files with line numbers: YAML and Markdown-with-a-head, read so that every value knows its line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Loc = tuple[str | int, ...]
"""Where a value stands in its file: keys and list positions from the top."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing an author must mend."""

    path: str
    """Relative to the programme's folder."""
    line: int
    message: str
    """What is wrong and how to mend it."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class _Loader(yaml.CSafeLoader):
    """YAML without surprises: NO is a word, 18:30 is a text, 2026-01-01 is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":merge"))]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?\d+$"), list("-+0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[-+]?\d+\.\d+$"), list("-+0123456789"))


@dataclass
class Source:
    """A file, parsed but not yet judged."""

    path: str
    data: Any
    lines: dict[Loc, int] = field(default_factory=dict)
    body: str = ""
    """The Markdown after the head, of a `.md` file."""
    body_line: int = 1

    def line(self, loc: Loc) -> int:
        """The line of a value, or of the nearest thing around it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def texts(self) -> Iterator[tuple[int, str]]:
        """Every text of the file with the line on which it begins, the Markdown body last."""
        yield from self._texts(self.data, ())
        if self.body:
            yield self.body_line, self.body

    def _texts(self, value: Any, loc: Loc) -> Iterator[tuple[int, str]]:
        if isinstance(value, str):
            yield self.line(loc) + value.endswith("\n"), value  # a block begins below its key
        elif isinstance(value, dict):
            for key, child in value.items():
                yield from self._texts(child, (*loc, key))
        elif isinstance(value, list):
            for position, child in enumerate(value):
                yield from self._texts(child, (*loc, position))


_HEAD = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)(.*)", re.DOTALL)


class Unreadable(Exception):
    """The file is not YAML, or has no head."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read(root: Path, path: str) -> Source:
    """Read one file below `root`.

    Raises Unreadable when it is missing, not UTF-8, not YAML or (for Markdown) has no head.
    """
    try:
        text = (root / path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Unreadable(Problem(path, 1, "there is no such file; create it or correct the name")) from None
    except UnicodeDecodeError:
        raise Unreadable(Problem(path, 1, "the file is not UTF-8; save it as UTF-8")) from None
    if path.endswith(".md"):
        return _read_markdown(path, text)
    data, lines = _parse(path, text, 0)
    return Source(path, data, lines)


def _read_markdown(path: str, text: str) -> Source:
    found = _HEAD.match(text)
    if not found:
        raise Unreadable(
            Problem(path, 1, "the file has no head; begin it with --- , the keys, and --- again")
        )
    head, body = found.groups()
    data, lines = _parse(path, head, 1)
    first = head.count("\n") + 3
    if not body.strip():
        return Source(path, data, lines, body_line=first)
    above = len(body) - len(body.lstrip("\n"))
    return Source(path, data, lines, body.strip("\n") + "\n", first + above)


def _parse(path: str, text: str, offset: int) -> tuple[Any, dict[Loc, int]]:
    loader = _Loader(text)
    lines: dict[Loc, int] = {}
    try:
        node = loader.get_single_node()
        if node is None:
            raise Unreadable(Problem(path, 1, "the file is empty"))
        data = _construct(loader, node, (), lines, path, offset)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line = (mark.line if mark else 0) + 1 + offset
        raise Unreadable(Problem(path, line, f"this is not YAML: {wrong.problem or wrong.context}")) from None
    except yaml.reader.ReaderError as wrong:
        line = text.count("\n", 0, wrong.position) + 1 + offset
        raise Unreadable(Problem(path, line, f"this is not YAML: {wrong.reason}")) from None
    except RecursionError:
        raise Unreadable(
            Problem(path, 1 + offset, "an alias (*) stands inside what it stands for; write it out")
        ) from None
    finally:
        loader.dispose()
    return data, lines


def _construct(loader: Any, node: yaml.Node, loc: Loc, lines: dict[Loc, int], path: str, offset: int) -> Any:
    lines[loc] = node.start_mark.line + 1 + offset
    if isinstance(node, yaml.MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1 + offset
            if not isinstance(key_node, yaml.ScalarNode):
                raise Unreadable(Problem(path, line, "a key is one word; put text with { or [ in quotes"))
            key = loader.construct_object(key_node)
            if key in result:
                raise Unreadable(Problem(path, line, f"“{key}” is given twice; keep one"))
            result[key] = _construct(loader, value_node, (*loc, key), lines, path, offset)
            lines[(*loc, key)] = line
        return result
    if isinstance(node, yaml.SequenceNode):
        return [
            _construct(loader, child, (*loc, position), lines, path, offset)
            for position, child in enumerate(node.value)
        ]
    value = loader.construct_object(node)
    return value.isoformat() if isinstance(value, dt.date) else value
