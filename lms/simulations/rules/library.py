"""The engines that this installation has, by name and version."""

from __future__ import annotations

from lms.simulations.rules.games import Game, NoSuchGame
from lms.simulations.rules.leadership_game import SIX_QUARTERS
from lms.simulations.rules.market_game import PORTFOLIO_YEARS

_GAMES: tuple[Game, ...] = (PORTFOLIO_YEARS, SIX_QUARTERS)


def game(engine: str, version: str) -> Game:
    """The engine of that name and version; NoSuchGame where this installation has another."""
    for one in _GAMES:
        if (one.engine, one.version) == (engine, version):
            return one
    raise NoSuchGame(f"{engine} {version}")


def games() -> tuple[Game, ...]:
    """The engines with which new runs may begin."""
    return _GAMES
