"""Reads of the schedule: items, personal dates, the graph a change is worked out on, releases and their history."""

from __future__ import annotations

from lms.scheduling.queries.blueprint import Blueprint, blueprint
from lms.scheduling.queries.graph import checks, graph, latest_release, schedule
from lms.scheduling.queries.items import (
    ItemLine,
    PlanItem,
    Viewer,
    Whose,
    calendar,
    effective_item,
    effective_items,
    item,
    items,
    moved_from,
    own_dates,
    plan_item_visible_to,
    viewer_visible_to,
    week_now,
)
from lms.scheduling.queries.preview import (
    Preview,
    Wanted,
    findings,
    undoing,
    wanted_by,
    work_out,
    work_out_on,
)
from lms.scheduling.queries.releases import (
    HistoryLine,
    OverrideLine,
    ReleaseLine,
    history,
    overrides_of,
    release,
    releases,
)

__all__ = [
    "Blueprint",
    "HistoryLine",
    "ItemLine",
    "OverrideLine",
    "PlanItem",
    "Preview",
    "ReleaseLine",
    "Viewer",
    "Wanted",
    "Whose",
    "blueprint",
    "calendar",
    "checks",
    "effective_item",
    "effective_items",
    "findings",
    "graph",
    "history",
    "item",
    "items",
    "latest_release",
    "moved_from",
    "overrides_of",
    "own_dates",
    "plan_item_visible_to",
    "release",
    "releases",
    "schedule",
    "undoing",
    "viewer_visible_to",
    "wanted_by",
    "week_now",
    "work_out",
    "work_out_on",
]
