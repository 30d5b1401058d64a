"""A cohort's calendar: start, zone, holidays and break weeks. First what a change would do, then publishing it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts import rules as cohort_rules
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.cohorts.rules import CohortCalendar, CohortRefusal, Frame
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.scheduling import actions, policy, queries, rules
from lms.scheduling.actions import Publishing
from lms.scheduling.forms import CalendarForm, PublishForm, QuietPublishForm
from lms.scheduling.queries import Ground, Preview, Wanted
from lms.scheduling.views.blueprint import bp
from lms.scheduling.views.calendar_words import calendar_words
from lms.scheduling.views.change import PreviewPage, publish_seen, with_check
from lms.web import filters
from lms.web.guards import current_actor, requires

QUIET_NOTE = "The calendar was changed before the cohort opened."
_FIELDS = {
    CohortRefusal.UNKNOWN_ZONE: "zone",
    CohortRefusal.IN_THE_PAST: "starts_on",
    CohortRefusal.UNKNOWN_COUNTRY: "holiday_country",
    CohortRefusal.UNKNOWN_SUBDIVISION: "holiday_subdivision",
}


@dataclass(frozen=True, slots=True)
class WeekChoice:
    """A week that can be a break."""

    number: int
    label: str


@dataclass(frozen=True, slots=True)
class BreakField:
    """One list of weeks: a present break to leave, move or remove, or one to insert."""

    name: str
    label: str
    chosen: str
    present: int | None
    """The break's week now; None: a new one."""


@dataclass(frozen=True)
class CalendarPage:
    """The calendar as it is, and what another one would do."""

    begun: bool
    closed: bool
    over: tuple[WeekChoice, ...]
    """Breaks that have begun or are over: they stay."""
    breaks: tuple[BreakField, ...]
    weeks: tuple[WeekChoice, ...]
    """The weeks that can be breaks, from the next one on."""
    asked: list[tuple[str, str]]
    words: tuple[str, ...]
    """What changes of the calendar itself."""
    refused: str
    preview: PreviewPage | None
    no_date_moves: bool
    """The calendar changes, and no date with it."""
    to_look_at: tuple[tuple[str, str], ...]
    """Sessions that stay, and lie on a public holiday; then breaks beside weeks with more holidays."""


@bp.route("/cohorts/<slug>/calendar", methods=["GET", "POST"])
@requires(policy.can_change_dates, cohorts.cohort_visible_to)
def calendar(cohort: CohortView) -> ResponseReturnValue:
    """Show what another calendar would do to every date, and publish it."""
    now = clock.now()
    frame = queries.frame(cohort, now)
    asked = "look" in request.args
    form = _calendar_form(cohort, frame, asked=asked)
    publishing = PublishForm() if frame.opened else QuietPublishForm()
    on = queries.ground(cohort)
    wanted = _wanted(cohort, frame, on, form) if asked and cohort.state is not CohortState.CLOSED else None
    if wanted is not None and publishing.validate_on_submit():
        if _publish(cohort, wanted, publishing, quietly=not frame.opened):
            return redirect(url_for(".releases", slug=cohort.slug), code=303)
        cohort = cohorts.by_id(cohort.id)
        on = queries.ground(cohort)
    preview, refused = _worked_out(on, wanted, form, now)
    page = _page(cohort, frame, wanted, preview, refused, now)
    publishing.version.data = str(on.version)
    return render_template(
        "scheduling/calendar.html",
        cohort=cohort,
        seen=preview.cohort if preview else cohort,
        form=form,
        publishing=publishing,
        page=page,
        again_href=url_for(".calendar", slug=cohort.slug),
        now=now,
    )


def _calendar_form(cohort: CohortView, frame: Frame, *, asked: bool) -> CalendarForm:
    """The form filled with what was asked for, else with the calendar as it is; start and zone until it begins."""
    form = CalendarForm(request.args if asked else None, meta={"csrf": False}, obj=cohort)
    if _begun(cohort, frame):
        del form.starts_on
        del form.zone
    return form


def _begun(cohort: CohortView, frame: Frame) -> bool:
    return frame.opened and frame.today >= cohort.starts_on


def _wanted(cohort: CohortView, frame: Frame, on: Ground, form: CalendarForm) -> Wanted | None:
    """The calendar asked for; None when it is not one."""
    if not form.validate():
        return None
    over = [week for week in cohort.breaks if week <= frame.this_week]
    weeks = [text for text in request.args.getlist("break") if text]
    if any(not text.isdecimal() or len(text) > 3 for text in weeks):
        form.refuse("", "Choose the break weeks from the lists.")
        return None
    breaks = over + [int(text) for text in weeks]
    begun = _begun(cohort, frame)
    starts_on = cohort.starts_on if begun else form.starts_on.data
    if starts_on != cohort.starts_on:
        breaks = [int(text) for text in weeks] + [week for week in over if week not in breaks]
    return Wanted(
        keep=frozenset(request.args.getlist("keep")) & on.graph.specs.keys(),
        consent=frozenset(request.form.getlist("consent")),
        calendar=CohortCalendar(
            starts_on=starts_on,
            zone=cohort.zone if begun else form.zone.data,
            holiday_country=form.holiday_country.data or "",
            holiday_subdivision=(form.holiday_subdivision.data or "").upper(),
            breaks=tuple(sorted(breaks)),
        ),
    )


def _worked_out(
    on: Ground, wanted: Wanted | None, form: CalendarForm, now: dt.datetime
) -> tuple[Preview | None, str]:
    if wanted is None:
        return None, ""
    try:
        return queries.work_out(on, wanted, now=now), ""
    except RuleViolation as refused:
        field = _FIELDS.get(refused.reason)  # type: ignore[call-overload]
        if field is None:
            return None, refused.message
        form.refuse(field, refused.message)
        return None, ""


def _publish(cohort: CohortView, wanted: Wanted, form: PublishForm, *, quietly: bool) -> bool:
    """Publish the calendar that was looked at, or keep it where no date moves."""
    if quietly:
        form.announced.data = False
        form.note.data = form.note.data or QUIET_NOTE
    if request.form.get("act") != "keep":
        return publish_seen(cohort, wanted, form)
    publishing = Publishing(
        cohort_id=cohort.id, wanted=wanted, version=form.seen, note=form.note.data or "", announced=False
    )
    try:
        with unit_of_work() as work:
            actions.set_calendar(publishing, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return False
    flash("The calendar is changed. No date moved.", "good")
    return True


def _page(
    cohort: CohortView,
    frame: Frame,
    wanted: Wanted | None,
    preview: Preview | None,
    refused: str,
    now: dt.datetime,
) -> CalendarPage:
    over = [week for week in cohort.breaks if frame.opened and week <= frame.this_week]
    asked = request.args.getlist("break") if "look" in request.args else None
    shown, to_look_at = None, []
    if preview is not None and wanted is not None:
        shown, look = with_check(preview.cohort, preview, wanted)
        titles = queries.names_in(cohort.version_id, preview.ground.graph).titles
        for key, found in queries.on_holidays(look, preview, now).items():
            to_look_at += [(titles[key], each.words) for each in found]
        to_look_at += [("Breaks", each.words) for each in rules.check_breaks(look)]
    changes = preview is not None and preview.calendar_changes
    return CalendarPage(
        begun=_begun(cohort, frame),
        closed=cohort.state is CohortState.CLOSED,
        over=tuple(_week(cohort, week) for week in over),
        breaks=_breaks([week for week in cohort.breaks if week not in over], asked),
        weeks=tuple(_weeks(preview.cohort if preview else cohort, frame)),
        asked=_asked(),
        words=calendar_words(queries.calendar_of(cohort), wanted.calendar)
        if changes and wanted and wanted.calendar
        else (),
        refused=refused,
        preview=shown,
        no_date_moves=changes and preview is not None and not preview.plan.changes,
        to_look_at=tuple(to_look_at),
    )


def _breaks(present: list[int], asked: list[str] | None) -> tuple[BreakField, ...]:
    """A list for each break ahead, and one for a break to insert."""
    fields = []
    for place, week in enumerate(present, start=1):
        chosen = asked[place - 1] if asked is not None and place <= len(asked) else str(week)
        fields.append(BreakField(f"break-{place}", f"Break now in week {week}", chosen, week))
    new = asked[len(present)] if asked is not None and len(present) < len(asked) else ""
    return (*fields, BreakField("break-new", "Insert a break", new, None))


def _weeks(cohort: CohortView, frame: Frame) -> list[WeekChoice]:
    """The weeks that can be breaks: those ahead, and one more for a break that makes the year longer."""
    last = queries.calendar(cohort).weeks + 1
    first = max(2, frame.this_week + 1) if frame.opened else 2
    return [_week(cohort, week) for week in range(first, last + 1)]


def _week(cohort: CohortView, week: int) -> WeekChoice:
    monday = queries.calendar(cohort).monday(week)
    holidays = cohort_rules.holidays_of(
        cohort.holiday_country, cohort.holiday_subdivision, monday, monday + dt.timedelta(days=4)
    )
    days = filters.days(monday, monday + dt.timedelta(days=6), monday)
    names = ", ".join(dict.fromkeys(holiday.name for holiday in holidays))
    return WeekChoice(week, f"Week {week}: {days}" + (f" ({names})" if names else ""))


def _asked() -> list[tuple[str, str]]:
    """The calendar asked for as fields, for looking again with some items kept."""
    names = ("look", "starts_on", "zone", "holiday_country", "holiday_subdivision", "break")
    return [(name, value) for name in names for value in request.args.getlist(name)]
