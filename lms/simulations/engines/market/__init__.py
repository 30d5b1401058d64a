"""PORTFOLIO YEARS: teams compete with portfolios of products in four segments, a year to a round.

`step(parameters, state, decisions, event)` plays one year: buyers become aware, compare and buy, plants make, books are
closed, products develop. The same state and decisions give the same report to the byte, whatever the order of teams.
docs/simulations.md tells the equations, the round order and the units; every number is a parameter
(`content/simulations/portfolio-years/parameters.yaml`).

Units everywhere: prices and unit costs in ₹ thousand, quantities in thousand units, money in ₹ million, attributes and
ideal points on a scale from 0 to 100, shares from 0 to 1. Inside, money is counted in whole ₹ 1,000 and quantities in
whole units (`figures`), so that every identity of the books holds exactly.
"""

from lms.simulations.engines.market.course import VERSION
from lms.simulations.engines.market.events import due
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.records import Decisions, Event, State, TeamDecision
from lms.simulations.engines.market.reports import Report, Result
from lms.simulations.engines.market.start import start
from lms.simulations.engines.market.step import step
from lms.simulations.engines.market.validation import problems

__all__ = [
    "VERSION",
    "Decisions",
    "Event",
    "Parameters",
    "Report",
    "Result",
    "State",
    "TeamDecision",
    "due",
    "problems",
    "start",
    "step",
]
