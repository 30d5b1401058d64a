"""Tables: who looks after a line of the run-sheet that has no owner of its own."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Key, Model


class Duty(Model):
    """Somebody looks after a line: a session to get ready, a deadline to follow, marks to release."""

    __tablename__ = "duty"

    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), primary_key=True)
    key: Mapped[Key] = mapped_column(primary_key=True)
    """What and of which item: `session:s23`, `deadline:b-1`, `release:b-1`."""
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    given_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    given_at: Mapped[dt.datetime]
