"""What is asked of files as work or a milestone is handed in: whether they are harmless, and when they came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from lms.core import scanning, uploads
from lms.core.errors import RuleViolation
from lms.core.scanning import ScanState
from lms.coursework.rules import CourseworkRefusal, late

Files = Sequence[Mapping[str, Any]]
"""Files of a draft: {"id", "name", "sha256", …}."""


def require_harmless(files: Files) -> None:
    """A file in which the scanner found harm is handed in by nobody; one that it has not seen yet is."""
    found = scanning.states([file["sha256"] for file in files])
    for file in files:
        known = found.get(file["sha256"])
        if known is not None and known.state is ScanState.REFUSED:
            raise RuleViolation(CourseworkRefusal.FILE_REFUSED, name=file["name"])


def began(files: Files, due: dt.datetime, request_began: dt.datetime) -> dt.datetime:
    """When the work began to arrive; what was sent in pieces is asked for only where it decides something."""
    if request_began < late.end_of(due) or not files:
        return request_began
    return late.began_with(request_began, due, uploads.arrivals([file["id"] for file in files]))
