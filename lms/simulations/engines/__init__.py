"""The engines: pure, typed, deterministic functions from a state and decisions to the next state and a report.

`market` computes PORTFOLIO YEARS, `leadership` SIX QUARTERS. Both are built on the same ground:

* `draws` gives chance by purpose: a draw depends on its key alone, never on what was drawn before it;
* `exact` rounds shares, quantities and money in one documented way, so that a replay is equal to the byte;
* `data` is the base of everything that comes from outside: what does not fit is refused with its place, never clipped;
* `play` reads a course of a world as JSON and plays it, for the command line.

An engine reads no file, no clock and no environment; parameters are data and come from a scenario
(`content/simulations`).
"""
