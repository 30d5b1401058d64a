"""Lectures, masterclasses and clinics: joining, and who was there.

When a session is stands in the schedule; this domain keeps where it is, who hosts it, and the *evidence ledger* from
which every attendance mark is computed. A mark is never set by hand: a correction is one more piece of evidence.
"""
