"""What a message is about, what people call it, and where it is."""

from __future__ import annotations

from dataclasses import dataclass

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import mail
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.curriculum.rules import endpoint_of


@dataclass(frozen=True, slots=True)
class Thing:
    """An activity of a cohort."""

    cohort: CohortView
    line: ActivityLine
    title: str
    """“B-1 The memo”."""
    short: str
    """“B-1”, or its title where it has no code."""
    path: str


def thing(cohort_id: int, activity_id: int) -> Thing:
    """An activity of a cohort, as messages name it."""
    cohort = cohorts.by_id(cohort_id)
    line = curriculum.outline(cohort.version_id).activities[activity_id]
    return Thing(
        cohort=cohort,
        line=line,
        title=f"{line.code} {line.title}".strip(),
        short=short(line),
        path=path(endpoint_of(line.kind.value), cohort.slug, key=line.key),
    )


def short(line: ActivityLine) -> str:
    """What an activity is called in a title."""
    return line.code or line.title


def path(endpoint: str, slug: str = "", **values: str) -> str:
    """The path of a page; the cohort's home where there is no such page."""
    given = {"slug": slug, **values} if slug else values
    try:
        return mail.path_to(endpoint, **given)
    except LookupError:
        return f"/cohorts/{slug}" if slug else "/"


def cohort_path(slug: str) -> str:
    """The home of a cohort for its learners."""
    return f"/cohorts/{slug}"
