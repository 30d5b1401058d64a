"""What no single file can say of itself: ids unique, references resolve, weeks within the limit, no cycles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from lms.curriculum.content import anchors, reader, schema
from lms.curriculum.content.reader import ModuleContent, ProgrammeContent
from lms.curriculum.content.source import Loc, Problem, Source

ANCHOR_FIELDS = ("opens", "at", "first_post", "due", "closes")


def check(root: Path) -> tuple[ProgrammeContent | None, list[Problem]]:
    """Read and check a programme's folder; the programme is fit to publish only when no problem is returned."""
    content, problems = reader.read_programme(root)
    if content is not None:
        for rule in CHECKS:
            problems.extend(rule(content))
        if not problems:
            problems.extend(unnamed_files(content, root))
    return content, sorted(set(problems))


def ids_unique(content: ProgrammeContent) -> Iterator[Problem]:
    """Activity ids and codes, module ids, course ids and quiz item ids are each given once."""
    seen: dict[tuple[str, str], str] = {}

    def once(kind: str, value: str, source: Source, loc: Loc) -> Iterator[Problem]:
        line = source.line(loc)
        if earlier := seen.get((kind, value)):
            yield Problem(source.path, line, f"the {kind} “{value}” is also used at {earlier}; choose another")
        seen.setdefault((kind, value), f"{source.path}:{line}")

    for course in content.courses:
        yield from once("course id", course.course.id, course.source, ("id",))
    for module in content.modules():
        yield from once("module id", module.module.id, module.source, ("id",))
        for bank in module.banks.values():
            for position, item in enumerate(bank.quiz.items):
                yield from once("quiz item id", item.id, bank.source, ("items", position, "id"))
    for activity, module, loc in content.located():
        yield from once("activity id", activity.id, module.source, (*loc, "id"))
        if activity.code:
            yield from once("activity code", activity.code, module.source, (*loc, "code"))


def codes_exist(content: ProgrammeContent) -> Iterator[Problem]:
    """Competency codes are in the framework; a lecture's are among its module's."""
    known = {competency.code for competency in content.competencies.competencies}
    for module in content.modules():
        for code in module.module.codes:
            if code not in known:
                yield Problem(module.source.path, module.source.line(("codes",)), _unknown_code(code))
        for source, loc, codes in _coded(module):
            for code in codes:
                if code not in known:
                    yield Problem(source.path, source.line(loc), _unknown_code(code))
        for position, activity in enumerate(module.module.activities):
            if isinstance(activity, schema.LiveSession) and activity.type == "lecture":
                line = module.source.line(("activities", position, "codes"))
                for code in sorted(set(activity.codes) - set(module.module.codes)):
                    yield Problem(
                        module.source.path,
                        line,
                        f"“{code}” is not among the codes of module {module.module.code}; add it there or drop it here",
                    )


def _unknown_code(code: str) -> str:
    return f"“{code}” is not a competency of competencies.yaml; correct it"


def _coded(module: ModuleContent) -> Iterator[tuple[Source, Loc, list[str]]]:
    for position, activity in enumerate(module.module.activities):
        loc: Loc = ("activities", position)
        yield module.source, (*loc, "codes"), activity.codes
        if isinstance(activity, schema.Milestone):
            for part_at, part in enumerate(activity.parts):
                for row_at, row in enumerate(part.rubric.criteria):
                    yield module.source, (*loc, "parts", part_at, "rubric", "criteria", row_at, "codes"), row.codes
    for text in module.texts.values():
        if isinstance(text.head, schema.ReadingHead):
            yield text.source, ("codes",), text.head.codes
        elif text.head.rubric:
            for row_at, row in enumerate(text.head.rubric.criteria):
                yield text.source, ("rubric", "criteria", row_at, "codes"), row.codes
    for bank in module.banks.values():
        for position, item in enumerate(bank.quiz.items):
            yield bank.source, ("items", position, "codes"), item.codes


def anchors_resolve(content: ProgrammeContent) -> Iterator[Problem]:
    """What an anchor hangs on exists, is of the right kind, and nothing hangs on itself."""
    found = {activity.id: activity for activity, _module, _loc in content.located()}
    edges: dict[str, list[tuple[str, Source, Loc]]] = defaultdict(list)
    teaching = content.programme.weeks - len(content.programme.breaks)
    kinds: dict[anchors.Base, tuple[type, ...]] = {
        anchors.Base.SESSION: (schema.LiveSession, schema.Masterclass),
        anchors.Base.ROUND: (schema.SimulationPhase,),
        anchors.Base.MILESTONE: (schema.Milestone,),
    }
    for activity, module, loc in content.located():
        for name in ANCHOR_FIELDS:
            text = getattr(activity, name, None)
            if text is None:
                continue
            anchor, here = anchors.parse(text), (*loc, name)
            line = module.source.line(here)
            last = {anchors.Base.WEEK: content.programme.weeks, anchors.Base.TEACH: teaching}.get(anchor.base)
            if last and (anchor.number or 0) > last:
                yield Problem(module.source.path, line, f"the programme has {last} such weeks; “{text}” is past its end")
            if anchor.base is anchors.Base.WEEK and anchor.number in content.programme.breaks:
                yield Problem(module.source.path, line, f"week {anchor.number} is a break; nothing happens in it")
            if anchor.target is None:
                continue
            target = found.get(anchor.target)
            if target is None:
                yield Problem(module.source.path, line, f"no activity has the id “{anchor.target}”; correct the anchor")
            elif not isinstance(target, kinds[anchor.base]):
                yield Problem(
                    module.source.path, line, f"“{anchor.target}” is a {target.kind}, not a {anchor.base.value}"
                )
            else:
                edges[activity.id].append((anchor.target, module.source, here))
    yield from _cycles(edges)


def _cycles(edges: dict[str, list[tuple[str, Source, Loc]]]) -> Iterator[Problem]:
    done: set[str] = set()

    def walk(node: str, path: tuple[str, ...]) -> Iterator[Problem]:
        for target, source, loc in edges.get(node, []):
            if target in path or target == node:
                ring = " → ".join((*path, node, target)[(*path, node, target).index(target) :])
                yield Problem(source.path, source.line(loc), f"dates hang on each other in a ring: {ring}; break it")
            elif target not in done:
                yield from walk(target, (*path, node))
        done.add(node)

    for start in list(edges):
        if start not in done:
            yield from walk(start, ())


def week_of(activity: schema.Activity, content: ProgrammeContent) -> int | None:
    """The teaching week in which an activity asks its minutes: that of its last date, or of what that hangs on."""
    found = {each.id: each for each, _module, _loc in content.located()}
    seen: set[str] = set()
    current: schema.Activity | None = activity
    shift = 0
    while current is not None and current.id not in seen:
        seen.add(current.id)
        text = next((getattr(current, name) for name in reversed(ANCHOR_FIELDS) if getattr(current, name, None)), None)
        if text is None:
            return None
        anchor = anchors.parse(text)
        shift += anchor.days
        if anchor.base is anchors.Base.TEACH:
            return _shifted(anchor, shift)
        if anchor.base is anchors.Base.WEEK and anchor.number:
            gone = sum(1 for pause in content.programme.breaks if pause < anchor.number)
            return anchor.number - gone
        if anchor.base is anchors.Base.COHORT_START:
            return 1 + shift // 7
        current = found.get(anchor.target or "")
    return None


def _shifted(anchor: anchors.Anchor, days: int) -> int:
    return (anchor.number or 1) + (anchor.weekday + days) // 7


def weeks_bearable(content: ProgrammeContent) -> Iterator[Problem]:
    """No teaching week asks more than the programme's limit, live minutes included."""
    asked: dict[int, int] = defaultdict(int)
    for activity, module, loc in content.located():
        if not activity.required:
            continue
        minutes = activity.minutes
        text = module.texts.get(activity.id)
        if isinstance(activity, schema.Reading) and text and isinstance(text.head, schema.ReadingHead):
            minutes = text.head.minutes
        if activity.effort:
            for week, part in activity.effort.items():
                asked[week] += part
            continue
        found = week_of(activity, content)
        if found is None and minutes:
            yield Problem(module.source.path, module.source.line(loc), f"“{activity.id}” belongs to no week; date it")
        elif found is not None:
            asked[found] += minutes
    limit = content.programme.weekly_limit_minutes
    for week, minutes in sorted(asked.items()):
        if minutes > limit:
            yield Problem(
                content.source.path,
                content.source.line(("weekly_limit_minutes",)),
                f"teaching week {week} asks {minutes} minutes, more than {limit}; spread the work or cut it",
            )


def grading_holds(content: ProgrammeContent) -> Iterator[Problem]:
    """Every graded thing names a group of its course; weights within a group are all given or all left out."""
    for course in content.courses:
        groups = {group.id: group for group in course.course.groups}
        weights: dict[str, list[tuple[float | None, Source, Loc]]] = defaultdict(list)
        members: set[str] = set()
        for module in course.modules:
            for position, activity in enumerate(module.module.activities):
                loc: Loc = ("activities", position)
                members.add(activity.id)
                group = getattr(activity, "group", None)
                if group is None:
                    continue
                if group not in groups:
                    yield Problem(
                        module.source.path,
                        module.source.line((*loc, "group")),
                        f"course {course.course.letter} has no grading group “{group}”; it has {', '.join(groups)}",
                    )
                    continue
                weights[group].append((getattr(activity, "weight", None), module.source, (*loc, "weight")))
        yield from _weights(weights)
        for position, group_ in enumerate(course.course.groups):
            line = course.source.line(("groups", position))
            if group_.parts and abs(sum(part.points for part in group_.parts) - group_.percent) > 1e-9:
                yield Problem(course.source.path, line, f"the parts of “{group_.id}” do not sum to its percent")
            for part in group_.parts:
                for name in part.activities:
                    if name not in members:
                        yield Problem(course.source.path, line, f"course {course.course.letter} has no activity “{name}”")
            if not group_.parts and group_.id not in weights:
                yield Problem(course.source.path, line, f"nothing is graded in “{group_.id}”; add an activity or parts")


def _weights(weights: dict[str, list[tuple[float | None, Source, Loc]]]) -> Iterator[Problem]:
    for group, rows in weights.items():
        given = [weight for weight, _source, _loc in rows if weight is not None]
        if given and (len(given) != len(rows) or abs(sum(given) - 100) > 1e-9):
            _weight, source, loc = rows[0]
            yield Problem(
                source.path, source.line(loc), f"give every item of “{group}” a weight and make them 100, or give none"
            )


def frame_holds(content: ProgrammeContent) -> Iterator[Problem]:
    """Course ids of the policies exist; order pairs and completion rules name activities; modules lie in the year."""
    ids = {activity.id for activity, _module, _loc in content.located()}
    courses = {course.course.id for course in content.courses}
    policies = content.policies
    for name, given in {
        "programme_weights": set(policies.programme_weights),
        "completion": set(policies.completion.course_minimum) | set(policies.completion.attendance_courses),
    }.items():
        for missing in sorted(given - courses):
            line = content.policies_source.line((name,))
            yield Problem(content.policies_source.path, line, f"there is no course “{missing}”; correct the id")
    for missing in sorted(courses - set(policies.programme_weights)):
        line = content.policies_source.line(("programme_weights",))
        yield Problem(content.policies_source.path, line, f"course “{missing}” has no weight; add it")
    for position, pair in enumerate(content.programme.order):
        for name in pair:
            if name not in ids:
                yield Problem(
                    content.source.path, content.source.line(("order", position)), f"no activity has the id “{name}”"
                )
    teaching = content.programme.weeks - len(content.programme.breaks)
    for module in content.modules():
        first, last = module.module.teach
        if first > last or last > teaching:
            line = module.source.line(("teach",))
            yield Problem(module.source.path, line, f"teach runs from 1 to {teaching}, the first not after the last")
        if module.module.complete:
            for name in _named(module.module.complete):
                if name not in ids:
                    line = module.source.line(("complete",))
                    yield Problem(module.source.path, line, f"the rule names “{name}”, which is no activity")


def _named(rule: schema.Rule | str) -> Iterator[str]:
    if isinstance(rule, str):
        yield rule
        return
    if rule.activity:
        yield rule.activity
    if rule.milestone:
        yield rule.milestone.id
    if rule.points:
        yield from rule.points.of
    for children in (rule.all, rule.in_order, rule.at_least.of if rule.at_least else None):
        for child in children or []:
            yield from _named(child)


def unnamed_files(content: ProgrammeContent, root: Path) -> Iterator[Problem]:
    """A file that nothing names is a mistake: it would never be read."""
    named = {content.source.path, content.competencies_source.path, content.policies_source.path}
    for course in content.courses:
        named.add(course.source.path)
        for module in course.modules:
            named |= {module.source.path}
            named |= {text.source.path for text in module.texts.values()}
            named |= {bank.source.path for bank in module.banks.values()}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root).as_posix()
        if path.is_file() and not path.name.startswith(".") and relative not in named:
            yield Problem(relative, 1, "no module names this file; name it in an activity or delete it")


CHECKS: tuple[Callable[[ProgrammeContent], Iterator[Problem]], ...] = (
    ids_unique,
    codes_exist,
    anchors_resolve,
    weeks_bearable,
    grading_holds,
    frame_holds,
)
