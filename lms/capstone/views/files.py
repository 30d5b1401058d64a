"""Files of projects: always handed out as a download, never rendered on our origin."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response, abort
from flask.typing import ResponseReturnValue

from lms.capstone import policy, queries
from lms.capstone.queries import FileView
from lms.capstone.views.frame import bp
from lms.core import files
from lms.web.guards import requires
from lms.web.requests import no_store


@bp.get("/projects/<public_id>/files/<file>")
@requires(policy.can_download, queries.file_visible_to)
def project_file(file: FileView) -> ResponseReturnValue:
    """Hand a file out."""
    try:
        pieces = files.storage().read(files.blob_key(file.sha256))
        first = next(pieces, b"")
    except FileNotFoundError:
        abort(404)

    def body() -> Iterator[bytes]:
        yield first
        yield from pieces

    no_store()
    response = Response(body(), mimetype=file.content_type)
    plain = file.name.encode("ascii", "replace").decode().replace('"', "'").replace("?", "_")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}"
    )
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
