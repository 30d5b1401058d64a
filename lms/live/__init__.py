"""Lectures, masterclasses and clinics: joining, and who was there.

When a session is stands in the schedule; this domain keeps where it is, who hosts it, and the *evidence ledger* from
which every attendance mark is computed. A mark is never set by hand: a correction is one more piece of evidence.
Lectures and required masterclasses count; clinics, kick-offs, reviews, rehearsals and the closing do not. A session
that was cancelled, or lies before somebody joined or after they left, leaves their denominator. Somebody on leave is
still counted until they are excused, so that the decision is a person's and stands in the ledger.
"""
