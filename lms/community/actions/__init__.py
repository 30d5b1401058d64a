"""Writes of community: threads and posts, discussions, announcements."""

from lms.community.actions.announcements import (
    Drafting,
    announce,
    discard,
    keep,
    send,
    withdraw,
)
from lms.community.actions.discussions import (
    edit_in,
    hide_in,
    remove_in,
    restore_in,
    say,
    thread_of,
)
from lms.community.actions.participation import (
    Contribution,
    Counted,
    record_contribution,
    record_participation,
)
from lms.community.actions.posts import (
    Writing,
    edit,
    hide,
    keep_draft,
    mark_read,
    open_thread,
    post,
    remove,
    restore,
)

__all__ = [
    "Contribution",
    "Counted",
    "Drafting",
    "Writing",
    "announce",
    "discard",
    "edit",
    "edit_in",
    "hide",
    "hide_in",
    "keep",
    "keep_draft",
    "mark_read",
    "open_thread",
    "post",
    "record_contribution",
    "record_participation",
    "remove",
    "remove_in",
    "restore",
    "restore_in",
    "say",
    "send",
    "thread_of",
    "withdraw",
]
