"""What is said in the forums of the house: Lea's question with a file, an answer, one that is reported."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lms.community.models import PostFile
from lms.core.db import db
from lms.core.files import StoredFile
from tests.factories import forums

if TYPE_CHECKING:
    from tests.factories.house import Builder

PDF = b"%PDF-1.4 a sketch"


def forum_things(at: Builder) -> None:
    """Threads of the own cohort, and one of the other."""
    mate, faculty = at.persons["learner, other team"], at.persons["faculty, own"]
    asked = forums.began(at.own, at.lea, upload=(io.BytesIO(PDF), "sketch.pdf"))
    answered = forums.replied(at.own, faculty, asked, "It does, where it gets the same job done.")
    rude = forums.replied(at.own, mate, asked, "What a question.")
    report = forums.reported(at.own, at.lea, asked, rude.post, "It helps nobody.")
    forums.began(at.own, faculty, "Slides of week 26", forum=forums.MODULE)
    file = db.session.scalar(
        sa.select(StoredFile.public_id)
        .join(PostFile, PostFile.file_id == StoredFile.id)
        .where(PostFile.post_id == asked.post.id)
    )
    assert file is not None
    at.values |= {
        "forum": "common-room",
        "thread": asked.thread.public_id,
        "report": report.public_id,
        "community.post_file:file": file,
        "community.post_history:post": asked.post.public_id,
        "community.report_post:post": answered.post.public_id,
    }
    stranger = at.persons["learner, other cohort"]
    theirs = forums.began(at.other, stranger)
    other_report = forums.reported(at.other, at.persons["faculty, other cohort"], theirs, theirs.post)
    at.foreign |= {
        "thread": theirs.thread.public_id,
        "report": other_report.public_id,
        "community.post_history:post": theirs.post.public_id,
        "community.report_post:post": theirs.post.public_id,
    }
