"""Every letter about an account with sample data, for the style guide."""

from __future__ import annotations

import datetime as dt

from lms.core import mail_samples
from lms.core.mail_samples import MailSample
from lms.people.jobs import NOTICES, bodies, invitation_frame, notice_frame, recovery_frame

AT = dt.datetime(2026, 8, 11, 16, 0, tzinfo=dt.UTC)
NAME = "Rhea Menon"


@mail_samples.shows
def letters() -> dict[str, MailSample]:
    """The invitation, the way back in, and every notice of what changed."""
    invitation, recovery = invitation_frame("sample"), recovery_frame("sample")
    until = AT + dt.timedelta(days=14)
    found = {
        "invitation": MailSample(
            invitation.subject,
            "people.invitation",
            bodies("invitation", invitation, NAME, inviter="Cora Coordinator", until=until),
        ),
        "recovery": MailSample(recovery.subject, "people.recovery", bodies("recovery", recovery, NAME)),
    }
    for notice, words in NOTICES.items():
        written = bodies("notice", notice_frame(words), NAME, words=words, at=AT, zone="Asia/Dubai")
        found[f"account-{notice.value.replace(' ', '-')}"] = MailSample(
            words.subject, "people.notice", written
        )
    return found
