"""Points of a team: nine figures, each against two marks that are known beforehand, never against other teams."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lms.simulations.engines.exact import MONEY, rounded
from lms.simulations.engines.market import parameters, reports
from lms.simulations.engines.market.parameters import TermSpec
from lms.simulations.engines.market.records import Year

FIGURES = 6
"""Decimal places of figures and points."""


def future_fit(fits: Sequence[dict[str, float]], segments: int) -> float:
    """Mean over the best segments of the best fit that any product will have there next year."""
    best = {segment: max(one[segment] for one in fits) for segment in fits[0]}
    top = sorted(best.values(), reverse=True)[:segments]
    return math.fsum(top) / len(top)


def scorecard(params: parameters.Scorecard, years: Sequence[Year], future: float) -> reports.Scorecard:
    """The scorecard after some years, of which the last has just ended."""
    flows = [one.free_cash_flow for one in years]
    present = math.fsum(flow / (1 + params.discount) ** at for at, flow in enumerate(flows, start=1))
    recent = flows[-params.last :]
    terminal = (
        params.multiple
        * reached(params.terms.future, future)
        * max(0.0, math.fsum(recent) / len(recent))
        / (1 + params.discount) ** len(flows)
    )
    figures = {
        "value": present + terminal,
        "margin": mean([one.contribution / one.revenue if one.revenue else 0.0 for one in years]),
        "safety": mean([one.debt for one in years]),
        "satisfaction": ratio([one.delight for one in years], [one.sold for one in years], 0.0),
        "volume": mean([one.sold for one in years]),
        "fill": mean([ratio([one.served], [one.demand], 1.0) for one in years]),
        "forecast": mean([_error(one) for one in years]),
        "utilisation": mean([abs(one.utilisation - params.best_utilisation) for one in years]),
        "future": future,
    }
    terms = tuple(_term(key, getattr(params.terms, key), raw) for key, raw in figures.items())
    return reports.Scorecard(
        total=rounded(math.fsum(one.points for one in terms), FIGURES),
        present_value=rounded(present, MONEY),
        terminal_value=rounded(terminal, MONEY),
        terms=terms,
    )


def reached(spec: TermSpec, raw: float) -> float:
    """How far a figure has come from its zero to its full mark, 0 to 1."""
    return min(1.0, max(0.0, (raw - spec.zero) / (spec.full - spec.zero)))


def mean(figures: Sequence[float]) -> float:
    """Of years."""
    return math.fsum(figures) / len(figures)


def ratio(parts: Sequence[float], wholes: Sequence[float], otherwise: float) -> float:
    """Part of a whole, both summed; something else where there is no whole."""
    whole = math.fsum(wholes)
    return math.fsum(parts) / whole if whole else otherwise


def _error(year: Year) -> float:
    """By what part of demand forecasts were off; wholly where nobody wanted what was forecast."""
    return year.missed / year.demand if year.demand else float(year.missed > 0)


def _term(key: str, spec: TermSpec, raw: float) -> reports.Term:
    share = reached(spec, raw)
    return reports.Term(
        key=key,
        raw=rounded(raw, FIGURES),
        zero=spec.zero,
        full=spec.full,
        reached=rounded(100 * share, FIGURES),
        weight=spec.weight,
        points=rounded(spec.weight * share, FIGURES),
    )
