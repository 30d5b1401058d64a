"""What a learner's desk is made of, read with a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.capstone.models import GuideAssignment, MilestoneSubmission, Project, SubmissionState
from lms.community.queries import forum_news
from lms.community.queries.forum_news import ForMe
from lms.core.db import db
from lms.core.remember import Remembered
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import Outline
from lms.enrolment.models import Place, TeamMembership
from lms.enrolment.queries import MyPlace
from lms.enrolment.rules import TeamKind
from lms.fairness import queries as fairness
from lms.fairness.queries import PeerLine
from lms.live.models import LiveSession
from lms.notifications.models import Notice, NoticeKind
from lms.people.models import Person
from lms.progress import queries as progress
from lms.progress.queries import Dates, Member, StandingLine
from lms.scheduling import queries as scheduling
from lms.scheduling.rules import Calendar
from lms.simulations import queries as simulations
from lms.simulations.queries import OwnRound

CAME_BACK = (NoticeKind.MARK, NoticeKind.FEEDBACK, NoticeKind.DISCUSSION, NoticeKind.EXTENSION)
FOUR_WEEKS = dt.timedelta(days=28)
WEEK = dt.timedelta(days=7)
A_FORTNIGHT = dt.timedelta(days=14)


@dataclass(frozen=True)
class CameBack:
    """Something that came back: a mark, feedback, an answer."""

    title: str
    text: str
    link: str
    at: dt.datetime


@dataclass(frozen=True)
class ProjectRead:
    """The learner's capstone: what it is, who guides, how far, who is about."""

    title: str
    guide: str
    states: dict[int, SubmissionState]
    """Milestone activity → state of its latest submission."""
    members: int
    active: int
    """Members seen within a week."""


@dataclass(frozen=True)
class LearnerRead:
    """Everything the desk is made of."""

    me: MyPlace
    now: dt.datetime
    outline: Outline
    dates: Dates
    standing: StandingLine
    weeks: Calendar
    present_week: int
    came_back: tuple[CameBack, ...]
    hosts: dict[int, str]
    """Activity → who teaches or speaks."""
    project: ProjectRead | None
    forums: ForMe
    """What is new in threads that the learner follows, or where they are named."""
    peers: tuple[PeerLine, ...] = ()
    """The open rounds of peer review in which they have something to submit."""
    games: tuple[OwnRound, ...] = ()
    """The rounds of their simulations that are on, or whose results are new."""


def learner(me: MyPlace, now: dt.datetime) -> LearnerRead:
    """Read a learner's desk: at most eight statements besides those that found the place."""
    outline = curriculum.outline(me.cohort.version_id)
    standing, done = progress.standing_and_done(me.place_id)
    dates = progress.dates(Member(me.cohort, me), done)
    return LearnerRead(
        me=me,
        now=now,
        outline=outline,
        dates=dates,
        standing=standing,
        weeks=scheduling.calendar(me.cohort),
        present_week=scheduling.week_now(me.cohort, now),
        came_back=_came_back(me, now),
        hosts=_hosts.get(me.cohort_id, me.cohort.outline_version, lambda: _read_hosts(me.cohort_id)),
        project=_project(me, now),
        forums=forum_news.for_me(
            forum_news.hall_of(me.cohort, me.person_id, learner=True, section_id=me.section_id)
        ),
        peers=_peers(me, dates, now),
        games=_games(me, outline, dates, now),
    )


def _peers(me: MyPlace, dates: Dates, now: dt.datetime) -> tuple[PeerLine, ...]:
    """Asked only where reviewed work can be handed in already: at most one statement.

    Not where a deadline is over: a round may be begun before it, and the learner's own may be a later one.
    """
    keys = {one.key for one in fairness.peer_reviewed(me.cohort.version_id)}
    opened = [item.starts_at for item in dates.items.values() if item.key in keys]
    if not any(at <= now for at in opened):
        return ()
    return tuple(line for line in fairness.peer_lines(me.place_id, open_at=now) if line.left)


def _games(me: MyPlace, outline: Outline, dates: Dates, now: dt.datetime) -> tuple[OwnRound, ...]:
    """Asked only while a simulation is in the schedule, and shortly after: at most one statement."""
    lines = outline.activities
    if not any(
        lines[item.activity_id].kind is ActivityKind.SIMULATION
        and item.starts_at <= now <= item.ends_at + A_FORTNIGHT
        for item in dates.items.values()
    ):
        return ()
    return simulations.own_rounds(me.place_id, now)


_COHORT = sa.bindparam("cohort", type_=sa.Integer)
_PERSON = sa.bindparam("person", type_=sa.Integer)
_HOSTS = (
    sa.select(LiveSession.activity_id, Person.name, LiveSession.speaker)
    .select_from(LiveSession)
    .outerjoin(Person, Person.id == LiveSession.host_id)
    .where(LiveSession.cohort_id == _COHORT)
    .order_by(LiveSession.id)
)


_hosts: Remembered[dict[int, str]] = Remembered(256)


def _read_hosts(cohort_id: int) -> dict[int, str]:
    rows = db.session.execute(_HOSTS, {"cohort": cohort_id})
    return {activity_id: speaker or name or "" for activity_id, name, speaker in rows}


_CAME_BACK = (
    sa.select(Notice.title, Notice.text, Notice.link, Notice.at)
    .where(
        Notice.person_id == _PERSON,
        Notice.cohort_id == _COHORT,
        Notice.kind.in_(CAME_BACK),
        Notice.at > sa.bindparam("since", type_=Notice.at.type),
    )
    .order_by(Notice.read_at.is_not(None), Notice.at.desc(), Notice.id.desc())
    .limit(4)
)


def _came_back(me: MyPlace, now: dt.datetime) -> tuple[CameBack, ...]:
    rows = db.session.execute(
        _CAME_BACK, {"person": me.person_id, "cohort": me.cohort_id, "since": now - FOUR_WEEKS}
    )
    return tuple(CameBack(*row) for row in rows)


_MEMBERS = sa.select(sa.func.count()).where(
    TeamMembership.team_id == Project.team_id, TeamMembership.ends_at.is_(None)
)
_ACTIVE = (
    sa.select(sa.func.count())
    .select_from(TeamMembership)
    .join(Place, Place.id == TeamMembership.place_id)
    .join(Person, Person.id == Place.person_id)
    .where(
        TeamMembership.team_id == Project.team_id,
        TeamMembership.ends_at.is_(None),
        Person.last_seen_on >= sa.bindparam("since", type_=sa.Date),
    )
)
_PROJECT = (
    sa.select(
        Project.title,
        Person.name.label("guide"),
        MilestoneSubmission.activity_id,
        MilestoneSubmission.state,
        _MEMBERS.correlate(Project).scalar_subquery().label("members"),
        _ACTIVE.correlate(Project).scalar_subquery().label("active"),
    )
    .select_from(Project)
    .outerjoin(
        GuideAssignment,
        sa.and_(GuideAssignment.project_id == Project.id, GuideAssignment.ends_at.is_(None)),
    )
    .outerjoin(Person, Person.id == GuideAssignment.person_id)
    .outerjoin(MilestoneSubmission, MilestoneSubmission.project_id == Project.id)
    .order_by(Project.id, MilestoneSubmission.number)
)
_OWNER = sa.bindparam("owner", type_=sa.Integer)
_OF_TEAM, _OF_ONE = _PROJECT.where(Project.team_id == _OWNER), _PROJECT.where(Project.place_id == _OWNER)


def _project(me: MyPlace, now: dt.datetime) -> ProjectRead | None:
    team = me.team(TeamKind.CAPSTONE)
    statement, owner = (_OF_TEAM, team) if team is not None else (_OF_ONE, me.place_id)
    rows = db.session.execute(statement, {"owner": owner, "since": (now - WEEK).date()}).all()
    if not rows:
        return None
    return ProjectRead(
        title=rows[0].title,
        guide=rows[0].guide or "",
        states={row.activity_id: row.state for row in rows if row.activity_id is not None},
        members=rows[0].members,
        active=rows[0].active,
    )
