"""Pure decisions about fairness: factors from ratings, signs that ratings are odd, when they count."""

from lms.fairness.rules.contribution import FactorPolicy, Factors, factors, project, raw_figures, shares
from lms.fairness.rules.ratings import (
    HIGHEST,
    LONGEST_NOTE,
    LOWEST,
    REMINDER,
    Decision,
    Phase,
    RatingRefusal,
    complete,
    phase,
    spread,
    sums,
    why_not_settle,
)
from lms.fairness.rules.signs import Found, Sign, relative, signs

__all__ = [
    "HIGHEST",
    "LONGEST_NOTE",
    "LOWEST",
    "REMINDER",
    "Decision",
    "FactorPolicy",
    "Factors",
    "Found",
    "Phase",
    "RatingRefusal",
    "Sign",
    "complete",
    "factors",
    "phase",
    "project",
    "raw_figures",
    "relative",
    "shares",
    "signs",
    "spread",
    "sums",
    "why_not_settle",
]
