"""The shipped programme's dates as a graph, without a database, and small graphs for truth tables."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from lms.app import ROOT
from lms.curriculum.content import canonical
from lms.curriculum.content.reader import read_programme
from lms.scheduling.rules import Calendar, Graph, ItemSpec, Setting, Standing, evaluate, items_of
from tests.support import reading

MONDAY = dt.date(2026, 9, 7)
ZONES = (
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Australia/Lord_Howe",
)


@lru_cache(maxsize=1)
def shipped() -> dict[str, ItemSpec]:
    """Every dated item of the shipped programme, by key."""
    content, problems = read_programme(ROOT / "content" / "programmes" / "product-leadership", reading.read)
    assert content is not None
    assert problems == []
    return {
        item.key: item
        for course in canonical.document(content)["courses"]
        for module in course["modules"]
        for activity in module["activities"]
        for item in items_of(activity["spec"]["id"], activity["spec"]["kind"], activity["spec"])
    }


def calendar(zone: str = "Asia/Kolkata", breaks: tuple[int, ...] = (12, 20, 45)) -> Calendar:
    return Calendar(MONDAY, 52, breaks, zone)


def graph_of(specs: dict[str, ItemSpec], zone: str = "Asia/Kolkata", **more: object) -> Graph:
    """A graph as release 1 leaves it."""
    weeks = calendar(zone)
    dates = evaluate(specs.values(), weeks)
    standing = {key: Standing(at.starts_at, at.ends_at) for key, at in dates.items()}
    return Graph(specs, weeks, standing, **more)  # type: ignore[arg-type]


def published(graph: Graph, plan: object) -> Graph:
    """The graph after a plan was published."""
    changes = plan.changes  # type: ignore[attr-defined]
    standing = {**graph.standing, **{change.key: change.new for change in changes}}
    return Graph(
        graph.specs,
        graph.calendar,
        standing,
        plan.settings,
        graph.facts,
        graph.holds,  # type: ignore[attr-defined]
    )


def before(graph: Graph, plan: object) -> dict[str, Setting]:
    """The settings that undoing the plan asks for."""
    after = plan.settings  # type: ignore[attr-defined]
    return {
        key: graph.setting(key)
        for key in {*graph.settings, *after}
        if graph.setting(key) != after.get(key, Setting())
    }
