"""The frame of every page, filled in: who is here, where they may go, which hat they wear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, has_request_context, request

from lms.assessment.policy import can_have_work_to_mark, can_see_marks
from lms.capstone.policy import can_see_guides
from lms.cohorts.models import Cohort, CohortState
from lms.core.config import Mode, Settings
from lms.core.db import db, read
from lms.enrolment.policy import can_see_people
from lms.notifications.models import Notice
from lms.people.policy import can_look_after_people
from lms.people.rules import Actor, Role
from lms.requests.policy import can_see_any_inbox, can_see_inbox
from lms.scheduling.policy import can_change_dates
from lms.simulations.policy import can_see_games
from lms.simulations.queries import playing
from lms.web.guards import current_actor_or_none, current_thing
from lms.web.links import href
from lms.web.shell import NavItem, RoleSwitch, Shell, initials, local_path, theme_of

TEACHING = (Role.FACULTY, Role.GUIDE, Role.MARKER, Role.ASSISTANT)
COORDINATING = (Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR)

Place = tuple[str, str, str, bool]
"""Where a link of the navigation leads: label, endpoint, icon, whether it takes the cohort's slug."""

LEARNER: tuple[Place, ...] = (
    ("Desk", "desks.learner", "house", True),
    ("Schedule", "scheduling.schedule", "calendar", True),
    ("Learn", "progress.learn", "book-open", True),
    ("Capstone", "capstone.room", "flag", True),
    ("Progress", "progress.overview", "chart-no-axes-column", True),
)
SIMULATIONS: Place = ("Simulations", "simulations.index", "gamepad-2", True)
BEFORE_CAPSTONE = 3
"""Where a learner finds the simulation that goes on; once it is over it stands last."""
FACULTY: tuple[Place, ...] = (
    ("Desk", "desks.teaching", "house", False),
    ("Marking", "assessment.queue", "file-pen", False),
)
FACULTY_IN_COHORT: tuple[Place, ...] = (
    ("Schedule", "scheduling.schedule", "calendar", True),
    ("Programme", "progress.learn", "book-open", True),
    ("Marks", "assessment.marks", "graduation-cap", True),
    ("People", "enrolment.people", "users", True),
    ("Teams", "enrolment.teams", "users-round", True),
    ("Announce", "community.announcements", "megaphone", True),
    ("Forums", "community.forums", "messages-square", True),
    ("Capstones", "capstone.guides", "flag", True),
    SIMULATIONS,
)
PROGRAMMES: Place = ("Programmes", "curriculum.programmes", "book-marked", False)
REQUESTS: Place = ("Requests", "requests.inbox", "inbox", False)
REQUESTS_IN_COHORT: Place = ("Requests", "requests.cohort_inbox", "inbox", True)
COORDINATOR: tuple[Place, ...] = (
    ("Desk", "desks.coordination", "house", False),
    ("Run-sheet", "desks.run_sheet", "list-checks", False),
)
COORDINATOR_OUTSIDE: tuple[Place, ...] = (
    REQUESTS,
    ("People", "people.directory", "users", False),
    PROGRAMMES,
)
COORDINATOR_IN_COHORT: tuple[Place, ...] = (
    ("Board", "desks.board", "layout-list", True),
    REQUESTS_IN_COHORT,
    ("People", "enrolment.people", "users", True),
    ("Teams", "enrolment.teams", "users-round", True),
    ("Plan", "scheduling.plan", "calendar", True),
    ("Studio", "scheduling.drafts", "pencil-ruler", True),
    ("Sessions", "live.sessions_of_the_week", "video", True),
    ("Announce", "community.announcements", "megaphone", True),
    ("Forums", "community.forums", "messages-square", True),
    ("Marks", "assessment.marks", "graduation-cap", True),
    ("Capstones", "capstone.guides", "flag", True),
    SIMULATIONS,
)
ADMINISTRATOR: tuple[Place, ...] = (
    ("People", "people.directory", "users", False),
    ("Mailbox", "people.mailbox", "mail", False),
    ("Outbox", "people.outbox_page", "send", False),
    ("Audit", "people.audit_log", "scroll-text", False),
    PROGRAMMES,
)
MAY: Mapping[str, Callable[[Actor, Any], bool]] = {
    "assessment.queue": lambda actor, _cohort: can_have_work_to_mark(actor),
    "assessment.marks": can_see_marks,
    "enrolment.people": can_see_people,
    "enrolment.teams": can_see_people,
    "capstone.guides": can_see_guides,
    "requests.inbox": lambda actor, _cohort: can_see_any_inbox(actor),
    "requests.cohort_inbox": can_see_inbox,
    "scheduling.drafts": can_change_dates,
    "simulations.index": can_see_games,
    "people.directory": lambda actor, _cohort: can_look_after_people(actor),
}
"""What not everybody who wears a hat may see: the policy of the page itself."""
ACCOUNT: tuple[tuple[str, str, str], ...] = (
    ("Profile", "people.profile", "user"),
    ("Time zone", "people.zone", "globe"),
    ("My calendar", "integrations.calendar", "calendar-sync"),
    ("Notifications", "notifications.choices", "bell"),
    ("My busy dates", "people.busy_dates", "calendar-x"),
    ("Sign-in security", "people.own_security", "shield"),
    ("My data", "people.my_data", "database"),
)


@dataclass(frozen=True, slots=True)
class _Cohort:
    """A cohort the actor has a role in, or the one that is looked at."""

    id: int
    slug: str
    name: str
    plays: int | None = None
    """How a learner is in simulations there: 2 one goes on, 1 one is over, empty none."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.id


@dataclass(frozen=True)
class _World:
    """What the frame is made of: one statement."""

    cohorts: tuple[_Cohort, ...]
    unread: int


def register(app: Flask, settings: Settings) -> None:
    """Give every template its `shell`."""

    @app.context_processor
    def context() -> dict[str, Any]:
        if not has_request_context():
            return {}
        if "shell" not in g:
            g.shell = _shell(settings, current_actor_or_none())
        return {"shell": g.shell}


def _shell(settings: Settings, actor: Actor | None) -> Shell:
    theme = theme_of(request.cookies)
    demo = settings.mode is Mode.DEMO
    path = local_path(request.full_path.rstrip("?"))
    if actor is None:
        on_login = request.endpoint == "security.login"
        return Shell(
            institution=settings.institution,
            theme=theme,
            demo=demo,
            path=path,
            sign_in_href="" if on_login else "/login",
        )
    world = _world(actor)
    hat = _hat(actor, world)
    return Shell(
        institution=settings.institution,
        theme=theme,
        demo=demo,
        path=path,
        actor_name=actor.name,
        actor_initials=initials(actor.name),
        signed_in=True,
        zone=actor.zone,
        nav=_nav(actor, hat),
        roles=_roles(actor, world, hat),
        account=tuple(NavItem(label, href(endpoint), icon) for label, endpoint, icon in ACCOUNT),
        notices_href=href("notifications.inbox"),
        notice_count=world.unread,
        zone_href="" if actor.zone_chosen else href("people.zone"),
    )


_UNREAD = (
    sa.select(sa.func.count())
    .select_from(Notice)
    .where(Notice.person_id == sa.bindparam("person", type_=sa.Integer), Notice.read_at.is_(None))
    .scalar_subquery()
)
_COHORTS = (
    sa.select(
        Cohort.id,
        Cohort.slug,
        Cohort.name,
        playing(Cohort.id, sa.bindparam("person", type_=sa.Integer)).label("plays"),
        _UNREAD.label("unread"),
    )
    .where(
        sa.or_(
            Cohort.id.in_(sa.bindparam("ids", type_=sa.Integer, expanding=True)),
            Cohort.slug == sa.bindparam("here", type_=sa.String),
        )
    )
    .order_by(Cohort.state == CohortState.CLOSED, Cohort.starts_on.desc(), Cohort.id)
)


def _world(actor: Actor) -> _World:
    ids = sorted({cohort for _role, cohort in actor.grants if cohort is not None})
    found = read(_COHORTS, {"person": actor.person_id, "ids": ids, "here": _slug() or None}).all()
    count = (
        found[0].unread if found else db.session.scalar(sa.select(_UNREAD), {"person": actor.person_id}) or 0
    )
    return _World(tuple(_Cohort(row.id, row.slug, row.name, row.plays) for row in found), count)


def _slug() -> str:
    """The cohort of this page: named by the URL, or that of the project which the URL names."""
    if request.path.startswith("/cohorts/"):
        return str((request.view_args or {}).get("slug", ""))
    if request.path.startswith("/projects/"):
        return str(getattr(getattr(current_thing(), "cohort", None), "slug", ""))
    return ""


def _here(world: _World) -> _Cohort | None:
    slug = _slug()
    return next((cohort for cohort in world.cohorts if cohort.slug == slug), None)


def _hat(actor: Actor, world: _World) -> tuple[str, _Cohort | None]:
    """Which of their roles the person wears on this page, and in which cohort."""
    here = _here(world)
    if here is not None:
        if any(actor.has(role, here.id) for role in COORDINATING):
            return "coordinator", here
        if any(actor.has(role, here.id) for role in TEACHING):
            return "faculty", here
        if actor.has(Role.LEARNER, here.id):
            return "learner", here
    if request.path.startswith("/admin") and actor.anywhere(Role.ADMINISTRATOR):
        return "administrator", None
    if request.path.startswith(("/teaching", "/marking", "/projects")) and _any(actor, TEACHING):
        return "faculty", None
    if _any(actor, COORDINATING):
        return "coordinator", None
    if _any(actor, TEACHING):
        return "faculty", None
    mine = _learning(actor, world)
    if mine:
        return "learner", mine[0]
    return ("administrator" if actor.anywhere(Role.ADMINISTRATOR) else ""), None


def _any(actor: Actor, roles: tuple[Role, ...]) -> bool:
    return any(actor.anywhere(role) for role in roles)


def _learning(actor: Actor, world: _World) -> list[_Cohort]:
    return [cohort for cohort in world.cohorts if (Role.LEARNER, cohort.id) in actor.grants]


def _nav(actor: Actor, hat: tuple[str, _Cohort | None]) -> tuple[NavItem, ...]:
    kind, cohort = hat
    places: tuple[Place, ...] = ()
    if kind == "learner":
        places = LEARNER
        if cohort is not None and cohort.plays:
            at = BEFORE_CAPSTONE if cohort.plays > 1 else len(LEARNER)
            places = (*LEARNER[:at], SIMULATIONS, *LEARNER[at:])
    elif kind == "faculty":
        places = FACULTY + ((*FACULTY_IN_COHORT, REQUESTS_IN_COHORT) if cohort else (REQUESTS, PROGRAMMES))
    elif kind == "coordinator":
        places = COORDINATOR + (COORDINATOR_IN_COHORT if cohort else COORDINATOR_OUTSIDE)
    elif kind == "administrator":
        places = ADMINISTRATOR
    slug = cohort.slug if cohort else ""
    return tuple(
        NavItem(
            label,
            href(endpoint, slug=slug) if takes_slug else href(endpoint),
            icon,
            current=request.endpoint == endpoint,
        )
        for label, endpoint, icon, takes_slug in places
        if endpoint not in MAY or MAY[endpoint](actor, cohort)
    )


def _roles(actor: Actor, world: _World, hat: tuple[str, _Cohort | None]) -> tuple[RoleSwitch, ...]:
    kind, cohort = hat
    switches = [
        RoleSwitch(
            "Learner",
            each.name,
            href("desks.learner", slug=each.slug),
            current=kind == "learner" and cohort == each,
        )
        for each in _learning(actor, world)
    ]
    if _any(actor, TEACHING):
        switches.append(
            RoleSwitch("Faculty", "teaching and marking", href("desks.teaching"), kind == "faculty")
        )
    if _any(actor, COORDINATING):
        word = next(role.value.title() for role in COORDINATING if actor.anywhere(role))
        switches.append(RoleSwitch(word, "cohorts", href("desks.coordination"), kind == "coordinator"))
    looks_after = actor.anywhere(Role.ADMINISTRATOR)
    if looks_after or actor.anywhere(Role.AUDITOR):
        switches.append(
            RoleSwitch(
                "Administrator" if looks_after else "Auditor",
                "institution",
                href("people.directory" if looks_after else "people.audit_log"),
                kind == "administrator",
            )
        )
    return tuple(switches) if len(switches) > 1 else ()
