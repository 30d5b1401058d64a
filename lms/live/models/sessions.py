"""Tables: live sessions."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, Pk, PublicId, Text
from lms.live.rules import SessionState


class LiveSession(Model):
    """A session of a cohort: everything about it but its time."""

    __tablename__ = "live_session"
    __table_args__ = (
        sa.Index(None, "cohort_id", "activity_id"),
        sa.Index(None, "host_id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("scheduled_item.id"), unique=True)
    state: Mapped[SessionState] = mapped_column(default=SessionState.PLANNED)
    make_up_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("live_session.id"), index=True)
    """The session that was lost and is made up for here."""
    counts: Mapped[bool]
    """Whether attendance is required."""
    host_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    host_chosen: Mapped[bool] = mapped_column(default=False)
    """Chosen by hand: staff coming and going does not change it."""
    backup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who takes over when the host cannot."""
    confirmed_at: Mapped[dt.datetime | None]
    """The host has said that it takes place as planned; another date asks again."""
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    speaker: Mapped[str] = mapped_column(sa.String(200), default="")
    """A masterclass's speaker: name and role, as learners read it."""
    join_url: Mapped[str] = mapped_column(sa.String(1000), default="")
    notes: Mapped[Text] = mapped_column(default="")
    """As the host wrote them, in Markdown."""
    notes_html: Mapped[Text] = mapped_column(default="")
    """What the host leaves for learners after class."""
    closed_at: Mapped[dt.datetime | None]
    """The roster is closed: who is unmarked is absent from here on."""
    roster_version: Mapped[int] = mapped_column(default=0)
    """Id of the ledger's latest entry from the roster: what stood there at a version can be read back."""
