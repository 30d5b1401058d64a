"""The shipped programme has no problem; broken in one place, it has exactly one, at that place, in words that help."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lms.curriculum.content.checker import check
from lms.curriculum.content.source import Problem
from tests.curriculum.content.broken import VARIANTS
from tests.curriculum.content.broken.variant import Variant
from tests.support import reading

SHIPPED = Path(__file__).parents[3] / "content" / "programmes" / "product-leadership"


@dataclass(frozen=True)
class Copy:
    """A copy of the shipped programme, to be broken and mended."""

    root: Path
    read: reading.Remembered

    def problems(self) -> list[Problem]:
        """What the checker says of the copy as it stands."""
        return check(self.root, self.read)[1]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """One copy for all variants: each puts back what it broke."""
    root = tmp_path_factory.mktemp("programme") / SHIPPED.name
    shutil.copytree(SHIPPED, root)
    made = Copy(root, reading.read)
    assert made.problems() == []
    yield made
    assert made.problems() == [], "a variant did not put back what it broke"


EACH = 5
"""`make test` tries every fifth; the rest are slow ones."""


@pytest.mark.parametrize(
    "variant",
    [
        pytest.param(variant, id=variant.name, marks=[pytest.mark.slow] if number % EACH else [])
        for number, variant in enumerate(VARIANTS)
    ],
)
def test_one_mistake_gives_one_problem_at_its_place(variant: Variant, copy: Copy) -> None:
    file = copy.root / variant.path
    whole = file.read_text(encoding="utf-8") if file.is_file() else None
    broken = variant.change(whole or "")
    try:
        if broken is None:
            file.unlink()
        else:
            file.write_bytes(broken if isinstance(broken, bytes) else broken.encode())
        found = copy.problems()
        named = variant.where or variant.path
        assert [problem.path for problem in found] == [named], "\n".join(map(str, found))
        assert found[0].line == _line(variant.at, copy.root / named), str(found[0])
        assert variant.says in found[0].message
    finally:
        if whole is None:
            file.unlink()
        else:
            file.write_text(whole, encoding="utf-8")


def _line(at: str | int, file: Path) -> int:
    if isinstance(at, int):
        return at
    text = file.read_text(encoding="utf-8")
    assert at in text, f"“{at}” is not in the broken file"
    return text.count("\n", 0, text.index(at)) + 1


def test_enough_is_broken() -> None:
    assert len(VARIANTS) >= 90
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)
