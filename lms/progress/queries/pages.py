"""Read models of the learning pages: courses, modules, activities, with a learner's states and dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.community.queries import forum_news
from lms.community.queries.forum_news import ModuleNews
from lms.community.queries.forums import Forums
from lms.completion import queries as completion
from lms.completion.queries import ModuleStanding
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum import rules as words
from lms.curriculum.queries import ActivityLine, CourseLine, ModuleLine, Outline
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import MyPlace
from lms.people.rules import Actor, Role
from lms.progress import rules
from lms.progress.rules import WorkState
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine, Whose
from lms.scheduling.rules import Calendar
from lms.simulations import queries as simulations
from lms.simulations.queries import OwnRound, WayIn


@dataclass(frozen=True)
class Member:
    """Somebody who looks at a cohort's pages: a learner with their place, or staff without one."""

    cohort: CohortView
    place: MyPlace | None
    person_id: int = 0
    """Who looks; 0 where that is nobody's business."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def whose(self) -> Whose:
        """Whose dates the schedule shall give: the learner's own, or nobody's."""
        if self.place is None:
            return Whose(person_id=0)
        return Whose(
            person_id=self.place.person_id,
            section_id=self.place.section_id,
            team_ids=tuple(team for _kind, team, _name in self.place.teams),
        )


def member(actor: Actor, slug: str) -> Member:
    """The cohort with this slug as this actor sees it; NotFound when they have no business there."""
    if actor.anywhere(Role.LEARNER):
        with suppress(NotFound):
            place = enrolment.my_place(actor, slug)
            return Member(place.cohort, place, actor.person_id)
    return Member(cohorts.cohort_visible_to(actor, slug), None, actor.person_id)


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity in a list, with its date and state."""

    key: str
    endpoint: str
    title: str
    code: str
    kind: str
    icon: str
    minutes: int
    required: bool
    state: WorkState
    at: dt.datetime | None
    verb: str
    note: str = ""


def _verb(kind: str, state: WorkState, item: ItemLine, now: dt.datetime) -> tuple[dt.datetime, str]:
    if kind in ("live_session", "masterclass"):
        return item.starts_at, "live" if item.ends_at >= now else "was"
    if kind == "event":
        return item.starts_at, ""
    if state is WorkState.AHEAD:
        return item.starts_at, "opens"
    return item.ends_at, "best by" if kind == "reading" else "closes" if kind in (
        "discussion",
        "simulation",
    ) else "due"


def row(line: ActivityLine, item: ItemLine | None, done: bool, now: dt.datetime) -> ActivityRow:
    """Compose one activity with its date and a learner's state."""
    kind = line.kind.value
    state, at, verb = WorkState.TODO, None, ""
    if item is not None:
        state = rules.work_state(
            kind,
            done=done,
            required=line.required,
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            cancelled=item.cancelled,
            now=now,
        )
        at, verb = _verb(kind, state, item, now)
    note = "optional" if not line.required and kind != "event" else ""
    if item is not None and item.personal and state is not WorkState.DONE:
        note = "your own date"
    return ActivityRow(
        key=item.key if item is not None and item.replaces else line.key,
        endpoint=words.endpoint_of(kind),
        title=line.title,
        code=line.code,
        kind=words.kind_word(kind),
        icon=words.kind_icon(kind),
        minutes=line.minutes,
        required=line.required,
        state=state,
        at=at,
        verb="cancelled" if state is WorkState.CANCELLED else verb,
        note=note,
    )


@dataclass(frozen=True)
class Dates:
    """A person's dates of a cohort by activity, and what they are done with: read once for a page."""

    items: dict[int, ItemLine]
    done: frozenset[int]
    version: int | None
    """Of the schedule."""


def dates(who: Member, done: frozenset[int] | None = None) -> Dates:
    """Two statements: the person's own dates, and what is done; a third where the schedule is new.

    `done`: what is known already, and is not read once more.
    """
    if done is None:
        done = completion.done(who.place.place_id) if who.place else frozenset()
    dated = scheduling.dated(who.cohort_id, who.whose)
    return Dates(
        items=_own_dates(dated.items),
        done=done,
        version=dated.version,
    )


def _own_dates(items: Iterable[ItemLine]) -> dict[int, ItemLine]:
    """The date of each activity: a make-up's instead of that of the session that was lost."""
    found: dict[int, ItemLine] = {}
    for line in items:
        known = found.get(line.activity_id)
        if not line.further and (known is None or (known.cancelled and not line.cancelled)):
            found[line.activity_id] = line
    return found


@dataclass(frozen=True)
class ModuleCard:
    """A module in a list."""

    line: ModuleLine
    standing: ModuleStanding | None
    first_week: int
    last_week: int
    now: bool


@dataclass(frozen=True)
class CourseCard:
    """A course with its modules."""

    line: CourseLine
    modules: tuple[ModuleCard, ...]

    @property
    def done(self) -> int:
        """Modules complete."""
        return sum(card.standing is not None and card.standing.complete for card in self.modules)


@dataclass(frozen=True)
class LearnPage:
    """All courses of the programme, as this person stands in them."""

    title: str
    courses: tuple[CourseCard, ...]


def learn_page(who: Member, now: dt.datetime) -> LearnPage:
    """The courses and modules of the programme with a learner's standing."""
    outline = curriculum.outline(who.cohort.version_id)
    standings = completion.modules(who.place.place_id) if who.place else {}
    weeks = scheduling.calendar(who.cohort)
    present = scheduling.week_now(who.cohort, now)
    return LearnPage(
        outline.title,
        tuple(
            CourseCard(
                course,
                tuple(_card(module, standings.get(module.id), weeks, present) for module in course.modules),
            )
            for course in outline.courses
        ),
    )


def _card(module: ModuleLine, standing: ModuleStanding | None, weeks: Calendar, present: int) -> ModuleCard:
    first, last = weeks.calendar_week(module.teach_from), weeks.calendar_week(module.teach_to)
    return ModuleCard(module, standing, first, last, first <= present <= last)


@dataclass(frozen=True)
class CoursePage:
    """One course: what it is, how it is graded, its modules."""

    card: CourseCard
    description_html: str
    weight: float
    """Per cent of the programme."""


def course_page(who: Member, key: str, now: dt.datetime) -> CoursePage:
    """One course by its key."""
    card = next((card for card in learn_page(who, now).courses if card.line.key == key), None)
    if card is None:
        raise NotFound
    policies = curriculum.outline(who.cohort.version_id).policies
    html = curriculum.course_html(card.line.id)
    return CoursePage(card, html, policies.programme_weights.get(key, 0))


@dataclass(frozen=True)
class ModulePage:
    """One module: why, what, in which order, and how far."""

    line: ModuleLine
    course: CourseLine
    why_html: str
    outcomes: tuple[str, ...]
    competencies: tuple[tuple[str, str], ...]
    rows: tuple[ActivityRow, ...]
    standing: ModuleStanding | None
    first_week: int
    last_week: int
    before: ModuleLine | None
    after: ModuleLine | None
    forum: ModuleNews


def module_page(who: Member, key: str, now: dt.datetime) -> ModulePage:
    """One module by its key, with this person's states and dates."""
    outline = curriculum.outline(who.cohort.version_id)
    ordered = list(outline.modules.values())
    position = next((at for at, line in enumerate(ordered) if line.key == key), None)
    if position is None:
        raise NotFound
    line = ordered[position]
    read, written = dates(who), curriculum.module(line.id)
    weeks = scheduling.calendar(who.cohort)
    names = curriculum.competency_names(outline.version_id)
    return ModulePage(
        line=line,
        course=outline.course(line.course_id),
        why_html=written.why_html,
        outcomes=tuple(written.outcomes),
        competencies=tuple((code, names[code]) for code in written.codes),
        rows=tuple(row(each, read.items.get(each.id), each.id in read.done, now) for each in line.activities),
        standing=completion.modules(who.place.place_id).get(line.id) if who.place else None,
        first_week=weeks.calendar_week(line.teach_from),
        last_week=weeks.calendar_week(line.teach_to),
        before=ordered[position - 1] if position else None,
        after=ordered[position + 1] if position + 1 < len(ordered) else None,
        forum=forum_news.of_module(_hall(who), line.id),
    )


def _hall(who: Member) -> Forums:
    """The cohort's forums as this person reads them."""
    place = who.place
    return forum_news.hall_of(
        who.cohort,
        who.person_id,
        learner=place is not None,
        section_id=place.section_id if place else None,
    )


@dataclass(frozen=True)
class ActivityPage:
    """An activity that is only read about here: a simulation round or a date."""

    line: ActivityLine
    module: ModuleLine
    row: ActivityRow
    html: str
    item: ItemLine | None
    game: WayIn | None = None
    """The team in which the viewer plays it."""
    own: OwnRound | None = None
    """The round as the viewer's team has it before them, while it is on or its results are new."""


def activity_page(who: Member, key: str, now: dt.datetime) -> ActivityPage:
    """One activity by its key."""
    outline = curriculum.outline(who.cohort.version_id)
    line = outline.by_key.get(key)
    if line is None or (who.place is not None and _staff_only(line)):
        raise NotFound
    item = scheduling.effective_item(who.cohort_id, key, who.whose)
    done = line.id in completion.done(who.place.place_id) if who.place else False
    html = curriculum.activity(line.id).html
    plays = who.place.place_id if who.place and line.kind.value == "simulation" else None
    return ActivityPage(
        line=line,
        module=outline.modules[line.module_id],
        row=row(line, item, done, now),
        html=html.get("brief") or html.get("text") or html.get("body") or "",
        item=item,
        game=simulations.way_in(plays, key) if plays else None,
        own=next((one for one in simulations.own_rounds(plays, now) if one.activity_id == line.id), None)
        if plays
        else None,
    )


def _staff_only(line: ActivityLine) -> bool:
    return line.kind.value == "event" and curriculum.activity(line.id).spec.get("audience") == "staff"


@dataclass(frozen=True)
class RulesPage:
    """The programme's rules in force for a cohort, for the page “Rules and marks”."""

    outline: Outline


def rules_page(who: Member) -> RulesPage:
    """Every policy value a learner should know."""
    return RulesPage(curriculum.outline(who.cohort.version_id))


def module_why(who: Member, key: str) -> tuple[ModuleLine, dict[str, object]]:
    """Why a module is (not) complete: the trace stored when it was judged."""
    outline = curriculum.outline(who.cohort.version_id)
    line = next((each for each in outline.modules.values() if each.key == key), None)
    if line is None or who.place is None:
        raise NotFound
    return line, completion.module_trace(who.place.place_id, line.id)
