"""People talking: threads with posts, forums, and announcements to a cohort.

A thread belongs to a cohort and to a subject (an activity's discussion, a project's room); who may read and write in it
is decided by whoever opens it, and handed down as a `Reader`. One replies to a post, not to a reply. What is removed or
hidden keeps its place. Every module of a cohort, and the cohort itself, has a forum: its threads are begun by anybody
who writes there, read by the cohort or by one section, looked after by those who teach, and found by their words.
An announcement is a draft until it is sent to exactly the people whom its sender has looked
at. The domain does not mark what is written, and it tells nobody: notifications listens to its events.
"""
