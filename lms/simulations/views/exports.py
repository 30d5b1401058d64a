"""What of a run can be taken along: decisions, results and log as tables, the debrief as a PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from flask import Response, abort
from flask.typing import ResponseReturnValue

from lms.core import pdf
from lms.core.sheets import safe_cell
from lms.simulations import policy, queries
from lms.simulations.queries import DebriefView, RunView, TeamView
from lms.simulations.rules import begun, flat
from lms.simulations.rules.debrief import Part, Seat, parts_seen, ranked
from lms.simulations.rules.flat import FlatWorld, Table
from lms.simulations.views import debrief_print
from lms.simulations.views.blueprint import bp
from lms.web.downloads import csv_file, pdf_file
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = ("decisions.csv", "results.csv", "log.csv", "everything.xlsx", "debrief.pdf")
STAFF_ONLY = ("log.csv", "everything.xlsx")
"""Of the whole cohort: who of another team did what is for those who run the game."""
TOLD_IN = {"decisions.csv": Part.TIMELINE, "results.csv": Part.COMPARE}
"""The part of the debrief that tells of all teams what stands in a file: until it is shown to the room, whoever played
has their own team's rows only."""


@bp.get("/cohorts/<slug>/simulations/<public_id>/export/<file>")
@requires(policy.can_see_debrief, queries.debrief_visible_to)
def export(view: DebriefView, file: str) -> ResponseReturnValue:
    """Give a file of the whole run: to those who played only what the debrief shows them."""
    run, actor = view.run, current_actor()
    watching = policy.can_watch(actor, view)
    if file not in FILES:
        abort(404)
    if file in STAFF_ONLY and not watching:
        abort(403)
    name = f"{run.cohort.slug}-{run.scenario}"
    if file == "debrief.pdf":
        body = pdf.typeset("debrief", debrief_print.cohort(view, watching=watching))
        return pdf_file(f"{name}-debrief", body)
    worlds = [
        world
        for world in _worlds(run, published=not watching)
        if watching or view.team_key in {seat.key for seat in world.seats}
    ]
    own = None if watching else view.team_key
    shown = parts_seen(run.engine, run.phase, queries.revealed(run.id), watching=watching)
    alone = view.team_id if not watching and TOLD_IN[file] not in shown else None
    return _given(file, name, _of(run, worlds, file, own, alone, watching=watching))


@bp.get("/cohorts/<slug>/simulations/<public_id>/teams/<team>/export/<file>")
@requires(policy.can_take_files, queries.team_at)
def team_export(view: TeamView, file: str) -> ResponseReturnValue:
    """Give a file of one team: its PDF from the debrief on, decisions and results as far as they are out."""
    if file not in FILES:
        abort(404)
    run, team = view.run, view
    watching = policy.can_watch(current_actor(), view)
    name = f"{run.cohort.slug}-{run.scenario}-{team.key}"
    if file == "debrief.pdf":
        if not (watching or view.begun):
            abort(403)
        body = pdf.typeset("debrief", debrief_print.team(view, watching=watching))
        return pdf_file(f"{name}-debrief", body)
    worlds = [
        world
        for world in _worlds(run, published=not watching)
        if team.key in {seat.key for seat in world.seats}
    ]
    return _given(file, name, _of(run, worlds, file, team.key, team.team_id, watching=watching))


def _worlds(run: RunView, *, published: bool) -> list[FlatWorld]:
    return [
        FlatWorld(
            world.number,
            world.seed,
            tuple(Seat(one.key, one.name, one.bot) for one in world.teams),
            queries.played_in(world.id, published=published).past,
        )
        for world in queries.worlds_told(run.id)
    ]


def _of(
    run: RunView,
    worlds: Sequence[FlatWorld],
    file: str,
    own: str | None,
    team_id: int | None,
    *,
    watching: bool,
) -> list[Table]:
    """The tables of a file. `own`: the viewer's team, or the one whose file it is; `team_id`: only that team's rows."""
    keys = None if team_id is None else [own or ""]
    found: list[Table] = []
    if file in ("decisions.csv", "everything.xlsx"):
        found.append(flat.decisions(worlds, queries.sheets_played(run.id), keys))
    if file in ("results.csv", "everything.xlsx"):
        true = watching or begun(run.phase)

        def scored(world: FlatWorld, key: str) -> bool:
            return watching or key in _ranked(world, run, own)

        found.append(flat.results(run.engine, worlds, keys, scored=scored, true=true))
    if file in ("log.csv", "everything.xlsx"):
        teams = None if team_id is None else [team_id]
        found.append(flat.log(queries.log_of(run.id, teams)))
    return found


def _ranked(world: FlatWorld, run: RunView, own: str | None) -> frozenset[str]:
    """The teams of a world whose scores a member of one may see."""
    if not world.past:
        return frozenset()
    scores = {seat.key: flat.score_of(run.engine, world.past[-1], seat.key) for seat in world.seats}
    return ranked(scores, run.ranking, own)


def _given(file: str, name: str, tables: Sequence[Table]) -> ResponseReturnValue:
    """The tables as one CSV, or as a workbook with a sheet for each and one that says what the columns mean."""
    if file.endswith(".csv"):
        table = tables[0]
        return csv_file(f"{name}-{table.name}", table.columns, table.rows)
    no_store()
    response = Response(_workbook(tables), content_type=WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _workbook(tables: Sequence[Table]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    meanings: flat.Rows = [
        [table.name, *pair] for table in tables for pair in zip(table.columns, table.about, strict=True)
    ]
    columns = Table("columns", ("sheet", "column", "meaning"), ("", "", ""), meanings)
    for name, head, rows in ((one.name, one.columns, one.rows) for one in (*tables, columns)):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, head)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    sheet.write_number(number, column, cell)
                elif cell not in ("", None):
                    sheet.write_string(number, column, str(safe_cell(cell)))
    book.close()
    return out.getvalue()
