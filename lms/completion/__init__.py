"""What is done and what that opens: facts reached, the rule tree over them, roll-ups.

Domains above record *facts* (an activity finished, a mark released, a milestone accepted); this domain evaluates the
module's rule tree in the same transaction and stores the verdict with its trace, so that “Why?” shows what was
decided and never decides again.
"""
