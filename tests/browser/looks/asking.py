"""Looks at what stands beside sessions: seats, questions, feedback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.live.actions import speaker_token
from lms.live.models import Speaker
from lms.live.rules.speakers import SpeakerState
from tests.browser.look import C14, C15, DOWNLOAD, Look, looks

if TYPE_CHECKING:
    from tests.browser.company import Company

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
    "live.speakers": (
        *looks("coordinator", f"{_COMING}/speakers", f"{_PAST}/speakers"),
        *looks("faculty", f"{C15}/sessions/mc9/speakers"),
    ),
    "live.slides": (*looks("learner", f"{_PAST}/slides", f"{_COMING}/slides"),),
    "live.office_hours": (
        *looks("learner", f"{C14}/office-hours"),
        *looks("faculty", f"{C14}/office-hours", f"{C15}/office-hours"),
    ),
    "live.new_office_hours": looks("faculty", f"{C14}/office-hours/new"),
    "live.slots": looks("faculty", f"{C14}/office-hours/{{series}}"),
    "live.speaking": looks("nobody", "/speaking/{speaking}", "/speaking/{spoke}"),
    "live.swap": looks("coordinator", f"{C15}/sessions/{{later_masterclass}}/swap?with={{later_lecture}}"),
}
NO_PAGE = {
    "live.brief": DOWNLOAD,
    "live.slides_file": DOWNLOAD,
    "live.slots_csv": DOWNLOAD,
    "live.speaker_photo": DOWNLOAD,
    "live.speaking_brief": DOWNLOAD,
    "live.speaking_file": DOWNLOAD,
    "live.question_list": "a piece of a page",
    "live.questions_csv": DOWNLOAD,
    "live.seats_csv": DOWNLOAD,
    "live.feedback_csv": DOWNLOAD,
}
WORDS = {
    "series": "select public_id from slot_series where cohort_id = 1 order by id",
    "later_masterclass": _MASTERCLASS.replace("cohort_id = 1", "cohort_id = 2")
    + " order by i.starts_at desc",
    "later_lecture": "select key from scheduled_item where cohort_id = 2 and key like 's3_' order by starts_at desc",
    "next_masterclass": f"{_MASTERCLASS} and s.id in (select session_id from seat_plan) order by i.starts_at",
    "last_masterclass": f"{_MASTERCLASS} and s.id in (select session_id from feedback_answer)"
    " order by i.starts_at desc",
}


def prepare(company: Company) -> None:
    """The links of the speaker who comes and of the one who came."""
    rows = db.session.execute(
        sa.select(Speaker.id, Speaker.link_issued_at)
        .where(
            Speaker.state == SpeakerState.CONFIRMED,
            Speaker.link_hash.is_not(None),
            Speaker.link_expires_at > clock.now(),
        )
        .order_by(Speaker.link_issued_at)
    ).all()
    company.links |= {
        name: speaker_token(row.id, row.link_issued_at)
        for name, row in zip(("spoke", "speaking"), (rows[0], rows[-1]), strict=True)
    }
