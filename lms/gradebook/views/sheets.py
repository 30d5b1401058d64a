"""Marks as a sheet: taken away as CSV or workbook, brought back with a preview, and taken back."""

from __future__ import annotations

import io

import xlsxwriter
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment.rules import shown
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock, files
from lms.core.errors import RuleViolation
from lms.core.files import Limits
from lms.core.sheets import safe_cell
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.enrolment.rules.lists import MOST_BYTES
from lms.gradebook import actions, policy, queries
from lms.gradebook.actions.importing import body_of
from lms.gradebook.forms import BringForm, ImportForm, UndoForm
from lms.gradebook.queries.external import EvidenceView, stored_file
from lms.gradebook.queries.sheets import BroughtView, MarksGround, marks_purpose
from lms.gradebook.rules.sheets import stamps
from lms.gradebook.views.blueprint import bp
from lms.web.downloads import csv_file
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 400
"""Cells that a preview lists; the rest are counted."""


def _ground(cohort: CohortView) -> MarksGround:
    """What sheets are made from and judged against, for whoever looks."""
    return queries.marks_ground(cohort, current_actor())


def table(ground: MarksGround, *, unreleased: bool) -> tuple[list[str], list[list[object]]]:
    """The sheet: a row for each learner, a column for each thing that is marked, and the versions it was taken with."""
    rows: list[list[object]] = []
    for line in ground.learners:
        figures: list[object] = []
        numbers = []
        for thing in ground.things:
            mark = ground.marks.get((line.place_id, thing.activity_id, thing.part))
            blind, second = ground.is_blind(line.place_id, thing), ground.is_second(line.place_id, thing)
            value = None
            if mark is not None and not second:
                value = mark.seen if blind or not unreleased else mark.standing
            figures.append(shown(value) if value is not None else "")
            numbers.append(mark.latest if mark and not blind and not second else 0)
        rows.append([line.name, line.public_id, line.external_id, *figures, stamps(numbers)])
    return ["learner", "id", "external id", *(thing.key for thing in ground.things), "versions"], rows


@bp.get("/cohorts/<slug>/gradebook-marks.<any(csv, xlsx):kind>")
@requires(policy.can_see_results, cohort_visible_to)
def marks_sheet(cohort: CohortView, kind: str) -> ResponseReturnValue:
    """Give every mark as a sheet that can be brought back: what learners see, or (asked for) what stands."""
    unreleased = request.args.get("with") == "unreleased"
    head, rows = table(_ground(cohort), unreleased=unreleased)
    name = f"{cohort.slug}-marks{'-with-unreleased' if unreleased else ''}"
    if kind == "csv":
        return csv_file(name, head, rows)
    no_store()
    response = Response(_workbook(head, rows), content_type=WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _workbook(head: list[str], rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Marks")
    sheet.freeze_panes(1, 1)
    sheet.write_row(0, 0, head)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            figure = 3 <= column < len(row) - 1 and cell != ""
            if figure:
                sheet.write_number(number, column, float(str(cell)))
            elif cell != "":
                sheet.write_string(number, column, str(safe_cell(cell)))
    book.close()
    return out.getvalue()


@bp.get("/cohorts/<slug>/gradebook-import")
@requires(policy.can_change_marks, cohort_visible_to)
def import_marks(cohort: CohortView) -> ResponseReturnValue:
    """Ask for a sheet of marks, and show those that were brought."""
    return _ask(cohort, ImportForm())


def _ask(cohort: CohortView, form: ImportForm, status: int = 200) -> ResponseReturnValue:
    no_store()
    page = render_template(
        "gradebook/import_marks.html",
        cohort=cohort,
        form=form,
        undo=UndoForm(formdata=None),
        brought=queries.brought(cohort.id),
        zone=current_actor().zone,
        now=clock.now(),
    )
    return page, status


@bp.post("/cohorts/<slug>/gradebook-import")
@requires(policy.can_change_marks, cohort_visible_to)
def bring_marks(cohort: CohortView) -> ResponseReturnValue:
    """Keep a sheet and show what it would do."""
    form = ImportForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                kept = files.keep(
                    form.file.data.stream,
                    form.file.data.filename or "",
                    limits=Limits(types=("csv", "txt", "xlsx"), megabytes=MOST_BYTES // 1024 // 1024),
                    owner_id=current_actor().person_id,
                    purpose=marks_purpose(cohort.id),
                    now=work.now,
                )
                actions.plan_marks(
                    _ground(cohort),
                    body_of(kept.id),
                )
                file = kept.public_id
        except RuleViolation as refused:
            form.refuse("file", refused.message)
        else:
            return redirect(url_for(".preview_marks", slug=cohort.slug, file=file), code=303)
    return _ask(cohort, form, 422)


def _preview(view: EvidenceView, form: BringForm, status: int = 200) -> ResponseReturnValue:
    no_store()
    planned = actions.plan_marks(
        _ground(view.cohort),
        body_of(view.file_id),
    )
    stop = curriculum.outline(view.cohort.version_id).policies.gradebook.import_stop
    page = render_template(
        "gradebook/preview_marks.html",
        cohort=view.cohort,
        name=stored_file(view.file_id).name,
        planned=planned,
        cells=planned.cells[:SHOWN],
        much=planned.share > stop,
        share=int(planned.share * 100),
        form=form,
    )
    return page, status


@bp.get("/cohorts/<slug>/gradebook-import/<file>")
@requires(policy.can_change_marks, queries.marks_list_visible_to)
def preview_marks(view: EvidenceView) -> ResponseReturnValue:
    """Show what each cell of a sheet would do now."""
    return _preview(view, BringForm(formdata=None))


@bp.post("/cohorts/<slug>/gradebook-import/<file>")
@requires(policy.can_change_marks, queries.marks_list_visible_to)
def apply_marks(view: EvidenceView) -> ResponseReturnValue:
    """Do what the preview showed."""
    form = BringForm()
    if not form.validate_on_submit():
        return _preview(view, form, 422)
    try:
        with unit_of_work() as work:
            row = actions.apply_marks(
                view.cohort.id,
                view.file_id,
                reason=str(form.reason.data),
                meant=bool(form.meant.data),
                actor=current_actor(),
                now=work.now,
            )
            count = len(row.changes)
    except RuleViolation as refused:
        form.refuse("reason", refused.message)
        return _preview(view, form, 422)
    flash(
        f"{plural(count, 'mark')} entered. Somebody else releases them; until then they can be taken back.",
        "good",
    )
    return redirect(url_for(".import_marks", slug=view.cohort.slug), code=303)


@bp.post("/cohorts/<slug>/gradebook-imports/<public_id>/undo")
@requires(policy.can_change_marks, queries.brought_visible_to)
def undo_marks(view: BroughtView) -> ResponseReturnValue:
    """Take back what a list entered, as far as it is not released."""
    try:
        with unit_of_work() as work:
            done, moved = actions.undo_marks(view.id, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        words = f"{plural(done, 'mark')} taken back."
        if moved:
            words += f" {plural(moved, 'mark')} moved on since: released, or entered again. They stay."
        flash(words, "warn" if moved else "good")
    return redirect(url_for(".import_marks", slug=view.cohort.slug), code=303)
