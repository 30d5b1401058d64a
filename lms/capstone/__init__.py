"""The capstone: projects, their guides, milestones with feedback, and meetings.

A project belongs to a team or to one learner. States change only by named transitions, and the history is
append-only. Marks of milestones go through `assessment`; the conversation with the guide is a thread of `community`.
"""
