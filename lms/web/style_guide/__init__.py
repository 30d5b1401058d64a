"""Every component and the three finished pages with sample data. Served in development and demonstration only."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.web import pictures
from lms.web.fragments import drawn
from lms.web.guards import public
from lms.web.style_guide import board_sample, learner_sample, marking_sample, parts_sample

bp = Blueprint("style_guide", __name__, url_prefix="/style-guide")

DESKS = {"live": learner_sample.LIVE, "nothing": learner_sample.NOTHING}
BOARDS = {"one": board_sample.ONE, "none": board_sample.NONE}
STEPS = tuple(pictures.heat((step,)) for step in range(5))


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Show every component."""
    return render_template(
        "style_guide/index.html",
        **parts_sample.samples(),
        desk=learner_sample.DESK,
        ticks=pictures.ribbon([week.hours for week in learner_sample.DESK.weeks]),
        progress=pictures.ring(0.61),
        empty_ring=pictures.ring(0),
        full_ring=pictures.ring(1),
        marking=marking_sample.DESK,
        board=board_sample.DRAWER,
        strip=pictures.heat(board_sample.ROWS[1].heat),
        keys=STEPS,
    )


@bp.get("/learner-desk")
@public
def learner_desk() -> ResponseReturnValue:
    """Show the learner's desk; `?state=live` and `?state=nothing` show its other moments."""
    desk = DESKS.get(request.args.get("state", ""), learner_sample.DESK)
    return render_template(
        "desks/learner.html",
        desk=desk,
        progress=pictures.ring(float(desk.done)),
        year=drawn(
            "ribbon",
            desk.weeks,
            pictures.ribbon([week.hours for week in desk.weeks]),
            desk.phases,
            f"Week {desk.week}",
        ),
    )


@bp.get("/marking-desk")
@public
def marking_desk() -> ResponseReturnValue:
    """Show the marking desk."""
    return render_template("style_guide/marking_desk.html", desk=marking_sample.DESK)


@bp.get("/cohort-board")
@public
def cohort_board() -> ResponseReturnValue:
    """Show the cohort board; `?who=` opens the drawer, `?rows=one` and `?rows=none` the small cohorts."""
    board = (
        board_sample.DRAWER
        if "who" in request.args
        else BOARDS.get(request.args.get("rows", ""), board_sample.BOARD)
    )
    return render_template(
        "desks/board.html",
        board=board,
        may_act=True,
        overview_href="#",
        strips=tuple(pictures.heat(row.heat) for row in board.rows),
        strip_words=tuple(pictures.heat_words(row.heat) for row in board.rows),
        keys=STEPS,
    )
