"""The rule tree over facts: pure. It says whether a module is done and shows every node's fact, bound and verdict."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


class FactKind(enum.StrEnum):
    """What sort of thing was reached."""

    DONE = "done"
    """Read, handed in, posted, filled in."""
    ATTENDED = "attended"
    """value: share of the scheduled minutes counted, 0, 0.5 or 1."""
    MARKED = "marked"
    """value: the released mark, 0 to 100."""
    SUBMITTED = "submitted"
    """A milestone handed in."""
    ACCEPTED = "accepted"
    """A milestone accepted by the guide."""
    PLAYED = "played"
    """A simulation round decided."""
    EXCUSED = "excused"
    """A session that leaves the denominator."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing reached, by activity."""

    kind: FactKind
    reached: bool = True
    value: float | None = None


SESSION_KINDS = frozenset({"live_session", "masterclass"})


@dataclass(frozen=True, slots=True)
class Known:
    """An activity as the rules know it, with the learner's facts."""

    key: str
    title: str
    kind: str
    facts: Mapping[FactKind, Fact]
    module_key: str = ""
    """Set for the required activities of the module that is judged: attendance and mean marks look at those."""

    def has(self, kind: FactKind) -> bool:
        """Whether the fact holds."""
        fact = self.facts.get(kind)
        return fact is not None and fact.reached


def is_done(kind: str, facts: Mapping[FactKind, Fact]) -> bool:
    """Whether a learner is done with an activity of this kind.

    A session is done when at least half of it counts as attended, or it was excused; a milestone when it was handed
    in; a simulation round when it was played; everything else when it was done.
    """
    reached = {name for name, fact in facts.items() if fact.reached}
    if kind in SESSION_KINDS:
        attended = facts.get(FactKind.ATTENDED)
        present = attended is not None and attended.reached and (attended.value or 0) >= 0.5
        return present or FactKind.EXCUSED in reached
    if kind == "milestone":
        return bool(reached & {FactKind.SUBMITTED, FactKind.ACCEPTED})
    if kind == "simulation":
        return bool(reached & {FactKind.PLAYED, FactKind.DONE})
    return FactKind.DONE in reached


@dataclass(frozen=True, slots=True)
class Node:
    """One judged node of a rule tree: what was asked, what was found, whether it holds, and the nodes below."""

    says: str
    found: str
    holds: bool
    children: tuple[Node, ...] = ()

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "says": self.says,
            "found": self.found,
            "holds": self.holds,
            "children": [child.document() for child in self.children],
        }


def judge(rule: Mapping[str, Any], known: Mapping[str, Known]) -> Node:
    """Judge a rule tree (`curriculum.rules.explicit_rule` form) over what is known of a learner, by activity key."""
    (name, value), *_ = rule.items()
    node: Node = _JUDGES[name](value, known)
    return node


def _activity(key: str, known: Mapping[str, Known]) -> Node:
    thing = known[key]
    done = is_done(thing.kind, thing.facts)
    return Node(thing.title, "done" if done else "not yet", done)


def _all(children: Iterable[Mapping[str, Any]], known: Mapping[str, Known]) -> Node:
    judged = tuple(judge(child, known) for child in children)
    held = sum(node.holds for node in judged)
    return Node("All of these", f"{held} of {len(judged)}", held == len(judged), judged)


def _in_order(children: Iterable[Mapping[str, Any]], known: Mapping[str, Known]) -> Node:
    judged = tuple(judge(child, known) for child in children)
    run = 0
    for node in judged:
        if not node.holds:
            break
        run += 1
    return Node(
        "All of these, in this order", f"the first {run} of {len(judged)}", run == len(judged), judged
    )


def _at_least(value: Mapping[str, Any], known: Mapping[str, Known]) -> Node:
    judged = tuple(judge(child, known) for child in value["of"])
    held = sum(node.holds for node in judged)
    return Node(f"At least {value['n']} of these", f"{held} of {len(judged)}", held >= value["n"], judged)


def _points(value: Mapping[str, Any], known: Mapping[str, Known]) -> Node:
    judged = []
    total = Fraction(0)
    for key, points in value["of"].items():
        node = _activity(key, known)
        total += Fraction(str(points)) if node.holds else 0
        judged.append(Node(f"{node.says} ({points:g})", node.found, node.holds))
    bound = Fraction(str(value["p"]))
    return Node(f"At least {value['p']:g} points", f"{float(total):g}", total >= bound, tuple(judged))


def _attendance(bound: float, known: Mapping[str, Known]) -> Node:
    sessions = [
        thing
        for thing in known.values()
        if thing.kind in SESSION_KINDS and thing.module_key and not thing.has(FactKind.EXCUSED)
    ]
    counted = [thing.facts[FactKind.ATTENDED] for thing in sessions if FactKind.ATTENDED in thing.facts]
    present = sum((Fraction(str(fact.value or 0)) for fact in counted), Fraction(0))
    share = present / len(sessions) if sessions else Fraction(1)
    says = f"At least {bound:.0%} of the module's live sessions"
    return Node(says, f"{float(present):g} of {len(sessions)}", share >= Fraction(str(bound)))


def _mean_mark(bound: float, known: Mapping[str, Known]) -> Node:
    marks = [
        Fraction(str(thing.facts[FactKind.MARKED].value))
        for thing in known.values()
        if thing.module_key and thing.has(FactKind.MARKED) and thing.facts[FactKind.MARKED].value is not None
    ]
    mean = sum(marks, Fraction(0)) / len(marks) if marks else None
    found = "no mark released yet" if mean is None else f"{int(mean * 10) / 10:g}"
    holds = mean is not None and mean >= Fraction(str(bound))
    return Node(f"A mean mark of at least {bound:g} in this module", found, holds)


def _milestone(value: Mapping[str, str], known: Mapping[str, Known]) -> Node:
    thing = known[value["id"]]
    kinds = {FactKind.ACCEPTED} if value["state"] == "accepted" else {FactKind.ACCEPTED, FactKind.SUBMITTED}
    holds = any(thing.has(kind) for kind in kinds)
    found = next(
        (kind.value for kind in (FactKind.ACCEPTED, FactKind.SUBMITTED) if thing.has(kind)), "not yet"
    )
    return Node(f"{thing.title}: {value['state']}", found, holds)


def _simulation(value: Mapping[str, Any], known: Mapping[str, Known]) -> Node:
    prefix = f"{value['id']}-r"
    rounds = [
        thing for thing in known.values() if thing.kind == "simulation" and thing.key.startswith(prefix)
    ]
    played = sum(is_done(thing.kind, thing.facts) for thing in rounds)
    return Node(f"Decide in at least {value['rounds']} rounds", f"{played} rounds", played >= value["rounds"])


_JUDGES: dict[str, Any] = {
    "all": _all,
    "in_order": _in_order,
    "at_least": _at_least,
    "points": _points,
    "activity": _activity,
    "attendance": _attendance,
    "mean_mark": _mean_mark,
    "milestone": _milestone,
    "simulation": _simulation,
}
