"""A cohort: a dated run of one programme version, with its zone, calendar, sections and staff.

Who sits in it is `enrolment`; what happens when is `scheduling`. A cohort is pinned to its version: it never moves
because content did.
"""
