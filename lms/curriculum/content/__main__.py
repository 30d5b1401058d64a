"""`python -m lms.curriculum.content FOLDER`: check a programme without the application."""

from __future__ import annotations

import sys
from pathlib import Path

from lms.curriculum.content.checker import check


def main(arguments: list[str]) -> int:
    """Print every problem as file:line; exit 1 when there is one."""
    root = Path(arguments[0])
    content, problems = check(root)
    for problem in problems:
        print(f"{root}/{problem}")
    if content and not problems:
        activities = content.located()
        print(
            f"{root}: {len(content.courses)} courses, {len(content.modules())} modules, {len(activities)} activities"
        )
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
