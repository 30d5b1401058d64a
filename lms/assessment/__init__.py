"""Marks: who marks what, against which rubric, how a mark came about, and the one gate that releases it.

A *marking task* is one piece of work to judge; a *mark* belongs to one learner and one activity (or a part of it) and
has versions that are never changed. Only `queries.released_*` may be read for a learner: what is not released is
nowhere. The domain does not know what the work looks like; coursework, capstone and others bring tasks to it.
"""
