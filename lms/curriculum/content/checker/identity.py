"""Names: ids and codes given once, competency codes known, things that should differ differing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lms.curriculum.content import schema
from lms.curriculum.content.reader import ModuleContent, ProgrammeContent
from lms.curriculum.content.source import Loc, Problem, Source

Name = tuple[str, str, Source, Loc]
"""What it names, the name, and where it stands."""

LECTURE_CODES = "“{code}” is not among the codes of module {module}; add it there or drop it here"


def ids_unique(content: ProgrammeContent) -> Iterator[Problem]:
    """Ids of courses, modules, activities, quiz items and awards, and all codes, are each given once."""
    seen: dict[tuple[str, str], str] = {}
    for kind, value, source, loc in (*_names_of_frame(content), *_names_of_modules(content)):
        line = source.line(loc)
        if earlier := seen.get((kind, value)):
            yield Problem(
                source.path, line, f"the {kind} “{value}” is also used at {earlier}; choose another"
            )
        seen.setdefault((kind, value), f"{source.path}:{line}")


def _names_of_frame(content: ProgrammeContent) -> Iterator[Name]:
    for position, competency in enumerate(content.competencies.competencies):
        loc: Loc = ("competencies", position)
        yield "competency code", competency.code, content.competencies_source, (*loc, "code")
        yield "competency number", competency.number, content.competencies_source, (*loc, "number")
    for position, award in enumerate(content.policies.awards):
        yield "award id", award.id, content.policies_source, ("awards", position, "id")
    for course in content.courses:
        yield "course id", course.course.id, course.source, ("id",)
        yield "course letter", course.course.letter, course.source, ("letter",)
        for position, group in enumerate(course.course.groups):
            yield f"grading group of {course.course.id}", group.id, course.source, ("groups", position, "id")


def _names_of_modules(content: ProgrammeContent) -> Iterator[Name]:
    for module in content.modules():
        yield "module id", module.module.id, module.source, ("id",)
        yield "module code", module.module.code, module.source, ("code",)
        for bank in module.banks.values():
            for position, item in enumerate(bank.quiz.items):
                yield "quiz item id", item.id, bank.source, ("items", position, "id")
    for activity, module, at in content.located():
        yield "activity id", activity.id, module.source, (*at, "id")
        if activity.code:
            yield "activity code", activity.code, module.source, (*at, "code")
        if isinstance(activity, schema.SimulationPhase):
            name = f"{activity.simulation} {activity.phase} {activity.number or ''}".strip()
            yield "simulation phase", name, module.source, at


def codes_exist(content: ProgrammeContent) -> Iterator[Problem]:
    """Competency codes are in the framework; a lecture has some, and they are among its module's."""
    known = {competency.code for competency in content.competencies.competencies}
    for source, loc, codes in _coded(content):
        for code in codes:
            if code not in known:
                yield Problem(
                    source.path,
                    source.line(loc),
                    f"“{code}” is not a competency of competencies.yaml; correct it",
                )
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Problem(source.path, source.line(loc), f"“{code}” is given twice; keep one")
    for activity, module, at in content.located():
        if isinstance(activity, schema.LiveSession) and activity.type == "lecture":
            line = module.source.line((*at, "codes"))
            if not activity.codes:
                yield Problem(
                    module.source.path, line, f"the lecture “{activity.id}” has no codes; say what it builds"
                )
            for code in sorted((set(activity.codes) & known) - set(module.module.codes)):
                message = LECTURE_CODES.format(code=code, module=module.module.code)
                yield Problem(module.source.path, line, message)


def _coded(content: ProgrammeContent) -> Iterator[tuple[Source, Loc, list[str]]]:
    policy = content.policies.capstone
    for name, rubric in (("report_rubric", policy.report_rubric), ("panel_rubric", policy.panel_rubric)):
        yield from _rows(rubric, content.policies_source, ("capstone", name))
    for module in content.modules():
        yield module.source, ("codes",), module.module.codes
        yield from _activities_coded(module)
        for text in module.texts.values():
            if isinstance(text.head, schema.ReadingHead):
                yield text.source, ("codes",), text.head.codes
            elif text.head.rubric:
                yield from _rows(text.head.rubric, text.source, ("rubric",))
        for bank in module.banks.values():
            for position, item in enumerate(bank.quiz.items):
                yield bank.source, ("items", position, "codes"), item.codes


def _activities_coded(module: ModuleContent) -> Iterator[tuple[Source, Loc, list[str]]]:
    for position, activity in enumerate(module.module.activities):
        loc: Loc = ("activities", position)
        yield module.source, (*loc, "codes"), activity.codes
        if isinstance(activity, schema.Milestone):
            for at, part in enumerate(activity.parts):
                yield from _rows(part.rubric, module.source, (*loc, "parts", at, "rubric"))


def _rows(rubric: schema.Rubric, source: Source, loc: Loc) -> Iterator[tuple[Source, Loc, list[str]]]:
    for position, row in enumerate(rubric.criteria):
        yield source, (*loc, "criteria", position, "codes"), row.codes


def fields_unique(content: ProgrammeContent) -> Iterator[Problem]:
    """The fields of one form, and the parts of one milestone, have different ids; options differ."""
    yield from _fields(
        content.policies.capstone.panel_fields, content.policies_source, ("capstone", "panel_fields")
    )
    for activity, module, loc in content.located():
        if isinstance(activity, schema.FormActivity | schema.Milestone):
            yield from _fields(activity.fields, module.source, (*loc, "fields"))
        if isinstance(activity, schema.Milestone):
            names = [part.id for part in activity.parts]
            yield from _twice(names, "part id", module.source, (*loc, "parts"), "id")


def _fields(fields: list[schema.FormField], source: Source, loc: Loc) -> Iterator[Problem]:
    yield from _twice([field.id for field in fields], "field id", source, loc, "id")
    for position, field in enumerate(fields):
        yield from _twice(field.options, "option", source, (*loc, position, "options"))


def _twice(
    names: list[str], what: str, source: Source, loc: Loc, key: str | None = None
) -> Iterator[Problem]:
    for position, name in enumerate(names):
        if name in names[:position]:
            here = (*loc, position, key) if key else (*loc, position)
            yield Problem(
                source.path, source.line(here), f"the {what} “{name}” is given twice here; change one"
            )


def levels_differ(content: ProgrammeContent) -> Iterator[Problem]:
    """A marker can tell the four levels of a rubric row apart only if their texts differ."""
    for source, loc, rubric in _rubrics(content):
        for position, row in enumerate(rubric.criteria):
            yield from _same(row.levels, source, (*loc, "criteria", position, "levels"))
    for position, competency in enumerate(content.competencies.competencies):
        yield from _same(competency.levels, content.competencies_source, ("competencies", position, "levels"))


def _same(levels: Iterable[str], source: Source, loc: Loc) -> Iterator[Problem]:
    plain = [" ".join(text.lower().split()) for text in levels]
    for position, text in enumerate(plain):
        if text in plain[:position]:
            earlier = plain.index(text) + 1
            line = source.line((*loc, position))
            yield Problem(
                source.path, line, f"level {position + 1} says the same as level {earlier}; make them differ"
            )


def _rubrics(content: ProgrammeContent) -> Iterator[tuple[Source, Loc, schema.Rubric]]:
    policy = content.policies.capstone
    yield content.policies_source, ("capstone", "report_rubric"), policy.report_rubric
    yield content.policies_source, ("capstone", "panel_rubric"), policy.panel_rubric
    for module in content.modules():
        for text in module.texts.values():
            if isinstance(text.head, schema.BriefHead) and text.head.rubric:
                yield text.source, ("rubric",), text.head.rubric
    for activity, module, loc in content.located():
        if isinstance(activity, schema.Milestone):
            for at, part in enumerate(activity.parts):
                yield module.source, (*loc, "parts", at, "rubric"), part.rubric
