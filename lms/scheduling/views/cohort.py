"""A new cohort: its year is shown before anything is written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import actions as cohort_actions
from lms.cohorts import queries as cohorts
from lms.cohorts import rules as cohort_rules
from lms.cohorts.actions import CohortFacts
from lms.cohorts.policy import can_create_cohorts
from lms.cohorts.queries import PersonLine
from lms.cohorts.rules import CohortRefusal, Holiday
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.curriculum import rules as kinds
from lms.curriculum.queries import VersionLine
from lms.people.rules import Role
from lms.scheduling import queries
from lms.scheduling.forms import NewCohortForm
from lms.scheduling.queries import Draft, Drafting
from lms.scheduling.rules import Finding, ItemKind, Unschedulable
from lms.scheduling.views.blueprint import bp
from lms.scheduling.views.rows import DateRow, WeekRows, by_day, by_week, month_items
from lms.web.calendars import DAY_NAMES, Day, month_weeks
from lms.web.filters import local
from lms.web.guards import current_actor, requires
from lms.web.zones import month_name

TASKS = (Role.COORDINATOR, Role.FACULTY, Role.ASSISTANT, Role.MARKER)
"""What can be given when a cohort is created; guides follow with the capstone."""
_FIELD = {
    CohortRefusal.BAD_SLUG: "slug",
    CohortRefusal.SLUG_TAKEN: "slug",
    CohortRefusal.UNKNOWN_ZONE: "zone",
    CohortRefusal.IN_THE_PAST: "starts_on",
    CohortRefusal.BAD_BREAKS: "breaks",
    CohortRefusal.UNKNOWN_COUNTRY: "holiday_country",
    CohortRefusal.UNKNOWN_SUBDIVISION: "holiday_subdivision",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A person on the form, with the task they are given; an empty role is no task."""

    person: PersonLine
    role: str
    course: str


@dataclass(frozen=True)
class MonthPage:
    """One month of the new year."""

    title: str
    grid: tuple[tuple[Day, ...], ...]


@dataclass(frozen=True)
class DraftPage:
    """The new cohort's year."""

    months: tuple[MonthPage, ...]
    weeks: tuple[WeekRows, ...]
    findings: dict[str, list[Finding]]
    counts: tuple[tuple[str, int], ...]
    """(what, how often) of the things to look at."""
    breaks: list[Finding]
    holidays: dict[dt.date, tuple[Holiday, ...]]
    sessions: int
    dates: int
    first: dt.date
    last: dt.date


@bp.route("/cohorts/new", methods=["GET", "POST"])
@requires(can_create_cohorts)
def new_cohort() -> ResponseReturnValue:
    """Fill in a cohort, look at its whole year, create it."""
    versions = curriculum.versions()
    form = NewCohortForm([(str(line.id), _label(line)) for line in versions])
    if request.method == "GET":
        _defaults(form, versions)
    step = request.form.get("step", "")
    chosen = _chosen()
    found = cohorts.find_persons(form.find.data or "") if step == "find" else []
    page = None
    facts = _facts(form) if step in ("preview", "create") and form.validate_on_submit() else None
    if facts is not None and _allowed(form, facts):
        page = _draft(form, facts, chosen)
        if page is not None and step == "create":
            slug = _create(form, facts, chosen)
            if slug:
                flash(
                    "The cohort is created, with all its dates. Only staff see it until you open it.", "good"
                )
                return redirect(url_for("cohorts.overview", slug=slug), code=303)
    known = {each.person.public_id for each in chosen}
    return render_template(
        "scheduling/new_cohort.html",
        form=form,
        versions=versions,
        chosen=chosen,
        found=[person for person in found if person.public_id not in known],
        looked=step == "find",
        roles=[(role.value, role.value.capitalize()) for role in TASKS],
        courses=_courses(form),
        page=page,
        day_names=DAY_NAMES,
        now=clock.now(),
    )


def _label(line: VersionLine) -> str:
    return f"{line.title}, version {line.number}"


def _defaults(form: NewCohortForm, versions: list[VersionLine]) -> None:
    if versions:
        frame = curriculum.outline(versions[0].id).frame
        form.version.data = str(versions[0].id)
        form.breaks.data = ", ".join(str(week) for week in frame.breaks)
        form.zone.data = frame.zone


def _version(form: NewCohortForm) -> int | None:
    text = str(form.version.data or "")
    return int(text) if text in dict(form.version.choices) else None


def _courses(form: NewCohortForm) -> list[tuple[str, str]]:
    version = _version(form)
    if version is None:
        return [("", "All courses")]
    return [("", "All courses")] + [
        (course.key, course.title) for course in curriculum.outline(version).courses
    ]


def _chosen() -> list[Chosen]:
    """The persons whom the form gives a task."""
    roles = {
        name.removeprefix("role-"): value
        for name, value in request.form.items()
        if name.startswith("role-") and value in {role.value for role in TASKS}
    }
    return [
        Chosen(person, roles[person.public_id], request.form.get(f"course-{person.public_id}", "")[:80])
        for person in cohorts.persons(sorted(roles)[:60])
    ]


def _facts(form: NewCohortForm) -> CohortFacts | None:
    """What the form says, once it is valid."""
    version, starts_on = _version(form), form.starts_on.data
    if version is None or starts_on is None:
        return None
    return CohortFacts(
        name=form.name.data or "",
        slug=form.slug.data or "",
        version_id=version,
        starts_on=starts_on,
        zone=form.zone.data or "",
        holiday_country=form.holiday_country.data or "",
        holiday_subdivision=(form.holiday_subdivision.data or "").upper(),
        breaks=form.break_weeks or tuple(curriculum.outline(version).frame.breaks),
        sections=form.section_names,
        seats=form.seats.data or 0,
    )


def _allowed(form: NewCohortForm, facts: CohortFacts) -> bool:
    """Whether such a cohort can be created; if not, the reason stands at the field."""
    frame = curriculum.outline(facts.version_id).frame
    refusal = cohort_rules.why_not_create(
        slug=facts.slug,
        taken=cohorts.slug_taken(facts.slug),
        zone=facts.zone,
        starts_on=facts.starts_on,
        today=clock.now().date(),
        breaks=list(facts.breaks),
        planned=len(frame.breaks),
        weeks=frame.weeks,
    ) or cohort_rules.why_not_holidays(facts.holiday_country, facts.holiday_subdivision)
    if refusal:
        form.refuse(_FIELD.get(refusal[0], ""), refusal[0].value.format(**refusal[1]))
    return refusal is None


def _draft(form: NewCohortForm, facts: CohortFacts, chosen: list[Chosen]) -> DraftPage | None:
    teaching = (Role.FACULTY.value, Role.ASSISTANT.value)
    drafting = Drafting(
        version_id=facts.version_id,
        starts_on=facts.starts_on,
        zone=facts.zone,
        breaks=facts.breaks,
        holiday_country=facts.holiday_country,
        holiday_subdivision=facts.holiday_subdivision,
        staff=tuple(
            (each.person.name, each.person.zone, each.course) for each in chosen if each.role in teaching
        ),
    )
    try:
        draft = queries.draft(drafting)
    except Unschedulable as wrong:
        form.refuse("breaks", str(wrong))
        return None
    return _page(facts.version_id, draft)


def _page(version: int, draft: Draft) -> DraftPage:
    names = queries.blueprint(version)
    outline = curriculum.outline(version)
    zone = draft.calendar.zone
    rows = [
        DateRow(
            key=key,
            title=names.titles[key],
            short=outline.by_key[spec.activity_key].code or names.titles[key],
            href="",
            word=kinds.kind_word(names.kinds[key]),
            symbol=kinds.kind_icon(names.kinds[key]),
            kind=spec.kind,
            activity_kind=names.kinds[key],
            starts_at=draft.dates[key].starts_at,
            ends_at=draft.dates[key].ends_at,
            staff_only=spec.staff_only,
        )
        for key, spec in names.specs.items()
    ]
    rows.sort(key=lambda row: (row.at, row.key))
    today = local(clock.now(), zone).date()
    days = by_day(rows, zone, today)
    items = month_items(days)
    counts = Counter(finding.flag.value for each in draft.findings.values() for finding in each)
    return DraftPage(
        months=tuple(
            MonthPage(f"{month_name(month, 'wide')} {year}", month_weeks(year, month, items, today))
            for year, month in _months(days[0].on, days[-1].on)
        ),
        weeks=by_week(rows, draft.calendar, zone, today, every=True),
        findings=draft.findings,
        counts=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        breaks=draft.breaks,
        holidays=draft.holidays,
        sessions=sum(1 for row in rows if row.kind is ItemKind.SESSION and row.activity_kind != "event"),
        dates=len(rows),
        first=draft.calendar.first_monday,
        last=days[-1].on,
    )


def _months(first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        (first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1)
        for step in range(count)
    ]


def _create(form: NewCohortForm, facts: CohortFacts, chosen: list[Chosen]) -> str:
    """Create the cohort with its staff; the short name, or nothing when it was refused."""
    courses = {key for key, _title in _courses(form)}
    try:
        with unit_of_work() as work:
            cohort = cohort_actions.create_cohort(facts, actor=current_actor(), now=work.now)
            for each in chosen:
                course = each.course if each.course in courses else ""
                cohort_actions.appoint(
                    cohort.id,
                    each.person.id,
                    Role(each.role),
                    course_key=course,
                    actor=current_actor(),
                    now=work.now,
                )
            return cohort.slug
    except RuleViolation as refused:
        reason = refused.reason
        form.refuse(_FIELD.get(reason, "") if isinstance(reason, CohortRefusal) else "", refused.message)
        return ""
