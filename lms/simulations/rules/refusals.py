"""Why something about a run is refused, as sentences fit to show."""

from __future__ import annotations

from lms.core.errors import Refusal


class RunRefusal(Refusal):
    """Why a change of a run, a round or a sheet is refused."""

    NO_TEAMS = "There are no teams to play. Form them first, or choose another kind of team."
    TOO_FEW_TEAMS = (
        "A world has {least} to {most} teams. There are {teams}, and bots fill up to {filled} only."
    )
    ONE_RUN = "This simulation is played here already: {name}. End or discard that run first."
    NO_ROUNDS = "The schedule of this cohort has no rounds of this simulation."
    NOT_PINNED = (
        "This run was begun with version {version} of its engine, which this installation no longer has. "
        "Nothing was changed; the rounds played so far can be read."
    )
    OTHER_PARAMETERS = (
        "The parameters of this run are not those with which it was begun. Nothing can be played until they are: "
        "bring them back from a backup."
    )
    WRONG_PHASE = "The run is in its phase “{phase}”, so that cannot be done now. Nothing was changed."
    NOT_OPEN = "This round does not take decisions any more. What was submitted stands; nothing was changed."
    NOT_YET_OPEN = "This round opens on {opens}. Nothing was changed."
    FROZEN = (
        "The round is frozen: whoever runs it has stopped the clock. What you wrote is kept on this page."
    )
    BEING_PLAYED = (
        "Worlds of this round were played already. When all of them were, it can be opened or played again."
    )
    NOT_DUE = "This round does not wait to be played. Nothing was changed."
    NOT_CLOSED = "The round is still open. Close it first."
    NOT_THE_LAST = "Only the latest round can be opened or played again. Later rounds rest on this one."
    NOT_LATER = "The new end has to lie after the present one, {ends}, and in the future."
    ALREADY_OUT = "The results of this round are published already."
    NOT_A_MEMBER = "You are not in this team."
    PEN_TAKEN = "{name} writes at the moment. Take the pen over, if you have agreed on that."
    CHANGED = (
        "{name} has saved this sheet since you opened it. Nothing was overwritten: compare, and save again."
    )
    NOT_SUBMITTED = "Nothing is submitted yet, so there is nothing to confirm."
    OTHER_VERSION = "The sheet was submitted anew since you read it. Look at it again before you confirm it."
    OWN_SHEET = "Whoever submits a sheet stands for it already."
    SAY_WHY = "Say in a sentence what you would have decided instead."
    BAD_SHEET = "The sheet cannot be submitted yet: {count} entries have to be mended."
    NO_EVENT = "There is no such event in this scenario, or it has happened already."
    SAME_TEAM = "Choose two different teams."
    NO_SEATS = "{name} would have {members} members; at most {most} sit in one team."
    ENDED_TEAM = "{name} does not play any more."
    NEXT_ROUND = (
        "Round {number} would have no time left: it closes before that. Give that round a later end first. "
        "Nothing was changed."
    )
    SCHEDULE = "The schedule does not take this end. {why} Change it in the schedule studio; nothing was changed here."
    CANCELLED = "The schedule has cancelled this round. Reinstate it there, and it goes on."
    NONE_OPEN = "No round is open at the moment, so there is nothing to extend."
    EARLIER_OPEN = "Round {number} has not been played yet. This one opens when its results are there."
    NOT_A_BOT = "{name} is a team of people. Only bots that fill up can be taken out."
    FULL = "There are {teams} teams already; {worlds} of {most} teams hold no more."
    NAME_TAKEN = "Another team of this run is called “{name}”."
    NO_NAME = "Give the team a name."
    NOT_MERGED = (
        "{name} was not put together with another team, or a round has closed since: what was played stands."
    )
    NOT_MEANT = "Tick that you mean it. Nothing was changed."
    NO_SUCH_TIME = "Give a day and a time that exist in {zone}, or choose how long. Nothing was changed."
    MOVED = "Somebody changed this run since you opened the page. Look at it again; nothing was done."
    EMPTY_NOTE = "Write something before you keep the note."
    REASON = "Write the reason. It is kept, and those concerned read it."
    NO_MARK_HERE = "The programme of this cohort marks nothing of this simulation."
    NOTHING_TO_RECORD = "There is nothing to record: every mark by this rule stands already."
    FIGURES_MOVED = "The figures have changed since you looked. Nothing was recorded: look at them again."
    NO_PART = "There is no such part of the debrief."
    NOT_IN_DEBRIEF = "The debrief has not begun. Start it first."
    NO_SUCH_CODE = "Choose the competency that your behaviour is about."
