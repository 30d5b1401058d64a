"""What is held about somebody's requests: what they asked, what was said and decided, as they may read it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.core.files import StoredFile
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.ports import PersonalPart
from lms.requests.models import Request, RequestEntry, RequestFile
from lms.requests.queries.asking import kind_of
from lms.requests.rules import INNER


def personal_part(person_id: int) -> PersonalPart:
    """Everything that somebody asked, with its history; notes of staff for each other are not part of it."""
    return PersonalPart(
        key="requests",
        title="What you asked",
        what="Your requests with who answered, what was said and decided, and the files you brought.",
        data=_requests(person_id),
    )


def _requests(person_id: int) -> list[dict[str, Any]]:
    owner, writer = aliased(Person), aliased(Person)
    rows = db.session.execute(
        sa.select(Request, Cohort.name.label("cohort"), sa.func.coalesce(owner.name, "").label("owner"))
        .join(Place, Place.id == Request.place_id)
        .join(Cohort, Cohort.id == Request.cohort_id)
        .outerjoin(owner, owner.id == Request.owner_id)
        .where(Place.person_id == person_id)
        .order_by(Request.id)
    ).all()
    ids = [row.Request.id for row in rows]
    said: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for entry in db.session.execute(
        sa.select(
            RequestEntry.request_id,
            RequestEntry.kind,
            RequestEntry.text,
            RequestEntry.at,
            sa.func.coalesce(writer.name, "").label("by"),
        )
        .outerjoin(writer, writer.id == RequestEntry.by_id)
        .where(RequestEntry.request_id.in_(ids), RequestEntry.kind.not_in(INNER))
        .order_by(RequestEntry.id)
    ):
        said[entry.request_id].append(
            {"what": entry.kind.value, "by": entry.by, "text": entry.text, "at": _stamp(entry.at)}
        )
    files: dict[int, list[str]] = defaultdict(list)
    for file in db.session.execute(
        sa.select(RequestFile.request_id, StoredFile.name)
        .join(StoredFile, StoredFile.id == RequestFile.file_id)
        .where(RequestFile.request_id.in_(ids), StoredFile.owner_id == person_id)
        .order_by(RequestFile.id)
    ):
        files[file.request_id].append(file.name)
    return [
        {
            "cohort": row.cohort,
            "kind": kind_of(row.Request.kind).title,
            "title": row.Request.title,
            "state": row.Request.state.value,
            "owner": row.owner,
            "asked_at": _stamp(row.Request.asked_at),
            "promised_at": _stamp(row.Request.promised_at),
            "decided_at": _stamp(row.Request.decided_at),
            "wanted": row.Request.wanted,
            "facts": row.Request.facts,
            "history": said[row.Request.id],
            "files": files[row.Request.id],
        }
        for row in rows
    ]


def _stamp(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None
