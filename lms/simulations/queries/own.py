"""The rounds of one's own game about now, with what each asks of oneself. One statement, whatever the team did."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core.db import read
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.simulations.models import Round, Run, RunMember, RunTeam, Sheet, Voice
from lms.simulations.queries.ground import times_of
from lms.simulations.rules import (
    Asks,
    Pen,
    Phase,
    RoundKind,
    RoundState,
    Verdict,
    asks,
    pen_of,
    round_state,
    says,
)

LATELY = dt.timedelta(days=7)
"""So long results are news."""
SOON = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OwnRound:
    """A round as one member of a team has it before them."""

    activity_id: int | None
    public_id: str
    kind: RoundKind
    number: int
    title: str
    """Of the run."""
    run_public_id: str
    team_public_id: str
    team: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    results_at: dt.datetime
    published_at: dt.datetime | None
    state: RoundState
    asks: Asks
    writer: str
    """Who holds the pen; empty: nobody. Oneself is “you”, here and below."""
    saved_by: str
    submitted_by: str
    """Empty: nothing is submitted."""
    dissents: tuple[str, ...]
    confirmed: int
    """How many stand behind what is submitted, whoever submitted it included."""
    members: int
    idle: bool
    """Closed, and nothing came of it."""
    submitted: bool

    @property
    def name(self) -> str:
        """“Round 5 of Portfolio Years”."""
        which = "Practice round" if self.kind is RoundKind.PRACTICE else f"Round {self.number}"
        return f"{which} of {self.title}"

    @property
    def says(self) -> str:
        """Where it stands for oneself, in half a sentence."""
        return says(
            self.asks,
            writer=self.writer,
            saved_by=self.saved_by,
            submitted_by=self.submitted_by,
            confirmed=self.confirmed,
            members=self.members,
            dissents=self.dissents,
            idle=self.idle or (self.asks is Asks.WAITING and not self.submitted),
        )


_ME = sa.bindparam("place", type_=sa.Integer)
_SEATS: dict[str, Any] = {name: aliased(Place) for name in ("writer", "saver", "submitter", "voice")}
_NAMES: dict[str, Any] = {name: aliased(Person) for name in _SEATS}
_MATES = aliased(RunMember)
_ROUNDS = (
    sa.select(
        Round.id,
        Round.activity_id,
        Round.public_id,
        Round.kind,
        Round.number,
        Round.opens_at,
        Round.closes_at,
        Round.results_at,
        Round.frozen_at,
        Round.closed_at,
        Round.published_at,
        Run.title,
        Run.public_id.label("run_public_id"),
        RunTeam.public_id.label("team_public_id"),
        RunTeam.name.label("team"),
        Sheet.version,
        Sheet.submission,
        Sheet.submitted_version,
        Sheet.submitted_by_id,
        Sheet.saved_by_id,
        Sheet.pen_id,
        Sheet.pen_seen_at,
        Sheet.idle,
        *(_NAMES[name].name.label(name) for name in _SEATS),
        Voice.verdict,
        Voice.place_id.label("voice_id"),
        sa.select(sa.func.count())
        .where(_MATES.team_id == RunTeam.id, _MATES.left_at.is_(None))
        .correlate(RunTeam)
        .scalar_subquery()
        .label("members"),
        sa.select(sa.func.count())
        .where(
            _MATES.team_id == RunTeam.id,
            _MATES.left_at.is_(None),
            _MATES.place_id != sa.func.coalesce(Sheet.submitted_by_id, 0),
        )
        .correlate(RunTeam, Sheet)
        .scalar_subquery()
        .label("asked"),
    )
    .select_from(RunMember)
    .join(RunTeam, RunTeam.id == RunMember.team_id)
    .join(Run, Run.id == RunMember.run_id)
    .join(Round, Round.run_id == Run.id)
    .outerjoin(Sheet, sa.and_(Sheet.round_id == Round.id, Sheet.team_id == RunTeam.id))
    .outerjoin(_SEATS["writer"], _SEATS["writer"].id == Sheet.pen_id)
    .outerjoin(_NAMES["writer"], _NAMES["writer"].id == _SEATS["writer"].person_id)
    .outerjoin(_SEATS["saver"], _SEATS["saver"].id == Sheet.saved_by_id)
    .outerjoin(_NAMES["saver"], _NAMES["saver"].id == _SEATS["saver"].person_id)
    .outerjoin(_SEATS["submitter"], _SEATS["submitter"].id == Sheet.submitted_by_id)
    .outerjoin(_NAMES["submitter"], _NAMES["submitter"].id == _SEATS["submitter"].person_id)
    .outerjoin(
        Voice,
        sa.and_(
            Voice.sheet_id == Sheet.id,
            Voice.submission == Sheet.submission,
            Voice.place_id != Sheet.submitted_by_id,
            sa.exists()
            .where(_MATES.team_id == RunTeam.id, _MATES.place_id == Voice.place_id, _MATES.left_at.is_(None))
            .correlate(RunTeam, Voice),
        ),
    )
    .outerjoin(_SEATS["voice"], _SEATS["voice"].id == Voice.place_id)
    .outerjoin(_NAMES["voice"], _NAMES["voice"].id == _SEATS["voice"].person_id)
    .where(
        RunMember.place_id == _ME,
        RunMember.left_at.is_(None),
        sa.or_(
            sa.and_(Run.phase == Phase.PRACTICE, Round.kind == RoundKind.PRACTICE),
            sa.and_(Run.phase.in_((Phase.COMPETITION, Phase.DEBRIEF)), Round.kind == RoundKind.ROUND),
        ),
        sa.or_(
            sa.and_(
                Round.published_at.is_(None),
                Round.opens_at <= sa.bindparam("soon", type_=Round.opens_at.type),
            ),
            Round.published_at >= sa.bindparam("lately", type_=Round.opens_at.type),
        ),
    )
    .order_by(Round.closes_at, Round.id, Voice.id)
)


def own_rounds(place_id: int, now: dt.datetime) -> tuple[OwnRound, ...]:
    """The rounds of somebody's games that open within the week, are on, or whose results are new; by their close.

    One statement. Nothing of a sheet is in it but who did what to it.
    """
    rows = read(_ROUNDS, {"place": place_id, "soon": now + SOON, "lately": now - LATELY}).all()
    by_round: dict[int, list[Any]] = {}
    for row in rows:
        by_round.setdefault(row.id, []).append(row)
    return tuple(_own(place_id, found, now) for found in by_round.values())


def _own(place_id: int, rows: list[Any], now: dt.datetime) -> OwnRound:
    row = rows[0]
    voices = {one.voice_id: (Verdict(one.verdict), one.voice) for one in rows if one.verdict is not None}
    submission = row.submission or 0
    mine = submission > 0 and row.submitted_by_id == place_id
    state = round_state(times_of(row), now)
    holder = pen_of(Pen(row.pen_id, row.pen_seen_at), now)
    own = voices.get(place_id)

    def named(place: int | None, name: str | None) -> str:
        return "you" if place == place_id else name or ""

    return OwnRound(
        activity_id=row.activity_id,
        public_id=row.public_id,
        kind=row.kind,
        number=row.number,
        title=row.title,
        run_public_id=row.run_public_id,
        team_public_id=row.team_public_id,
        team=row.team,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        results_at=row.results_at,
        published_at=row.published_at,
        state=state,
        asks=asks(
            state,
            version=row.version or 0,
            submission=submission,
            submitted_version=row.submitted_version or 0,
            mine=mine,
            verdict=own[0] if own else None,
            said=len(voices),
            asked=row.asked,
        ),
        writer=named(row.pen_id, row.writer) if holder is not None else "",
        saved_by=named(row.saved_by_id, row.saver),
        submitted_by=(named(row.submitted_by_id, row.submitter) or "somebody") if submission else "",
        dissents=tuple(
            named(at, name) for at, (verdict, name) in voices.items() if verdict is Verdict.DISSENT
        ),
        confirmed=sum(verdict is Verdict.CONFIRM for verdict, _ in voices.values())
        + (row.members - row.asked if submission else 0),
        members=row.members,
        idle=bool(row.idle),
        submitted=submission > 0,
    )
