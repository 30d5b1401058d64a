"""SIX QUARTERS: a team plays a new head of product through six quarters of trust, people and choices.

`step(params, state, decisions)` plays one round of one team, `briefing` tells what a team knows before it, `scored`
what the game comes to. Teams of a world share the seed, and with it cards, noise and luck, but never touch each other.
The numbers and the cards are a scenario (`content/simulations/six-quarters`); the equations are in `stages`.
"""

from lms.simulations.engines.leadership.briefs import Briefing as Briefing
from lms.simulations.engines.leadership.briefs import briefing as briefing
from lms.simulations.engines.leadership.course import Answer as Answer
from lms.simulations.engines.leadership.course import Course as Course
from lms.simulations.engines.leadership.course import play as play
from lms.simulations.engines.leadership.decisions import Decisions as Decisions
from lms.simulations.engines.leadership.decisions import idle as idle
from lms.simulations.engines.leadership.parameters import Parameters as Parameters
from lms.simulations.engines.leadership.rounds import Result as Result
from lms.simulations.engines.leadership.rounds import step as step
from lms.simulations.engines.leadership.scoring import scored as scored
from lms.simulations.engines.leadership.state import State as State
from lms.simulations.engines.leadership.state import beginning as beginning
