"""Looks at what stands beside sessions: seats, questions, feedback."""

from __future__ import annotations

from tests.browser.look import C14, DOWNLOAD, Look, looks

_COMING, _PAST = f"{C14}/sessions/{{next_masterclass}}", f"{C14}/sessions/{{last_masterclass}}"
_MASTERCLASS = (
    "select i.key from scheduled_item i join activity a on a.id = i.activity_id"
    " join live_session s on s.item_id = i.id where i.cohort_id = 1 and a.kind = 'masterclass'"
)

LOOKS: dict[str, tuple[Look, ...]] = {
    "live.questions": (
        *looks("learner", f"{_COMING}/questions", f"{_PAST}/questions", f"{C14}/sessions/s1/questions"),
        *looks("faculty", f"{_COMING}/questions", f"{_PAST}/questions"),
    ),
    "live.seats": (
        *looks("coordinator", f"{_COMING}/seats", f"{C14}/sessions/s1/seats"),
        *looks("faculty", f"{_COMING}/seats"),
    ),
    "live.feedback": (
        *looks("learner", f"{_PAST}/feedback", f"{C14}/sessions/s1/feedback"),
        *looks("coordinator", f"{_PAST}/feedback", f"{C14}/sessions/s1/feedback"),
    ),
}
NO_PAGE = {
    "live.question_list": "a piece of a page",
    "live.questions_csv": DOWNLOAD,
    "live.seats_csv": DOWNLOAD,
    "live.feedback_csv": DOWNLOAD,
}
WORDS = {
    "next_masterclass": f"{_MASTERCLASS} and s.id in (select session_id from seat_plan) order by i.starts_at",
    "last_masterclass": f"{_MASTERCLASS} and s.id in (select session_id from feedback_answer)"
    " order by i.starts_at desc",
}
