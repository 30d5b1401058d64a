"""What the desks of faculty and coordinators are made of."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.assessment.rules import TaskState
from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort, CohortState
from lms.cohorts.queries import CohortView
from lms.community import policy as community
from lms.community.queries import reports
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.desks.queries import game_lines
from lms.desks.queries.guiding import GuidedTeam, guided_teams
from lms.desks.rules import Line
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.fairness.queries import OpenLooks, open_looks
from lms.live import rules
from lms.live.models import LiveSession, SessionState
from lms.live.queries import HAS_SLIDES
from lms.live.rules import Readiness, Stage
from lms.people.models import Person
from lms.people.rules import Actor, Role
from lms.progress.models import Standing
from lms.scheduling.models import ItemState, ScheduledItem

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Reminder:
    """How far reminding of what a session lacks has come: a week before, two days before, on the day."""

    stage: str
    words: str
    grave: bool
    """It cannot be held as it stands, and is near."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session to hold."""

    cohort_slug: str
    cohort: str
    key: str
    code: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    host: str
    link: bool
    counts: bool
    speaker_missing: bool
    closed: bool
    zone: str = "UTC"
    slides: bool = True
    backup: bool = True

    @property
    def readiness(self) -> Readiness:
        """What it lacks, and what it should have besides, as its own page has it."""
        lacks = rules.lacks(
            host=bool(self.host), link=self.link, speaker=not self.speaker_missing, masterclass=True
        )
        return rules.readiness(lacks=lacks, slides=self.slides, backup=self.backup)

    def reminder(self, now: dt.datetime) -> Reminder | None:
        """Who is reminded of what by now; None where nobody is."""
        stage = rules.stage(self.starts_at, self.zone, now)
        told = rules.told_of(self.readiness, stage) if stage else ()
        if stage is None or not told:
            return None
        coordinators = rules.coordinators_told(self.readiness, stage, host=bool(self.host))
        who = " and ".join(
            name
            for name, is_told in (("the host", bool(self.host)), ("the coordinators", coordinators))
            if is_told
        )
        grave = bool(self.readiness.missing) and stage is not Stage.WEEK
        verb = "were" if coordinators else "was"
        return Reminder(stage.value, f"{who} {verb} reminded", grave)

    @property
    def advised(self) -> str:
        """What it should have besides, in words."""
        return ", ".join(f"no {name}" for name in self.readiness.advised)

    @property
    def missing(self) -> str:
        """What it cannot be held without and is not there, in words; empty when all is."""
        found = [
            word
            for word, lacks in (
                ("no host", not self.host),
                ("no meeting link", not self.link),
                ("no speaker", self.speaker_missing),
            )
            if lacks
        ]
        return ", ".join(found)


_SESSIONS = (
    sa.select(
        Cohort.slug.label("cohort_slug"),
        Cohort.name.label("cohort"),
        ScheduledItem.key,
        Activity.code,
        (Activity.title + sa.case((ScheduledItem.replaces != "", " (make-up)"), else_="")).label("title"),
        Activity.kind,
        ScheduledItem.starts_at,
        ScheduledItem.ends_at,
        Person.name.label("host"),
        LiveSession.join_url,
        LiveSession.counts,
        LiveSession.speaker,
        LiveSession.closed_at,
        Cohort.zone,
        HAS_SLIDES.label("slides"),
        LiveSession.backup_id,
    )
    .select_from(LiveSession)
    .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
    .join(Activity, Activity.id == LiveSession.activity_id)
    .join(Cohort, Cohort.id == LiveSession.cohort_id)
    .outerjoin(Person, Person.id == LiveSession.host_id)
    .where(ScheduledItem.state == ItemState.PLANNED, LiveSession.state != SessionState.CANCELLED)
    .order_by(ScheduledItem.starts_at, LiveSession.id)
)


def _session(row: Any) -> SessionLine:
    return SessionLine(
        cohort_slug=row.cohort_slug,
        cohort=row.cohort,
        key=row.key,
        code=row.code,
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        host=row.host or "",
        link=bool(row.join_url),
        counts=row.counts,
        speaker_missing=row.kind.value == "masterclass" and not row.speaker,
        closed=row.closed_at is not None,
        zone=row.zone,
        slides=row.slides,
        backup=row.backup_id is not None,
    )


def sessions_between(
    cohort_ids: Collection[int], since: dt.datetime, until: dt.datetime
) -> list[SessionLine]:
    """The sessions of some cohorts that touch a stretch of time, by start. One statement."""
    rows = db.session.execute(
        _SESSIONS.where(
            LiveSession.cohort_id.in_(list(cohort_ids)),
            ScheduledItem.ends_at >= since,
            ScheduledItem.starts_at < until,
        )
    )
    return [_session(row) for row in rows]


@dataclass(frozen=True, slots=True)
class ToMark:
    """The work of one activity that waits for a marker."""

    cohort_slug: str
    cohort: str
    code: str
    title: str
    waiting: int
    drafts: int
    oldest: dt.datetime
    promised_at: dt.datetime
    first_task: str
    """Public id of the piece that was promised first."""
    handed_over: tuple[tuple[str, int], ...] = ()
    """From whom pieces came, and how many."""


@dataclass(frozen=True)
class TeachingRead:
    """Everything on a faculty member's desk."""

    sessions: tuple[SessionLine, ...]
    open_rosters: tuple[SessionLine, ...]
    to_mark: tuple[ToMark, ...]
    second_looks: tuple[OpenLooks, ...]
    teams: tuple[GuidedTeam, ...]
    cohorts: tuple[CohortView, ...]
    reported: tuple[tuple[CohortView, int], ...]
    """Cohorts in whose forums posts were reported, and how many wait."""
    rounds: tuple[Line, ...] = ()
    """What the simulations of these cohorts need in the next days."""


def teaching(actor: Actor, now: dt.datetime) -> TeachingRead:
    """Read the desk of somebody who teaches, marks or guides: eleven statements."""
    mine = LiveSession.host_id == actor.person_id
    ahead = db.session.execute(
        _SESSIONS.where(mine, ScheduledItem.ends_at >= now, ScheduledItem.starts_at < now + WEEK)
    )
    behind = db.session.execute(
        _SESSIONS.where(
            mine,
            ScheduledItem.ends_at < now,
            LiveSession.closed_at.is_(None),
            LiveSession.counts.is_(True),
        )
    )
    views = cohorts.cohorts_of(actor, Role.FACULTY, Role.GUIDE, Role.MARKER, Role.ASSISTANT)
    waiting = reports.waiting_in([view.id for view in views if community.can_moderate(actor, view)])
    return TeachingRead(
        sessions=tuple(_session(row) for row in ahead),
        open_rosters=tuple(_session(row) for row in behind),
        to_mark=_to_mark(actor),
        second_looks=tuple(open_looks(actor.person_id)),
        teams=guided_teams(actor, now),
        cohorts=tuple(views),
        reported=tuple((view, waiting[view.id]) for view in views if view.id in waiting),
        rounds=_rounds(actor, views, now),
    )


def _rounds(actor: Actor, views: Collection[CohortView], now: dt.datetime) -> tuple[Line, ...]:
    open_ = {view.id: view for view in views if view.state is CohortState.OPEN}
    return tuple(game_lines.rounds(actor, open_, now, now + WEEK))


def _to_mark(actor: Actor) -> tuple[ToMark, ...]:
    rows = db.session.execute(
        sa.select(
            Cohort.slug,
            Cohort.name.label("cohort"),
            Activity.code,
            Activity.title,
            MarkingTask.state,
            MarkingTask.handed_in_at,
            MarkingTask.promised_at,
            MarkingTask.public_id,
            Person.name.label("handed_over_from"),
        )
        .select_from(MarkingTask)
        .join(Activity, Activity.id == MarkingTask.activity_id)
        .join(Cohort, Cohort.id == MarkingTask.cohort_id)
        .outerjoin(Person, Person.id == MarkingTask.handed_over_from_id)
        .where(
            MarkingTask.marker_id == actor.person_id,
            MarkingTask.state.in_((TaskState.WAITING, TaskState.DRAFT)),
        )
        .order_by(MarkingTask.promised_at, MarkingTask.id)
    ).all()
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        groups.setdefault((row.slug, row.code or row.title), []).append(row)
    return tuple(
        ToMark(
            cohort_slug=found[0].slug,
            cohort=found[0].cohort,
            code=found[0].code,
            title=found[0].title,
            waiting=len(found),
            drafts=sum(row.state is TaskState.DRAFT for row in found),
            oldest=min(row.handed_in_at for row in found),
            promised_at=found[0].promised_at,
            first_task=found[0].public_id,
            handed_over=tuple(
                sorted(Counter(row.handed_over_from for row in found if row.handed_over_from).items())
            ),
        )
        for found in groups.values()
    )


@dataclass(frozen=True, slots=True)
class CohortCard:
    """A cohort on a coordinator's desk."""

    view: CohortView
    learners: int
    on_leave: int
    at_risk: int
    to_release: int
    unallotted: int
    """Pieces of work without a marker."""
    reported: int = 0
    """Posts of its forums that somebody reported."""


@dataclass(frozen=True)
class CoordinationRead:
    """Everything on a coordinator's desk."""

    cards: tuple[CohortCard, ...]
    sessions: tuple[SessionLine, ...]
    rounds: tuple[Line, ...] = ()
    """What their simulations need in the next days."""


def coordination(actor: Actor, now: dt.datetime) -> CoordinationRead:
    """Read the desk of somebody who runs or oversees cohorts: six statements."""
    views = [
        view
        for view in cohorts.cohorts_of(actor, Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR)
        if view.state is not CohortState.CLOSED
    ]
    ids = [view.id for view in views]
    people = {
        row.cohort_id: row
        for row in db.session.execute(
            sa.select(
                Place.cohort_id,
                sa.func.count().label("learners"),
                sa.func.sum(sa.case((Place.state == PlaceState.ON_LEAVE, 1), else_=0)).label("on_leave"),
                sa.func.sum(sa.case((Standing.risk > 0, 1), else_=0)).label("at_risk"),
            )
            .outerjoin(Standing, Standing.place_id == Place.id)
            .where(Place.cohort_id.in_(ids), Place.state.in_((PlaceState.ENROLLED, PlaceState.ON_LEAVE)))
            .group_by(Place.cohort_id)
        )
    }
    work = {
        row.cohort_id: row
        for row in db.session.execute(
            sa.select(
                MarkingTask.cohort_id,
                sa.func.sum(sa.case((MarkingTask.state == TaskState.FINALISED, 1), else_=0)).label("ready"),
                sa.func.sum(
                    sa.case(
                        (sa.and_(MarkingTask.marker_id.is_(None), MarkingTask.state == TaskState.WAITING), 1),
                        else_=0,
                    )
                ).label("unallotted"),
            )
            .where(MarkingTask.cohort_id.in_(ids))
            .group_by(MarkingTask.cohort_id)
        )
    }
    sessions = db.session.execute(
        _SESSIONS.where(
            LiveSession.cohort_id.in_(ids),
            ScheduledItem.ends_at >= now,
            ScheduledItem.starts_at < now + WEEK,
        )
    )
    waiting = reports.waiting_in([view.id for view in views if community.can_moderate(actor, view)])
    return CoordinationRead(
        cards=tuple(
            CohortCard(
                view=view,
                learners=people[view.id].learners if view.id in people else 0,
                on_leave=people[view.id].on_leave if view.id in people else 0,
                at_risk=people[view.id].at_risk if view.id in people else 0,
                to_release=work[view.id].ready if view.id in work else 0,
                unallotted=work[view.id].unallotted if view.id in work else 0,
                reported=waiting.get(view.id, 0),
            )
            for view in views
        ),
        sessions=tuple(_session(row) for row in sessions),
        rounds=_rounds(actor, views, now),
    )
