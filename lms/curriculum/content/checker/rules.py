"""Completion rules: every node names something that exists and can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from lms.curriculum.content import schema
from lms.curriculum.content.reader import ModuleContent, ProgrammeContent
from lms.curriculum.content.source import Loc, Problem


def rules_name_things(content: ProgrammeContent) -> Iterator[Problem]:
    """A module's rule can be met: its activities exist, its counts are not above what there is to count."""
    found = {activity.id: activity for activity, _module, _loc in content.located()}
    for module in content.modules():
        if module.module.complete:
            for loc, message in _node(module.module.complete, ("complete",), module, found, content.whole):
                yield Problem(module.source.path, module.source.line(loc), message)


def _node(
    rule: schema.Rule | str, loc: Loc, module: ModuleContent, found: dict[str, schema.Activity], whole: bool
) -> Iterator[tuple[Loc, str]]:
    if isinstance(rule, str):
        yield from _known(rule, loc, found, whole)
        return
    for name in ("all", "in_order"):
        children: list[schema.Rule | str] | None = getattr(rule, name)
        if children is not None and not children:
            yield (*loc, name), f"“{name}” of nothing is always true; name something or drop it"
        for position, child in enumerate(children or []):
            yield from _node(child, (*loc, name, position), module, found, whole)
    if rule.at_least:
        here: Loc = (*loc, "at_least")
        if rule.at_least.n > len(rule.at_least.of):
            yield (
                (*here, "n"),
                f"at least {rule.at_least.n} of {len(rule.at_least.of)} is never reached; lower it",
            )
        for position, child in enumerate(rule.at_least.of):
            yield from _node(child, (*here, "of", position), module, found, whole)
    yield from _leaf(rule, loc, module, found, whole)


def _leaf(
    rule: schema.Rule, loc: Loc, module: ModuleContent, found: dict[str, schema.Activity], whole: bool
) -> Iterator[tuple[Loc, str]]:
    activities = module.module.activities
    if rule.activity:
        yield from _known(rule.activity, (*loc, "activity"), found, whole)
    if rule.points:
        here: Loc = (*loc, "points")
        for name in rule.points.of:
            yield from _known(name, (*here, "of", name), found, whole)
        if rule.points.p > sum(rule.points.of.values()):
            yield (*here, "p"), f"{rule.points.p:g} points are more than can be had; lower p"
    if rule.milestone:
        here = (*loc, "milestone", "id")
        yield from _known(rule.milestone.id, here, found, whole)
        target = found.get(rule.milestone.id)
        if target is not None and not isinstance(target, schema.Milestone):
            yield here, f"“{rule.milestone.id}” is a {target.kind}, not a milestone; correct the rule"
    if rule.simulation:
        rounds = sum(
            isinstance(each, schema.SimulationPhase)
            and (each.simulation, each.phase) == (rule.simulation.id, "round")
            for each in found.values()
        )
        if whole and rule.simulation.rounds > rounds:
            here = (*loc, "simulation", "rounds")
            yield here, f"“{rule.simulation.id}” has {rounds} rounds; ask for fewer"
    if rule.attendance is not None and not any(
        isinstance(each, schema.LiveSession | schema.Masterclass) for each in activities
    ):
        yield (*loc, "attendance"), "this module has no live session to attend; drop the rule"
    if rule.mean_mark is not None and not any(getattr(each, "group", None) for each in activities):
        yield (*loc, "mean_mark"), "nothing in this module is marked; drop the rule"


def _known(name: str, loc: Loc, found: dict[str, schema.Activity], whole: bool) -> Iterator[tuple[Loc, str]]:
    if whole and name not in found:
        yield loc, f"the rule names “{name}”, which is no activity; correct the id"
