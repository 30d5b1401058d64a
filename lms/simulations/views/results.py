"""What a team reads afterwards: the report of a round, its history, its books as a workbook."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from flask import Response, render_template
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import NotFound
from lms.core.sheets import safe_cell
from lms.simulations import policy, queries
from lms.simulations.queries import PlayedRound, RoundLine, Seat, TeamView
from lms.simulations.rules import Ranking, Verdict
from lms.simulations.views.blueprint import bp
from lms.simulations.views.desks import Desk, Group, Lines, Sheet, desk_of
from lms.simulations.views.game import TEAM
from lms.simulations.views.game_page import round_title
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

TOP = 3
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Place:
    """A team in the ranking."""

    rank: int
    name: str
    score: str
    own: bool
    bot: bool


@dataclass(frozen=True)
class ReportPage:
    """A report, with its neighbours."""

    view: TeamView
    title: str
    practice: bool
    before: tuple[str, str] | None
    """Title and public id."""
    after: tuple[str, str] | None
    round_id: str
    desk_of: Desk
    ranking: tuple[Place, ...]
    ranking_words: str
    decided: Sequence[Group]
    report: Any
    books: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """A round in the history."""

    title: str
    public_id: str
    at: dt.datetime
    submitted: bool
    who: str
    why: str
    decided: Sequence[Group]
    result: Lines
    stood: tuple[str, ...]
    """Names of those who stood behind it."""
    dissents: tuple[tuple[str, str], ...]
    """Name, and why."""


@bp.get(f"{TEAM}/rounds/<played>/")
@requires(policy.can_see_game, queries.team_at)
def report(view: TeamView, played: str) -> ResponseReturnValue:
    """Show the report of a round once it is published."""
    no_store()
    seat, this = _played(view, played)
    desk = desk_of(view.run.engine)
    at = next(index for index, one in enumerate(seat.played) if one is this)
    title = {one.public_id: round_title(desk, one) for one in seat.rounds}

    def neighbour(index: int) -> tuple[str, str] | None:
        if not 0 <= index < len(seat.played):
            return None
        one = seat.played[index]
        return (title[one.public_id], one.public_id)

    places = ranking(seat, this)
    page = ReportPage(
        view=view,
        title=title[this.public_id],
        practice=this.practice,
        before=neighbour(at - 1),
        after=neighbour(at + 1),
        round_id=this.public_id,
        desk_of=desk,
        ranking=places,
        ranking_words=_ranking_words(seat, shown=bool(places)),
        decided=desk.summary(seat, this.decided) if this.decided else (),
        report=desk.read_report(seat, this),
        books=bool(desk.sheets(seat, this)),
    )
    return render_template("simulations/report.html", page=page, report=page.report)


@bp.get(f"{TEAM}/rounds/<played>/books.xlsx")
@requires(policy.can_see_game, queries.team_at)
def books(view: TeamView, played: str) -> ResponseReturnValue:
    """The team's own books, of this round and those before it, as a workbook."""
    no_store()
    seat, this = _played(view, played)
    sheets = desk_of(view.run.engine).sheets(seat, this)
    if not sheets:
        raise NotFound
    response = Response(_workbook(sheets), mimetype=XLSX)
    name = f"{view.run.public_id}-{view.key}-{this.number}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    into = io.BytesIO()
    book = xlsxwriter.Workbook(into, {"in_memory": True, "strings_to_formulas": False})
    heads = book.add_format({"bold": True})
    for one in sheets:
        page = book.add_worksheet(one.title)
        page.set_column(0, 0, 28)
        for row, cells in enumerate(one.rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    page.write(row, column, safe_cell(cell), heads if not row else None)
    book.close()
    return into.getvalue()


@bp.get(f"{TEAM}/history/")
@requires(policy.can_see_game, queries.team_at)
def history(view: TeamView) -> ResponseReturnValue:
    """Show every published round of a team: what it decided and why, who stood behind it, and what came of it."""
    no_store()
    now, actor = clock.now(), current_actor()
    seat, desk = queries.seat_of(view, now, with_mates=False), desk_of(view.run.engine)
    told = queries.told_of(view.team_id, [one.round_id for one in seat.played])
    lines = {one.id: one for one in seat.rounds}
    chapters = [_chapter(one, seat, desk, lines[one.round_id], told.get(one.round_id)) for one in seat.played]
    return render_template(
        "simulations/history.html",
        view=view,
        chapters=chapters[::-1],
        unit=desk.unit,
        zone=actor.zone,
        now=now,
    )


def _chapter(
    played: PlayedRound, seat: Seat, desk: Desk, line: RoundLine, told: queries.Told | None
) -> Chapter:
    said = told.said if told else ()
    return Chapter(
        title=round_title(desk, line),
        public_id=played.public_id,
        at=line.closes_at,
        submitted=played.decided is not None,
        who=told.who if told else "",
        why=told.why if told else "",
        decided=desk.summary(seat, played.decided) if played.decided else (),
        result=desk.headline(seat, played),
        stood=tuple(name for name, verdict, _ in said if verdict is Verdict.CONFIRM),
        dissents=tuple((name, reason) for name, verdict, reason in said if verdict is Verdict.DISSENT),
    )


def ranking(seat: Seat, played: PlayedRound) -> tuple[Place, ...]:
    """How the teams stand, as far as whoever runs the game shows it."""
    shows = seat.view.run.ranking
    if shows is Ranking.HIDDEN:
        return ()
    order = sorted(played.scores.items(), key=lambda pair: (-pair[1], pair[0]))
    places = []
    for key, score in order:
        rank = 1 + sum(1 for other in played.scores.values() if other > score)
        if shows is Ranking.FULL or rank <= TOP:
            places.append(
                Place(rank, seat.names.get(key, key), f"{score:.1f}", key == seat.key, key in seat.bots)
            )
    return tuple(places)


def _ranking_words(seat: Seat, *, shown: bool) -> str:
    view = seat.view
    if not shown and view.run.ranking is not Ranking.HIDDEN and not seat.game.open_scores:
        return f"Scores of {seat.game.title} are shown in the debrief: they are made of what is hidden until then."
    if view.run.ranking is Ranking.FULL:
        return "All teams of your world. Marks do not depend on it."
    if view.run.ranking is Ranking.TOP:
        return "The first three of your world. Marks do not depend on it."
    return "How the teams stand is not shown at the moment. Marks do not depend on it."


def _played(view: TeamView, public_id: str) -> tuple[Seat, PlayedRound]:
    """A published round of the team; of a round that is not published there is nothing."""
    now = clock.now()
    seat = queries.seat_of(view, now, public_id=public_id)
    for one in seat.played:
        if one.public_id == public_id:
            return seat, one
    raise NotFound
