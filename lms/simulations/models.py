"""Tables: a run with its teams, worlds and rounds; sheets with their log and voices; results of rounds.

Parameters, states, decisions as played and reports are kept as canonical JSON text (`engines.data.canonical`): what is
read again is the same to the byte on every database.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Key, Model, Name, Pk, PublicId, Text
from lms.simulations.rules import Act, Entry, Phase, Ranking, RoundKind, Verdict


class Run(Model):
    """A simulation as a cohort, or one of its sections, plays it."""

    __tablename__ = "simulation_run"
    __table_args__ = (sa.Index(None, "cohort_id", "phase"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("section.id"))
    """Empty: the whole cohort."""
    scenario: Mapped[Key]
    engine: Mapped[Key]
    engine_version: Mapped[Key]
    """With these two the run is played to its end, whatever is installed later."""
    parameters: Mapped[Text]
    """Canonical JSON, as they were when the run was made."""
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of `parameters`."""
    title: Mapped[Name]
    seed: Mapped[int]
    """Of the competition; practice draws from another."""
    phase: Mapped[Phase]
    ranking: Mapped[Ranking] = mapped_column(default=Ranking.HIDDEN)
    results_at: Mapped[dt.time]
    """Results are shown at this time of the day after a round's close, in the cohort's zone."""
    version: Mapped[int] = mapped_column(default=0)
    """Grows with every change by whoever runs it: an act on an older one is told."""
    created_at: Mapped[dt.datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[dt.datetime | None]


class RunTeam(Model):
    """A team of a run; without `team_id` a bot from the beginning."""

    __tablename__ = "simulation_team"
    __table_args__ = (sa.UniqueConstraint("run_id", "key"), sa.Index(None, "team_id"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_run.id"))
    key: Mapped[Key]
    """What the engine calls it."""
    name: Mapped[Name]
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))
    strategy: Mapped[Key] = mapped_column(default="")
    """The bot that decides where nothing was submitted; empty: the rule for nothing submitted does."""
    assisted_at: Mapped[dt.datetime | None]
    """Since when a bot helps a team of people out."""
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("simulation_team.id"))
    """Its people play there now; a bot plays on for it, so that the market of the others stays what it was."""
    ended_at: Mapped[dt.datetime | None]


class RunMember(Model):
    """Somebody in a team of a run, from when to when, with the role that they look at things from."""

    __tablename__ = "simulation_member"
    __table_args__ = (
        sa.Index(None, "team_id", "left_at"),
        sa.Index(
            "uq_simulation_member_present",
            "run_id",
            "place_id",
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        ),
    )

    id: Mapped[Pk]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_run.id"))
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_team.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), index=True)
    lens: Mapped[Key] = mapped_column(default="")
    """Their role; empty: none (there are more members than roles)."""
    joined_at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]


class World(Model):
    """One course of the game that some teams share."""

    __tablename__ = "simulation_world"
    __table_args__ = (sa.UniqueConstraint("run_id", "kind", "number"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_run.id"))
    kind: Mapped[RoundKind]
    """Practice worlds are left behind when the competition begins."""
    number: Mapped[int]
    seed: Mapped[int]
    start: Mapped[Text]
    """State before the first round, canonical JSON."""


class WorldTeam(Model):
    """That a team plays in a world."""

    __tablename__ = "simulation_world_team"
    __table_args__ = (sa.UniqueConstraint("world_id", "team_id"),)

    id: Mapped[Pk]
    world_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_world.id"))
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_team.id"), index=True)


class Round(Model):
    """A round of a run: when it is open, and what has happened to it. Its dates are those of the schedule."""

    __tablename__ = "simulation_round"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "kind", "number"),
        sa.Index(None, "closed_at", "closes_at"),
        sa.Index(None, "published_at", "results_at"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_run.id"))
    kind: Mapped[RoundKind]
    number: Mapped[int]
    activity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activity.id"))
    item_key: Mapped[Key] = mapped_column(default="")
    """Of the scheduled item that it takes its dates from."""
    opens_at: Mapped[dt.datetime]
    closes_at: Mapped[dt.datetime]
    results_at: Mapped[dt.datetime]
    event: Mapped[Document]
    """What happens in it: {"drawn": true}, {} for nothing, {"key": …} or {"event": …} by whoever runs it."""
    opened_at: Mapped[dt.datetime | None]
    """When its teams were told."""
    reminded: Mapped[int] = mapped_column(default=0)
    """How many of the reminders went out."""
    frozen_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    published_at: Mapped[dt.datetime | None]
    attempt: Mapped[int] = mapped_column(default=1)
    """Grows when it is opened or played again: the result of an earlier attempt stays, superseded."""


class Sheet(Model):
    """What a team decides in a round: its draft, who holds the pen, and what was submitted."""

    __tablename__ = "simulation_sheet"
    __table_args__ = (sa.UniqueConstraint("round_id", "team_id"), sa.Index(None, "team_id"))

    id: Mapped[Pk]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_round.id"))
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_team.id"))
    draft: Mapped[Document]
    rationale: Mapped[Text] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=0)
    """Counts saves; whoever saves on an older one is told."""
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    saved_at: Mapped[dt.datetime | None]
    pen_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    pen_seen_at: Mapped[dt.datetime | None]
    submitted: Mapped[Document]
    submitted_rationale: Mapped[Text] = mapped_column(default="")
    submission: Mapped[int] = mapped_column(default=0)
    """Counts submissions; 0: nothing is submitted."""
    submitted_version: Mapped[int] = mapped_column(default=0)
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    submitted_at: Mapped[dt.datetime | None]
    idle: Mapped[bool | None]
    """Once the round is closed: nothing valid was submitted."""


class SheetEntry(Model):
    """One thing that was done to a sheet; never changed."""

    __tablename__ = "simulation_sheet_entry"
    __table_args__ = (sa.Index(None, "sheet_id", "id"),)

    id: Mapped[Pk]
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_sheet.id"))
    at: Mapped[dt.datetime]
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    """Whose doing; empty: the worker's."""
    kind: Mapped[Entry]
    changed: Mapped[Document]
    """Saved: {place in the sheet: [before, after]}. Submitted and played: the whole sheet."""
    words: Mapped[Text] = mapped_column(default="")
    """Rationale, or reason of a dissent."""


class Voice(Model):
    """What a member says of what was submitted."""

    __tablename__ = "simulation_voice"
    __table_args__ = (sa.UniqueConstraint("sheet_id", "place_id"),)

    id: Mapped[Pk]
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_sheet.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    submission: Mapped[int]
    verdict: Mapped[Verdict]
    reason: Mapped[Text] = mapped_column(default="")
    at: Mapped[dt.datetime]


class Presence(Model):
    """Who of a team looked at the sheet of a round when last, and when they first did."""

    __tablename__ = "simulation_presence"
    __table_args__ = (sa.UniqueConstraint("round_id", "place_id"),)

    id: Mapped[Pk]
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_round.id"))
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_team.id"), index=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    first_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]


class WorldResult(Model):
    """A round of a world as it was played. A later attempt supersedes it; it stays as it is."""

    __tablename__ = "simulation_result"
    __table_args__ = (sa.UniqueConstraint("world_id", "round_id", "attempt"),)

    id: Mapped[Pk]
    world_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_world.id"))
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_round.id"), index=True)
    attempt: Mapped[int]
    engine_version: Mapped[Key]
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    event: Mapped[Text]
    """What happened, canonical JSON; `null`: nothing."""
    decisions: Mapped[Text]
    """{team's key: sheet as played, or null}, canonical JSON."""
    state: Mapped[Text]
    """Before the next round, canonical JSON."""
    report: Mapped[Text]
    """Whole, canonical JSON."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of `report`: a replay has to give the same."""
    scores: Mapped[Document]
    """{team's key: 0 to 100}"""
    played_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None]


class RunNote(Model):
    """A note of whoever runs the game, for the debrief; no learner reads it."""

    __tablename__ = "simulation_note"
    __table_args__ = (sa.Index(None, "run_id", "id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_run.id"))
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("simulation_round.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("simulation_team.id"))
    text: Mapped[Text]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    deleted_at: Mapped[dt.datetime | None]


class Reveal(Model):
    """A part of the cohort's debrief that whoever leads it has shown to those who played."""

    __tablename__ = "simulation_reveal"
    __table_args__ = (sa.UniqueConstraint("run_id", "part"),)

    id: Mapped[Pk]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_run.id"))
    part: Mapped[Key]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class Turned(Model):
    """The choices on which a team's game turned, worked out beforehand: true as long as the stamp is the world's."""

    __tablename__ = "simulation_turned"
    __table_args__ = (sa.UniqueConstraint("world_id", "team_id"),)

    id: Mapped[Pk]
    world_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_world.id"))
    team_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_team.id"), index=True)
    stamp: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the parameters' fingerprint and the digests of the results that they were worked out from."""
    points: Mapped[Text]
    """As the engine writes them down, canonical JSON."""
    at: Mapped[dt.datetime]


class Behaviour(Model):
    """The one thing that a member of a run will start or stop doing: theirs alone unless they let the room read it."""

    __tablename__ = "simulation_behaviour"
    __table_args__ = (sa.UniqueConstraint("run_id", "place_id"),)

    id: Mapped[Pk]
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation_run.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), index=True)
    act: Mapped[Act]
    text: Mapped[Text]
    code: Mapped[Key]
    """The competency that it is about."""
    shared: Mapped[bool] = mapped_column(default=False)
    """Their room may read it."""
    at: Mapped[dt.datetime]
