"""Forums: who sees a thread, who may write in it, whom it tells, and what moderators may do with it."""

from __future__ import annotations

import enum

from lms.core.errors import Refusal

COMMON_ROOM = "common-room"
"""The forum of the whole cohort, as it stands in an address; the others are named after their module."""
LONGEST_SUBJECT = 120


class ForumRefusal(Refusal):
    """Why somebody may not do this in a forum."""

    NO_SUBJECT = "Give the thread a title: one line that says what it is about."
    LONG_SUBJECT = "A title has at most {most} characters; this one has {count}."
    NO_FORUM = "There is no such forum in this cohort."
    NO_SECTION = "There is no such section in this cohort."
    ON_LEAVE = "You are on leave: you can read along, and write again when you are back."
    YEAR_OVER = "The year is over. Everything stays readable; nothing new is written."
    LOCKED = "This thread is locked: it can be read, and only those who moderate write in it."
    GONE = "This thread is not there any more. Your text is still below, so that you can copy it."
    EVERYONE = (
        "@everyone tells {count} people at once. Tick the box below to confirm it, or take the word out."
    )
    SAME_FORUM = "The thread is in this forum already."
    SAME_THREAD = "Choose another thread to merge it into."
    NO_THREAD = "There is no such thread in this cohort: copy its whole address, or the last part of it."
    OTHER_READERS = (
        "The two threads are not read by the same people: one is a section’s. Nothing was merged, so that nobody"
        " reads what was not written for them."
    )
    NOT_MERGED = "This thread was not merged, or has been taken apart again."
    NOT_A_REPLY = "Only a reply that can be read can be the answer."
    NOT_YOURS_TO_ANSWER = "Whoever began the thread says what answered it, and those who moderate."
    NO_REASON = "Say what is wrong with it, in a sentence: those who moderate read it."
    REPORTED = "You have reported this post already. Those who moderate will look at it."
    NOT_REPORTED = "Somebody has dealt with this report already."
    OWN_REPORT = "Remove your own post instead of reporting it."


class Scope(enum.StrEnum):
    """Who reads a thread."""

    COHORT = "cohort"
    SECTION = "section"
    """One section, and staff; also after the section is gone."""


def is_for(scope: Scope, section_id: int | None, *, reads_all: bool, own_section: int | None) -> bool:
    """Whether somebody reads a thread: staff all of them, learners those of the cohort and of their own section."""
    if reads_all or scope is Scope.COHORT:
        return True
    return section_id is not None and section_id == own_section


def scope_of(*, per_section: bool, learner: bool, own_section: int | None, chosen: int | None) -> int | None:
    """The section that a new thread is for; None: the whole cohort.

    Where forums are kept apart, what a learner begins is their section's; staff choose.
    """
    if not learner:
        return chosen
    return own_section if per_section else None


def why_not_write_here(*, on_leave: bool, over: bool, locked: bool, moderates: bool) -> ForumRefusal | None:
    """Why somebody who may write in forums cannot write here."""
    if on_leave:
        return ForumRefusal.ON_LEAVE
    if over:
        return ForumRefusal.YEAR_OVER
    return ForumRefusal.LOCKED if locked and not moderates else None


def why_not_subject(text: str) -> ForumRefusal | None:
    """Why a thread cannot be called this."""
    if not text.strip():
        return ForumRefusal.NO_SUBJECT
    return ForumRefusal.LONG_SUBJECT if len(text) > LONGEST_SUBJECT else None


# Following ----------------------------------------------------------------------------------------------------------


class Ear(enum.StrEnum):
    """What somebody wants to hear of a thread or a forum."""

    FOLLOWING = "following"
    MUTED = "muted"
    AUTOMATIC = "automatic"
    """Of a thread: they wrote in it, and have not chosen otherwise."""


def hears(thread: Ear | None, forum: Ear | None) -> bool:
    """Whether somebody is told what is written in a thread.

    What they chose for the thread goes before what they chose for the forum, and that before having written there.
    """
    if thread in (Ear.FOLLOWING, Ear.MUTED):
        return thread is Ear.FOLLOWING
    if forum is not None:
        return forum is Ear.FOLLOWING
    return thread is Ear.AUTOMATIC


# Lists --------------------------------------------------------------------------------------------------------------


class Show(enum.StrEnum):
    """Which threads a list shows."""

    ALL = ""
    NEW = "new"
    FOLLOWED = "followed"
    UNANSWERED = "unanswered"
    """Nobody but its author has written in it."""
    HIDDEN = "hidden"
    """For those who moderate."""


def show_of(text: str | None, *, moderates: bool) -> Show:
    """The list that an address asks for; anything unknown shows all."""
    found = Show(text) if text in list(Show) else Show.ALL
    return Show.ALL if found is Show.HIDDEN and not moderates else found


class ThreadAct(enum.StrEnum):
    """What was done with a thread: its story, which everybody who reads it sees."""

    PINNED = "pinned"
    UNPINNED = "unpinned"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    MOVED = "moved"
    MERGED = "merged"
    TAKEN_APART = "taken apart"
    RENAMED = "renamed"


def read_after_writing(*, newest_of_others: int, own: int, before: int) -> int:
    """How far somebody has read once they wrote: up to their own post, where nothing of others stands unread."""
    return own if newest_of_others <= before else before


# Reports ------------------------------------------------------------------------------------------------------------


class Outcome(enum.StrEnum):
    """What came of a report."""

    HIDDEN = "hidden"
    LEFT = "left"
    REMOVED = "removed"
    """Its author removed the post before anybody looked."""
