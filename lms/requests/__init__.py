"""Requests: everything that a learner asks of the staff, and what became of it.

A *request* has a kind, facts that were filled in for the learner, their words and files, an owner, a promised time by
which it is answered, a conversation and a decision with its reason. Its history is only ever added to. The domains
above register their kinds (`ports`): which facts are shown, and what granting does, in the same unit of work. Kinds
that nobody registers more for are decided by words. Requests do not know what an extension or a correction is.
"""
