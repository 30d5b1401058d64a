"""Whether a scenario is worth playing: tables of tournaments, and the gates that they have to pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lms.simulations.engines.market.bots import Strategy
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.strategies import DEGENERATE, SANE
from lms.simulations.engines.market.tournament import Score, best_replies, invasion, luck, mixed, variants

MOST_WINS = 0.45
"""No sane strategy wins more of its worlds among sane ones."""
NEAR, WITHIN = 3, 3.0
"""So many sane strategies lie within so many points of the best."""
REPLIES = 2
"""So many different strategies are the best reply to one or another."""
BELOW = 8.0
"""Every degenerate strategy stays so many points below the best sane one."""
LAST = "do-nothing"

LEVERS = {
    "price": (0.7, 0.85, 1.0, 1.2, 1.5),
    "brand": (0.0, 0.5, 1.0, 2.0, 4.0),
    "sales": (0.0, 0.5, 1.0, 2.0, 3.0),
    "development": (0.0, 0.5, 1.0, 2.0, 5.0),
}
NOISE = (0.0, 0.1, 0.2, 0.4)


@dataclass(frozen=True)
class Table:
    """What the tournaments gave."""

    sane: Sequence[Score]
    """Worlds of sane strategies alone, the best first."""
    everybody: Sequence[Score]
    """Worlds in which degenerate ones play too."""
    invasions: Mapping[str, Mapping[str, float]]
    """Points of one among four: by the four, then by the one."""
    sweeps: Mapping[str, Mapping[str, float]]
    """Points with one lever of the first strategy pulled: by lever, then by factor. Empty where not asked for."""
    noise: Mapping[str, float]
    idle: Mapping[str, float]
    luck: float | None


def tournament(params: Parameters, worlds: int, *, whole: bool = True) -> Table:
    """Play so many mixed worlds, a twelfth of it for each pair and variant; without `whole` only what gates need."""
    few = max(2, worlds // 12)
    plain = SANE[0]
    sweeps = {
        lever: _points(params, few, {f"{by:g}": plain.scaled(lever, by) for by in factors})
        for lever, factors in (LEVERS.items() if whole else ())
    }
    off = {f"{100 * by:g} %": replace(plain, forecast_noise=by) for by in NOISE}
    years = range(3, params.rounds + 1)
    absent = {
        "never": plain,
        "year 4": replace(plain, absent=frozenset({4})),
        "from year 3": replace(plain, absent=frozenset(years)),
    }
    return Table(
        sane=mixed(params, worlds, SANE),
        everybody=mixed(params, worlds, (*SANE, *DEGENERATE)),
        invasions=invasion(params, few, SANE),
        sweeps=sweeps,
        noise=_points(params, few, off) if whole else {},
        idle=_points(params, few, absent) if whole else {},
        luck=luck(params, 5 * few, plain) if whole else None,
    )


def _points(params: Parameters, worlds: int, some: Mapping[str, Strategy]) -> dict[str, float]:
    return {label: one.points for label, one in variants(params, worlds, some).items()}


# Gates --------------------------------------------------------------------------------------------------------------


def gates(table: Table) -> tuple[str, ...]:
    """What fails, in words; nothing where the scenario is balanced."""
    checks = (
        nobody_wins_always,
        several_are_near,
        replies_differ,
        nonsense_does_not_pay,
        doing_nothing_is_last,
    )
    return tuple(words for check in checks for words in check(table))


def nobody_wins_always(table: Table) -> Iterator[str]:
    """No sane strategy wins too many worlds."""
    for one in table.sane:
        if one.wins > MOST_WINS:
            yield f"{one.name} wins {one.wins:.0%} of its worlds, more than {MOST_WINS:.0%}"


def several_are_near(table: Table) -> Iterator[str]:
    """Several sane strategies come close to the best."""
    near = [one.name for one in table.sane if one.points >= table.sane[0].points - WITHIN]
    if len(near) < NEAR:
        yield f"only {', '.join(near)} lie within {WITHIN:g} points of the best; {NEAR} should"


def replies_differ(table: Table) -> Iterator[str]:
    """What is best depends on what the others do."""
    best = set(best_replies(table.invasions).values())
    if len(best) < REPLIES:
        yield f"{', '.join(sorted(best))} is the best reply to everything"


def nonsense_does_not_pay(table: Table) -> Iterator[str]:
    """Degenerate strategies stay well below the best sane one."""
    bad = {one.name for one in DEGENERATE}
    best = max(one.points for one in table.everybody if one.name not in bad)
    for one in table.everybody:
        if one.name in bad and one.points > best - BELOW:
            yield f"{one.name} is {best - one.points:.1f} points below the best, not {BELOW:g}"


def doing_nothing_is_last(table: Table) -> Iterator[str]:
    """Whoever never decides anything comes last."""
    if table.everybody[-1].name != LAST:
        yield f"{table.everybody[-1].name} comes last, behind {LAST}"


# On paper -----------------------------------------------------------------------------------------------------------


def printed(table: Table) -> str:
    """The tables as text."""
    blocks = [
        _scores("Worlds of sane strategies", table.sane),
        _scores("Worlds of all strategies", table.everybody),
        _invasions(table.invasions),
    ]
    for title, rows in (
        *((f"{lever.capitalize()} times", of) for lever, of in table.sweeps.items()),
        ("Forecast off by up to", table.noise),
        ("Nothing handed in", table.idle),
    ):
        if rows:
            cells = "   ".join(f"{label}: {points:.1f}" for label, points in rows.items())
            blocks.append(f"{title:22}{cells}")
    if table.luck is not None:
        blocks.append(
            f"One strategy among the same others varies by {table.luck:.2f} points (standard deviation)."
        )
    failed = gates(table)
    blocks.append(
        "\n".join(["Gates that fail:", *(f"  {one}" for one in failed)]) if failed else "All gates hold."
    )
    return "\n\n".join(blocks)


def _scores(title: str, scores: Sequence[Score]) -> str:
    lines = [title, f"  {'strategy':12}{'worlds':>8}{'points':>9}{'sd':>7}{'wins':>7}"]
    lines += [
        f"  {one.name:12}{one.worlds:8}{one.points:9.1f}{one.spread:7.1f}{one.wins:7.0%}" for one in scores
    ]
    return "\n".join(lines)


def _invasions(found: Mapping[str, Mapping[str, float]]) -> str:
    names = list(found)
    best = best_replies(found)
    lines = ["One among four: its points", f"  {'four of':12}" + "".join(f"{name:>12}" for name in names)]
    lines += [
        f"  {home:12}" + "".join(f"{guests[name]:12.1f}" for name in names) + f"   best: {best[home]}"
        for home, guests in found.items()
    ]
    return "\n".join(lines)
