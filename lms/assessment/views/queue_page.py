"""What /marking shows: groups of work with how far each is, filtered, with the next thing to do first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import url_for

from lms.assessment import policy
from lms.assessment.queries import QueueGroup, QueueLine
from lms.assessment.rules import TaskState
from lms.people.rules import Actor
from lms.web.filters import plural, relative, span
from lms.web.shapes import Tab

SHOWN = 12
"""Rows of a group that are shown before the rest unfolds."""
SOON = dt.timedelta(days=3)
FILTERS = ("", "overdue", "drafts", "finished")


@dataclass(frozen=True)
class QueueRow:
    """A piece of work."""

    href: str
    title: str
    symbol: str
    tone: str
    words: str
    end: str
    end_note: str


@dataclass(frozen=True)
class GroupPage:
    """The pieces of one activity in one cohort."""

    id: str
    title: str
    cohort: str
    words: tuple[str, ...]
    tone: str
    share: Fraction
    done_words: str
    act_label: str
    act_href: str
    marks_href: str
    pack_href: str
    """Taking these out as a pack; empty where they are not one's own."""
    rows: tuple[QueueRow, ...]
    more: tuple[QueueRow, ...]


@dataclass(frozen=True)
class QueuePage:
    """The whole desk."""

    open: int
    overdue: int
    groups: tuple[GroupPage, ...]
    tabs: tuple[Tab, ...]
    cohorts: tuple[Tab, ...]
    whose: tuple[Tab, ...]
    everybody: bool
    filtered: bool


def present(
    groups: Sequence[QueueGroup],
    *,
    show: str,
    cohort: str,
    everybody: bool,
    actor: Actor,
    now: dt.datetime,
) -> QueuePage:
    """Make the page of a queue."""
    show = show if show in FILTERS else ""
    slugs = {group.first.cohort_slug: group.first.cohort_name for group in groups}
    cohort = cohort if cohort in slugs else ""
    inside = [group for group in groups if not cohort or group.first.cohort_slug == cohort]
    counts = {name: sum(len(_chosen(group, name, now)) for group in inside) for name in FILTERS}

    def address(**changes: str) -> str:
        given = {"show": show, "cohort": cohort, "whose": "everybody" if everybody else "", **changes}
        return url_for("assessment.queue", **{name: value for name, value in given.items() if value})  # type: ignore[arg-type]

    labels = {"": "To mark", "overdue": "Overdue", "drafts": "Begun", "finished": "Finished, not released"}
    pages = [
        _group(group, _chosen(group, show, now), everybody, actor, now)
        for group in inside
        if _chosen(group, show, now)
    ]
    return QueuePage(
        open=counts[""],
        overdue=counts["overdue"],
        groups=tuple(pages),
        tabs=tuple(Tab(labels[name], address(show=name), counts[name], name == show) for name in FILTERS),
        cohorts=(
            (
                Tab("All cohorts", address(cohort=""), None, not cohort),
                *(Tab(name, address(cohort=slug), None, slug == cohort) for slug, name in slugs.items()),
            )
            if len(slugs) > 1
            else ()
        ),
        whose=(
            (
                Tab("Mine", address(whose=""), None, not everybody),
                Tab("Everybody's", address(whose="everybody"), None, everybody),
            )
            if actor.cohorts(*(policy.MARKING & policy.SEEING))
            else ()
        ),
        everybody=everybody,
        filtered=bool(show or cohort),
    )


def _chosen(group: QueueGroup, show: str, now: dt.datetime) -> list[QueueLine]:
    if show == "finished":
        return [line for line in group.lines if not line.open]
    if show == "drafts":
        return [line for line in group.open if line.state is TaskState.DRAFT]
    if show == "overdue":
        return [line for line in group.open if line.promised_at < now]
    return list(group.open)


def _group(
    group: QueueGroup, lines: Sequence[QueueLine], everybody: bool, actor: Actor, now: dt.datetime
) -> GroupPage:
    first, waiting = group.first, group.open
    upcoming = next((line for line in waiting if line.state is TaskState.DRAFT), None) or next(
        iter(waiting), None
    )
    late = sum(line.late_days > 0 for line in waiting)
    promised = group.promised_at
    words = [
        f"oldest waits {span((now - waiting[0].handed_in_at).total_seconds())}" if waiting else "",
        f"promised {relative(promised, now)}" if promised else "",
        f"{plural(late, 'late piece')}" if late else "",
    ]
    rows = tuple(_row(line, everybody, now) for line in lines)
    name = f"{first.activity_code} {first.activity_title}".strip()
    key = f"{first.activity_key}.{first.part}" if first.part else first.activity_key
    return GroupPage(
        id=f"{first.cohort_slug}-{first.activity_key}{'-' + first.part if first.part else ''}",
        title=f"{name}: {first.part}" if first.part else name,
        cohort=first.cohort_name,
        words=tuple(filter(None, words)),
        tone="" if promised is None else "bad" if promised < now else "warn" if promised < now + SOON else "",
        share=Fraction(group.done, len(group.lines)),
        done_words=f"{group.done} of {len(group.lines)} finished",
        act_label="Go on" if group.done or (upcoming and upcoming.state is TaskState.DRAFT) else "Begin",
        act_href=url_for("assessment.desk", task=upcoming.public_id) if upcoming else "",
        marks_href=url_for("assessment.batch", slug=first.cohort_slug, key=key)
        if policy.can_see_marks(actor, first)
        else "",
        pack_href=url_for("assessment.pack", slug=first.cohort_slug, key=key)
        if any(line.marker_id == actor.person_id for line in group.lines)
        else "",
        rows=rows[:SHOWN],
        more=rows[SHOWN:],
    )


def _row(line: QueueLine, everybody: bool, now: dt.datetime) -> QueueRow:
    symbols = {TaskState.DRAFT: "pencil", TaskState.FINALISED: "check"}
    days = "1 day late" if line.late_days == 1 else f"{line.late_days} days late"
    words = [
        {TaskState.DRAFT: "begun", TaskState.FINALISED: "finished, not released"}.get(line.state, ""),
        days if line.late_days else "",
        f"handed over from {line.handed_over_from}" if line.handed_over_from else "",
        (line.marker_name or "nobody yet") if everybody else "",
    ]
    overdue = line.open and line.promised_at < now
    return QueueRow(
        href=url_for("assessment.desk", task=line.public_id),
        title=line.title,
        symbol=symbols.get(line.state, "file-text"),
        tone="bad" if overdue else "good" if line.state is TaskState.FINALISED else "",
        words=" · ".join(filter(None, words)),
        end=f"waits {span((now - line.handed_in_at).total_seconds())}" if line.open else "",
        end_note=f"promised {relative(line.promised_at, now)}" if overdue else "",
    )
