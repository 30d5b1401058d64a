"""The cells of the gradebook, written once for each distinct figure and state: never a macro per cell."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from markupsafe import Markup, escape

from lms.assessment.rules import Origin, shown
from lms.cohorts.queries import CohortView
from lms.curriculum import queries as curriculum
from lms.enrolment.queries import GroupedLine
from lms.enrolment.rules import PlaceState
from lms.gradebook.queries import ResultFigure, Sheet
from lms.gradebook.queries.cells import CHANGING, CORRECTED, TAKEN
from lms.gradebook.rules import Item
from lms.gradebook.rules.cells import SEEN, WAITING, CellState, of_mark, without_mark
from lms.web.filters import plural
from lms.web.links import href as to

ICONS = {
    CellState.NO_MARK: "",
    CellState.MISSING: "circle-alert",
    CellState.HANDED_IN: "inbox",
    CellState.MARKING: "pen-line",
    CellState.FINISHED: "lock",
    CellState.MODERATED: "shield-check",
    CellState.BLIND: "eye-off",
    CellState.SECOND: "eye-off",
    CellState.EXCUSED: "circle-minus",
    CellState.LATE: "clock",
    CellState.EXTERNAL: "file-plus",
    CellState.CORRECTED: "history",
    CellState.CHANGING: "history",
}
TONES = {
    CellState.MISSING: "bad",
    CellState.FINISHED: "warn",
    CellState.MODERATED: "warn",
    CellState.CHANGING: "warn",
}
LINKED = 1500
"""Up to so many cells each is a link by itself; above, a script makes one where the reader is."""
GROUPS: Mapping[str, frozenset[CellState]] = {
    "missing": frozenset({CellState.MISSING}),
    "to-mark": frozenset({CellState.HANDED_IN, CellState.MARKING, CellState.BLIND, CellState.SECOND}),
    "to-release": WAITING,
    "excused": frozenset({CellState.EXCUSED}),
    "late": frozenset({CellState.LATE}),
    "corrected": frozenset({CellState.CORRECTED, CellState.CHANGING}),
    "elsewhere": frozenset({CellState.EXTERNAL}),
}
"""What rows can be narrowed to: those with at least one such cell."""
GROUP_WORDS = {
    "missing": "Something missing",
    "to-mark": "Something to mark",
    "to-release": "Something to release",
    "excused": "Something excused",
    "late": "Something late",
    "corrected": "Something corrected",
    "elsewhere": "Something from elsewhere",
}
SORTS = {
    "name": "By name",
    "low": "Lowest result first",
    "high": "Highest result first",
    "open": "Most missing first",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure (none: denominator 0) in a state, and what is written of it: one object for each that there is."""

    numerator: int
    denominator: int
    state: CellState
    plain: bool
    """Released, and nothing more to be said."""
    seen: bool
    inside: str
    html: str


@dataclass(frozen=True)
class Choice:
    """What is looked at, as the address says it."""

    section: str = ""
    team: str = ""
    state: str = ""
    sort: str = "name"
    find: str = ""
    dense: bool = False

    def holds(self, line: GroupedLine) -> bool:
        """Whether a learner is among those looked at."""
        if self.section and line.section != self.section:
            return False
        if self.team and self.team not in (line.working_team, line.capstone_team):
            return False
        return not self.find or self.find.lower() in line.name.lower()


@dataclass
class Row:
    """One learner with their cells."""

    line: GroupedLine
    cells: list[Cell]
    states: Counter[CellState]
    result: ResultFigure | None

    @property
    def waits(self) -> str:
        """What is open, in words."""
        if not self.states:
            return ""
        missing = self.states[CellState.MISSING]
        marking = sum(self.states[state] for state in GROUPS["to-mark"])
        release = sum(self.states[state] for state in WAITING)
        parts = (
            f"{missing} missing" if missing else "",
            f"{marking} to mark" if marking else "",
            f"{release} to release" if release else "",
        )
        return " · ".join(part for part in parts if part)


NOTHING_OPEN: Counter[CellState] = Counter()
"""Of most learners: read by everybody, written to by nobody."""


def filled(
    cohort: CohortView,
    items: Sequence[Item],
    sheet: Sheet,
    results: Mapping[int, Mapping[str, ResultFigure]],
    course_key: str,
    now: dt.datetime,
) -> list[Row]:
    """Every learner with the state of everything that is marked."""
    column = {item.key: index for index, item in enumerate(items)}
    found: dict[int, list[Cell | None]] = {line.place_id: [None] * len(items) for line in sheet.learners}
    tasks = sheet.tasks
    late_ones = {key for key, (_state, late) in tasks.items() if late}
    for place, activity, part, numerator, denominator, released, state, origin, since in sheet.marks:
        row, index = found.get(place), column.get((activity, part))
        if row is None or index is None:
            continue
        if sheet.unseen and (place, activity, part) in sheet.unseen:
            row[index] = BLIND if (place, activity) in sheet.masked and not part else SECOND
            continue
        plain = released == 1 and not since and origin != Origin.EXTERNAL
        if plain and (not late_ones or (place, activity, part) not in late_ones):
            row[index] = cell_of(numerator, denominator, CellState.RELEASED)
            continue
        key = (place, activity, part)
        task = tasks.get(key)
        known = of_mark(
            state,
            origin,
            released=released is not None,
            corrected=bool(since & CORRECTED),
            changing=bool(since & CHANGING),
            late=task is not None and task[1] > 0,
        )
        if known is not None and known not in SEEN and (place, activity) in sheet.masked and not part:
            row[index] = BLIND
        elif known is not None:
            row[index] = cell_of(numerator, denominator, known)
    for place, activity, part in sheet.excused:
        row, index = found.get(place), column.get((activity, part))
        if row is not None and index is not None:
            had = row[index]
            row[index] = cell_of(*((had.numerator, had.denominator) if had else (0, 0)), CellState.EXCUSED)
    outline = curriculum.outline(cohort.version_id)
    columns = [
        (item, outline.activities[item.activity_id].kind in TAKEN, sheet.ends.get(item.activity_id))
        for item in items
    ]
    return [
        _row(line, found[line.place_id], columns, sheet, results.get(line.place_id, {}).get(course_key), now)
        for line in sheet.learners
    ]


def _row(
    line: GroupedLine,
    known: Sequence[Cell | None],
    columns: Sequence[tuple[Item, bool, dt.datetime | None]],
    sheet: Sheet,
    figure: ResultFigure | None,
    now: dt.datetime,
) -> Row:
    def empty(item: Item, taken: bool, until: dt.datetime | None) -> Cell:
        if until is not None:
            until = max(until, sheet.own_ends.get((line.place_id, item.activity_id), until))
        due = until is not None and until < now and until.date() >= line.joined_on
        task = sheet.tasks.get((line.place_id, item.activity_id, item.part))
        if task and not item.part and (line.place_id, item.activity_id) in sheet.masked:
            return BLIND
        return cell_of(0, 0, without_mark(task[0] if task else None, due=due, taken=taken))

    cells = [cell or empty(*columns[index]) for index, cell in enumerate(known)]
    open_ones = [cell.state for cell in cells if not cell.plain]
    return Row(line, cells, Counter(open_ones) if open_ones else NOTHING_OPEN, figure)


def chosen(rows: Iterable[Row], choice: Choice) -> list[Row]:
    """The rows that are looked at, in the order that is asked for."""
    wanted = GROUPS.get(choice.state)
    kept = [
        row
        for row in rows
        if choice.holds(row.line) and (wanted is None or any(row.states[state] for state in wanted))
    ]
    if choice.sort in ("low", "high"):
        sign = 1 if choice.sort == "low" else -1
        kept.sort(key=lambda row: (row.result is None, sign * row.result.value if row.result else 0))
    elif choice.sort == "open":
        kept.sort(key=lambda row: -row.states[CellState.MISSING])
    return kept


@lru_cache(maxsize=65536)
def cell_of(numerator: int, denominator: int, state: CellState) -> Cell:
    """The cell of a figure in a state."""
    figure = shown(Fraction(numerator, denominator)) if denominator else ""
    if state is CellState.RELEASED:
        inside = figure
    elif state is CellState.NOT_DUE:
        inside = "–"
    else:
        name = ICONS[state]
        drawing = f'<svg class="ci" aria-hidden="true"><use href="#icon-{name}"/></svg>' if name else ""
        inside = f"{drawing}{figure}{' ' if figure else ''}<small>{escape(state.value)}</small>"
    return Cell(
        numerator,
        denominator,
        state,
        plain=state is CellState.RELEASED,
        seen=state in SEEN,
        inside=inside,
        html=f"<td{_tone(state)}>{inside}</td>",
    )


@lru_cache(maxsize=32)
def _tone(state: CellState) -> str:
    tone = TONES.get(state) or ("" if state in SEEN else "faint")
    return f' class="{tone}"' if tone else ""


BLIND, SECOND = cell_of(0, 0, CellState.BLIND), cell_of(0, 0, CellState.SECOND)


@lru_cache(maxsize=4096)
def result_cell(numerator: int, denominator: int, released: float) -> str:
    """A result so far with how much of it is released."""
    return (
        f'<td class="num"><b>{shown(Fraction(numerator, denominator))}</b>'
        f' <span class="meta">{int(released)} %</span></td>'
    )


def written(
    cohort: CohortView, rows: Sequence[Row], keys: Sequence[str], *, linked: str | None
) -> list[Markup]:
    """Each row as HTML; with `linked`, the start of cells' addresses, every cell is a link by itself.

    Plain strings put together: a hundred and sixty names formatted as markup cost more than all of their figures.
    """
    before, _, after = to("gradebook.learner_results", slug=cohort.slug, public_id=ANYBODY).rpartition(
        ANYBODY
    )
    made = []
    for row in rows:
        line = row.line
        place = line.public_id
        if linked is None:
            own, cells = "", "".join([cell.html for cell in row.cells])
        else:
            own, start = f' id="of-{place}"', f"{linked}{place}/"
            cells = "".join(
                [
                    f'<td{_tone(cell.state)}><a class="cell" href="{start}{key}">{cell.inside}</a></td>'
                    for key, cell in zip(keys, row.cells, strict=True)
                ]
            )
        figure = row.result
        end = (
            result_cell(figure.value.numerator, figure.value.denominator, figure.released)
            if figure
            else '<td class="num faint">–</td>'
        )
        made.append(
            Markup(  # noqa: S704  # nosec B704 - figures, words and keys of ours; names are escaped
                f'<tr data-p="{place}"{own}><th scope="row"><a class="plain" href="{before}{place}{after}">'
                f'{_safe(line.name)}</a>{_notes(line.section, line.state)}</th><td class="waits">{row.waits}</td>'
                f"{cells}{end}</tr>"
            )
        )
    return made


ANYBODY = "anybody"
"""Where the public id of a learner stands in an address that is built once for all."""


@lru_cache(maxsize=16384)
def _safe(text: str) -> str:
    return str(escape(text))


@lru_cache(maxsize=1024)
def _notes(section: str, state: PlaceState) -> str:
    notes = [f"section {section}"] if section else []
    if state is not PlaceState.ENROLLED:
        notes.append(state.value)
    return f' <span class="meta">{escape(" · ".join(notes))}</span>' if notes else ""


def means(rows: Sequence[Row]) -> Markup:
    """The means of what learners see, by column, and of the results."""
    sums: list[dict[int, int]] = []
    sizes: list[int] = []
    for column in zip(*[row.cells for row in rows], strict=True):
        total: dict[int, int] = defaultdict(int)
        seen = [cell for cell in column if cell.seen]
        for cell in seen:
            total[cell.denominator] += cell.numerator
        sums.append(total)
        sizes.append(len(seen))
    cells = [
        f"<td>{shown(_mean(total, size))}</td>" if size else '<td class="faint">–</td>'
        for total, size in zip(sums, sizes, strict=True)
    ]
    whole: dict[int, int] = defaultdict(int)
    figures = [row.result.value for row in rows if row.result]
    for value in figures:
        whole[value.denominator] += value.numerator
    last = (
        f'<td class="num">{shown(_mean(whole, len(figures)))}</td>'
        if figures
        else '<td class="num faint">–</td>'
    )
    return Markup("".join([*cells, last]))  # noqa: S704  # nosec B704 - figures


def _mean(sums: Mapping[int, int], size: int) -> Fraction:
    """The exact mean; marks share few denominators, so that whole numbers are added."""
    return sum((Fraction(top, bottom) for bottom, top in sums.items()), Fraction(0)) / size


def summary(rows: Sequence[Row]) -> str:
    """What is open over all rows, in words."""
    total: Counter[CellState] = Counter()
    for row in rows:
        if row.states:
            total.update(row.states)
    release = sum(total[state] for state in WAITING)
    marking = sum(total[state] for state in GROUPS["to-mark"])
    parts = [
        f"{total[CellState.MISSING]} missing" if total[CellState.MISSING] else "",
        f"{plural(marking, 'piece')} to mark" if marking else "",
        f"{plural(release, 'mark')} to release" if release else "",
    ]
    return ", ".join(part for part in parts if part) or "nothing is open"
