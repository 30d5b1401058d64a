"""Tables: live sessions, the evidence ledger, the computed attendance marks."""

from lms.live.models.attendance import AttendanceEvidence, AttendanceMark, AttendanceTotal
from lms.live.models.sessions import LiveSession
from lms.live.rules import EvidenceKind, SessionState, Verdict

__all__ = [
    "AttendanceEvidence",
    "AttendanceMark",
    "AttendanceTotal",
    "EvidenceKind",
    "LiveSession",
    "SessionState",
    "Verdict",
]
