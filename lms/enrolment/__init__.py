"""A person's place in a cohort, as an append-only story, and the teams they sit in.

The present state of a place is derived from its story and kept beside it for lists. Seats are never over-booked:
who takes one holds the lock of the cohort's row. Every denominator elsewhere follows the interval in which a place
was held. This domain does not know what learners do, only that they are there.
"""
