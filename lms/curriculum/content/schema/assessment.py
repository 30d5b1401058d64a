"""Rubrics, quiz items and form fields, as authors write them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lms.curriculum.content.schema.base import CompetencyCode, Line, Percent, Prose, Slug, Strict


class Criterion(Strict):
    """One row of a rubric."""

    id: Slug
    title: Line
    weight: Annotated[float, Field(gt=0, le=100)]
    """Per cent of the rubric; the rows of one rubric sum to 100."""
    codes: Annotated[list[CompetencyCode], Field(min_length=1, max_length=4)]
    """First code weighs 0.6, the others share 0.4; a single code 1."""
    levels: Annotated[list[Line | Prose], Field(min_length=4, max_length=4)]
    """What work at level 1 Weak (0-49), 2 Adequate (50-64), 3 Strong (65-79), 4 Excellent (80-100) looks like."""


class Rubric(Strict):
    """Criteria by levels; the weights sum to 100."""

    criteria: Annotated[list[Criterion], Field(min_length=2, max_length=10)]

    @model_validator(mode="after")
    def _sums(self) -> Self:
        total = sum(row.weight for row in self.criteria)
        if abs(total - 100) > 1e-9:
            raise ValueError(f"the criteria weigh {total:g} together; make them sum to 100")
        ids = [row.id for row in self.criteria]
        if len(ids) != len(set(ids)):
            raise ValueError("two criteria share an id; ids are unique within a rubric")
        return self


class FormField(Strict):
    """One field of a form that a learner, guide or panel member fills in."""

    id: Slug
    label: Line
    kind: Literal["text", "lines", "number", "choice", "choices", "scale", "tick", "file", "link", "date"]
    """`lines` is a longer text, `tick` a statement to agree to, `scale` a level 1-4."""
    hint: Prose | None = None
    options: list[Line] = []
    required: bool = True
    max_words: Annotated[int, Field(ge=10, le=20000)] | None = None

    @model_validator(mode="after")
    def _options(self) -> Self:
        if (self.kind in ("choice", "choices")) != bool(self.options):
            raise ValueError("“choice” and “choices” need options; other kinds have none")
        return self


class Option(Strict):
    """One option of a choice item. A wrong one is a mistake that people make, and its feedback names the mistake."""

    text: Prose | Line
    correct: bool = False
    feedback: Prose


class Mistake(Strict):
    """A wrong number that people arrive at, and how they got there."""

    value: float
    feedback: Prose


class Pair(Strict):
    """Left and right of one match."""

    left: Line
    right: Line


class _Item(Strict):
    id: Slug
    case: Prose | None = None
    """A scene, a quotation or a small table of numbers that the question is about."""
    prompt: Prose
    codes: Annotated[list[CompetencyCode], Field(min_length=1, max_length=4)]
    points: Annotated[int, Field(ge=1, le=5)] = 1
    explanation: Prose
    """Shown after the attempt to everybody: why the right answer is right."""
    pool: Slug | None = None
    """The pool of its bank that it belongs to."""


class SingleItem(_Item):
    """One right option of three to six; of two where a statement is true or false."""

    kind: Literal["single"]
    options: Annotated[list[Option], Field(min_length=2, max_length=6)]
    shuffle: bool | None = None
    """Whether options come in another order for everybody. Nothing said: they do."""

    @model_validator(mode="after")
    def _one_right(self) -> Self:
        right = sum(option.correct for option in self.options)
        if right != 1:
            raise ValueError(f"a single-choice item has exactly one correct option, this one has {right}")
        return self


class MultipleItem(_Item):
    """Two or more right options; each option is right or wrong on its own."""

    kind: Literal["multiple"]
    options: Annotated[list[Option], Field(min_length=4, max_length=7)]
    shuffle: bool | None = None
    """As for a single choice."""

    @model_validator(mode="after")
    def _some_right(self) -> Self:
        right = sum(option.correct for option in self.options)
        if right < 2 or right == len(self.options):
            raise ValueError(
                "a multiple-choice item has at least two correct options and at least one wrong one"
            )
        return self


class NumericItem(_Item):
    """A number, right within a tolerance."""

    kind: Literal["numeric"]
    answer: float
    tolerance: Annotated[float, Field(ge=0)] = 0
    unit: Line | str = ""
    mistakes: list[Mistake] = []

    @model_validator(mode="after")
    def _apart(self) -> Self:
        for mistake in self.mistakes:
            if abs(mistake.value - self.answer) <= self.tolerance:
                raise ValueError(
                    f"the mistake {mistake.value:g} lies within the tolerance of the right answer"
                )
        return self


class ShortItem(_Item):
    """A word or phrase, compared without case, accents or punctuation."""

    kind: Literal["short"]
    accept: Annotated[list[Line], Field(min_length=1)]
    mistakes: list[Option] = []


class MatchItem(_Item):
    """Pairs to put together."""

    kind: Literal["match"]
    pairs: Annotated[list[Pair], Field(min_length=3, max_length=6)]


class OrderItem(_Item):
    """Steps to put in order; written here in the right order."""

    kind: Literal["order"]
    steps: Annotated[list[Line], Field(min_length=3, max_length=7)]


Item = Annotated[
    SingleItem | MultipleItem | NumericItem | ShortItem | MatchItem | OrderItem, Field(discriminator="kind")
]


class Pool(Strict):
    """Questions of a bank of which every attempt draws so many."""

    id: Slug
    draws: Annotated[int, Field(ge=1, le=50)]


class QuizFile(Strict):
    """`quizzes/<id>.yaml`: the bank that attempts are drawn from."""

    intro: Prose
    pools: Annotated[list[Pool], Field(min_length=1, max_length=20)] | None = None
    """Nothing said: every question is drawn with the same chance."""
    items: Annotated[list[Item], Field(min_length=20)]


class BriefHead(Strict):
    """The head of `briefs/<id>.md`, between two lines of `---`. The brief itself follows as Markdown."""

    deliverable: Line
    words: Annotated[int, Field(ge=100, le=20000)] | None = None
    accepts: Annotated[list[Literal["text", "files"]], Field(min_length=1)]
    file_types: list[Literal["pdf", "docx", "xlsx", "pptx", "csv", "png", "jpg", "mp4", "m4a"]] = []
    max_files: Annotated[int, Field(ge=1, le=20)] = 5
    max_mb: Annotated[int, Field(ge=1, le=500)] = 25
    declare_tools: bool | None = None
    """Whether learners say with their work what they used generative tools for. Nothing said: they do."""
    rubric: Rubric | None = None
    marker_key: Prose | None = None
    """For markers only: the figures a sound piece arrives at, and where people go wrong. No learner ever sees it."""

    @model_validator(mode="after")
    def _key(self) -> Self:
        if self.marker_key and self.rubric is None:
            raise ValueError(
                "a marker_key without a rubric is read by nobody; add the rubric or drop the key"
            )
        return self

    @model_validator(mode="after")
    def _types(self) -> Self:
        if ("files" in self.accepts) != bool(self.file_types):
            raise ValueError("a brief that accepts files lists file_types; one that does not has none")
        return self


class ReadingHead(Strict):
    """The head of `readings/<id>.md`, between two lines of `---`. The reading itself follows as Markdown."""

    title: Line
    summary: Prose
    """One or two sentences: why this is worth the reader's evening."""
    minutes: Annotated[int, Field(ge=3, le=90)]
    codes: Annotated[list[CompetencyCode], Field(min_length=1, max_length=4)]


class LevelBand(Strict):
    """A rubric level and the marks it covers."""

    level: Annotated[int, Field(ge=1, le=4)]
    title: Line
    low: Percent
    high: Percent
