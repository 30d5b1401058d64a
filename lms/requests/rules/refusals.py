"""Why something is not done with a request."""

from __future__ import annotations

from lms.core.errors import Refusal


class RequestRefusal(Refusal):
    """Why a request, or an act on one, is refused."""

    UNKNOWN_KIND = "There is no such kind of request here."
    NO_SUBJECT = "Choose what it is about."
    NO_WORDS = "Say in a few words what it is about."
    TOO_LONG = "At most {most} characters: this has {count}."
    ASKED_ALREADY = "You have asked this already, and it is not answered yet. Add to that request instead."
    TOO_MANY_FILES = "At most {most} files. Nothing was sent yet; choose fewer."
    NO_UNTIL = "Say until when you need."
    NO_CHOICE = "Choose one."
    NO_TICK = "Tick the sentence above your words: without it this cannot be asked."
    NO_DAYS = "Say from which day on."
    DAYS_ORDER = "The last day lies before the first."
    OVER = "This request is {state} already{by}. Nothing was changed."
    NOT_DECIDED = "This request is still open. There is nothing to open again."
    NO_REASON = "Say why: the learner reads it with the decision."
    HAND_OVER_REASON = "Say why you hand it over: whoever gets it reads that first."
    REOPEN_REASON = "Say why it is opened again."
    NO_OUTCOME = "Choose a decision."
    NO_SUCH_OUTCOME = "A request of this kind cannot be decided like that."
    SAME_OWNER = "{name} owns this request already."
    NOT_AN_OWNER = "{name} may not decide requests of this kind. Choose somebody else."
    NEWS = "Something was added since you opened this page. Read it first; what you wrote is still here."
    NOTHING_SAID = "Write something first."
    CANNOT = "{why}"
    NOT_SOMEBODY = "Choose somebody of the list, or nobody in particular."
