"""The schedule: one graph of dated items per cohort, published in releases.

Every date is an anchor expression of the programme version, evaluated in the cohort's zone over its calendar, its
overrides and the facts recorded. Changes are released with a number and a note, and can be undone. Nobody else keeps
a date: other domains read this graph and record instants into it.
"""
