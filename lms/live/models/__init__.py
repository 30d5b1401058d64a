"""Tables: live sessions, the evidence ledger, the computed attendance marks, lists from meetings."""

from __future__ import annotations

from lms.live.models.attendance import AttendanceEvidence, AttendanceMark, AttendanceTotal
from lms.live.models.booking import Slot, SlotBooking, SlotSeries, SlotWait
from lms.live.models.console import BreakoutRoom, BreakoutSeat, SessionNote
from lms.live.models.feedback import FeedbackAnswer, FeedbackGiven
from lms.live.models.lists import AttendanceList, AttendanceListFile, PersonAlias, UnknownName
from lms.live.models.makeups import (
    AnnouncedAbsence,
    CodeTry,
    MakeUp,
    MakeUpEvent,
    MakeUpTerms,
    SessionCode,
)
from lms.live.models.preparing import SessionFile, SessionMeeting, SessionRecording, SessionSubstitute
from lms.live.models.questions import Question, QuestionLog, QuestionVote
from lms.live.models.seats import Seat, SeatPlan, SessionGuest
from lms.live.models.sessions import LiveSession
from lms.live.models.speakers import Speaker, SpeakerConsent, SpeakerFile, SpeakerSlot
from lms.live.rules import EvidenceKind, SessionState, Verdict

__all__ = [
    "AnnouncedAbsence",
    "AttendanceEvidence",
    "AttendanceList",
    "AttendanceListFile",
    "AttendanceMark",
    "AttendanceTotal",
    "BreakoutRoom",
    "BreakoutSeat",
    "CodeTry",
    "EvidenceKind",
    "FeedbackAnswer",
    "FeedbackGiven",
    "LiveSession",
    "MakeUp",
    "MakeUpEvent",
    "MakeUpTerms",
    "PersonAlias",
    "Question",
    "QuestionLog",
    "QuestionVote",
    "Seat",
    "SeatPlan",
    "SessionCode",
    "SessionFile",
    "SessionGuest",
    "SessionMeeting",
    "SessionNote",
    "SessionRecording",
    "SessionState",
    "SessionSubstitute",
    "Slot",
    "SlotBooking",
    "SlotSeries",
    "SlotWait",
    "Speaker",
    "SpeakerConsent",
    "SpeakerFile",
    "SpeakerSlot",
    "UnknownName",
    "Verdict",
]
