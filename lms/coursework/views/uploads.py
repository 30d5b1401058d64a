"""Large files of work: begun, sent piece by piece, discarded. The script of the page does it; small ones need none."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.core.uow import unit_of_work
from lms.core.uploads import Arrived, FileUpload
from lms.coursework import actions, policy, queries
from lms.coursework.queries import UploadVisit, Visit
from lms.coursework.rules import CourseworkRefusal
from lms.coursework.views.frame import bp
from lms.web import uploads
from lms.web.guards import current_actor, requires


@bp.post("/cohorts/<slug>/assignments/<key>/uploads")
@requires(policy.can_work, queries.assignment_visible_to)
def begin_upload(visit: Visit) -> ResponseReturnValue:
    """Begin to send a large file, or learn how much of the same one is here already."""
    owner = queries.owner_of(visit)
    if owner is None:
        return uploads.refused_with(CourseworkRefusal.NO_TEAM.value)

    def begin(name: str, size: int) -> FileUpload:
        with unit_of_work() as work:
            return actions.begin_upload(owner, name, size, actor=current_actor(), now=work.now)

    def address(upload: str) -> str:
        return url_for(".send_piece", slug=visit.cohort.slug, key=visit.line.key, upload=upload)

    return uploads.begun(begin, address)


@bp.post("/cohorts/<slug>/assignments/<key>/uploads/<upload>")
@requires(policy.can_work, queries.upload_visible_to)
def send_piece(sending: UploadVisit) -> ResponseReturnValue:
    """Take a piece; with the last one the file belongs to the draft."""
    return uploads.taken(sending.upload, lambda: _whole(sending))


def _whole(sending: UploadVisit) -> Arrived | None:
    upload = sending.upload
    if upload.file_id is not None:
        return None
    file = actions.received_in_pieces(sending.owner, upload)
    with unit_of_work() as work:
        return actions.add_arrived(sending.owner, upload, file, actor=current_actor(), now=work.now)


@bp.post("/cohorts/<slug>/assignments/<key>/uploads/<upload>/discard")
@requires(policy.can_work, queries.upload_visible_to)
def discard_upload(sending: UploadVisit) -> ResponseReturnValue:
    """Discard what has arrived of a file."""
    uploads.discard(sending.upload)
    flash(f"What had arrived of “{sending.upload.name}” was discarded.", "good")
    visit = sending.visit
    return redirect(url_for(".assignment", slug=visit.cohort.slug, key=visit.line.key), code=303)
