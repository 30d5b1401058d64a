"""From what somebody typed or dragged to an edit of a draft."""

from __future__ import annotations

import datetime as dt

from lms.curriculum import rules as kinds
from lms.curriculum.models import ActivityKind
from lms.scheduling import queries, rules
from lms.scheduling.forms import EditForm
from lms.scheduling.queries import DraftView
from lms.scheduling.rules import Edit, EditKind, ScheduleRefusal

YEARS = range(2000, 2100)
"""Days of other years are slips of the pen."""


class BadEdit(Exception):
    """What was typed is no edit; beside which field, and why."""

    def __init__(self, field: str, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(message)


def kind_choices() -> list[tuple[str, str]]:
    """The kinds of activity that a push can be narrowed to."""
    return [(kind.value, kinds.kind_word(kind.value)) for kind in ActivityKind]


def edit_form(draft: DraftView) -> EditForm:
    """The form of an edit, on the draft as it is seen."""
    form = EditForm(kind_choices())
    if not form.is_submitted():
        form.version.data = str(draft.version)
    return form


def edit_of(draft: DraftView, form: EditForm) -> Edit:
    """The edit that a form asks for.

    Raises BadEdit when a day or time is missing, does not exist, or the other session is none.
    """
    kind = EditKind(form.act.data)
    everywhere = form.scope.data == "all" and kind not in (EditKind.MOVE, EditKind.JOIN)
    starts_at = ends_at = None
    if kind is EditKind.MOVE:
        starts_at, ends_at = _instant(draft, form, "starts"), _instant(draft, form, "ends")
        if starts_at is None and ends_at is None:
            raise BadEdit("starts_on", "Give a day and a time.")
        if starts_at and ends_at and starts_at >= ends_at:
            raise BadEdit("ends_on", ScheduleRefusal.STARTS_AFTER_END.value)
    if kind is EditKind.START and (form.first_day.data is None or form.first_day.data.year not in YEARS):
        raise BadEdit("first_day", "Give the day on which the cohort starts.")
    if kind in (EditKind.SWAP, EditKind.BREAK, EditKind.UNBREAK) and not form.week.data:
        raise BadEdit("week", "Choose the week.")
    if kind is EditKind.SWAP and not form.to_week.data:
        raise BadEdit("to_week", "Choose the week that the break moves to.")
    return Edit(
        kind=kind,
        cohort_id=None if everywhere else draft.cohort.id,
        key=(form.item.data or "") if kind in rules.OF_AN_ITEM else "",
        starts_at=starts_at,
        ends_at=ends_at,
        days=form.days,
        kinds=frozenset(form.kinds.data or ()),
        week=form.week.data or 0,
        to_week=form.to_week.data or 0,
        starts_on=form.first_day.data,
        other=_other(form) if kind is EditKind.JOIN else None,
    )


def _instant(draft: DraftView, form: EditForm, end: str) -> dt.datetime | None:
    wall = form.wall(end)
    if wall is None:
        if form[f"{end}_on"].data or form[f"{end}_time"].data:
            raise BadEdit(f"{end}_on", "Give a day and a time.")
        return None
    if wall[0].year not in YEARS:
        raise BadEdit(f"{end}_on", "Give a day near the cohort's year.")
    there = draft.cohort.zone
    instant = rules.wall_instant(*wall, there)
    if instant is None:
        message = ScheduleRefusal.NO_SUCH_TIME.value.format(time=f"{wall[1]:%H:%M}", zone=there)
        raise BadEdit(f"{end}_on", message)
    return instant


def _other(form: EditForm) -> tuple[int, str]:
    cohort, _colon, key = (form.other.data or "").partition(":")
    number = int(cohort) if cohort.isascii() and cohort.isdecimal() and len(cohort) < 10 else 0
    if "\x00" in key or queries.item(number, key) is None:
        raise BadEdit("", "Choose the session of the other cohort from the list.")
    return number, key
