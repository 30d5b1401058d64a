"""The grids of the gradebook, formatted once per distinct figure: never a macro per cell."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from markupsafe import Markup, escape

from lms.assessment.rules import shown
from lms.cohorts.queries import CohortView
from lms.enrolment.queries import GroupedLine, NameLine
from lms.gradebook.queries import ResultFigure, Sheet
from lms.gradebook.queries.results import PROGRAMME
from lms.gradebook.rules import Item, ProgrammePlan
from lms.gradebook.views import cells
from lms.web.links import href as to

NOTHING = '<td class="num faint">–</td>'


@dataclass(frozen=True)
class Head:
    """A column's head."""

    words: str
    title: str
    href: str = ""


@dataclass(frozen=True)
class Grid:
    """A table: heads, and rows of cells that are made already."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Markup, Markup], ...]
    """The name's cell and all others in one piece."""
    foot: Markup
    learners: int


def _cell(value: Fraction, note: str = "") -> str:
    return _written(value.numerator, value.denominator, note)


@lru_cache(maxsize=32768)
def _written(numerator: int, denominator: int, note: str) -> str:
    small = f' <span class="meta">{escape(note)}</span>' if note else ""
    return f'<td class="num">{shown(Fraction(numerator, denominator))}{small}</td>'


def _name(cohort: CohortView, line: NameLine) -> Markup:
    href = to("gradebook.learner_results", slug=cohort.slug, public_id=line.public_id)
    state = (
        Markup(' <span class="meta">{}</span>').format(line.state.value)
        if line.state.value != "enrolled"
        else Markup()
    )
    return Markup('<th scope="row"><a class="plain" href="{}">{}</a>{}</th>').format(href, line.name, state)


def cohort_grid(
    cohort: CohortView,
    programme: ProgrammePlan,
    roster: Sequence[NameLine],
    results: Mapping[int, Mapping[str, ResultFigure]],
    marks: Mapping[int, Mapping[tuple[int, str], Fraction]],
) -> Grid:
    """Learners by courses: the result so far and how many marks are released."""
    totals = [len(course.items) for course in programme.courses]
    course_of = {item.key: index for index, course in enumerate(programme.courses) for item in course.items}
    rows = []
    columns: list[list[Fraction]] = [[] for _ in range(len(programme.courses) + 1)]
    for line in roster:
        own, released = results.get(line.place_id, {}), marks.get(line.place_id, {})
        counts = Counter(course_of[key] for key in released if key in course_of)
        cells = []
        for index, course in enumerate(programme.courses):
            figure = own.get(course.key)
            count = counts[index]
            if figure is not None:
                columns[index].append(figure.value)
            cells.append(_cell(figure.value, f"{count}/{totals[index]}") if figure else NOTHING)
        whole = own.get(PROGRAMME)
        if whole is not None:
            columns[-1].append(whole.value)
        cells.append(_cell(whole.value, f"{_part(whole.released)} %") if whole else NOTHING)
        rows.append((_name(cohort, line), _joined(cells)))
    heads = [
        Head(
            f"{course.letter} {course.title}",
            course.title,
            to("gradebook.course", slug=cohort.slug, key=course.key),
        )
        for course in programme.courses
    ]
    return Grid(
        (*heads, Head("Programme so far", "Programme so far")),
        tuple(rows),
        _means(columns),
        len(roster),
    )


def _part(released: float) -> str:
    return f"{int(released)}"


def ordered(
    lines: list[GroupedLine], results: Mapping[int, Mapping[str, ResultFigure]], choice: cells.Choice
) -> list[GroupedLine]:
    """By name as they come, or by the programme's result."""
    if choice.sort not in ("low", "high"):
        return lines
    sign = 1 if choice.sort == "low" else -1
    whole = {line.place_id: results.get(line.place_id, {}).get(PROGRAMME) for line in lines}

    def place(line: GroupedLine) -> tuple[bool, Fraction]:
        figure = whole[line.place_id]
        return figure is None, sign * figure.value if figure else Fraction(0)

    return sorted(lines, key=place)


@dataclass(frozen=True)
class ItemHead:
    """A column of something that is marked."""

    words: str
    title: str
    key: str
    href: str


@dataclass(frozen=True)
class ItemGrid:
    """Learners by things that are marked: heads, rows that are made already, and what is open in all of them."""

    heads: tuple[ItemHead, ...]
    rows: tuple[Markup, ...]
    foot: Markup
    learners: int
    """Of the cohort, looked at or not."""
    summary: str
    cells_href: str
    dense: bool


def item_grid(
    page: Looked,
    items: Sequence[Item],
    keys: Mapping[tuple[int, str], str],
    sheet: Sheet,
    results: Mapping[int, Mapping[str, ResultFigure]],
    course_key: str,
) -> ItemGrid:
    """Every learner who is looked at with the state of every item."""
    cohort, choice = page.cohort, page.choice
    rows = cells.chosen(cells.filled(cohort, items, sheet, results, course_key, page.now), choice)
    names = [keys[item.key] for item in items]
    start = to("gradebook.gradebook", slug=cohort.slug) + "/cells/"
    linked = page.relative if len(rows) * len(items) <= cells.LINKED else None
    return ItemGrid(
        heads=tuple(
            ItemHead(item.short, item.label, key, to("assessment.batch", slug=cohort.slug, key=key))
            for item, key in zip(items, names, strict=True)
        ),
        rows=tuple(cells.written(cohort, rows, names, linked=linked)),
        foot=cells.means(rows),
        learners=len(sheet.learners),
        summary=cells.summary(rows),
        cells_href=start,
        dense=choice.dense,
    )


@dataclass(frozen=True)
class Looked:
    """What of a cohort is looked at."""

    cohort: CohortView
    choice: cells.Choice
    now: dt.datetime
    relative: str
    """Where addresses of cells begin, as seen from the page."""


@dataclass(frozen=True)
class Bar:
    """What a grid can be narrowed to and sorted by, and what it is now."""

    choice: cells.Choice
    sections: tuple[str, ...]
    teams: tuple[str, ...]
    states: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]


def bar(choice: cells.Choice, lines: Sequence[GroupedLine]) -> Bar:
    """What there is to choose from."""
    teams = {name for line in lines for name in (line.working_team, line.capstone_team) if name}
    return Bar(
        choice,
        tuple(sorted({line.section for line in lines if line.section})),
        tuple(sorted(teams)),
        tuple(cells.GROUP_WORDS.items()),
        tuple(cells.SORTS.items()),
    )


def _means(columns: Sequence[Sequence[Fraction]]) -> Markup:
    cells = [f'<td class="num">{shown(_mean(values))}</td>' if values else NOTHING for values in columns]
    return _joined(cells)


def _joined(cells: Iterable[str]) -> Markup:
    """Cells that were written here, from figures and escaped notes, as one piece."""
    return Markup("".join(cells))  # noqa: S704  # nosec B704 - every part is made above


def _mean(values: Sequence[Fraction]) -> Fraction:
    """The exact mean; marks share few denominators, so that whole numbers are added."""
    sums: dict[int, int] = defaultdict(int)
    for value in values:
        sums[value.denominator] += value.numerator
    total = sum((Fraction(top, bottom) for bottom, top in sums.items()), Fraction(0))
    return total / len(values)


def export(
    programme: ProgrammePlan,
    keys: Mapping[tuple[int, str], str],
    roster: Sequence[NameLine],
    results: Mapping[int, Mapping[str, ResultFigure]],
    marks: Mapping[int, Mapping[tuple[int, str], Fraction]],
) -> tuple[list[str], list[list[str]]]:
    """The whole gradebook as a table: results so far, then every released mark; figures cut to one decimal."""
    items = [item for course in programme.courses for item in course.items]
    courses = [course.key for course in programme.courses]
    head = [
        "learner",
        "external_id",
        "programme",
        "programme_released_percent",
        *(f"{key}{end}" for key in courses for end in ("", "_released_percent")),
        *(keys[item.key] for item in items),
    ]
    rows = []
    for line in roster:
        own, released = results.get(line.place_id, {}), marks.get(line.place_id, {})
        figures = [own.get(key) for key in (PROGRAMME, *courses)]
        rows.append(
            [
                line.name,
                line.external_id,
                *(
                    text
                    for figure in figures
                    for text in (
                        shown(figure.value) if figure else "",
                        f"{figure.released:g}" if figure else "0",
                    )
                ),
                *(shown(released[item.key]) if item.key in released else "" for item in items),
            ]
        )
    return head, rows
