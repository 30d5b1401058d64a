"""Files with line numbers: every value knows its line, whatever editor wrote the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.curriculum.content.source import Source, Unreadable, read

HEAD = "---\ntitle: One\nlist:\n  - first\n  - second\n---\n"


def _read(
    folder: Path, text: str, name: str = "text.md", newline: str = "\n", encoding: str = "utf-8"
) -> Source:
    (folder / name).write_text(text, encoding=encoding, newline=newline)
    return read(folder, name)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_line_ends_and_marks_of_any_editor_are_read(tmp_path: Path, newline: str, encoding: str) -> None:
    found = _read(tmp_path, f"{HEAD}\n\nBody.\n", newline=newline, encoding=encoding)
    assert found.data == {"title": "One", "list": ["first", "second"]}
    assert (found.body, found.body_line) == ("Body.\n", 9)


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    found = _read(tmp_path, f"{HEAD}Body.\n")
    assert found.line(("title",)) == 2
    assert found.line(("list", 1)) == 5
    assert found.line(("list", 1, "missing")) == 5
    assert found.line(("missing",)) == 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("18:30", "18:30"),
        ("2027-01-11", "2027-01-11"),
        ("true", True),
        ("12", 12),
        ("0.5", 0.5),
        ("1e3", "1e3"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("~", None),
    ],
)
def test_yaml_has_no_surprises(tmp_path: Path, written: str, meant: object) -> None:
    assert _read(tmp_path, f"key: {written}\n", "file.yaml").data == {"key": meant}


def test_texts_come_with_the_line_on_which_they_begin(tmp_path: Path) -> None:
    text = "---\ntitle: One\nmore: |\n  Two\n  lines\n---\n\nBody.\n"
    assert list(_read(tmp_path, text).texts()) == [(2, "One"), (4, "Two\nlines\n"), (8, "Body.\n")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("key: &a [*a]\n", "file.yaml:1: an alias (*) stands inside what it stands for; write it out"),
        ("one: 1\ntwo: \x07\n", "file.yaml:2: this is not YAML: "),
        ("one: !thing 1\n", "file.yaml:1: this is not YAML: "),
        ("[a]: b\n", "file.yaml:1: a key is one word; put text with { or [ in quotes"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        _read(tmp_path, text, "file.yaml")
    assert str(refused.value).startswith(says)
