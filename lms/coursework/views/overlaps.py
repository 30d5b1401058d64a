"""Overlap between pieces of work: for people to read, never a verdict and never a mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.core.uow import unit_of_work
from lms.coursework import actions, policy, queries
from lms.coursework.actions.overlap import brief_of, joined
from lms.coursework.queries import Pair, PairVisit, Side, Visit
from lms.coursework.rules import similarity
from lms.coursework.rules.similarity import Band, Piece, Reading
from lms.coursework.views.beside import Anchors, rendered
from lms.coursework.views.frame import bp, frame
from lms.web.forms import BaseForm
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

TONES = {Band.USUAL: "", Band.READ: "info", Band.ASK: "info", Band.PANEL: "warn"}


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair as the list shows it."""

    pair: Pair
    band: Band
    tone: str


@bp.get("/cohorts/<slug>/assignments/<key>/overlaps")
@requires(policy.can_read_work, queries.assignment_visible_to)
def overlaps(visit: Visit) -> ResponseReturnValue:
    """Show which pieces of work have passages in common, those with most first."""
    no_store()
    limits = visit.outline.policies.similarity
    found = queries.pairs(current_actor(), visit.cohort, visit.line.id)
    return render_template(
        "coursework/overlaps.html",
        frame=frame(visit, queries.window(visit)),
        rows=[_row(pair, limits) for pair in found],
        compared=queries.compared(visit.cohort.id, visit.line.id),
        limits=limits,
        most=queries.PAIRS_SHOWN,
        sure=similarity.SURE,
        passage=similarity.PASSAGE,
        form=BaseForm(),
        may_ask=policy.can_have_compared(current_actor(), visit),
    )


def _row(pair: Pair, limits: similarity.Bands) -> PairRow:
    band = similarity.band(pair.larger, limits)
    return PairRow(pair, band, TONES[band])


@bp.post("/cohorts/<slug>/assignments/<key>/overlaps")
@requires(policy.can_have_compared, queries.assignment_visible_to)
def compare_rest(visit: Visit) -> ResponseReturnValue:
    """Have compared what was handed in before comparing began."""
    with unit_of_work() as work:
        waiting = queries.not_compared(visit.cohort.id, visit.line.id)
        actions.ask_comparison(waiting, now=work.now, again=f":{work.now:%Y%m%d%H%M}")
    words = "1 version is" if len(waiting) == 1 else f"{len(waiting)} versions are"
    flash(
        f"{words} being compared. Look again in a minute." if waiting else "Everything is compared.", "good"
    )
    return redirect(url_for(".overlaps", slug=visit.cohort.slug, key=visit.line.key), code=303)


@dataclass(frozen=True, slots=True)
class SidePage:
    """One piece of work beside another."""

    side: Side
    anchor: str
    html: Markup
    """The text with the passages of both marked; empty where the reader may not read it."""
    words: str
    readable: bool

    @property
    def share(self) -> Fraction:
        """The part of it that stands in the other."""
        return self.side.share


@bp.get("/cohorts/<slug>/assignments/<key>/overlaps/<pair>")
@requires(policy.can_read_work, queries.pair_visible_to)
def overlap(found: PairVisit) -> ResponseReturnValue:
    """Show two pieces of work side by side, with the passages that stand in both."""
    no_store()
    visit, pair = found.visit, found.pair
    texts = queries.compared_texts([pair.one.version_id, pair.other.version_id])
    readings = [
        similarity.read(joined(*texts[side.version_id]), brief_of(side.activity_id))
        for side in (pair.one, pair.other)
    ]
    one, other = similarity.side_by_side(*readings)
    readable = queries.may_read(current_actor(), pair.other.cohort_id)
    row = _row(pair, visit.outline.policies.similarity)
    return render_template(
        "coursework/overlap.html",
        frame=frame(visit, queries.window(visit)),
        row=row,
        sides=(
            _side(pair.one, texts, readings[0], one, Anchors("a", "b", readable), readable=True),
            _side(pair.other, texts, readings[1], other, Anchors("b", "a", readable), readable=readable),
        ),
        passages=len({piece.number for piece in one} - {0}),
    )


def _side(
    side: Side,
    texts: Mapping[int, tuple[str, str]],
    reading: Reading,
    pieces: Sequence[Piece],
    anchors: Anchors,
    *,
    readable: bool,
) -> SidePage:
    html = rendered(*texts[side.version_id], reading, pieces, anchors) if readable else Markup()
    return SidePage(side, anchors.own, html, f"{reading.words:,} of {len(reading.counts):,}", readable)
