"""That reading the context pays, every option has its day, and nobody wins by staying away."""

from __future__ import annotations

import pytest

from lms.simulations.engines.leadership import balance
from lms.simulations.engines.leadership.bots import BOTS, CONSTANT, READER
from tests.simulations.engines.leadership.world import shipped


@pytest.mark.slow
def test_all_gates_hold():
    table = balance.tournament(shipped(), 30)
    assert balance.gates(table) == ()
    assert table.row("listener").index > table.row("always-textbook").index + 2, (
        "listening to each other pays"
    )
    assert table.row(READER.name).spread < 2, "luck is small"
    assert table.row("micro-manager").left > 0.5
    assert table.row("team-only").trust < 45
    profiles = {name: table.row(name).codes for name in ("reader-bet", "reader-cash", "reader-debt")}
    assert profiles["reader-bet"]["SCO"] > profiles["reader-debt"]["SCO"] + 8
    assert profiles["reader-debt"]["RES"] > profiles["reader-bet"]["RES"] + 4
    assert (
        max(table.row(name).index for name in profiles) - min(table.row(name).index for name in profiles) < 3
    )


def test_a_few_worlds_keep_the_order_and_the_table_says_so():
    few = [bot for bot in BOTS if bot.name in {READER.name, "absent"}] + list(CONSTANT)
    table = balance.tournament(shipped(), 2, few)
    assert balance.context_pays(table) == ()
    assert balance.absence_is_worst(table) == ()
    text = balance.printed(table)
    assert text.splitlines()[2].startswith(READER.name)
    assert all(bot.name in text for bot in few)
    assert sum(table.fits.values()) == pytest.approx(1)


def test_gates_fail_in_words():
    table = balance.tournament(shipped(), 1, [READER, *CONSTANT, BOTS[-1]])
    near = [
        row if row.bot.name != "always-b" else _with(row, table.row(READER.name).index - 1)
        for row in table.rows
    ]
    spoiled = balance.Table(1, tuple(reversed(near)), {"a": 0.6, "b": 0.3, "c": 0.1}, table.by_card)
    assert set(balance.gates(spoiled)) == {
        "always-b comes within 1.0 points of context-reader",
        "option c fits in 10.0 % of draws only",
        f"{READER.name} comes after the absent",
    }
    assert "gate: option c fits" in balance.printed(spoiled)


def _with(row, index):
    return balance.Row(
        row.bot, index, row.spread, row.least, row.most, row.level, row.left, row.trust, row.codes
    )
