"""Files of projects: always handed out as a download, never rendered on our origin."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lms.capstone import policy, queries
from lms.capstone.queries import FileView
from lms.capstone.views.frame import bp
from lms.web.downloads import kept_file
from lms.web.guards import requires


@bp.get("/projects/<public_id>/files/<file>")
@requires(policy.can_download, queries.file_visible_to)
def project_file(file: FileView) -> ResponseReturnValue:
    """Hand a file out."""
    return kept_file(file, masked=file.masked)
