"""What a change would do, before anybody publishes it: pure. Preview and publishing call the same `plan`."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lms.core.errors import Refusal
from lms.scheduling.rules.evaluation import (
    Calendar,
    Dated,
    ItemKind,
    ItemSpec,
    Moved,
    depends_on,
    evaluate,
)


class ItemState(enum.StrEnum):
    """Whether it still takes place."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class Why(enum.StrEnum):
    """How a change came about; the value is said of the item."""

    MOVED = "moved"
    PINNED = "pinned where it is"
    CANCELLED = "cancelled"
    REINSTATED = "takes place again"
    UNPINNED = "back to its anchor"
    FOLLOWS = "follows {target}"
    ADDED = "makes up for {target}"
    CALENDAR = "follows the calendar"
    KEPT = "kept where it is"
    BEGUN = "its past part stays"
    AT_ONCE = "opens at once"


class Obstacle(Refusal):
    """Why an item cannot change like this, as a sentence beside it."""

    PAST = "It would lie in the past. Keep its present date, or choose another."
    HELD = "{reasons}. It moves only when you agree, here, for this one."
    BACKWARDS = "It would close before it opens."
    JOINT = (
        "It is one session with another cohort. Change it in the schedule studio, in all its cohorts at once."
    )


@dataclass(frozen=True)
class Standing:
    """An item as a release has it."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    state: ItemState = ItemState.PLANNED


@dataclass(frozen=True)
class Setting:
    """What people set for an item against its anchor. What is None follows the anchor; the empty setting is none."""

    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    cancelled: bool = False

    @property
    def pinned(self) -> bool:
        """Whether a date was set by hand."""
        return self.starts_at is not None or self.ends_at is not None

    @property
    def empty(self) -> bool:
        """Whether nothing is set."""
        return not self.pinned and not self.cancelled


@dataclass(frozen=True)
class Graph:
    """Everything that says when a cohort's items are, and what is published of it."""

    specs: Mapping[str, ItemSpec]
    calendar: Calendar
    standing: Mapping[str, Standing]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    facts: Mapping[tuple[str, str], dt.datetime] = field(default_factory=dict)
    holds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Item key → why it must not move without consent."""
    joint: Mapping[str, int] = field(default_factory=dict)
    """Key of a session that is one with another cohort's → the joint session's id."""
    ids: Mapping[str, int] = field(default_factory=dict)
    """Item key → its id, for those who look beyond one cohort."""

    def setting(self, key: str) -> Setting:
        """What is set for an item."""
        return self.settings.get(key, Setting())


class Act(enum.StrEnum):
    """What one can do with an item."""

    MOVE = "move"
    PIN = "pin"
    UNPIN = "unpin"
    CANCEL = "cancel"
    REINSTATE = "reinstate"


def setting_for(
    graph: Graph,
    key: str,
    act: Act,
    *,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> Setting:
    """What would be set for an item after an act; only the dates that differ from the present ones are set."""
    present, standing = graph.setting(key), graph.standing[key]
    match act:
        case Act.MOVE:
            new_start = starts_at if starts_at not in (None, standing.starts_at) else present.starts_at
            new_end = ends_at if ends_at not in (None, standing.ends_at) else present.ends_at
            return replace(present, starts_at=new_start, ends_at=new_end)
        case Act.PIN:
            fixed_end = standing.ends_at if graph.specs[key].kind is ItemKind.WINDOW else None
            return replace(present, starts_at=standing.starts_at, ends_at=fixed_end)
        case Act.UNPIN:
            return replace(present, starts_at=None, ends_at=None)
        case Act.CANCEL:
            return replace(present, cancelled=True)
        case Act.REINSTATE:
            return replace(present, cancelled=False)


def acts_on(setting: Setting) -> tuple[Act, ...]:
    """The acts that make sense for an item as it is set now."""
    if setting.cancelled:
        return (Act.REINSTATE,)
    held = (Act.UNPIN,) if setting.pinned else (Act.PIN,)
    return (Act.MOVE, *held, Act.CANCEL)


@dataclass(frozen=True)
class Change:
    """What would happen to one item."""

    key: str
    old: Standing
    new: Standing
    why: Why
    target: str = ""
    """The item it follows."""
    obstacles: tuple[Obstacle, ...] = ()
    holds: tuple[str, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether its dates change."""
        return (self.old.starts_at, self.old.ends_at) != (self.new.starts_at, self.new.ends_at)

    @property
    def visible(self) -> bool:
        """Whether people see a difference; a pin alone changes nothing for them."""
        return self.moves or self.old.state is not self.new.state

    @property
    def consent_needed(self) -> bool:
        """Whether it changes although it is held."""
        return bool(self.holds) and self.visible

    def words(self, names: Mapping[str, str]) -> str:
        """How it came about; `names`: what items are called inside a sentence."""
        return self.why.value.format(target=names.get(self.target, self.target))


@dataclass(frozen=True)
class Plan:
    """A change worked out: what it does to which item, and what would be set afterwards."""

    changes: tuple[Change, ...]
    settings: Mapping[str, Setting]

    @property
    def obstacles(self) -> int:
        """How many items cannot change like this."""
        return sum(1 for change in self.changes if change.obstacles)

    def change(self, key: str) -> Change | None:
        """What happens to an item."""
        return next((change for change in self.changes if change.key == key), None)


HOUR = dt.timedelta(hours=1)


def next_hour(now: dt.datetime) -> dt.datetime:
    """The next full hour: when something opens that should be open already."""
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


def plan(
    graph: Graph,
    wanted: Mapping[str, Setting],
    *,
    now: dt.datetime,
    keep: frozenset[str] = frozenset(),
    consent: frozenset[str] = frozenset(),
    together: bool = False,
) -> Plan:
    """Work a change out: `wanted` settings by item key replace the present ones, and everything that hangs follows.

    `keep` are items that stay where they are; `consent` are held items that may move; `together` says that joint
    sessions change in their other cohorts too. What has begun or ended
    already keeps that part of its dates; what should have opened by now opens at the next full hour.

    Raises Unschedulable when the graph has no dates.
    """
    after, settings, why = _after(graph, wanted, keep, now)
    changed = {
        key
        for key, old in graph.standing.items()
        if after[key] != old or graph.settings.get(key, NOTHING_SET) != settings.get(key, NOTHING_SET)
    }
    changes = []
    for key, old in graph.standing.items():
        if key not in changed:
            continue
        how, target = _why(graph, key, settings.get(key, NOTHING_SET), wanted, why, changed)
        change = Change(key, old, after[key], how, target, holds=graph.holds.get(key, ()))
        obstacles = _obstacles(change, settings.get(key), now, consent)
        if key in graph.joint and not together and (key in wanted or change.visible):
            obstacles.append(Obstacle.JOINT)
        changes.append(replace(change, obstacles=tuple(obstacles)) if obstacles else change)
    return Plan(tuple(changes), settings)


def dates_of(
    graph: Graph, wanted: Mapping[str, Setting], *, now: dt.datetime, keep: frozenset[str] = frozenset()
) -> dict[str, Standing]:
    """Where everything would be: what `plan` says, without how it came about.

    Raises Unschedulable when the graph has no dates.
    """
    return _after(graph, wanted, keep, now)[0]


NOTHING_SET = Setting()


def _after(
    graph: Graph, wanted: Mapping[str, Setting], keep: frozenset[str], now: dt.datetime
) -> tuple[dict[str, Standing], dict[str, Setting], dict[str, Why]]:
    """Where everything would be, what would be set, and what is set for another reason than that it was wanted."""
    set_: dict[str, Setting] = {**graph.settings, **wanted}
    why: dict[str, Why] = {}
    for key in sorted(keep - wanted.keys()):
        standing = graph.standing[key]
        set_[key] = replace(graph.setting(key), starts_at=standing.starts_at, ends_at=standing.ends_at)
        why[key] = Why.KEPT
    dates = _settle(graph, wanted, set_, why, now)
    settings = {key: setting for key, setting in set_.items() if not setting.empty}
    return {key: _standing(dates[key], settings.get(key)) for key in graph.standing}, settings, why


def _settle(
    graph: Graph,
    wanted: Mapping[str, Setting],
    set_: dict[str, Setting],
    why: dict[str, Why],
    now: dt.datetime,
) -> dict[str, Dated]:
    """Date everything, fixing what the passing of time has settled, until nothing more needs fixing."""
    while True:
        dates = evaluate(
            graph.specs.values(),
            graph.calendar,
            moved={key: Moved(each.starts_at, each.ends_at) for key, each in set_.items() if each.pinned},
            facts=graph.facts,
            off=[key for key, each in set_.items() if each.cancelled],
        )
        fixed = False
        for key, old in graph.standing.items():
            if key in wanted or key in why:
                continue
            found = _fixed(graph.specs[key], old, dates[key], now)
            if found:
                fixed = True
                how, part = found
                set_[key] = replace(set_.get(key, Setting()), starts_at=part.starts_at, ends_at=part.ends_at)
                why[key] = how
        if not fixed:
            return dates


def _fixed(spec: ItemSpec, old: Standing, new: Dated, now: dt.datetime) -> tuple[Why, Moved] | None:
    """The part of an item's dates that time has settled, when the new dates disagree with it."""
    begun = old.starts_at <= now and new.starts_at != old.starts_at
    over = old.ends_at <= now and new.ends_at != old.ends_at
    if over or (begun and spec.kind is not ItemKind.WINDOW):
        return Why.BEGUN, Moved(old.starts_at, old.ends_at)
    if begun:
        return Why.BEGUN, Moved(old.starts_at, None)
    soon = next_hour(now)
    late = spec.kind is ItemKind.WINDOW and old.starts_at > now > new.starts_at
    if late and new.ends_at > soon:
        return Why.AT_ONCE, Moved(min(soon, old.starts_at), None)
    return None


def _standing(dated: Dated, setting: Setting | None) -> Standing:
    cancelled = setting is not None and setting.cancelled
    return Standing(dated.starts_at, dated.ends_at, ItemState.CANCELLED if cancelled else ItemState.PLANNED)


def _why(
    graph: Graph,
    key: str,
    setting: Setting,
    wanted: Mapping[str, Setting],
    why: Mapping[str, Why],
    changed: set[str],
) -> tuple[Why, str]:
    before = graph.setting(key)
    if key in why:
        return why[key], ""
    if key not in wanted:
        target = next((each for each in sorted(depends_on(graph.specs[key])) if each in changed), "")
        return (Why.FOLLOWS, target) if target else (Why.CALENDAR, "")
    spec = graph.specs[key]
    if spec.replaces and before.empty and graph.standing[key].state is ItemState.CANCELLED:
        return Why.ADDED, spec.replaces
    if setting.cancelled != before.cancelled:
        return (Why.CANCELLED if setting.cancelled else Why.REINSTATED), ""
    if before.pinned and not setting.pinned:
        return Why.UNPINNED, ""
    standing = graph.standing[key]
    same = setting.starts_at in (None, standing.starts_at) and setting.ends_at in (None, standing.ends_at)
    return (Why.PINNED if same else Why.MOVED), ""


def _obstacles(
    change: Change, setting: Setting | None, now: dt.datetime, consent: frozenset[str]
) -> list[Obstacle]:
    """What stands in the way of one change."""
    found = []
    old, new = change.old, change.new
    starts_back = new.starts_at != old.starts_at and new.starts_at < now
    ends_back = new.ends_at != old.ends_at and new.ends_at < now
    if starts_back or ends_back:
        found.append(Obstacle.PAST)
    end = setting.ends_at if setting and setting.ends_at else new.ends_at
    was_open = old.starts_at < old.ends_at
    if end < new.starts_at or (was_open and new.starts_at >= new.ends_at):
        found.append(Obstacle.BACKWARDS)
    if change.consent_needed and change.key not in consent:
        found.append(Obstacle.HELD)
    return found
