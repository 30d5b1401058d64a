"""The three mails that calendars act on, with sample data, for the style guide."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from lms.core import mail_samples
from lms.core.mail import Written, link
from lms.core.mail_samples import MailSample
from lms.integrations import actions
from lms.integrations.calendar import Entry
from lms.integrations.queries.invited import Invited

AT = dt.datetime(2026, 8, 11, 16, 0, tzinfo=dt.UTC)


@mail_samples.shows
def invitations() -> dict[str, MailSample]:
    """An invitation, another time, and the end of it."""
    starts = AT + dt.timedelta(days=4)
    first = Entry(
        uid="6f0a5f0e-6b0c-5c5e-9d0a-3d1f0c3c0a7e",
        sequence=0,
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=3),
        zone="Asia/Dubai",
        title="S27 Metric trees",
        about="Live session of Data and AI\nSpring",
        url=link("/cohorts/spring/sessions/s27"),
        categories=("Session",),
        modified_at=AT,
        busy=True,
    )
    moved = replace(
        first,
        sequence=1,
        starts_at=starts + dt.timedelta(days=1),
        ends_at=starts + dt.timedelta(days=1, hours=3),
    )
    who = Invited(0, "Rhea Menon", "rhea@example.org", "Asia/Dubai", by_mail=True)
    found = {}
    for name, entry in (
        ("calendar-invitation", first),
        ("calendar-moved", moved),
        ("calendar-cancelled", replace(moved, sequence=2, cancelled=True)),
    ):
        made = actions.letter(who, entry, key="sample", thread="sample", first=not entry.sequence, now=AT)
        found[name] = MailSample(
            made.subject, made.kind, Written(made.text, made.html), calendar=made.calendar
        )
    return found
