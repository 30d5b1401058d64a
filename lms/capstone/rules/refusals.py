"""Every reason for which the capstone says no, as sentences fit to show."""

from __future__ import annotations

from lms.core.errors import Refusal


class CapstoneRefusal(Refusal):
    """Why something is refused."""

    # Projects
    NOT_OPEN_YET = "Projects are started from {opens} on."
    HAS_PROJECT = "There is a project already: {title}."
    NOT_POSSIBLE = "A project that is “{state}” cannot be changed like this."
    NO_REASON = "Say why in a few words: the team reads it in the project's story."
    NOTHING_TO_UNDO = "There is no step to take back: the project has only been started."
    LATER_WORK = (
        "{code} was handed in since. Only the last step can be taken back, and work was built on this one."
    )
    NO_TITLE = "Give the topic as one question that can be answered with no."
    NO_HOST = "Name the host that is waiting for somebody."
    NO_UNTIL = "Give the day by which the new proposal is handed in, later than today."
    NO_QUESTION = "Write the project's new question in one line."
    NO_NEW_HOST = "Write in one line for whom the project goes on."
    ENDED = "The project has ended; nothing can be changed in it any more."

    # Milestones
    NOT_OPEN = "{code} opens on {opens}. You can read everything before."
    CANCELLED = "{code} has no date any more: it was taken out of the schedule."
    OVER = "The cohort is over; nothing can be handed in any more."
    NEEDS_INTEREST = "Your interest form (M0) came back with a question. Answer that first."
    NEEDS_PROPOSAL = "The plan follows the proposal: M2 opens when M1 is accepted."
    NEEDS_PLAN = "Work begins when the plan is accepted: {code} opens when M2 is."
    NEEDS_DRAFT = "The report follows the full draft: hand in M5 first."
    DRAFT_COMES_BACK = (
        "The full draft came back with a list. Hand it in again first: it is passed when M5 is accepted."
    )
    DRAFT_WAITS = (
        "Your guide is reading the full draft (M5). It opens with the answer, or when its day is over."
    )
    NEEDS_REPORT = "The panel follows the report: hand in M6a first."
    COORDINATOR_DECIDES = (
        "Rejected twice: the coordinator now assigns a topic with a host who is waiting for one."
    )
    PROPOSAL_OVER = "The proposal was approved; M0 and M1 are closed."
    WAITS = "{code} was handed in and waits for an answer. It could be replaced until its deadline."
    ACCEPTED = "{code} is accepted. There is nothing more to hand in."
    HANDED_IN_MEANWHILE = (
        "{who} handed in version {number} on {at}. Nothing was handed in twice; what you wrote is still here."
    )
    DRAFT_CHANGED = "{who} changed this draft on {at}. Nothing was overwritten: both are shown."
    INCOMPLETE = "{count} still missing before it can be handed in."
    FILES_CHANGED = (
        "Since you opened this page somebody added or took out: {names}. Look at the files, then hand in."
    )
    NO_FILES_HERE = "Files are not accepted here; answer in the form."
    TOO_MANY_FILES = "At most {limit} files can be handed in here. Take one out first."
    NO_SUCH_SLOT = "Choose what the file is."
    NO_FILE = "Choose a file first."

    # Answers
    ANSWERED = "{who} has answered this on {at}. Look at it again before you write."
    REPLACED = "The team has handed in version {number} meanwhile. Read that one before you answer."
    TOO_SHORT = "Write at least {least} words; these are {count}. The team has to know what to do next."
    NO_VERDICT = "Choose what the answer is."
    NOT_THIS_VERDICT = "{code} cannot come back for revision: it is marked as it was handed in."
    REVISED_ONCE = "A proposal is revised once. It is accepted now, or rejected and given to the coordinator."
    REJECT_ONLY_PROPOSALS = "Only a proposal that was revised once can be rejected."
    REVISE_BY = "Give a day for the new version between tomorrow and {latest}."

    # Guides
    NO_PERSON = "Choose who guides the project."
    SAME_GUIDE = "{name} guides this project already."
    FULL = (
        "{name} guides {load} projects; the limit is {cap} over all cohorts. "
        "The director may override it with a reason."
    )
    GUIDE_REASON = "Say why the guide changes: the team reads it."
    OVER_CAP_REASON = "Say why {name} takes one more than {cap}: the reason is kept."
    IS_LEARNER = "{name} is a learner of this cohort and cannot guide in it."

    # Meetings
    IN_FUTURE = "A meeting is noted after it was due, not before."
    BEFORE_PROJECT = "The project did not exist then."
    NOBODY_THERE = "Tick who was there, or note the meeting as missed."
    NO_DECISIONS = "Write down what was decided; “nothing was decided” is fine too."
    BAD_MINUTES = "Minutes are a number from {low} to {high}."
    NOTED_ALREADY = "A meeting at this time is noted already."
    NOT_AUTHOR = "{name} noted this meeting and corrects the note; a coordinator may too."
    CORRECTION_OVER = (
        "A note is corrected within {days} days. Ask the coordinator, who still can, with a reason."
    )
    CORRECTION_REASON = "Say why the note is corrected: the team reads it."
    NOTHING_CORRECTED = "Nothing is different from what the note says."
    CORRECTED_MEANWHILE = "The note was corrected meanwhile. Read it again before you write over it."

    # Thread
    NO_WORDS = "Write something first."
