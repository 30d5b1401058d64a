"""Comparing files with a published version, and versions with each other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lms.app import ROOT
from lms.core.uow import unit_of_work
from lms.curriculum import actions, queries
from lms.curriculum.content import diff
from lms.curriculum.content.reader import read_programme
from tests.factories import world
from tests.support import reading

FILES = ROOT / "content" / "programmes" / "product-leadership"
A1 = "courses/core/a1-strategy-and-vision"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped programme, to be written in."""
    shutil.copytree(FILES, tmp_path / "programme")
    return tmp_path / "programme"


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text()
    assert text.count(old) >= 1, f"{old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1))


def files(folder: Path) -> diff.Snapshot:
    content, problems = read_programme(folder, reading.read)
    assert content is not None
    assert problems == []
    return diff.snapshot_of(content)


@pytest.mark.db
def test_what_was_published_is_what_the_files_say(session):
    found = diff.compare(queries.snapshot(world.version_id()), files(FILES))
    assert found.empty, list(found.lines())
    assert list(found.lines()) == ["version 1 and the files are the same."]


@pytest.mark.slow
def test_every_kind_of_change_is_named_with_its_key(folder):
    before = files(FILES)
    edit(folder, "programme.yaml", "weekly_limit_minutes: 600", "weekly_limit_minutes: 660")
    edit(folder, "policies.yaml", "upload_grace_minutes: 5", "upload_grace_minutes: 10")
    edit(folder, f"{A1}/module.yaml", "title: A vision with a victim", "title: A vision that hurts")
    edit(
        folder, f"{A1}/module.yaml", "Write the non-goal that would hurt", "Write the one non-goal that hurts"
    )
    edit(folder, f"{A1}/readings/portfolio-roles.md", "\n---\n", "\n---\n\nOne more sentence.\n\n")
    found = diff.compare(before, files(folder))
    assert {(each.thing.kind, each.thing.key): each.keys for each in found.changed} == {
        ("programme", "product-leadership"): ("weekly_limit_minutes",),
        ("policies", "policies"): ("late",),
        ("activity", "th1"): ("title", "summary"),
        ("activity", "r-a1-portfolio-roles"): ("text",),
    }
    assert not found.added
    assert not found.gone
    assert "~ activity th1 “A vision that hurts”: title, summary" in list(found.lines())


@pytest.mark.slow
def test_what_is_new_and_what_is_gone(folder):
    before = files(FILES)
    edit(folder, f"{A1}/module.yaml", "  - id: th1\n", "  - id: th1-renamed\n")
    found = diff.compare(before, files(folder))
    assert [each.thing for each in found.added] == [diff.Thing("activity", "th1-renamed")]
    assert [each.thing for each in found.gone] == [diff.Thing("activity", "th1")]
    lines = list(found.lines())
    assert lines[0] == "From the files to the files: 1 new, 0 changed, 1 gone."
    assert "+ activity th1-renamed “A vision with a victim”" in lines
    assert "- activity th1 “A vision with a victim”" in lines


@pytest.mark.slow
def test_items_of_a_bank_are_compared_one_by_one(folder):
    before = files(FILES)
    bank = folder / A1 / "quizzes/q1.yaml"
    text = bank.read_text()
    first, second = [line.split("id:")[1].strip() for line in text.splitlines() if "- id:" in line][:2]
    bank.write_text(text.replace(f"- id: {first}", "- id: brand-new", 1).replace("points: 1", "points: 2", 1))
    found = diff.compare(before, files(folder))
    (quiz,) = found.changed
    assert quiz.thing == diff.Thing("activity", "q1")
    assert f"items.{first} (gone)" in quiz.keys
    assert "items.brand-new (new)" in quiz.keys
    assert not any(second in key for key in quiz.keys if "points" not in key)


@pytest.mark.db
def test_two_versions_are_compared(session, folder):
    edit(folder, f"{A1}/module.yaml", "title: A vision with a victim", "title: A vision that hurts")
    content, _problems = read_programme(folder, reading.read)
    with unit_of_work() as work:
        version = actions.publish(content, actor_id=None, now=work.now)
    queries.outline.cache_clear()
    found = diff.compare(queries.snapshot(world.version_id()), queries.snapshot(version.id))
    assert [(each.thing.key, each.keys) for each in found.changed] == [("th1", ("title",))]
    assert (found.old, found.new) == ("version 1", "version 2")
    assert queries.latest("product-leadership").number == 2
    assert queries.latest("nothing") is None
