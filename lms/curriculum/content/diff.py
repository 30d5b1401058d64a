"""What is new, changed and gone between two states of a programme: files or published versions, compared alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.core import markdown
from lms.curriculum.content import canonical, rows
from lms.curriculum.content.reader import ProgrammeContent

Facts = Mapping[str, Any]
"""What an author wrote of one thing, key by key; texts are compared as rendered."""
KINDS = ("programme", "policies", "competency", "course", "module", "activity")
"""In the order in which differences are told."""
_POSITIONS = frozenset({"position"})


@dataclass(frozen=True, order=True)
class Thing:
    """One thing of a programme: its kind and its key, which is the same in every version."""

    kind: str
    key: str


@dataclass(frozen=True)
class Snapshot:
    """A state of a programme, ready to be compared."""

    label: str
    """“version 3”, “the files”."""
    titles: Mapping[Thing, str]
    facts: Mapping[Thing, Facts]


@dataclass(frozen=True)
class Difference:
    """One thing that is new, gone or changed."""

    thing: Thing
    title: str
    keys: tuple[str, ...] = ()
    """The keys that changed; for a quiz `items.<id>` with what changed of it."""


@dataclass(frozen=True)
class Diff:
    """Everything that differs."""

    old: str
    new: str
    added: tuple[Difference, ...]
    gone: tuple[Difference, ...]
    changed: tuple[Difference, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.gone or self.changed)

    def lines(self) -> Iterator[str]:
        """The difference as lines of text, for the command line."""
        if self.empty:
            yield f"{self.old} and {self.new} are the same."
            return
        counts = f"{len(self.added)} new, {len(self.changed)} changed, {len(self.gone)} gone"
        yield f"From {self.old} to {self.new}: {counts}."
        for sign, found in (("+", self.added), ("-", self.gone), ("~", self.changed)):
            for each in found:
                keys = f": {', '.join(each.keys)}" if each.keys else ""
                yield f"{sign} {each.thing.kind} {each.thing.key} “{each.title}”{keys}"


def snapshot_of(content: ProgrammeContent, label: str = "the files") -> Snapshot:
    """The state of the files, as publishing would write it."""
    document = canonical.document(content)
    frame = document["programme"]
    programme = {
        **_facts(frame),
        "description": markdown.render(frame["description"]),
        "audience": markdown.render(frame["audience"]),
    }
    return _snapshot(
        label,
        programme,
        document["policies"],
        rows.competencies(document["competencies"]),
        rows.courses(document["courses"]),
    )


@dataclass
class _Found:
    titles: dict[Thing, str] = field(default_factory=dict)
    facts: dict[Thing, Facts] = field(default_factory=dict)

    def add(self, kind: str, key: str, title: str, facts: Facts) -> None:
        self.titles[Thing(kind, key)] = title
        self.facts[Thing(kind, key)] = facts


def _snapshot(
    label: str,
    programme: Facts,
    policies: Facts,
    competencies: list[rows.Row],
    courses: list[rows.CourseRows],
) -> Snapshot:
    found = _Found()
    found.add("programme", str(programme["slug"]), str(programme["title"]), programme)
    found.add("policies", "policies", "Policies", policies)
    for row in competencies:
        found.add("competency", row["code"], row["title"], _facts(row))
    for course in courses:
        found.add("course", course.row["key"], course.row["title"], _facts(course.row))
        for module in course.modules:
            facts = {**_facts(module.row), "course": course.row["key"]}
            found.add("module", module.row["key"], module.row["title"], facts)
            for activity in module.activities:
                facts = {**activity_facts(activity), "module": module.row["key"]}
                found.add("activity", activity.row["key"], activity.row["title"], facts)
    return Snapshot(label, found.titles, found.facts)


def published(
    label: str,
    programme: Facts,
    policies: Facts,
    competencies: list[rows.Row],
    courses: list[rows.CourseRows],
) -> Snapshot:
    """The state of a published version, from its rows."""
    return _snapshot(label, programme, policies, competencies, courses)


def _facts(row: Facts) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _POSITIONS}


def activity_facts(activity: rows.ActivityRows) -> dict[str, Any]:
    """What was written of an activity, key by key; its bank item by item."""
    row = activity.row
    facts: dict[str, Any] = {
        name: value
        for name, value in row["spec"].items()
        if name not in ("head", "file", "brief", "id", "bank")
    }
    if pools := row["spec"].get("bank", {}).get("pools"):
        facts["pools"] = pools
    for name, value in row["spec"].get("head", {}).items():
        facts[name if row["kind"] == "reading" else f"head.{name}"] = value
    facts |= {"text" if name == "body" else name: value for name, value in row["html"].items()}
    facts |= {f"items.{item['key']}": item["spec"] for item in activity.items}
    return facts


def compare(old: Snapshot, new: Snapshot) -> Diff:
    """What differs from one state to another."""
    return Diff(
        old.label,
        new.label,
        added=tuple(Difference(thing, new.titles[thing]) for thing in _sorted(new.facts, old.facts)),
        gone=tuple(Difference(thing, old.titles[thing]) for thing in _sorted(old.facts, new.facts)),
        changed=tuple(
            Difference(thing, new.titles[thing], keys)
            for thing in new.facts
            if thing in old.facts and (keys := tuple(_changed(old.facts[thing], new.facts[thing])))
        ),
    )


def _sorted(these: Mapping[Thing, Facts], without: Mapping[Thing, Facts]) -> list[Thing]:
    """Those that are only in the first, by kind and in the programme's order."""
    only = [thing for thing in these if thing not in without]
    return sorted(only, key=lambda thing: KINDS.index(thing.kind))


def _changed(old: Facts, new: Facts) -> Iterator[str]:
    """The keys whose values differ; of an item of a bank, what differs in it."""
    for name in [*new, *(name for name in old if name not in new)]:
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name.startswith("items.") and isinstance(before, dict) and isinstance(after, dict):
            inner = [key for key in {**after, **before} if before.get(key) != after.get(key)]
            yield f"{name} ({', '.join(inner)})"
        elif name.startswith("items."):
            yield f"{name} ({'new' if before is None else 'gone'})"
        else:
            yield name
