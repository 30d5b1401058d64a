"""What makes marks fair: who did how much of a team's work, whether two markers would say the same, what peers say.

The domain stands above `assessment` and answers what it asks through its ports: the *factor* by which a
team's mark becomes a member's, and why a mark may not be released yet. It gives no mark of its own and never
releases one: whatever it changes becomes a version of a mark and waits for the one gate. What members say of
each other is read by those who settle it and by nobody else.
"""
