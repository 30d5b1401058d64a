"""How choices and where a team stands become scores and levels for the twelve competencies.

Each code has a process score (what the choices on cards that show it were worth) and an outcome score (where the values
that it moves have come to); the score is their mean by the scenario's weight, and the index is the mean of the twelve.
Scores are criterion-referenced: no other team is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lms.simulations.engines import exact
from lms.simulations.engines.data import Data
from lms.simulations.engines.leadership.names import CODES, LINES, PLACES, Code
from lms.simulations.engines.leadership.parameters import Parameters
from lms.simulations.engines.leadership.state import State


class Evidence(Data):
    """What one choice says about one code."""

    round: int
    card: str
    quality: float
    weight: float


class CodeScore(Data):
    """One code's score with how it came about."""

    process: float
    outcome: float
    score: float
    level: int
    """From 1 to 4."""
    evidence: tuple[Evidence, ...]
    mean_quality: float
    """Weighted mean of the evidence; 0 where there is none."""
    process_says: str
    outcome_says: str


class Score(Data):
    """A team's scores."""

    codes: dict[Code, CodeScore]
    index: float
    """Mean of the twelve scores."""
    level: int
    """The level of the index."""
    business: float
    """The three lines together, by their weights."""


def level(params: Parameters, score: float) -> int:
    """The level of a score."""
    return 1 + sum(1 for limit in params.scoring.levels if score >= limit)


def scored(params: Parameters, state: State) -> Score:
    """The scores of a team at the end of the game, or as it stands."""
    outcomes = Outcomes(params, state)
    codes = {code: _code(params, state, code, outcomes) for code in CODES}
    index = exact.rounded(sum(one.score for one in codes.values()) / len(codes), PLACES)
    return Score(
        codes=codes,
        index=index,
        level=level(params, index),
        business=exact.rounded(outcomes.business, PLACES),
    )


def _code(params: Parameters, state: State, code: Code, outcomes: Outcomes) -> CodeScore:
    rules = params.scoring
    evidence = []
    for choice in state.choices:
        codes = params.card(choice.card).codes
        if code in codes:
            weight = rules.weights[codes.index(code)]
            evidence.append(
                Evidence(round=choice.round, card=choice.card, quality=choice.quality, weight=weight)
            )
    total = sum(one.weight for one in evidence)
    mean = sum(one.quality * one.weight for one in evidence) / total if total else 0.0
    process = _clamped(rules.middle + rules.per_quality * mean)
    outcome, says = outcomes.of(code)
    score = exact.rounded(rules.process * process + (1 - rules.process) * outcome, PLACES)
    cards = ", ".join(f"{one.card} {one.quality:+g} × {one.weight:g}" for one in evidence)
    return CodeScore(
        process=exact.rounded(process, PLACES),
        outcome=exact.rounded(outcome, PLACES),
        score=score,
        level=level(params, score),
        evidence=tuple(evidence),
        mean_quality=exact.rounded(mean, PLACES),
        process_says=f"{rules.middle:g} + {rules.per_quality:g} × {mean:.2f}, the mean of {cards or 'no card yet'}",
        outcome_says=f"{says} = {outcome:.1f}",
    )


def _clamped(value: float) -> float:
    return min(100.0, max(0.0, value))


class Outcomes:
    """Where the values have come to, code by code, with the sum in words."""

    def __init__(self, params: Parameters, state: State) -> None:
        self.params, self.values = params, state.values()
        weights = params.scoring.business
        self.business = sum(weights[line] * state.lines[line] for line in LINES)
        self.trust = sum(one.power * state.trust[one.id] for one in params.stakeholders)
        self.agreement = sum(one.power * state.buy_in[one.id] for one in params.stakeholders)
        people = [value for one in state.people for value in (one.skill, one.engagement)]
        self.people = sum(people) / len(people) if people else 0.0
        self.parted = len(state.left)

    def of(self, code: Code) -> tuple[float, str]:
        """The outcome of a code, within [0, 100], and how it is reckoned."""
        value, says = self._sums()[code]()
        return _clamped(value), says

    def _sums(self) -> Mapping[Code, Callable[[], tuple[float, str]]]:
        return {
            "VIS": lambda: (self.values["vision"], f"clarity of the vision {self.values['vision']:.1f}"),
            "SDM": lambda: (
                self.params.scoring.decision * self.business,
                f"{self.params.scoring.decision:g} × business {self.business:.1f}",
            ),
            "TEA": self._led,
            "INV": self._led,
            "XFN": lambda: self._mean("trust.cto", "trust.cro", "delivery"),
            "CX": lambda: self._mean("customers", "trust.cus"),
            "STK": lambda: (self.trust, f"trust of all, by their power, {self.trust:.1f}"),
            "RES": lambda: (
                (self.business + 100 - self.values["debt"]) / 2,
                f"mean of business {self.business:.1f} and freedom from debt {100 - self.values['debt']:.1f}",
            ),
            "FOC": lambda: (
                (self.values["vision"] + self.agreement) / 2,
                f"mean of vision {self.values['vision']:.1f} and agreement of all {self.agreement:.1f}",
            ),
            "SCO": self._scope,
            "DEC": lambda: (
                (self.business + self.values["vision"]) / 2,
                f"mean of business {self.business:.1f} and vision {self.values['vision']:.1f}",
            ),
            "SHM": lambda: self._mean("trust.ceo", "trust.brd", "trust.cfo"),
        }

    def _scope(self) -> tuple[float, str]:
        growth, bet, more = self.values["line.growth"], self.values["line.bet"], self.params.scoring.scope
        return (growth + bet) / 2 + more, f"{more:g} and the mean of growth {growth:.1f} and bet {bet:.1f}"

    def _led(self) -> tuple[float, str]:
        cost = self.params.scoring.parting
        return (
            self.people - cost * self.parted,
            f"mean skill and engagement {self.people:.1f} less {cost:g} × {self.parted} who left",
        )

    def _mean(self, *names: str) -> tuple[float, str]:
        each = ", ".join(f"{name} {self.values[name]:.1f}" for name in names)
        return sum(self.values[name] for name in names) / len(names), f"mean of {each}"
