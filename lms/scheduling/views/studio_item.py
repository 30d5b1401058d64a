"""The date that is chosen in the studio: where it is, what can be done with it, which other dates there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.people.rules import Role
from lms.scheduling import queries, rules
from lms.scheduling.forms import EditForm
from lms.scheduling.queries import Alternative, CohortDraft, DraftView, Worked
from lms.scheduling.rules import Act, ItemKind, Standing
from lms.web.guards import current_actor


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


def item_panel(draft: DraftView, worked: Worked, key: str, form: EditForm, *, now: dt.datetime) -> ItemPanel:
    """Read what there is to say of one date; other dates and other cohorts' sessions only when asked for."""
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
        dates=_dates(draft, mine, key, now) if asks_dates else (),
        asks_join=asks_join,
        join_href=href(join="1") + "#chosen",
        others=_others(draft, worked, now) if asks_join else (),
    )


def _filled(form: EditForm, at: Standing, zone: str) -> None:
    there = ZoneInfo(zone)
    starts, ends = at.starts_at.astimezone(there), at.ends_at.astimezone(there)
    form.starts_on.data, form.starts_time.data = starts.date(), starts.time()
    form.ends_on.data, form.ends_time.data = ends.date(), ends.time()


def _dates(draft: DraftView, mine: CohortDraft, key: str, now: dt.datetime) -> tuple[Offer, ...]:
    calendar = rules.calendar_after(mine.base, mine.drafted)
    graph = replace(mine.ground.graph, standing=mine.ahead, calendar=calendar)
    zone = ZoneInfo(draft.cohort.zone)

    def offer(each: Alternative) -> Offer:
        there = each.starts_at.astimezone(zone)
        return Offer(each.starts_at, f"{there:%Y-%m-%d}", f"{there:%H:%M}", each.reasons)

    return tuple(offer(each) for each in queries.ranked(draft.cohort, graph, key, now=now))


def _others(draft: DraftView, worked: Worked, now: dt.datetime) -> tuple[OtherSession, ...]:
    """Live sessions ahead of the other cohorts that the actor coordinates; one statement for each cohort."""
    taken = {member for each in worked.joints for member in each}
    found = []
    for cohort in cohorts.cohorts_of(current_actor(), Role.COORDINATOR):
        if cohort.id == draft.cohort.id or cohort.state is CohortState.CLOSED:
            continue
        names = queries.names(cohort)
        for line in queries.items(cohort.id):
            if line.kind is not ItemKind.SESSION or line.starts_at <= now or line.cancelled:
                continue
            if names.kinds[line.key] not in rules.SESSION_KINDS or (cohort.id, line.key) in taken:
                continue
            words = f"{cohort.name}: {names.titles[line.key]}"
            found.append(OtherSession(f"{cohort.id}:{line.key}", words, line.starts_at, cohort.zone))
    return tuple(found)
