"""Files of work that was handed in or is being written."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from lms.coursework import policy, queries
from lms.coursework.queries import FileView
from lms.coursework.views.frame import bp
from lms.people.rules import Actor
from lms.web.downloads import kept_file
from lms.web.guards import requires


def downloadable_by(actor: Actor, submission: str, file: str) -> FileView | None:
    """The file, for those who may take it; for everybody else it is not there."""
    found = queries.file_visible_to(actor, submission, file)
    return found if policy.can_download(actor, found) else None


@bp.get("/submissions/<submission>/files/<file>")
@requires(policy.can_download, downloadable_by)
def submission_file(file: FileView) -> ResponseReturnValue:
    """Hand a file out, always as a download: nothing that people bring is rendered on our origin."""
    return kept_file(file, masked=file.masked)
