"""The shipped capstone says in its module what the policies say, and asks what the plan asks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from lms.core import markdown
from lms.curriculum.content import schema
from lms.curriculum.content.checker.weeks import minutes_by_week
from lms.curriculum.content.reader import ModuleContent, ProgrammeContent, read_programme
from tests.support import reading

SHIPPED = Path(__file__).parents[3] / "content" / "programmes" / "product-leadership"


@pytest.fixture(scope="module")
def programme() -> ProgrammeContent:
    content, problems = read_programme(SHIPPED, reading.read)
    assert problems == []
    assert content is not None
    return content


@pytest.fixture(scope="module")
def capstone(programme: ProgrammeContent) -> ModuleContent:
    return next(module for module in programme.modules() if module.module.id == "k-capstone")


def _milestones(capstone: ModuleContent) -> dict[str, schema.Milestone]:
    return {each.id: each for each in capstone.module.activities if isinstance(each, schema.Milestone)}


def test_report_and_panel_are_marked_by_the_rubrics_of_the_policies(
    programme: ProgrammeContent, capstone: ModuleContent
) -> None:
    milestones, policy = _milestones(capstone), programme.policies.capstone
    assert milestones["m6a"].parts[0].rubric == policy.report_rubric
    assert milestones["m6b"].parts[0].rubric == policy.panel_rubric


def test_points_are_those_of_the_plan(capstone: ModuleContent) -> None:
    points = {
        name: [(part.by, part.points) for part in milestone.parts]
        for name, milestone in _milestones(capstone).items()
    }
    assert points == {
        "m0": [],
        "m1": [("team", 5)],
        "m2": [("team", 5)],
        "m3": [("team", 15)],
        "m4": [("team", 15)],
        "m5": [],
        "m6a": [("team", 28), ("individual", 7)],
        "m6b": [("team", 15), ("individual", 10)],
    }


def test_gates_are_interest_and_draft(capstone: ModuleContent) -> None:
    assert [name for name, each in _milestones(capstone).items() if each.gate] == ["m0", "m5"]


def test_marked_milestones_have_three_to_five_criteria_and_the_report_eight(capstone: ModuleContent) -> None:
    rows = {
        (name, part.id): len(part.rubric.criteria)
        for name, milestone in _milestones(capstone).items()
        for part in milestone.parts
    }
    assert rows.pop(("m6a", "report")) == 8
    assert all(3 <= count <= 5 for count in rows.values())


def test_instalments_are_announced_when_the_policies_say(
    programme: ProgrammeContent, capstone: ModuleContent
) -> None:
    told = [each.at for each in _events(capstone, "instalment-")]
    assert told == programme.policies.instalments


def test_as_many_guide_meetings_are_planned_as_the_policies_say(
    programme: ProgrammeContent, capstone: ModuleContent
) -> None:
    meetings = list(_events(capstone, "gm"))
    assert len(meetings) == programme.policies.capstone.meetings_planned
    assert {each.minutes for each in meetings} == {programme.policies.capstone.meeting_minutes}


def _events(capstone: ModuleContent, prefix: str) -> Iterable[schema.Event]:
    for each in capstone.module.activities:
        if isinstance(each, schema.Event) and each.id.startswith(prefix):
            yield each


def test_confidentiality_levels_offered_are_those_of_the_policies(
    programme: ProgrammeContent, capstone: ModuleContent
) -> None:
    offered = next(field for field in _milestones(capstone)["m0"].fields if field.id == "confidentiality")
    assert offered.options == [
        level.partition(":")[0] for level in programme.policies.capstone.confidentiality
    ]


def test_texts_are_as_long_as_an_evening_allows(capstone: ModuleContent) -> None:
    for text in capstone.texts.values():
        count = markdown.words(text.body)
        low, high = (500, 850) if isinstance(text.head, schema.ReadingHead) else (250, 500)
        assert low <= count <= high, f"{text.source.path}: {count} words"


def test_no_week_of_the_year_asks_more_than_ten_hours(programme: ProgrammeContent) -> None:
    asked = {week: sum(each.values()) for week, each in minutes_by_week(programme).items()}
    assert max(asked.values()) <= programme.programme.weekly_limit_minutes == 600
    assert sorted(asked) == list(range(1, 50))
