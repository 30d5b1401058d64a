"""Every reason for which coursework says no, as sentences fit to show."""

from __future__ import annotations

from lms.core.errors import Refusal


class CourseworkRefusal(Refusal):
    """Why something is refused."""

    NOT_OPEN = "This opens on {opens}. Nothing can be handed in before."
    CLOSED = "This closed on {due}."
    CANCELLED = "This has no date any more: it was taken out of the schedule."
    OVER = "The cohort is over; nothing can be handed in any more."

    NO_ATTEMPTS = "You have used all {attempts} attempts. The better one counts."
    TIME_OVER = (
        "Time was over at {ended}. What had been saved until then was kept and is counted; this was not."
    )
    FINISHED = "This attempt is finished and counted. Nothing can be changed in it any more."

    NOTHING_TO_HAND_IN = "There is nothing to hand in yet. {missing}"
    NO_TEAM = "This is teamwork, and you are in no working team yet."
    NO_DECLARATION = "Say whether you used generative tools, and for what. Both answers are allowed."
    DECLARATION_EMPTY = "Say what you used generative tools for: one sentence is enough."
    MARKING_BEGUN = (
        "Marking has begun, so version {number} is final. If it is the wrong one, write to {coordinator}."
    )
    DRAFT_CHANGED = (
        "{who} changed this draft at {at}. Nothing was overwritten: “Save draft” shows both texts."
    )
    TOO_MANY_FILES = "At most {limit} files can be handed in here. Remove one first."
    NO_FILES_HERE = "Files are not accepted here; write the text in the field."
    FILE_REFUSED = (
        "The scanner found harm in “{name}”. Take it out, and add a clean copy from another machine."
    )
    FILES_CHANGED = (
        "Since you opened this page somebody added or took out: {names}. Look at the files, then hand in."
    )
    NO_SUCH_VERSION = "There is no version {number}."
    CHOICE_CLOSED = "The version that counts could be chosen until {due}."
    ANSWERS_CLOSED = "Answers could be changed until {due}. What you had answered stays as it was."
    NO_FILE_CHOSEN = "Choose the file first."
    FORM_CHANGED = "These answers were changed in another window. Look at both and send again."

    NOT_LATER = "The new date must be later than the present one, {due}."
    PAST_END = "The new date must lie within the cohort's year, which ends on {end}."
    NO_REASON = "Choose the reason."
    UNKNOWN_ACTIVITY = "Choose one of the activities listed."
    OWN_USED_UP = "You have used both of your extensions without a reason. Ask {coordinator} for more time."
    OWN_ALREADY_HERE = (
        "You have used an extension without a reason here already; the other one is for other work."
    )
    OWN_TOO_LATE = "The deadline has passed. Ask {coordinator} for more time."
    OWN_NOT_FOR_TEAM = "This deadline is your team's. {coordinator} can extend it for all of you."
    OWN_FINAL = "The original deadline has passed, so the extension can no longer be given back."
    OWN_NOT_TAKEN = "You have used no extension here."

    SAY_WHY = "Say why, in a sentence that learners will read."
    SAME_KEY = "This is the key that holds already. Change it, or give full credit to everybody."
    KEY_OF_OPTIONS = "Tick at least one option as right, and leave at least one that is not."
    KEY_OF_NUMBER = "Give the right number, and by how much an answer may be off (0 or more)."
    KEY_OF_WORDS = "Give what is accepted, one answer in each line, each with a letter or a digit in it."
    KEY_OF_LINES = "Say for each line what belongs to it."
    KEY_OF_STEPS = "Give each step a place of its own."
    NOT_THE_LATEST = "Only the latest correction of a question can be taken back."
    REGRADE_CHANGED = (
        "Something has changed since you looked: another attempt or correction. Look again, then confirm."
    )

    EXTRA_OUT_OF_RANGE = "Choose one of the percentages, and at most 240 minutes."
    EXTRA_SAME = "This is what they have already."
    EXTRA_WHY = "Say why, in a few words. Only coordinators and the learner read it."
    NO_CAPTIONS_OFFER = "There is nothing to take here: captions are there, or more time was taken already."
