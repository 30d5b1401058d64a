"""Business simulations: teams decide round by round in a world that a pure engine computes.

A *scenario* is the authored data of a simulation (parameters, cards, texts), a *world* one course of it that some teams
share, a *round* one step of a world. What computes a step lives in `engines`: it knows no database, no clock and no
request, so that a world can be played, checked and replayed anywhere. This domain does not mark, and it does not decide
when a round closes: dates come from scheduling, marks go to assessment.
"""
