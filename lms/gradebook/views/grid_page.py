"""The grids of the gradebook, formatted once per distinct figure: never a macro per cell."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from markupsafe import Markup, escape

from lms.assessment.rules import shown
from lms.cohorts.queries import CohortView
from lms.enrolment.queries import NameLine
from lms.gradebook.queries import ResultFigure
from lms.gradebook.queries.results import PROGRAMME
from lms.gradebook.rules import CoursePlan, ProgrammePlan
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


def course_grid(
    cohort: CohortView,
    course: CoursePlan,
    roster: Sequence[NameLine],
    results: Mapping[int, Mapping[str, ResultFigure]],
    marks: Mapping[int, Mapping[tuple[int, str], Fraction]],
) -> Grid:
    """Learners by everything that is marked in a course: released marks only."""
    items = course.items
    columns: list[list[Fraction]] = [[] for _ in range(len(items) + 1)]
    rows = []
    for line in roster:
        released = marks.get(line.place_id, {})
        cells = []
        for index, item in enumerate(items):
            value = released.get(item.key)
            if value is not None:
                columns[index].append(value)
            cells.append(NOTHING if value is None else _cell(value))
        figure = results.get(line.place_id, {}).get(course.key)
        if figure is not None:
            columns[-1].append(figure.value)
        cells.append(_cell(figure.value, f"{_part(figure.released)} %") if figure else NOTHING)
        rows.append((_name(cohort, line), _joined(cells)))
    heads = tuple(Head(item.short, item.label) for item in items)
    return Grid((*heads, Head("So far", f"{course.title} so far")), tuple(rows), _means(columns), len(roster))


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
