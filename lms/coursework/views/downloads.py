"""Files of work that was handed in or is being written."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response
from flask.typing import ResponseReturnValue

from lms.core import files
from lms.coursework import policy, queries
from lms.coursework.queries import FileView
from lms.coursework.views.frame import bp
from lms.people.rules import Actor
from lms.web.guards import requires
from lms.web.requests import no_store


def downloadable_by(actor: Actor, submission: str, file: str) -> FileView | None:
    """The file, for those who may take it; for everybody else it is not there."""
    found = queries.file_visible_to(actor, submission, file)
    return found if policy.can_download(actor, found) else None


@bp.get("/submissions/<submission>/files/<file>")
@requires(policy.can_download, downloadable_by)
def submission_file(file: FileView) -> ResponseReturnValue:
    """Hand a file out, always as a download: nothing that people bring is rendered on our origin."""
    response = Response(files.storage().read(files.blob_key(file.sha256)), mimetype=file.content_type)
    no_store()
    plain = file.name.encode("ascii", "replace").decode().replace('"', "'").replace("?", "_")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}"
    )
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
