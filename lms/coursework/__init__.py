"""What learners read, answer and hand in: readings, quizzes, assignments, group work, forms; and extensions.

Work is versioned and never lost: drafts are autosaved, every version handed in keeps its receipt and the team that
stood behind it. Deadlines come from `scheduling` (with a learner's own overrides); marks are `assessment`'s.
"""
