"""Large files of work: begun, sent piece by piece, discarded. The script of the page does it; small ones need none."""

from __future__ import annotations

from flask import flash, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.core import uploads
from lms.core.errors import RuleViolation
from lms.core.files import FileRefusal
from lms.core.uow import unit_of_work
from lms.core.uploads import PIECE, UploadRefusal
from lms.coursework import actions, policy, queries
from lms.coursework.forms import PieceForm, UploadForm
from lms.coursework.queries import UploadVisit, Visit
from lms.coursework.rules import CourseworkRefusal
from lms.coursework.views.frame import bp
from lms.web.forms import BaseForm
from lms.web.guards import current_actor, requires


@bp.post("/cohorts/<slug>/assignments/<key>/uploads")
@requires(policy.can_work, queries.assignment_visible_to)
def begin_upload(visit: Visit) -> ResponseReturnValue:
    """Begin to send a large file, or learn how much of the same one is here already."""
    owner, form = queries.owner_of(visit), UploadForm()
    if owner is None:
        return jsonify(reason=CourseworkRefusal.NO_TEAM.value), 422
    if not form.validate():
        return _wrong(form)
    try:
        with unit_of_work() as work:
            begun = actions.begin_upload(
                owner, form.name.data or "", form.size.data or 0, actor=current_actor(), now=work.now
            )
    except RuleViolation as refused:
        return jsonify(reason=refused.message), 422
    here = url_for(".send_piece", slug=visit.cohort.slug, key=visit.line.key, upload=begun.public_id)
    return jsonify(to=here, offset=uploads.arrived(begun.public_id), piece=PIECE)


@bp.post("/cohorts/<slug>/assignments/<key>/uploads/<upload>")
@requires(policy.can_work, queries.upload_visible_to)
def send_piece(sending: UploadVisit) -> ResponseReturnValue:
    """Take a piece; with the last one the file belongs to the draft."""
    form = PieceForm()
    if not form.validate():
        return _wrong(form)
    upload = sending.upload
    try:
        offset = uploads.take(
            upload, form.piece.data.stream, offset=form.offset.data or 0, sha256=form.sha256.data or ""
        )
    except RuleViolation as refused:
        if refused.reason is UploadRefusal.TOO_FAR:
            return jsonify(reason=refused.message, offset=uploads.arrived(upload.public_id)), 409
        return jsonify(reason=refused.message), 422
    return jsonify(offset=offset) if offset < upload.size else _arrived(sending)


def _arrived(sending: UploadVisit) -> ResponseReturnValue:
    upload = sending.upload
    if upload.file_id is not None:
        version = queries.work(sending.owner).draft_version
        return jsonify(offset=upload.size, done=True, version=version, name=upload.name)
    try:
        file = actions.received_in_pieces(sending.owner, upload)
        with unit_of_work() as work:
            arrived = actions.add_arrived(sending.owner, upload, file, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        if isinstance(refused.reason, FileRefusal):
            _discard(sending)
        return jsonify(reason=refused.message), 422
    uploads.forget(upload.public_id)
    return jsonify(
        offset=upload.size, done=True, version=arrived.version, file=arrived.public_id, name=arrived.name
    )


@bp.post("/cohorts/<slug>/assignments/<key>/uploads/<upload>/discard")
@requires(policy.can_work, queries.upload_visible_to)
def discard_upload(sending: UploadVisit) -> ResponseReturnValue:
    """Discard what has arrived of a file."""
    _discard(sending)
    flash(f"What had arrived of “{sending.upload.name}” was discarded.", "good")
    visit = sending.visit
    return redirect(url_for(".assignment", slug=visit.cohort.slug, key=visit.line.key), code=303)


def _discard(sending: UploadVisit) -> None:
    with unit_of_work():
        uploads.drop(sending.upload)
    if sending.upload.file_id is None:
        uploads.forget(sending.upload.public_id)


def _wrong(form: BaseForm) -> ResponseReturnValue:
    reasons = [f"{form[name].label.text}: {' '.join(errors)}" for name, errors in form.errors.items() if name]
    return jsonify(reason=" ".join(reasons)), 422
