"""People talking: threads with posts, and announcements to a cohort.

A thread belongs to a cohort and to a subject (an activity's discussion, a project's room, a learner's case); who may
read it is decided by whoever opened it. The domain does not mark what is written.
"""
