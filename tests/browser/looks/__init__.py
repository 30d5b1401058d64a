"""Which pages there are and who looks at them: one module for each part of Cadre.

A module has `LOOKS` (endpoint → looks, at least one), and may have `NO_PAGE` (endpoint → why there is nothing to look
at), `WORDS` (name in braces → the query that finds it in the demonstration's database) and `prepare(company)`, which
makes what the demonstration does not have.
"""
