"""Reads of the schedule: items, personal dates, the graph a change is worked out on, releases and their history."""

from __future__ import annotations

from lms.scheduling.queries.blueprint import Blueprint, blueprint
from lms.scheduling.queries.draft import Draft, Drafting, draft
from lms.scheduling.queries.graph import checks, graph, holidays, latest_release, schedule
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
    items_of_activity,
    moved_from,
    own_dates,
    plan_item_visible_to,
    viewer_visible_to,
    week_now,
)
from lms.scheduling.queries.many import effective_items_of
from lms.scheduling.queries.preview import (
    Ground,
    Preview,
    Wanted,
    findings,
    ground,
    undoing,
    work_out,
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
    "Draft",
    "Drafting",
    "Ground",
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
    "draft",
    "effective_item",
    "effective_items",
    "effective_items_of",
    "findings",
    "graph",
    "ground",
    "history",
    "holidays",
    "item",
    "items",
    "items_of_activity",
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
    "week_now",
    "work_out",
]
