"""The date that is chosen in the studio: where it is, what can be done with it, which other dates there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from lms.cohorts.queries import CohortView
from lms.scheduling import queries, rules
from lms.scheduling.forms import EditForm
from lms.scheduling.queries import Alternative, CohortDraft, DraftView, Window, Worked
from lms.scheduling.rules import Act, Check, ItemKind, Standing


@dataclass(frozen=True, slots=True)
class OtherSession:
    """A session of another cohort that could become one with this."""

    value: str
    words: str
    at: dt.datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Another date, as a form takes it."""

    starts_at: dt.datetime
    day: str
    time: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ItemPanel:
    """What the studio says of the chosen date."""

    key: str
    title: str
    window: bool
    session: bool
    old: Standing
    at: Standing
    begun: bool
    pinned: bool
    acts: tuple[str, ...]
    joint: tuple[str, ...]
    """The other cohorts whose session it is too."""
    holds: tuple[str, ...]
    hanging: int
    href: str
    asks_dates: bool
    dates_href: str
    dates: tuple[Offer, ...]
    asks_join: bool
    join_href: str
    others: tuple[OtherSession, ...]

    @property
    def moved(self) -> bool:
        """Whether the draft moves it."""
        return (self.old.starts_at, self.old.ends_at) != (self.at.starts_at, self.at.ends_at)


def dates_window(mine: CohortDraft, key: str, now: dt.datetime) -> Window | None:
    """Where other dates for a session are looked for, when they are asked for."""
    asks = "dates" in request.args and mine.ground.graph.specs[key].kind is ItemKind.SESSION
    return queries.search_window(replace(mine.ground.graph, standing=mine.ahead), key, now) if asks else None


def item_panel(
    draft: DraftView,
    worked: Worked,
    key: str,
    form: EditForm,
    *,
    look: Check,
    others: Sequence[CohortView],
    now: dt.datetime,
) -> ItemPanel:
    """What there is to say of one date; other dates and sessions of other cohorts only when asked for.

    `look`: what dates are held against; `others`: the further cohorts that the actor coordinates.
    """
    mine = worked.of(draft.cohort.id)
    graph, at = mine.ground.graph, mine.ahead[key]
    spec = graph.specs[key]
    session = spec.kind is ItemKind.SESSION
    asks_dates, asks_join = session and "dates" in request.args, session and "join" in request.args
    if not form.is_submitted():
        _filled(form, at, draft.cohort.zone)
    parts = next((each for each in worked.joints if (draft.cohort.id, key) in each), frozenset())
    names = {part.cohort_id: part.cohort for part in worked.known}
    names |= {cohort.id: cohort.name for cohort in draft.cohorts}
    view, month = request.args.get("view", "month"), f"{at.starts_at:%Y-%m}"

    def href(**more: Any) -> str:
        return url_for(
            ".studio", slug=draft.cohort.slug, draft=draft.public_id, view=view, month=month, item=key, **more
        )

    setting = mine.drafted.setting(mine.base, key)
    return ItemPanel(
        key=key,
        title=mine.base.titles.get(key, key),
        window=spec.kind is ItemKind.WINDOW,
        session=session,
        old=graph.standing[key],
        at=at,
        begun=at.starts_at <= now,
        pinned=setting.pinned,
        acts=tuple(act.value for act in rules.acts_on(setting) if act is not Act.MOVE),
        joint=tuple(
            names.get(each, "another cohort") for each, _key in sorted(parts) if each != draft.cohort.id
        ),
        holds=graph.holds.get(key, ()),
        hanging=len(rules.hanging_on(graph.specs.values(), key)),
        href=url_for("scheduling.item", slug=draft.cohort.slug, key=key),
        asks_dates=asks_dates,
        dates_href=href(dates="1") + "#chosen",
        dates=_dates(draft, mine, key, look, now) if asks_dates else (),
        asks_join=asks_join,
        join_href=href(join="1") + "#chosen",
        others=_others(worked, others, now) if asks_join else (),
    )


def _filled(form: EditForm, at: Standing, zone: str) -> None:
    there = ZoneInfo(zone)
    starts, ends = at.starts_at.astimezone(there), at.ends_at.astimezone(there)
    form.starts_on.data, form.starts_time.data = starts.date(), starts.time()
    form.ends_on.data, form.ends_time.data = ends.date(), ends.time()


def _dates(draft: DraftView, mine: CohortDraft, key: str, look: Check, now: dt.datetime) -> tuple[Offer, ...]:
    calendar = rules.calendar_after(mine.base, mine.drafted)
    graph = replace(mine.ground.graph, standing=mine.ahead, calendar=calendar)
    zone = ZoneInfo(draft.cohort.zone)

    def offer(each: Alternative) -> Offer:
        there = each.starts_at.astimezone(zone)
        return Offer(each.starts_at, f"{there:%Y-%m-%d}", f"{there:%H:%M}", each.reasons)

    return tuple(offer(each) for each in queries.ranked(draft.cohort, graph, key, now=now, look=look))


def _others(worked: Worked, others: Sequence[CohortView], now: dt.datetime) -> tuple[OtherSession, ...]:
    """Live sessions ahead of further cohorts, those of one cohort together. One statement."""
    taken = {member for each in worked.joints for member in each}
    found = queries.sessions_ahead([cohort.id for cohort in others], now)
    return tuple(
        OtherSession(f"{cohort.id}:{each.key}", f"{cohort.name}: {each.title}", each.starts_at, cohort.zone)
        for cohort in others
        for each in found
        if each.cohort_id == cohort.id and (cohort.id, each.key) not in taken
    )
