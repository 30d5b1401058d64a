"""Files → a typed programme. Reads everything it can and reports every problem, not only the first."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lms.curriculum.content import schema
from lms.curriculum.content.source import Loc, Problem, Source, Unreadable, read

M = TypeVar("M", bound=BaseModel)


@dataclass
class Text:
    """A Markdown file: its head, its body, where it stands."""

    head: schema.ReadingHead | schema.BriefHead
    body: str
    source: Source


@dataclass
class Bank:
    """A quiz file and where it stands."""

    quiz: schema.QuizFile
    source: Source


@dataclass
class ModuleContent:
    """A module with the files its activities name."""

    module: schema.ModuleFile
    source: Source
    folder: str
    texts: dict[str, Text] = field(default_factory=dict)
    """Activity id → reading or brief."""
    banks: dict[str, Bank] = field(default_factory=dict)
    """Activity id → quiz bank."""


@dataclass
class CourseContent:
    """A course with its modules, in order."""

    course: schema.CourseFile
    source: Source
    modules: list[ModuleContent] = field(default_factory=list)


@dataclass
class ProgrammeContent:
    """Everything below `content/programmes/<slug>/`, typed."""

    programme: schema.ProgrammeFile
    source: Source
    competencies: schema.CompetencyFile
    competencies_source: Source
    policies: schema.PoliciesFile
    policies_source: Source
    courses: list[CourseContent] = field(default_factory=list)

    def modules(self) -> list[ModuleContent]:
        """All modules, in the order of the programme."""
        return [module for course in self.courses for module in course.modules]

    def located(self) -> list[tuple[schema.Activity, ModuleContent, Loc]]:
        """Every activity with its module and its place in the module's file."""
        return [
            (activity, module, ("activities", position))
            for module in self.modules()
            for position, activity in enumerate(module.module.activities)
        ]


class _Reading:
    """One run of the reader: a folder and the problems met."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def load(self, path: str, model: type[M]) -> tuple[M, Source] | None:
        """Read and validate one file; on failure note the problems and return None."""
        try:
            source = read(self.root, path)
        except Unreadable as wrong:
            self.problems.append(wrong.problem)
            return None
        try:
            return model.model_validate(source.data), source
        except ValidationError as wrong:
            self.problems.extend(_problem(source, error) for error in wrong.errors())
            return None

    def course(self, folder: str) -> CourseContent | None:
        found = self.load(f"courses/{folder}/course.yaml", schema.CourseFile)
        if found is None:
            return None
        course, source = found
        modules = [self.module(f"courses/{folder}/{name}") for name in course.modules]
        return CourseContent(course, source, [module for module in modules if module])

    def module(self, folder: str) -> ModuleContent | None:
        found = self.load(f"{folder}/module.yaml", schema.ModuleFile)
        if found is None:
            return None
        content = ModuleContent(found[0], found[1], folder)
        for activity in content.module.activities:
            self.files_of(activity, content)
        return content

    def files_of(self, activity: schema.Activity, content: ModuleContent) -> None:
        if isinstance(activity, schema.Quiz):
            if bank := self.load(f"{content.folder}/{activity.file}", schema.QuizFile):
                content.banks[activity.id] = Bank(*bank)
            return
        head: tuple[schema.ReadingHead | schema.BriefHead, Source] | None
        if isinstance(activity, schema.Reading):
            head = self.load(f"{content.folder}/{activity.file}", schema.ReadingHead)
        elif isinstance(activity, schema.Assignment):
            head = self.load(f"{content.folder}/{activity.file}", schema.BriefHead)
        elif isinstance(activity, schema.Milestone):
            head = self.load(f"{content.folder}/{activity.brief}", schema.BriefHead)
        else:
            return
        if head:
            content.texts[activity.id] = Text(head[0], head[1].body, head[1])


def _problem(source: Source, error: ErrorDetails) -> Problem:
    loc = _in_file(source, error["loc"])
    name = ".".join(str(part) for part in loc) or "the file"
    match error["type"]:
        case "missing":
            message = f"{name} is missing; add it"
        case "extra_forbidden":
            message = f"{name} is not a key of this kind; remove it or correct its spelling"
        case "value_error":
            message = f"{name}: {error['msg'].removeprefix('Value error, ')}"
        case _:
            message = f"{name}: {error['msg'][0].lower()}{error['msg'][1:]} (it says {_shown(error['input'])})"
    return Problem(source.path, source.line(loc), message)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _in_file(source: Source, loc: Loc) -> Loc:
    """Drop the parts that pydantic adds (names of union members), which no file contains."""
    kept: Loc = ()
    for position, part in enumerate(loc):
        last = position == len(loc) - 1
        if (*kept, part) in source.lines or (last and isinstance(part, str) and part[:1].islower()):
            kept = (*kept, part)
    return kept


def read_programme(root: Path) -> tuple[ProgrammeContent | None, list[Problem]]:
    """Read a programme's folder.

    Returns the typed programme, or None when a file that everything hangs on cannot be read, and all problems.
    """
    reading = _Reading(root)
    programme = reading.load("programme.yaml", schema.ProgrammeFile)
    competencies = reading.load("competencies.yaml", schema.CompetencyFile)
    policies = reading.load("policies.yaml", schema.PoliciesFile)
    courses = [reading.course(folder) for folder in programme[0].courses] if programme else []
    if not (programme and competencies and policies):
        return None, sorted(reading.problems)
    content = ProgrammeContent(*programme, *competencies, *policies, [course for course in courses if course])
    return content, sorted(reading.problems)
