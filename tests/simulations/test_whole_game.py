"""A whole game gives the same bytes on every database; a world takes a fixed number of statements."""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.simulations.models import Round, WorldResult
from tests.bench import rounds
from tests.factories import simulations

pytestmark = [pytest.mark.db, pytest.mark.slow, pytest.mark.usefixtures("session")]

DIGESTS = {
    "market": (8, "3a6a7a106a01e70d6ae7cfcd8a755ea5e4c1d6c9ed1e021c5998056feb3f21ba"),
    "leadership": (6, "7318871557fcddc0bbbd911346b917fa336a19d75b91af36a819527e68bb39c0"),
}
"""Rounds of a game, and SHA-256 over its reports in order. They change with engines, parameters and cards."""


@pytest.mark.parametrize("engine", DIGESTS)
def test_a_game_is_the_same_to_the_byte_on_every_database(engine):
    played = simulations.run(engine, teams=2, members=1, seed=14)
    number_of, digest = DIGESTS[engine]
    for number in range(1, number_of + 1):
        sheet = played.blank(number=number)
        if engine == "market":
            sheet["products"]["A"] |= {"price": 9 + number / 10, "brand": 40.0, "production": 110.0}
        played.submits(sheet=sheet, number=number)
        if number % 3:
            played.submits("team-02", number=number)
        played.plays(number)
    reports = db.session.scalars(
        sa.select(WorldResult.report).join(Round, Round.id == WorldResult.round_id).order_by(Round.number)
    ).all()
    assert len(reports) == number_of
    assert hashlib.sha256("\n".join(reports).encode()).hexdigest() == digest


def test_a_world_takes_the_same_statements_in_every_round():
    played = rounds.run_of(12)
    found = []
    for number in (1, 2, 3):
        with clock.at(played.round(number).opens_at):
            rounds.handed_in(played, number)
        _took, counts = rounds.closed(played, number)
        found.append(counts)
    later = {"sqlite": 27, "postgresql": 22}[db.engine.dialect.name]
    closing = later + 5
    assert found == [[later + 1, closing + 1], [later, closing], [later, closing]], (
        "one more before the first round, where the state is the world's start; the last world closes the round"
    )
