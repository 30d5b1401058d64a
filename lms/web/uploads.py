"""Files that arrive in pieces, as every place that takes them speaks of it. Small ones need no script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from lms.core import scanning, uploads
from lms.core.errors import RuleViolation
from lms.core.files import FileRefusal
from lms.core.scanning import ScanState
from lms.core.uow import unit_of_work
from lms.core.uploads import PIECE, Arrived, FileUpload, UploadLine, UploadRefusal
from lms.web.forms import BaseForm

PIECES_FROM = 8 * 1024 * 1024
"""What is larger is worth going on with after a broken connection."""


class UploadForm(BaseForm):
    """A file that is about to be sent in pieces."""

    name = StringField("Name", validators=[InputRequired(), Length(max=400)])
    size = IntegerField("Bytes", validators=[InputRequired(), NumberRange(0, 2**31 - 1)])


class PieceForm(BaseForm):
    """A piece of it."""

    offset = IntegerField("Where it begins", validators=[InputRequired(), NumberRange(0, 2**31 - 1)])
    sha256 = StringField("Its hash", validators=[Regexp(r"^[0-9a-fA-F]{64}$")])
    piece = FileField("The bytes", validators=[FileRequired()])


# What a page says ---------------------------------------------------------------------------------------------------


def at_once_bytes() -> int:
    """What one form takes here."""
    return int(current_app.config["MAX_CONTENT_LENGTH"])


def pieces_from() -> int:
    """Files of more bytes are sent in pieces by the page's script."""
    return min(PIECES_FROM, at_once_bytes())


def limits_in_words(head: Mapping[str, Any]) -> str:
    """What files a brief accepts, as the field's hint."""
    kinds = head.get("file_types", ())
    if not kinds:
        return ""
    most, each = head.get("max_files", 5), head.get("max_mb", 25)
    count = "One file" if most == 1 else f"At most {most} files"
    together = at_once_bytes() // (1024 * 1024)
    pieces = f" Without JavaScript {together} MB can be sent at once." if each > together else ""
    return f"{count}, each up to {each} MB: {', '.join(kinds)}.{pieces}"


@dataclass(frozen=True, slots=True)
class ArrivingFile:
    """A file of which pieces are missing, as pages list it."""

    name: str
    here: int
    size: int
    discard: str
    """The address that discards what has arrived."""


def still_arriving(found: Iterable[UploadLine], discard: Callable[[str], str]) -> tuple[ArrivingFile, ...]:
    """Uploads as pages list them; `discard` gives the address for a public id."""
    return tuple(ArrivingFile(one.name, one.arrived, one.size, discard(one.public_id)) for one in found)


def found_by_scanner(hashes: list[str]) -> dict[str, ScanState]:
    """What is to be said of files beside their names: nothing where nothing is checked, or where all is well."""
    found = scanning.states(hashes)
    return {each: found[each].state for each in found if found[each].state is not ScanState.CLEAN}


# What its script is answered ----------------------------------------------------------------------------------------


def begun(begin: Callable[[str, int], FileUpload], address: Callable[[str], str]) -> ResponseReturnValue:
    """Begin to take a large file, or say how much of the same one is here; `begin` runs in a unit of work."""
    form = UploadForm()
    if not form.validate():
        return _wrong(form)
    try:
        upload = begin(form.name.data or "", form.size.data or 0)
    except RuleViolation as refused:
        return refused_with(refused.message)
    return jsonify(to=address(upload.public_id), offset=uploads.arrived(upload.public_id), piece=PIECE)


def taken(upload: UploadLine, whole: Callable[[], Arrived | None]) -> ResponseReturnValue:
    """Take a piece; with the last one `whole` makes the file part of its draft (None: it was that already)."""
    form = PieceForm()
    if not form.validate():
        return _wrong(form)
    try:
        offset = uploads.take(
            upload, form.piece.data.stream, offset=form.offset.data or 0, sha256=form.sha256.data or ""
        )
    except RuleViolation as refused:
        if refused.reason is UploadRefusal.TOO_FAR:
            return jsonify(reason=refused.message, offset=uploads.arrived(upload.public_id)), 409
        return refused_with(refused.message)
    return jsonify(offset=offset) if offset < upload.size else _whole(upload, whole)


def _whole(upload: UploadLine, whole: Callable[[], Arrived | None]) -> ResponseReturnValue:
    try:
        arrived = whole()
    except RuleViolation as refused:
        if isinstance(refused.reason, FileRefusal):
            discard(upload)
        return refused_with(refused.message)
    uploads.forget(upload.public_id)
    if arrived is None:
        return jsonify(offset=upload.size, done=True, name=upload.name)
    return jsonify(
        offset=upload.size, done=True, file=arrived.public_id, name=arrived.name, gone=list(arrived.gone)
    )


def discard(upload: UploadLine) -> None:
    """Discard what has arrived of a file."""
    with unit_of_work():
        uploads.drop(upload)
    if upload.file_id is None:
        uploads.forget(upload.public_id)


def refused_with(reason: str) -> ResponseReturnValue:
    """Say to the page's script why something is refused."""
    return jsonify(reason=reason), 422


def _wrong(form: BaseForm) -> ResponseReturnValue:
    reasons = [f"{form[name].label.text}: {' '.join(errors)}" for name, errors in form.errors.items() if name]
    return refused_with(" ".join(reasons))
