"""What the page of a session shows, composed from what was read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lms.curriculum import queries as curriculum
from lms.curriculum import rules as words
from lms.enrolment.rules import PlaceState
from lms.live import policy, queries
from lms.live.queries import Beside, SessionView, StaffName
from lms.live.rules import JoinState
from lms.live.views.explaining import Explained, Standing, explained, standing
from lms.people.rules import Actor, Role
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import HistoryLine


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One part of a session with the time it begins."""

    at: dt.datetime
    minutes: int
    what: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask."""

    name: str
    email: str


@dataclass(frozen=True)
class SessionPage:
    """Everything that the page of a session shows."""

    session: SessionView
    title: str
    code: str
    kind: str
    module_key: str
    module: str
    question: str
    agenda: tuple[AgendaLine, ...]
    prepare: str
    takeaway: str
    profile: str
    starters: tuple[str, ...]
    join: JoinState
    live: bool
    contact: Contact | None
    moved: HistoryLine | None
    cancelled_for: str
    mark: Explained | None
    joined_at: dt.datetime | None
    standing: Standing | None
    dispute_until: dt.datetime | None
    make_ups: int
    can_mark: bool
    can_edit: bool
    beside: Beside


def session_page(session: SessionView, actor: Actor, now: dt.datetime) -> SessionPage:
    """Read and compose the page of a session for whoever looks at it."""
    line = session.line
    outline = curriculum.outline(session.cohort.version_id)
    activity = curriculum.authored(session.activity_id)
    module = outline.modules[line.module_id]
    history = scheduling.history(session.item_id)[1:]
    started = now >= session.opens_at
    mine = session.place
    own = queries.own(session.id, mine.place_id) if mine and started else None
    shown = explained(own.mark, actor.zone, now, cancelled=session.cancelled) if own and own.mark else None
    closed = session.closed_at
    return SessionPage(
        session=session,
        title=line.title,
        code=line.code,
        kind=_kind(session, activity.spec),
        module_key=module.key,
        module=module.title,
        question=activity.spec["question"],
        agenda=_agenda(session, activity.spec.get("agenda", [])),
        prepare=activity.html.get("prepare", ""),
        takeaway=activity.html.get("takeaway", ""),
        profile=activity.html.get("speaker_profile", ""),
        starters=tuple(activity.spec.get("starter_questions", ())),
        join=session.join_state(now),
        live=session.starts_at <= now < session.ends_at and not session.cancelled,
        contact=_contact(session, queries.staff(session.cohort_id)),
        moved=next((each for each in reversed(history) if each.moved), None),
        cancelled_for=history[-1].note if history and session.cancelled else "",
        mark=shown,
        joined_at=own.joined_at if own else None,
        standing=_standing(session, now) if mine and session.counts and not session.cancelled else None,
        dispute_until=closed + dt.timedelta(days=session.policy.dispute_days) if closed and mine else None,
        make_ups=session.policy.makeup_per_course,
        can_mark=policy.can_mark(actor, session),
        can_edit=policy.can_edit(actor, session),
        beside=queries.beside(session.id, mine.place_id if mine else None),
    )


def _kind(session: SessionView, spec: dict[str, object]) -> str:
    if session.masterclass:
        return words.kind_word("masterclass")
    return str(spec.get("type", "lecture")).replace("_", "-").capitalize()


def _agenda(session: SessionView, parts: list[dict[str, object]]) -> tuple[AgendaLine, ...]:
    found, at = [], session.starts_at
    for part in parts:
        minutes = int(str(part["minutes"]))
        found.append(AgendaLine(at, minutes, str(part["what"])))
        at += dt.timedelta(minutes=minutes)
    return tuple(found)


def _contact(session: SessionView, staff: list[StaffName]) -> Contact | None:
    """Whom to ask: a coordinator, else the host, else anybody who teaches here."""
    order = sorted(
        staff, key=lambda one: (one.role is not Role.COORDINATOR, one.person_id != session.host_id)
    )
    return Contact(order[0].name, order[0].email) if order else None


def _standing(session: SessionView, now: dt.datetime) -> Standing | None:
    if session.place is None:
        return None
    outline = curriculum.outline(session.cohort.version_id)
    course = outline.course(session.line.course_id)
    rule = outline.policies.completion
    in_course = rule.attendance_course if course.key in rule.attendance_courses else None
    ahead = now < session.starts_at
    return standing(
        queries.attendance(session.place.place_id),
        (course.key, course.title),
        (rule.attendance_overall, in_course),
        ahead=ahead,
        to_come=queries.still_to_come(session.cohort_id, now) if ahead else 0,
        on_leave=session.place.state is PlaceState.ON_LEAVE,
    )
