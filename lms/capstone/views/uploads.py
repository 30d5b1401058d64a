"""Large files of milestones: begun, sent piece by piece, discarded. Small ones come with the form."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.capstone import actions, policy, queries
from lms.capstone.forms import SlotForm
from lms.capstone.queries import MilestoneVisit, SendingVisit
from lms.capstone.views.frame import bp
from lms.core.errors import NotFound
from lms.core.uow import unit_of_work
from lms.core.uploads import Arrived, FileUpload
from lms.web import uploads
from lms.web.guards import current_actor, requires


@bp.post("/cohorts/<slug>/capstone/<key>/uploads")
@requires(policy.can_work, queries.milestone_visible_to)
def begin_upload(visit: MilestoneVisit) -> ResponseReturnValue:
    """Begin to send a large file for one of the slots, or learn how much of the same one is here already."""
    if visit.project is None:
        raise NotFound
    slot = SlotForm().slot.data or ""

    def begin(name: str, size: int) -> FileUpload:
        with unit_of_work() as work:
            return actions.begin_upload(visit, name, size, slot, actor=current_actor(), now=work.now)

    def address(upload: str) -> str:
        return url_for(".send_piece", slug=visit.cohort.slug, key=visit.line.key, upload=upload)

    return uploads.begun(begin, address)


@bp.post("/cohorts/<slug>/capstone/<key>/uploads/<upload>")
@requires(policy.can_work, queries.upload_visible_to)
def send_piece(sending: SendingVisit) -> ResponseReturnValue:
    """Take a piece; with the last one the file belongs to the draft."""
    return uploads.taken(sending.upload, lambda: _whole(sending))


def _whole(sending: SendingVisit) -> Arrived | None:
    if sending.upload.file_id is not None:
        return None
    file = actions.received_in_pieces(sending.visit, sending.upload)
    with unit_of_work() as work:
        return actions.add_arrived(
            sending.visit, sending.slot, sending.upload, file, actor=current_actor(), now=work.now
        )


@bp.post("/cohorts/<slug>/capstone/<key>/uploads/<upload>/discard")
@requires(policy.can_work, queries.upload_visible_to)
def discard_upload(sending: SendingVisit) -> ResponseReturnValue:
    """Discard what has arrived of a file."""
    uploads.discard(sending.upload)
    flash(f"What had arrived of “{sending.upload.name}” was discarded.", "good")
    visit = sending.visit
    return redirect(url_for(".milestone", slug=visit.cohort.slug, key=visit.line.key), code=303)
