"""The debrief as printed matter: the same parts as the pages show, with their pictures, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from lms.core import mail
from lms.simulations import queries
from lms.simulations.queries import DebriefView, RunView, TeamView, WorldTold
from lms.simulations.rules import Part
from lms.simulations.rules.debrief import Grid, Picture, Section, Teller, parts_of, parts_seen, ranked
from lms.simulations.views.debrief_parts import Asked, teller_for, told
from lms.web import charts
from lms.web.charts import Chart, Series

INKS = ("#2A3475", "#B4541A", "#1F7A5C", "#8A2E5B", "#5A626B", "#8C6D00")
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 2", "10 4")
WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 480, 190, 44, 120, 10, 24


def cohort(view: DebriefView, *, watching: bool) -> dict[str, Any]:
    """The cohort's debrief: for those who played the parts that are shown to them, with the scores they may see."""
    run = view.run
    shown = queries.revealed(run.id)
    parts = [
        part for part in parts_seen(run.engine, run.phase, shown, watching=watching) if part is not Part.AFTER
    ]
    worlds = [
        one
        for one in queries.worlds_told(run.id)
        if watching or view.team_id in {team.id for team in one.teams}
    ]
    sections = []
    for world in worlds:
        teller = _teller(run, world, parts, published=not watching)
        keys = tuple(one.key for one in world.teams)
        people = tuple(one.key for one in world.teams if not one.bot)
        scored = frozenset(keys) if watching else ranked(teller.scores, run.ranking, view.team_key)
        for part in parts:
            of = keys if part in (Part.COMPARE, Part.TRUTH) else people
            before = f"World {world.number}: " if len(worlds) > 1 else ""
            sections += [
                (before, told(teller, Asked(part, of, scored, view.team_key, number)))
                for number in _numbers(part, teller)
            ]
    return _document(run, f"{run.title}: debrief", "", sections)


def team(view: TeamView, *, watching: bool) -> dict[str, Any]:
    """A team's own debrief, whole."""
    run, key = view.run, view.key
    parts = [part for part in parts_of(run.engine) if part is not Part.AFTER]
    sections = []
    for world in queries.worlds_told(run.id):
        if key in {one.key for one in world.teams}:
            teller = _teller(run, world, parts, published=not watching)
            sections += [
                ("", told(teller, Asked(part, (key,), frozenset({key}), key, number)))
                for part in parts
                for number in _numbers(part, teller)
            ]
    return _document(run, f"{run.title}: debrief of {view.name}", view.name, sections)


def _teller(run: RunView, world: WorldTold, parts: Sequence[Part], *, published: bool) -> Teller:
    return teller_for(run, world, queries.played_in(world.id, published=published), parts)


def _numbers(part: Part, teller: Teller) -> range:
    """The timeline is told once for each round, every other part once."""
    return range(1, teller.rounds + 1) if part is Part.TIMELINE else range(1, 2)


def _document(
    run: RunView, title: str, team_name: str, sections: Sequence[tuple[str, Section]]
) -> dict[str, Any]:
    made: list[dict[str, Any]] = []
    for before, section in sections:
        heading = f"{before}{section.title}"
        if made and made[-1]["title"] == heading:
            made[-1]["blocks"] += [_block(block) for block in section.blocks]
        else:
            made.append(
                {
                    "title": heading,
                    "lede": section.lede,
                    "blocks": [_block(block) for block in section.blocks],
                }
            )
    return {
        "title": title,
        "institution": mail.frame("").institution,
        "cohort": run.cohort.name,
        "team": team_name,
        "note": f"Engine {run.engine} {run.engine_version}, parameters {run.fingerprint[:12]}.",
        "sections": [one for one in made if one["blocks"]],
    }


def _block(block: Any) -> dict[str, Any]:
    if isinstance(block, Picture):
        series = [Series(line.label, line.values, line.mine) for line in block.lines]
        chart = charts.lines(series, block.names)
        figures = "; ".join(
            f"{line.label}: {', '.join('none' if it is None else f'{it:g}' for it in line.values)}"
            for line in block.lines
        )
        return {
            "kind": "picture",
            "title": block.title,
            "unit": block.unit,
            "svg": drawn(chart),
            "alt": f"{block.title}, {block.unit}. {figures}",
        }
    if isinstance(block, Grid):
        return {
            "kind": "grid",
            "title": block.title,
            "columns": [list(column) for column in block.columns],
            "rows": [list(row) for row in block.rows],
            "note": block.note,
        }
    return {
        "kind": "told",
        "title": block.title,
        "about": block.about,
        "lines": list(block.lines),
        "quotes": [list(one) for one in block.quotes],
    }


def drawn(chart: Chart) -> str:
    """A line chart as an SVG of its own, with names at the ends of its lines."""
    wide, high = WIDE - LEFT - RIGHT, HIGH - TOP - BOTTOM

    def x_of(per: str) -> float:
        return LEFT + wide * float(per.rstrip("%")) / 100

    def y_of(per: str) -> float:
        return TOP + high * float(per.rstrip("%")) / 100

    text = 'font-family="Libertinus Serif" font-size="11"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}">']
    for y, words in chart.grid:
        parts.append(
            f'<path d="M{LEFT} {y_of(y):.1f}H{LEFT + wide}" stroke="#D3D7D1" stroke-width="0.6"/>'
            f'<text x="{LEFT - 6}" y="{y_of(y) + 4:.1f}" text-anchor="end" fill="#5A626B" {text}>{escape(words)}</text>'
        )
    for x, words in chart.places:
        parts.append(
            f'<text x="{x_of(x):.1f}" y="{HIGH - 6}" text-anchor="middle" fill="#5A626B" {text}>{escape(words)}</text>'
        )
    for line in chart.lines:
        ink, dash = INKS[line.number - 1], DASHES[line.number - 1]
        points = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y in line.marks)
        style = f'stroke="{ink}" stroke-width="{2.2 if line.mine else 1.3}"' + (
            f' stroke-dasharray="{dash}"' if dash and not line.mine else ""
        )
        parts.append(f'<polyline points="{points}" fill="none" {style}/>')
        parts.append(
            f'<text x="{LEFT + wide + 8}" y="{y_of(line.label_y) + 4:.1f}" fill="{ink}" {text}>'
            f"{escape(line.label[:18])} {escape(line.last)}</text>"
        )
    parts.append("</svg>")
    return "".join(parts)
