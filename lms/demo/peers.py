"""Learners review each other's work in the demonstration: rounds that are released, and one that is open."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import sqlalchemy as sa

from lms.core import markdown
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine
from lms.demo.world import Year, at
from lms.fairness import actions, queries
from lms.fairness.models import PeerMember, PeerReview
from lms.people.rules import Actor
from lms.scheduling.queries import ItemLine

_FIGURE = (
    "The figure that carries it is on the second sheet, and I could work it out again. I would first test how many"
    " patients come back without being called: everything after that rests on it."
)
_STAGES = (
    "You ask for money in stages, and the first stage would tell us what we need to know. I missed **who** may say"
    " stop, and by when. One line would do."
)
_SIGNING = (
    "I read it as somebody who has to sign. I would sign the first stage. For the second I would want the price that"
    " two of the clinics said no to, and what they said."
)
_DOUBTS = (
    "The doubts are named, which I liked, and none of them is followed to the end. Take the one about staffing: at"
    " what figure would you do something else?"
)
SAID = (_FIGURE, _STAGES, _SIGNING, _DOUBTS)
_TRACED = (
    "We took four claims at random and followed each to its source. Three held. The fourth leads to a slide of the"
    " host, and nobody says where the slide has it from."
)
_LEFT = (
    "Everybody whom you asked is still a customer. Ask **two who left** before you compare options: the third claim may"
    " not survive it."
)
_AGAINST = (
    "The evidence against stands in an annex. We would move it beside the claim it hurts; as it stands a board would"
    " find it first and trust the rest less."
)
OF_TEAMS = (_TRACED, _LEFT, _AGAINST)
COMMENTS = (
    "It says where it comes from.",
    "Named once, and not taken up again.",
    "I had to read the third page twice to find it.",
)
ANSWERS = ("Thank you. You are right about the returning patients: I have asked for last year's list.",)
UNKIND = "It reads as if nobody had looked at it twice, and I did not finish it."


def round_of(year: Year, line: ActivityLine, item: ItemLine) -> None:
    """The round of an activity, from its deadline to where it would stand now; nothing where there is none."""
    settings = queries.peer_settings(year.cohort.version_id, line.id)
    if settings is None or item.ends_at > year.now:
        return
    people = {seat.place.place_id: seat.actor for seat in year.seats}
    try:
        with at(item.ends_at):
            found = actions.begin(year.cohort.id, line.id, actor=None, now=item.ends_at)
            round_id, closes_at = found.id, found.closes_at
            _hand_back(round_id, people, item.ends_at)
    except RuleViolation:  # fewer than two handed in, or it has begun
        return
    over = closes_at <= year.now
    ends = min(closes_at, year.now)
    with at(ends):
        _write(year, round_id, line, people, ends, over=over)
        if over:
            actions.release_reviews(round_id, actor=None, now=ends)
            _answer(year, round_id)


def _writers(round_id: int) -> dict[int, int]:
    """Unit → the place of the one who writes for it."""
    rows = db.session.execute(
        sa.select(PeerMember.unit_id, sa.func.min(PeerMember.place_id))
        .where(PeerMember.round_id == round_id)
        .group_by(PeerMember.unit_id)
    )
    return {unit_id: place_id for unit_id, place_id in rows}  # noqa: C416 - typed rows


def _hand_back(round_id: int, people: dict[int, Actor], now: dt.datetime) -> None:
    """One of the reviewers would know the work anywhere."""
    writers = _writers(round_id)
    rows = db.session.execute(
        sa.select(PeerReview.id, PeerReview.reviewer_id)
        .where(PeerReview.round_id == round_id)
        .order_by(PeerReview.id.desc())
    ).all()
    for row in rows:
        if (writer := people.get(writers[row.reviewer_id])) is not None:
            reason = "We worked in the same team for three years, and I would know this model anywhere."
            actions.declare_conflict(row.id, reason, actor=writer, now=now)
            return


def _write(
    year: Year, round_id: int, line: ActivityLine, people: dict[int, Actor], ends: dt.datetime, *, over: bool
) -> None:
    """Most have submitted; where the round is open some have begun. One says nothing of use, and is hidden."""
    criteria = queries.peer_criteria(year.cohort.version_id, line.id)
    html = {text: markdown.render(text, heading_from=4) for text in (*SAID, *OF_TEAMS, UNKIND)}
    said = OF_TEAMS if line.kind is ActivityKind.MILESTONE else SAID
    writers = _writers(round_id)
    rows = db.session.execute(
        sa.select(PeerReview.id, PeerReview.reviewer_id, PeerReview.piece_id)
        .where(PeerReview.round_id == round_id, PeerReview.ended.is_(None))
        .order_by(PeerReview.id)
    ).all()
    written = []
    of_piece: Counter[int] = Counter()
    for number, row in enumerate(rows):
        of_piece[row.piece_id] += 1
        writer = people.get(writers[row.reviewer_id])
        if writer is None or number % 11 == 7 or (not over and number % 3 == 0):
            continue
        done = over or number % 3 == 1
        text = UNKIND if number == 4 else said[(row.piece_id + of_piece[row.piece_id]) % len(said)]
        when = ends - dt.timedelta(hours=2 + number % 60)
        written.append(
            {
                "of": row.id,
                "answers": {
                    "levels": {
                        one.key: 1 + (number + place) % len(one.levels) for place, one in enumerate(criteria)
                    },
                    "comments": {
                        one.key: COMMENTS[(number + place) % len(COMMENTS)]
                        for place, one in enumerate(criteria)
                    },
                },
                "overall": text,
                "html": html[text],
                "version": 1,
                "saved_at": when,
                "saved_by_id": writer.person_id,
                "submitted_at": when if done else None,
            }
        )
    table: Any = PeerReview.__table__
    if written:
        db.session.connection().execute(
            sa.update(table)
            .where(table.c.id == sa.bindparam("of"))
            .values({name: sa.bindparam(name) for name in written[0] if name != "of"}),
            written,
        )
    unkind = [row["of"] for row in written if row["overall"] == UNKIND and row["submitted_at"]]
    if unkind:
        reason = "It says nothing that its author could use."
        actions.hide_review(unkind[0], reason, actor=year.staff["coordinator"], now=ends)


def _answer(year: Year, round_id: int) -> None:
    """Authors say how useful some reviews were, and one answers."""
    rows = db.session.scalars(
        sa.select(PeerReview)
        .where(
            PeerReview.round_id == round_id,
            PeerReview.submitted_at.is_not(None),
            PeerReview.hidden_at.is_(None),
        )
        .order_by(PeerReview.id)
    ).all()
    for number, review in enumerate(rows):
        if number % 3 != 2:
            review.useful = (3, 2, 3, 1)[number % 4]
    for review in rows[:1]:
        review.answer, review.answered_at = ANSWERS[0], year.now
