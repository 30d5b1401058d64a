"""The demonstration: an institute with four cohorts of the real programme, placed relative to today.

It is built through the same actions as everything else, with effects sealed (nothing is sent; the outbox shows rows as
carried out at their time), and is the same for the same seed and date. The people and their words are in
`content/demonstration/`.
"""
