"""Published versions, for choosing one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum.models import Programme, ProgrammeVersion
from lms.people.rules import Actor


@dataclass(frozen=True)
class VersionLine:
    """A published version, for choosing one."""

    id: int
    programme_slug: str
    title: str
    number: int
    published_at: dt.datetime
    content_hash: str


def versions() -> list[VersionLine]:
    """Every published version, newest first within its programme."""
    rows = db.session.execute(
        sa.select(
            ProgrammeVersion.id,
            Programme.slug.label("programme_slug"),
            ProgrammeVersion.title,
            ProgrammeVersion.number,
            ProgrammeVersion.published_at,
            ProgrammeVersion.content_hash,
        )
        .join(Programme, Programme.id == ProgrammeVersion.programme_id)
        .order_by(Programme.title, Programme.id, ProgrammeVersion.number.desc())
    )
    return [VersionLine(**row._asdict()) for row in rows]


def version_visible_to(_actor: Actor, slug: str, number: int) -> VersionLine:
    """The published version with this number; NotFound when there is none. Versions are the same for everybody."""
    for line in versions():
        if (line.programme_slug, line.number) == (slug, number):
            return line
    raise NotFound


def latest(slug: str) -> VersionLine | None:
    """The last published version of a programme, if any."""
    return next((line for line in versions() if line.programme_slug == slug), None)
