"""Lists that people bring: bring one, look at what it would do, carry it out, take it back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock, errands
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions, policy, queries
from lms.enrolment.forms import ApplyForm, ListForm, OnlyForm
from lms.enrolment.queries import ImportView, import_visible_to
from lms.enrolment.rules import ListKind, TeamKind, learners, lists, team_lists
from lms.enrolment.rules.plan import Line, ListStop, Outcome, changes_many
from lms.enrolment.views.blueprint import bp
from lms.web import filters
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires
from lms.web.shapes import Tab

PAGE = 200
LONG = 400
"""A list that does something to more people than these is carried out by the worker."""
_LABELS = {
    Outcome.ERROR: "To mend",
    Outcome.CHANGE: "Changes",
    Outcome.ADD: "Adds",
    Outcome.HERE: "Already here",
}


@bp.route("/cohorts/<slug>/import", methods=["GET", "POST"])
@requires(policy.can_manage_people, cohort_visible_to)
def import_learners(cohort: CohortView) -> ResponseReturnValue:
    """Bring a list of learners; it is tried first, and nothing is changed by that."""
    form = ListForm()
    tried = _tried(cohort, ListKind.LEARNERS, form)
    if tried is not None:
        return redirect(tried, code=303)
    return render_template(
        "enrolment/import_learners.html",
        cohort=cohort,
        form=form,
        fields=[(field, ", ".join(words)) for field, words in learners.WORDS.items()],
        past=queries.imports(cohort.id, [ListKind.LEARNERS]),
        zone=current_actor().zone,
        now=clock.now(),
    )


@bp.route("/cohorts/<slug>/teams/import", methods=["GET", "POST"])
@requires(policy.can_manage_people, cohort_visible_to)
def import_teams(cohort: CohortView) -> ResponseReturnValue:
    """Bring a list of teams; it is tried first, and nothing is changed by that."""
    what = ListKind.CAPSTONE_TEAMS if request.values.get("kind") == "capstone" else ListKind.WORKING_TEAMS
    form = ListForm()
    tried = _tried(cohort, what, form)
    if tried is not None:
        return redirect(tried, code=303)
    return render_template(
        "enrolment/import_teams.html",
        cohort=cohort,
        form=form,
        what=what,
        fields=[(field, ", ".join(words)) for field, words in team_lists.WORDS.items()],
        past=queries.imports(cohort.id, [ListKind.WORKING_TEAMS, ListKind.CAPSTONE_TEAMS]),
        zone=current_actor().zone,
        now=clock.now(),
    )


def _tried(cohort: CohortView, what: ListKind, form: ListForm) -> str | None:
    """Try the list that was sent; the address of its report, or None when there is something to mend."""
    if not form.validate_on_submit():
        return None
    body, name = _uploaded(form)
    at = "file" if body else "text"
    body = body or (form.text.data or "").encode()
    if not body:
        form.refuse("file", "Choose a file, or paste the list below.")
        return None
    try:
        with unit_of_work() as work:
            kept = actions.try_list(
                cohort.id,
                what,
                actions.ListFile(name=name, body=body),
                actor=current_actor(),
                now=work.now,
            )
            public_id = kept.public_id
    except RuleViolation as refused:
        form.refuse(at, refused.message)
        return None
    return url_for(".list_report", slug=cohort.slug, public_id=public_id)


def _uploaded(form: ListForm) -> tuple[bytes, str]:
    """The file that was sent and its name; no bytes when there was none."""
    upload = form.file.data
    if not upload or not upload.filename:
        return b"", "pasted list.csv"
    with upload.stream as stream:
        return stream.read(lists.MOST_BYTES + 1), upload.filename


@bp.get("/cohorts/<slug>/import/template.csv")
@requires(policy.can_manage_people, cohort_visible_to)
def list_template(cohort: CohortView) -> ResponseReturnValue:
    """Give an empty list with the headings and one example."""
    if request.args.get("what") == "teams":
        return csv_file("teams-template", team_lists.TEMPLATE, [team_lists.EXAMPLE])
    return csv_file(f"{cohort.slug}-learners-template", learners.TEMPLATE, [learners.EXAMPLE])


# The report ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """What a list does, or did."""

    lines: tuple[Line, ...]
    tabs: tuple[Tab, ...]
    show: Outcome
    summary: str
    button: str
    asks_twice: bool
    unread: tuple[str, ...]
    new_teams: tuple[str, ...]
    newer: str
    older: str
    errors: int
    adds: int
    undone: dict[str, object] | None


@bp.get("/cohorts/<slug>/import/<public_id>")
@requires(policy.can_manage_people, import_visible_to)
def list_report(found: ImportView) -> ResponseReturnValue:
    """Show what a list would do or did, row by row."""
    return _report_page(found, ApplyForm())


def _report_page(found: ImportView, form: ApplyForm, status: int = 200) -> ResponseReturnValue:
    errand = errands.under_way(actions.LONG_LIST, found.line.public_id) if _long(found) else None
    mine = errand is not None and errand.owner_id == current_actor().person_id
    return render_template(
        "enrolment/list_report.html",
        found=found.line,
        cohort=found.cohort,
        of_teams=found.line.what is not ListKind.LEARNERS,
        home=_home(found),
        report=_report(found),
        no_seats=found.line.what is ListKind.LEARNERS and _no_seats(found),
        form=form,
        under_way=errand is not None,
        errand_href=url_for("people.errand", public_id=errand.public_id) if errand and mine else "",
        undo=OnlyForm(),
        zone=current_actor().zone,
        now=clock.now(),
    ), status


def _no_seats(found: ImportView) -> bool:
    """Whether rows were left out, and no seat is left."""
    waits = found.line.counts.get(Outcome.ERROR, 0) > 0 and found.line.undone_at is None
    return waits and queries.seats_taken(found.cohort.id) >= found.cohort.seats


def _report(found: ImportView) -> Report:
    counts = found.line.counts
    present = [outcome for outcome in _LABELS if counts.get(outcome, 0)]
    asked = request.args.get("show", "")
    show = next(
        (outcome for outcome in present if outcome.value == asked), present[0] if present else Outcome.HERE
    )
    start = request.args.get("start", "")
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    rows = [kept for kept in found.report if kept["outcome"] == show.value]

    def href(outcome: Outcome, at: int = 0) -> str:
        values = {"start": at} if at else {}
        return url_for(
            ".list_report",
            slug=found.cohort.slug,
            public_id=found.line.public_id,
            show=outcome.value,
            **values,  # type: ignore[arg-type]
        )

    return Report(
        lines=tuple(Line.of(kept) for kept in rows[first : first + PAGE]),
        tabs=tuple(
            Tab(_LABELS[outcome], href(outcome), counts[outcome], outcome is show) for outcome in present
        ),
        show=show,
        summary=_summary(found),
        button=_button(found),
        asks_twice=changes_many({outcome.value: counts.get(outcome, 0) for outcome in Outcome}),
        unread=tuple(counts.get("unread", ())),
        new_teams=tuple(counts.get("new_teams", ())),
        newer=href(show, max(0, first - PAGE)) if first else "",
        older=href(show, first + PAGE) if len(rows) > first + PAGE else "",
        errors=counts.get(Outcome.ERROR, 0),
        adds=counts.get(Outcome.ADD, 0),
        undone=counts.get("undone"),
    )


def _summary(found: ImportView) -> str:
    counts, of_teams = found.line.counts, found.line.what is not ListKind.LEARNERS
    would = found.line.applied_at is None
    adds, changes = counts.get(Outcome.ADD, 0), counts.get(Outcome.CHANGE, 0)
    verb = ("would seat" if would else "seated") if of_teams else ("would enrol" if would else "enrolled")
    parts = [
        f"{verb} {filters.plural(adds, 'person', 'people')}",
        f"{'would change' if would else 'changed'} {filters.plural(changes, 'person', 'people')}",
        f"{filters.plural(counts.get(Outcome.HERE, 0), 'row')} {'stay' if would else 'stayed'} as they are",
        f"{filters.plural(counts.get(Outcome.ERROR, 0), 'row')} {'would be' if would else 'were'} left out",
    ]
    return "This list " + ", ".join(parts[:-1]) + f", and {parts[-1]}."


def _button(found: ImportView) -> str:
    counts, of_teams = found.line.counts, found.line.what is not ListKind.LEARNERS
    adds, changes = counts.get(Outcome.ADD, 0), counts.get(Outcome.CHANGE, 0)
    parts = []
    if adds:
        parts.append(f"{'seat' if of_teams else 'enrol'} {filters.plural(adds, 'person', 'people')}")
    if changes:
        parts.append(f"{'move' if of_teams else 'change'} {filters.plural(changes, 'person', 'people')}")
    return " and ".join(parts).capitalize()


def _home(found: ImportView) -> str:
    if found.line.what is ListKind.LEARNERS:
        return url_for(".people", slug=found.cohort.slug)
    kind = "capstone" if found.line.what.team_kind is TeamKind.CAPSTONE else "working"
    return url_for(".teams", slug=found.cohort.slug, kind=kind)


@bp.get("/cohorts/<slug>/import/<public_id>/errors.csv")
@requires(policy.can_manage_people, import_visible_to)
def list_errors(found: ImportView) -> ResponseReturnValue:
    """Give the rows that were left out, as they were written, each with what to mend."""
    wrong = {kept["row"]: " ".join(kept["mend"]) for kept in found.report if kept["outcome"] == Outcome.ERROR}
    sheet = queries.sheet_of(found)
    headings = (*sheet.headings, "what to mend")
    width = len(sheet.headings)
    rows = [
        (*(*row.written, *([""] * width))[:width], wrong[row.number])
        for row in sheet.rows
        if row.number in wrong
    ]
    return csv_file(f"{found.cohort.slug}-to-mend", headings, rows)


@bp.post("/cohorts/<slug>/import/<public_id>/apply")
@requires(policy.can_manage_people, import_visible_to)
def list_apply(found: ImportView) -> ResponseReturnValue:
    """Carry a list out."""
    form = ApplyForm()
    here = url_for(".list_report", slug=found.cohort.slug, public_id=found.line.public_id)
    if not form.validate_on_submit():
        return redirect(here, code=303)
    invite = form.invite.data and found.line.what is ListKind.LEARNERS
    try:
        with unit_of_work() as work:
            if _long(found):
                asked = actions.ask_to_apply(
                    found.line.id,
                    confirmed=form.confirmed.data,
                    invite=invite,
                    title=f"{_button(found)}: {found.line.name}",
                    back=here,
                    actor=current_actor(),
                    now=work.now,
                )
                return redirect(url_for("people.errand", public_id=asked.public_id), code=303)
            done = actions.apply_list(
                found.line.id,
                confirmed=form.confirmed.data,
                invite=invite,
                actor=current_actor(),
                now=work.now,
            )
    except RuleViolation as refused:
        flash(refused.message, "warn")
        show = "change" if refused.reason is ListStop.MANY_CHANGES else None
        return redirect(f"{here}?show={show}" if show else here, code=303)
    if done.stale:
        flash(lists.STALE, "warn")
        return redirect(here, code=303)
    flash(
        lists.done_words(
            found.line.what is not ListKind.LEARNERS,
            added=done.added,
            changed=done.changed,
            invited=done.invited,
        ),
        "good",
    )
    return redirect(here, code=303)


def _long(found: ImportView) -> bool:
    """Whether carrying it out takes longer than one likes to wait for a page."""
    counts = found.line.counts
    return bool(counts.get(Outcome.ADD, 0) + counts.get(Outcome.CHANGE, 0) > LONG)


@bp.post("/cohorts/<slug>/import/<public_id>/undo")
@requires(policy.can_manage_people, import_visible_to)
def list_undo(found: ImportView) -> ResponseReturnValue:
    """Take back what a list did, as far as it still stands."""
    here = url_for(".list_report", slug=found.cohort.slug, public_id=found.line.public_id)
    try:
        with unit_of_work() as work:
            done = actions.undo_list(found.line.id, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        kept = (
            f" {filters.plural(len(done.kept), 'person', 'people')} stayed: they have begun."
            if done.kept
            else ""
        )
        flash(
            f"Undone: {filters.plural(done.withdrawn, 'person', 'people')} withdrawn, "
            f"{filters.plural(done.reverted, 'change')} put back.{kept}",
            "good",
        )
    return redirect(here, code=303)
