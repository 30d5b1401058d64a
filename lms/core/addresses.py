"""Addresses that mail came back from: a hard bounce ends our mail to an address until its owner confirms it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Model, db, read

CHUNK = 400


class MailAddress(Model):
    """What came back from an address; an address without a row never gave trouble."""

    __tablename__ = "mail_address"

    address: Mapped[str] = mapped_column(sa.String(254), primary_key=True)
    """Lower case."""
    dead_at: Mapped[dt.datetime | None]
    """Since when nothing is sent there: a hard bounce. Empty again once its owner confirmed it."""
    soft: Mapped[int] = mapped_column(default=0)
    """How often mail was delayed or refused for the moment."""
    last_at: Mapped[dt.datetime]
    status: Mapped[str] = mapped_column(sa.String(20), default="")
    """The enhanced status code of the last report, as in RFC 3463."""
    why: Mapped[str] = mapped_column(sa.String(300), default="")
    """What the other server said."""
    confirmed_at: Mapped[dt.datetime | None]
    """When its owner said last that mail arrives there again."""


_DEAD = sa.select(MailAddress.address).where(
    MailAddress.address.in_(sa.bindparam("some", type_=sa.String, expanding=True)),
    MailAddress.dead_at.is_not(None),
)


def dead(addresses: Collection[str]) -> frozenset[str]:
    """Which of these addresses get no mail of ours. One statement for each few hundred."""
    wanted = sorted({address.lower() for address in addresses if address})
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        found |= set(read(_DEAD, {"some": wanted[start : start + CHUNK]}).scalars())
    return frozenset(found)


def trouble_with(address: str) -> MailAddress | None:
    """What came back from an address, or None."""
    return db.session.get(MailAddress, address.lower()) if address else None


def troubled(addresses: Collection[str]) -> dict[str, MailAddress]:
    """The same for many, by address. One statement for each few hundred."""
    wanted = sorted({address.lower() for address in addresses if address})
    found: dict[str, MailAddress] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = db.session.scalars(
            sa.select(MailAddress).where(MailAddress.address.in_(wanted[start : start + CHUNK]))
        )
        found |= {row.address: row for row in rows}
    return found


def came_back(address: str, *, hard: bool, status: str, why: str, now: dt.datetime) -> None:
    """Note a bounce. A hard one ends mail to the address; a soft one is counted."""
    row = db.session.get(MailAddress, address.lower())
    if row is None:
        row = MailAddress(address=address.lower(), soft=0, last_at=now)
        db.session.add(row)
    row.last_at, row.status, row.why = now, status[:20], " ".join(why.split())[:300]
    if hard:
        row.dead_at = row.dead_at or now
    else:
        row.soft += 1
    db.session.flush()


def confirm(address: str, *, now: dt.datetime) -> None:
    """Send to an address again: its owner says that it is right."""
    row = db.session.get(MailAddress, address.lower())
    if row is not None:
        row.dead_at, row.soft, row.confirmed_at = None, 0, now
        db.session.flush()
