"""What is asked in the house: Lea's question with a file and its conversation; a request of the other cohort."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lms.core.db import db
from lms.core.files import StoredFile
from lms.core.uow import unit_of_work
from lms.requests import actions
from lms.requests.actions import Upload
from lms.requests.models import RequestFile
from lms.requests.rules import EntryKind
from tests.factories import requests, world

if TYPE_CHECKING:
    from tests.factories.house import Builder

PDF = b"%PDF-1.4 what goes with a request"


def requests_asked(at: Builder) -> None:
    """Lea asks with a file and is asked back, has another answered; somebody of the other cohort asks too."""
    asked = requests.asked(at.own, at.lea, uploads=[Upload("letter.pdf", io.BytesIO(PDF))])
    with unit_of_work() as work:
        by = world.actor(at.persons["coordinator, own"])
        actions.write(asked.id, EntryKind.ASKED_BACK, "Which of the two?", actor=by, now=work.now)
    file = db.session.scalars(
        sa.select(StoredFile.public_id)
        .join(RequestFile, RequestFile.file_id == StoredFile.id)
        .where(RequestFile.request_id == asked.id)
    ).one()
    settled = requests.decided(requests.asked(at.own, at.lea), at.persons["coordinator, own"])
    at.values |= {
        "requests.reopen:public_id": settled.public_id,
        "requests:public_id": asked.public_id,
        "requests.request_file:file": file,
        "requests:kind": "question",
    }
    theirs = requests.asked(at.other, at.persons["learner, other cohort"])
    at.foreign["requests:public_id"] = theirs.public_id
