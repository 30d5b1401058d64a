"""Whether a scenario is worth playing: every bot plays the same worlds, and gates say what must not come out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from lms.simulations.engines.leadership.bots import BOTS, CONSTANT, READER, Bot
from lms.simulations.engines.leadership.names import CODES, LETTERS, Code, Letter
from lms.simulations.engines.leadership.parameters import Parameters
from lms.simulations.engines.leadership.rounds import advanced
from lms.simulations.engines.leadership.scoring import level, scored
from lms.simulations.engines.leadership.state import State, beginning

DISTANCE = 5.0
"""Points by which the reader of contexts must beat every policy that reads none."""
LEAST_FIT = 0.15
"""The share of draws in which each option must fit."""


@dataclass(frozen=True)
class Row:
    """How one bot fared over all worlds."""

    bot: Bot
    index: float
    spread: float
    """Standard deviation of the index over worlds: luck, and what the cards asked."""
    least: float
    most: float
    level: int
    left: float
    """Product managers lost in a game."""
    trust: float
    """Mean trust at the end."""
    codes: dict[Code, float]


@dataclass(frozen=True)
class Table:
    """A tournament: rows with the best first, and which options fitted, by letter and by card."""

    games: int
    rows: tuple[Row, ...]
    fits: dict[Letter, float]
    """Share of the draws of sane bots in which each option fitted."""
    by_card: dict[str, dict[Letter, int]]

    def row(self, name: str) -> Row:
        """The row of a bot."""
        return next(row for row in self.rows if row.bot.name == name)


def tournament(params: Parameters, games: int, bots: Iterable[Bot] = BOTS, first: int = 1) -> Table:
    """Let each bot play the worlds of the seeds `first` … `first` + `games` - 1."""
    rows, by_card = [], {card.id: Counter[Letter]() for card in params.cards}
    for bot in bots:
        ends = [game(params, bot, seed) for seed in range(first, first + games)]
        rows.append(_row(params, bot, ends))
        if bot.sane:
            for end in ends:
                for choice in end.choices:
                    by_card[choice.card][choice.fitting] += 1
    total = sum((counts for counts in by_card.values()), Counter[Letter]())
    drawn = max(1, total.total())
    return Table(
        games=games,
        rows=tuple(sorted(rows, key=lambda row: (-row.index, row.bot.name))),
        fits={letter: total[letter] / drawn for letter in LETTERS},
        by_card={card: {letter: counts[letter] for letter in LETTERS} for card, counts in by_card.items()},
    )


def game(params: Parameters, bot: Bot, seed: int) -> State:
    """The state at the end of one game of a bot."""
    state = beginning(params, seed)
    while state.round <= params.rounds:
        state = advanced(params, state, bot.decides(params, state, seed)).after
    return state


def _row(params: Parameters, bot: Bot, ends: Sequence[State]) -> Row:
    scores = [scored(params, end) for end in ends]
    indexes = [one.index for one in scores]
    return Row(
        bot=bot,
        index=fmean(indexes),
        spread=pstdev(indexes),
        least=min(indexes),
        most=max(indexes),
        level=level(params, fmean(indexes)),
        left=fmean(len(end.left) for end in ends),
        trust=fmean(fmean(end.trust.values()) for end in ends),
        codes={code: fmean(one.codes[code].score for one in scores) for code in CODES},
    )


# Gates --------------------------------------------------------------------------------------------------------------


def gates(table: Table) -> tuple[str, ...]:
    """What is wrong with the balance, in words; nothing where all gates hold."""
    return (*context_pays(table), *every_option_fits(table), *absence_is_worst(table))


def context_pays(table: Table) -> tuple[str, ...]:
    """No policy that looks at no context comes within five points of the one that does."""
    best = table.row(READER.name).index
    return tuple(
        f"{bot.name} comes within {best - table.row(bot.name).index:.1f} points of {READER.name}"
        for bot in CONSTANT
        if best - table.row(bot.name).index < DISTANCE
    )


def every_option_fits(table: Table) -> tuple[str, ...]:
    """Each authored option fits in at least 15 % of the draws."""
    return tuple(
        f"option {letter} fits in {100 * share:.1f} % of draws only"
        for letter, share in table.fits.items()
        if share < LEAST_FIT
    )


def absence_is_worst(table: Table) -> tuple[str, ...]:
    """Whoever submits nothing comes last."""
    last = table.rows[-1].bot
    return () if last.absent else (f"{last.name} comes after the absent",)


# In print -----------------------------------------------------------------------------------------------------------


def printed(table: Table) -> str:
    """The table as text, with the verdict of the gates below."""
    head = f"{'bot':<18}{'index':>7}{'sd':>6}{'least':>7}{'most':>6}{'level':>6}{'left':>6}{'trust':>6}  "
    lines = [
        f"{table.games} worlds for each bot; scores by code are means",
        head + "".join(f"{code:>5}" for code in CODES),
    ]
    lines += [
        f"{row.bot.name:<18}{row.index:>7.1f}{row.spread:>6.1f}{row.least:>7.1f}{row.most:>6.1f}"
        f"{f'L{row.level}':>6}{row.left:>6.2f}{row.trust:>6.0f}  "
        + "".join(f"{row.codes[code]:>5.0f}" for code in CODES)
        for row in table.rows
    ]
    lines.append("")
    lines.append(
        "fits: " + ", ".join(f"{letter} {100 * share:.1f} %" for letter, share in table.fits.items())
        + " of the draws of sane bots"
    )  # fmt: skip
    lines += [
        f"  {card:<4}" + "".join(f"{letter}{counts[letter]:>6}" + "  " for letter in LETTERS)
        for card, counts in table.by_card.items()
        if sum(counts.values())
    ]
    failed = gates(table)
    lines.append("")
    lines += [f"gate: {one}" for one in failed] or ["gates: all hold"]
    return "\n".join(lines)
