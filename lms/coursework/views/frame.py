"""What every activity's page of coursework shows around its own matter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, request, url_for

from lms.core import clock
from lms.coursework import queries
from lms.coursework.queries import Visit
from lms.coursework.rules.late import end_of
from lms.curriculum.queries import ActivityLine
from lms.curriculum.rules import endpoint_of, kind_icon, kind_word
from lms.scheduling.queries import ItemLine
from lms.web.guards import current_actor

bp = Blueprint("coursework", __name__)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The activity before or after this one in its module."""

    title: str
    href: str
    kind: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an activity's page is, for whom, and when its matter is open."""

    slug: str
    key: str
    title: str
    code: str
    kind: str
    symbol: str
    summary: str
    minutes: int
    required: bool
    competencies: tuple[str, ...]
    module: str
    module_href: str
    previous: Neighbour | None
    following: Neighbour | None
    staff: bool
    """The viewer has no place of their own: they see what learners see."""
    now: dt.datetime
    zone: str
    cohort_zone: str
    opens: dt.datetime | None
    due: dt.datetime | None
    extended: bool
    """The deadline is the learner's or the team's own."""
    cancelled: bool

    @property
    def ahead(self) -> bool:
        """Whether it is not open yet."""
        return self.opens is not None and self.now < self.opens

    @property
    def over(self) -> bool:
        """Whether its deadline has passed."""
        return self.due is not None and self.now >= end_of(self.due)

    @property
    def shown(self) -> bool:
        """Whether its matter is shown: staff always see it."""
        return self.staff or not self.ahead


def frame(visit: Visit, item: ItemLine | None) -> Frame:
    """Compose the frame of an activity's page."""
    line, module = visit.line, visit.module
    titles = queries.competency_titles(visit.cohort.version_id)
    here = module.activities.index(line)
    return Frame(
        slug=visit.cohort.slug,
        key=line.key,
        title=line.title,
        code=line.code,
        kind=kind_word(line.kind.value),
        symbol=kind_icon(line.kind.value),
        summary=line.summary,
        minutes=line.minutes,
        required=line.required,
        competencies=tuple(titles.get(code, code).partition(":")[0] for code in line.codes),
        module=module.title,
        module_href=_href("progress.module", visit, module.key),
        previous=_neighbour(visit, module.activities[here - 1]) if here else None,
        following=_neighbour(visit, module.activities[here + 1])
        if here + 1 < len(module.activities)
        else None,
        staff=visit.place is None,
        now=clock.now(),
        zone=current_actor().zone,
        cohort_zone=visit.cohort.zone,
        opens=item.starts_at if item else None,
        due=item.ends_at if item else None,
        extended=bool(item and item.personal),
        cancelled=bool(item and item.cancelled),
    )


def _neighbour(visit: Visit, line: ActivityLine) -> Neighbour:
    kind = line.kind.value
    return Neighbour(line.title, _href(endpoint_of(kind), visit, line.key), kind_word(kind))


def _href(endpoint: str, visit: Visit, key: str) -> str:
    return url_for(endpoint, slug=visit.cohort.slug, key=key)


def wants_json() -> bool:
    """Whether a script asks."""
    return request.accept_mimetypes.best == "application/json"
