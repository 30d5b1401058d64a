"""Tables: live sessions, the evidence ledger, the computed attendance marks, lists from meetings."""

from lms.live.models.attendance import AttendanceEvidence, AttendanceMark, AttendanceTotal
from lms.live.models.feedback import FeedbackAnswer, FeedbackGiven
from lms.live.models.lists import AttendanceList, AttendanceListFile, PersonAlias, UnknownName
from lms.live.models.questions import Question, QuestionLog, QuestionVote
from lms.live.models.seats import Seat, SeatPlan, SessionGuest
from lms.live.models.sessions import LiveSession
from lms.live.rules import EvidenceKind, SessionState, Verdict

__all__ = [
    "AttendanceEvidence",
    "AttendanceList",
    "AttendanceListFile",
    "AttendanceMark",
    "AttendanceTotal",
    "EvidenceKind",
    "FeedbackAnswer",
    "FeedbackGiven",
    "LiveSession",
    "PersonAlias",
    "Question",
    "QuestionLog",
    "QuestionVote",
    "Seat",
    "SeatPlan",
    "SessionGuest",
    "SessionState",
    "UnknownName",
    "Verdict",
]
