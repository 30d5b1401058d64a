"""Files → a typed programme. Reads everything it can and reports every problem, not only the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from lms.curriculum.content import schema, source
from lms.curriculum.content.mistakes import problems_of
from lms.curriculum.content.source import Loc, Problem, Source, Unreadable

M = TypeVar("M", bound=BaseModel)
ReadFile = Callable[[Path, str], Source]
Named = tuple[Source, Loc]
"""Where a file is named: the place to mend when there is no such file."""


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
    whole: bool = True
    """Every course and module could be read; if not, an unknown id may be one that stands in what is missing."""

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

    def sources(self) -> Iterator[Source]:
        """Every file that was read, once."""
        yield from (self.source, self.competencies_source, self.policies_source)
        given: set[str] = set()
        for course in self.courses:
            yield course.source
            for module in course.modules:
                yield module.source
                named = [text.source for text in module.texts.values()]
                named += [bank.source for bank in module.banks.values()]
                for file in named:
                    if file.path not in given:
                        given.add(file.path)
                        yield file


class _Reading:
    """One run of the reader: a folder and the problems met."""

    def __init__(self, root: Path, read: ReadFile) -> None:
        self.root = root
        self.read = read
        self.problems: list[Problem] = []
        self.whole = True

    def load(self, path: str, model: type[M], named: Named | None = None) -> tuple[M, Source] | None:
        """Read and validate one file; on failure note the problems and return None."""
        if named and not (self.root / path).is_file():
            where, loc = named
            message = f"there is no file {path}; create it or correct the name"
            self.problems.append(Problem(where.path, where.line(loc), message))
            return None
        try:
            found = self.read(self.root, path)
        except Unreadable as wrong:
            self.problems.append(wrong.problem)
            return None
        try:
            return model.model_validate(found.data), found
        except ValidationError as wrong:
            self.problems.extend(problems_of(found, wrong))
            return None

    def course(self, folder: str, named: Named) -> CourseContent | None:
        found = self.load(f"courses/{folder}/course.yaml", schema.CourseFile, named)
        if found is None:
            self.whole = False
            return None
        course, source = found
        modules = [
            self.module(f"courses/{folder}/{name}", (source, ("modules", position)))
            for position, name in enumerate(course.modules)
        ]
        return CourseContent(course, source, [module for module in modules if module])

    def module(self, folder: str, named: Named) -> ModuleContent | None:
        found = self.load(f"{folder}/module.yaml", schema.ModuleFile, named)
        if found is None:
            self.whole = False
            return None
        content = ModuleContent(found[0], found[1], folder)
        for position, activity in enumerate(content.module.activities):
            self.files_of(activity, content, ("activities", position))
        return content

    def files_of(self, activity: schema.Activity, content: ModuleContent, loc: Loc) -> None:
        match activity:
            case schema.Quiz():
                if bank := self.load_named(content, activity.file, schema.QuizFile, (*loc, "file")):
                    content.banks[activity.id] = Bank(*bank)
            case schema.Reading():
                if reading := self.load_named(content, activity.file, schema.ReadingHead, (*loc, "file")):
                    content.texts[activity.id] = Text(reading[0], reading[1].body, reading[1])
            case schema.Assignment():
                if brief := self.load_named(content, activity.file, schema.BriefHead, (*loc, "file")):
                    content.texts[activity.id] = Text(brief[0], brief[1].body, brief[1])
            case schema.Milestone():
                if brief := self.load_named(content, activity.brief, schema.BriefHead, (*loc, "brief")):
                    content.texts[activity.id] = Text(brief[0], brief[1].body, brief[1])
            case _:
                pass

    def load_named(
        self, content: ModuleContent, file: str, model: type[M], loc: Loc
    ) -> tuple[M, Source] | None:
        """Load a file that a module names, which lies in the module's folder and has the right kind."""
        ending = ".yaml" if model is schema.QuizFile else ".md"
        line = content.source.line(loc)
        if ".." in file.split("/"):
            self.problems.append(
                Problem(content.source.path, line, f"{file} leaves the module's folder; move it in")
            )
        elif not file.endswith(ending):
            self.problems.append(
                Problem(content.source.path, line, f"{file} is not a {ending} file; name one")
            )
        else:
            return self.load(f"{content.folder}/{file}", model, (content.source, loc))
        return None


def read_programme(root: Path, read: ReadFile = source.read) -> tuple[ProgrammeContent | None, list[Problem]]:
    """Read a programme's folder.

    `read` reads one file; give another to keep what was parsed before. Returns the typed programme, or None when a
    file that everything hangs on cannot be read, and all problems.
    """
    reading = _Reading(root, read)
    programme = reading.load("programme.yaml", schema.ProgrammeFile)
    competencies = reading.load("competencies.yaml", schema.CompetencyFile)
    policies = reading.load("policies.yaml", schema.PoliciesFile)
    courses = [
        reading.course(folder, (programme[1], ("courses", position)))
        for position, folder in enumerate(programme[0].courses if programme else [])
        if programme
    ]
    if not (programme and competencies and policies):
        return None, sorted(reading.problems)
    content = ProgrammeContent(
        *programme,
        *competencies,
        *policies,
        [course for course in courses if course],
        reading.whole,
    )
    return content, sorted(reading.problems)
