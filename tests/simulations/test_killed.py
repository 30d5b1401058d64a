"""Closing for real: a worker killed in the middle of a world, two workers at once, submissions that race the close.

With real processes on a database of the test's own, on SQLite and PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import clock, outbox
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.outbox import OutboxRow, OutboxState
from lms.core.uow import unit_of_work
from lms.simulations import actions, queries
from lms.simulations.models import Round, Sheet, SheetEntry, WorldResult
from lms.simulations.rules import Entry
from tests.factories import simulations
from tests.factories.simulations import Played

ROOT = Path(__file__).resolve().parents[2]
BEGIN = """
import os, signal, sys, time
from lms.app import create_app
from lms.core import outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.simulations import actions
from lms.simulations.models import Round
round_id, until = int(sys.argv[1]), time.monotonic() + 90
app = create_app()
print("ready", flush=True)
"""
KILLED = (
    BEGIN
    + """
carry_out = outbox._handlers["simulations.play"]
def die(payload, now):
    carry_out(payload, now)
    db.session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
outbox._handlers["simulations.play"] = die
with app.app_context():
    outbox.drain()
"""
)
WORKER = (
    BEGIN
    + """
with app.app_context():
    while time.monotonic() < until:
        try:
            with unit_of_work() as work:
                actions.close_due(now=work.now)
            while outbox.drain():
                pass
        except Exception as failure:
            print(repr(failure), flush=True)
        db.session.rollback()
        if db.session.get(Round, round_id, populate_existing=True).closed_at is not None:
            break
        time.sleep(0.02)
"""
)


def started(app: Flask, address: str, folder: Path, script: str, round_id: int) -> subprocess.Popen[str]:
    """A process with the program in it, ready to work."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    environment = {
        **kept,
        "LMS_MODE": "development",
        "LMS_SECRET_KEY": app.extensions["settings"].key("secret_key"),
        "LMS_DATA_DIR": str(folder),
        "DATABASE_URL": address,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(round_id)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    while (line := process.stdout.readline()) and line.strip() != "ready":
        pass
    return process


def dated(played: Played, closes_in: float) -> int:
    """Let the first round close so many seconds from now, by the real clock; returns its id."""
    with unit_of_work():  # workers write meanwhile: whoever reads first and then writes may come too late
        round_ = played.round()
        round_.opens_at = clock.now() - dt.timedelta(hours=1)
        round_.closes_at = clock.now() + dt.timedelta(seconds=closes_in)
        round_.results_at = round_.closes_at + dt.timedelta(days=1)
        return round_.id


def standing() -> list[WorldResult]:
    """The results that stand, as they were made one after the other."""
    db.session.rollback()
    made = sa.select(WorldResult).where(WorldResult.superseded_at.is_(None)).order_by(WorldResult.id)
    return list(db.session.scalars(made))


def priced(played: Played, key: str, price: float) -> bool:
    """A team saves and submits a sheet at that price; False where that was refused."""
    sheet = played.blank(key)
    sheet["products"]["A"]["price"] = price
    try:
        with unit_of_work() as work:
            actions.save(played.change(key), sheet, "", now=work.now)
            actions.submit(played.change(key), now=work.now)
    except RuleViolation:
        return False
    return True


@pytest.mark.slow
@pytest.mark.db
def test_killed_in_the_middle_two_at_once_and_a_race_every_world_is_played_once_from_what_was_submitted(
    app: Flask, session: Any, fresh_database: str, tmp_path: Path
) -> None:
    played = simulations.run("market", teams=13, members=1)
    worlds = queries.worlds_of(played.run_id)
    assert len(worlds) == 3
    round_id = dated(played, 60)
    sent = {"team-01": 7.01}
    assert priced(played, "team-01", 7.01)
    workers = [started(app, fresh_database, tmp_path, WORKER, round_id) for _ in range(2)]
    dated(played, 1.5)
    tried, refused = 0, 0
    while refused < 13 and tried < 400:
        for at in range(1, 14):
            key, price = f"team-{at:02}", 7 + tried % 100 / 100 + at
            tried += 1
            if priced(played, key, price):
                sent[key] = price
            else:
                refused += 1
        if refused:
            break
    for each in workers:
        each.communicate(timeout=50)
        assert each.returncode == 0
    _played_once(played, round_id, len(worlds))
    decided = {key: sheet for one in standing() for key, sheet in json.loads(one.decisions).items()}
    for key, price in sent.items():
        assert decided[key]["products"]["A"]["price"] == price, "accepted, so played"
    for at in range(1, 14):
        if f"team-{at:02}" not in sent:
            assert decided[f"team-{at:02}"] is None


@pytest.mark.slow
@pytest.mark.db
def test_a_worker_killed_in_the_middle_of_a_world_leaves_nothing_and_the_next_plays_it(
    app: Flask, session: Any, fresh_database: str, tmp_path: Path
) -> None:
    played = simulations.run("market", teams=4, members=1)
    round_id = dated(played, -1)
    with unit_of_work() as work:
        assert actions.close_due(now=work.now) == 1
    victim = started(app, fresh_database, tmp_path, KILLED, round_id)
    victim.communicate(timeout=40)
    assert victim.returncode == -signal.SIGKILL
    assert standing() == []
    assert db.session.scalars(sa.select(Sheet).where(Sheet.idle.is_not(None))).all() == []
    row = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.kind == "simulations.play")).one()
    assert row.state is OutboxState.LEASED
    row.lease_until = clock.now() - dt.timedelta(seconds=1)
    db.session.commit()
    while outbox.drain():
        pass
    _played_once(played, round_id, 1)


def _played_once(played: Played, round_id: int, worlds: int) -> None:
    results = standing()
    assert Counter(one.world_id for one in results) == dict.fromkeys(
        (one.id for one in queries.worlds_of(played.run_id)), 1
    )
    assert len(results) == worlds
    closed = sa.select(sa.func.count()).select_from(AuditEntry)
    assert db.session.scalar(closed.where(AuditEntry.action == "simulations.close_round")) == 1
    assert db.session.get_one(Round, round_id, populate_existing=True).closed_at is not None
    ways = (Entry.PLAYED, Entry.CARRIED, Entry.BOT)
    told = db.session.scalars(sa.select(SheetEntry.sheet_id).where(SheetEntry.kind.in_(ways))).all()
    assert set(Counter(told).values()) == {1}


@pytest.mark.db
def test_a_machine_whose_clock_runs_three_minutes_ahead_closes_nothing_early(session: Any) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no clock of its own")
    played = simulations.run("market", members=1)
    round_id = dated(played, 60)
    world_id = queries.worlds_of(played.run_id)[0].id
    fast = clock.now() + dt.timedelta(minutes=3)
    with unit_of_work():
        assert actions.close_due(now=fast) == 0
        assert actions.play_world(world_id, round_id, 1, now=fast) is False
        sheet = played.blank()
        actions.save(played.change(), sheet, "", now=fast)
        actions.submit(played.change(), now=fast)
    late = clock.now() - dt.timedelta(minutes=3)
    dated(played, -1)
    with pytest.raises(RuleViolation, match="does not take decisions"), unit_of_work():
        actions.save(played.change(), sheet, "Too late.", now=late)
    director = simulations.world.director()
    with pytest.raises(RuleViolation, match="does not take decisions"), unit_of_work():
        actions.freeze(played.run_id, round_id, "A slow machine.", actor=director, now=late)
    end = clock.now() - dt.timedelta(minutes=1)
    with pytest.raises(RuleViolation, match="has to lie after"), unit_of_work():
        actions.extend(played.run_id, round_id, end, "A slow machine.", actor=director, now=late)
    with unit_of_work():
        assert actions.play_world(world_id, round_id, 1, now=late) is True


@pytest.mark.db
@pytest.mark.usefixtures("session")
def test_what_has_begun_to_be_played_does_not_move_and_a_round_waits_for_the_one_before() -> None:
    played = simulations.run("market", teams=7, members=1)
    by = simulations.world.director()
    first, second = played.round(), played.round(2)
    with clock.at(first.closes_at):
        with unit_of_work() as work:
            one = queries.worlds_of(played.run_id)[0]
            actions.play_world(one.id, first.id, 1, now=work.now)
        later = first.closes_at + dt.timedelta(hours=1)
        with pytest.raises(RuleViolation, match="were played already"), unit_of_work() as work:
            actions.extend(played.run_id, first.id, later, "More time.", actor=by, now=work.now)
    early = pytest.raises(RuleViolation, match="has not been played yet")
    with clock.at(second.opens_at), early, unit_of_work() as work:
        actions.save(played.change(number=2), {}, "", now=work.now)
    with clock.at(second.closes_at):
        with unit_of_work() as work:
            assert actions.close_due(now=work.now) == 1, (
                "the other world of the first round, none of the second"
            )
        while outbox.drain():
            pass
    played.plays(2, publish=False)
    assert [one.state and json.loads(one.state)["round"] for one in standing()] == [2, 2, 3, 3]
