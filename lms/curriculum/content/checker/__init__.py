"""What no single file can say of itself: ids unique, references resolve, weeks within the limit, no rings of dates.

Each module holds the rules of one subject; a rule takes the typed programme and yields problems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from lms.curriculum.content import reader, source
from lms.curriculum.content.checker import (
    dates,
    files,
    frame,
    grading,
    identity,
    peers,
    policies,
    questions,
    rules,
    texts,
    weeks,
)
from lms.curriculum.content.reader import ProgrammeContent
from lms.curriculum.content.source import Problem

CHECKS: tuple[Callable[[ProgrammeContent], Iterator[Problem]], ...] = (
    identity.ids_unique,
    identity.codes_exist,
    identity.fields_unique,
    identity.levels_differ,
    dates.anchors_resolve,
    dates.dates_in_order,
    dates.dates_in_year,
    dates.windows_wide_enough,
    dates.sessions_apart,
    weeks.weeks_bearable,
    weeks.effort_in_time,
    grading.groups_hold,
    grading.graded_things_can_be_marked,
    peers.reviews_possible,
    questions.banks_suffice,
    questions.answers_differ,
    questions.pools_suffice,
    frame.frame_holds,
    frame.order_holds,
    policies.policies_consistent,
    rules.rules_name_things,
    texts.texts_readable,
    texts.texts_plain,
)


def check(root: Path, read: reader.ReadFile = source.read) -> tuple[ProgrammeContent | None, list[Problem]]:
    """Read and check a programme's folder; the programme is fit to publish only when no problem is returned."""
    content, problems = reader.read_programme(root, read)
    all_read = not problems
    if content is not None:
        for rule in CHECKS:
            problems.extend(rule(content))
        if all_read:
            problems.extend(files.unnamed_files(content, root))
    return content, sorted(set(problems))
