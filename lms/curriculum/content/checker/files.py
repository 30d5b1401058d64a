"""Files: nothing lies in the folder that is never read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lms.curriculum.content.reader import ProgrammeContent
from lms.curriculum.content.source import Problem


def unnamed_files(content: ProgrammeContent, root: Path) -> Iterator[Problem]:
    """A file that nothing names is a mistake: it would never be read."""
    named = {source.path for source in content.sources()}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root).as_posix()
        if path.is_file() and not path.name.startswith(".") and relative not in named:
            yield Problem(relative, 1, "no module names this file; name it in an activity or delete it")
