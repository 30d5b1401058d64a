"""Every letter to a speaker with sample data, for the style guide."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import mail_samples
from lms.core.mail_samples import MailSample
from lms.live.jobs import SUBJECTS, speaker_mail

AT = dt.datetime(2026, 9, 17, 14, 0, tzinfo=dt.UTC)


@mail_samples.shows
def letters() -> dict[str, MailSample]:
    """The invitation, the confirmation, the reminder and the thanks."""
    facts: dict[str, Any] = {
        "cohort": "Spring",
        "title": "Pricing in public",
        "first_name": "Sana",
        "inviter": "Cora Coordinator",
        "backup": False,
        "minutes": 90,
        "until": AT + dt.timedelta(days=30),
        "at": AT,
        "zone": "Europe/Istanbul",
        "lacking": "your slides, what you agree to",
    }
    return {
        f"speaker-{kind}": MailSample(subject, f"live.speaker_{kind}", bodies)
        for kind in SUBJECTS
        for subject, bodies in [speaker_mail(kind, "sample", facts)]
    }
