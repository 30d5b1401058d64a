"""Aggregates only: released marks → course and programme results, by the version's policy, exact and explained.

It enters no mark of its own but *external results*: work done elsewhere, with its evidence.
"""
