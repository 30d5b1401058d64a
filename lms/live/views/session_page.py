"""What the page of a session shows, composed from what was read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lms.curriculum import queries as curriculum
from lms.curriculum import rules as words
from lms.enrolment.rules import PlaceState
from lms.live import policy, queries
from lms.live.queries import Beside, FileLine, RecordingLine, SessionView, StaffName, makeups
from lms.live.queries.makeups import Mine
from lms.live.rules import JoinState, RecordingRelease, SessionState
from lms.live.views.explaining import Explained, Standing, explained, standing
from lms.live.views.frame import CAPTIONS
from lms.people.rules import Actor, Role
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import HistoryLine
from lms.web import filters

NO_CONSENT = "There is no recording: the speaker has not agreed to one."


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


@dataclass(frozen=True, slots=True)
class Shown:
    """A recording as somebody reads it."""

    title: str
    url: str
    captions: str


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
    no_seat: str
    """Why a learner is not let in yet, and the way to a seat; empty: they are."""
    live: bool
    contact: Contact | None
    moved: HistoryLine | None
    cancelled_for: str
    made_up: SessionView | None
    """What makes up for it."""
    makes_up_for: SessionView | None
    """The session that was lost."""
    excused_oneself: bool
    mark: Explained | None
    joined_at: dt.datetime | None
    standing: Standing | None
    dispute_until: dt.datetime | None
    make_ups: int
    files: tuple[FileLine, ...]
    recordings: tuple[Shown, ...]
    recording_waits: str
    """For a learner: when a recording that is there is let go; empty: there is none that waits."""
    state: SessionState
    needs: tuple[tuple[str, bool, str], ...]
    """What a session needs: (name, whether it is there, what it is)."""
    can_confirm: bool
    can_take_over: bool
    can_substitute: bool
    can_mark: bool
    can_edit: bool
    can_cancel: bool
    can_reinstate: bool
    beside: Beside
    own: Mine | None
    code_open: bool


def session_page(session: SessionView, actor: Actor, now: dt.datetime) -> SessionPage:
    """Read and compose the page of a session for whoever looks at it."""
    line = session.line
    outline = curriculum.outline(session.cohort.version_id)
    activity = curriculum.authored(session.activity_id)
    module = outline.modules[line.module_id]
    history = scheduling.history(session.item_id)[1:] if session.changed else []
    started = now >= session.opens_at
    mine = session.place
    said = makeups.mine(session.id, mine.place_id) if mine else None
    own = said if started else None
    shown = explained(own.mark, actor.zone, now, cancelled=session.cancelled) if own and own.mark else None
    closed = session.closed_at
    related = queries.make_ups(session) if session.cancelled or session.replaces else []
    standing_make_up = next(
        (line for line in reversed(related) if line.replaces and not line.cancelled), None
    )
    staff = policy.can_read_attendance(actor, session)
    verdict = own.mark.verdict if own and own.mark else None
    materials = queries.materials(session, verdict, staff=staff, now=now)
    beside = queries.beside(session.id, mine.place_id if mine else None)
    shown_recordings = () if beside.withheld and not staff else materials.recordings
    state = session.state_at(now)
    can_mark = policy.can_mark(actor, session)
    ahead = now < session.ends_at and not session.cancelled
    return SessionPage(
        session=session,
        title=session.title,
        code=line.code,
        kind=_kind(session, activity.spec),
        module_key=module.key,
        module=module.title,
        question=activity.spec["question"],
        agenda=agenda(session, activity.spec.get("agenda", [])),
        prepare=activity.html.get("prepare", ""),
        takeaway=activity.html.get("takeaway", ""),
        profile=activity.html.get("speaker_profile", ""),
        starters=tuple(activity.spec.get("starter_questions", ())),
        join=session.join_state(now),
        no_seat=_no_seat(session, beside, now) if mine and not can_mark else "",
        live=session.starts_at <= now < session.ends_at and not session.cancelled,
        contact=_contact(session, queries.known_staff(session.cohort)),
        moved=next((each for each in reversed(history) if each.moved), None),
        cancelled_for=history[-1].note if history and session.cancelled else "",
        made_up=standing_make_up if session.cancelled else None,
        makes_up_for=next((line for line in related if not line.replaces), None),
        excused_oneself=_excused(session, now),
        mark=shown,
        joined_at=own.joined_at if own else None,
        standing=_standing(session, now) if mine and session.counts and not session.cancelled else None,
        dispute_until=closed + dt.timedelta(days=session.policy.dispute_days) if closed and mine else None,
        make_ups=session.policy.makeup_per_course,
        files=materials.files,
        recordings=tuple(
            Shown(one.title or "Recording", one.url, CAPTIONS[one.captions]) for one in shown_recordings
        ),
        recording_waits=NO_CONSENT if beside.withheld else _waits(materials.waiting, actor.zone, now),
        state=state,
        needs=_needs(session),
        can_confirm=policy.can_edit(actor, session)
        and state is SessionState.PLANNED
        and session.readiness.ready,
        can_take_over=ahead
        and session.backup_id is not None
        and (actor.person_id == session.backup_id or policy.can_substitute(actor, session)),
        can_substitute=ahead and policy.can_substitute(actor, session),
        can_mark=can_mark,
        can_edit=policy.can_edit(actor, session),
        can_cancel=policy.can_cancel(actor, session) and not session.cancelled and not session.closed,
        can_reinstate=policy.can_cancel(actor, session) and session.cancelled and now < session.starts_at,
        beside=beside,
        own=said,
        code_open=said is not None and said.code_open(now) and not said.code_taken and not session.closed,
    )


def _no_seat(session: SessionView, beside: Beside, now: dt.datetime) -> str:
    """Why the learner who looks does not come in, as long as there is something to come into."""
    if beside.seats is None or session.cancelled or now >= session.ends_at:
        return ""
    refusal = beside.seats.why_not_enter(session.starts_at, now)
    return refusal.value.format(number=beside.seats.own_number) if refusal else ""


def _kind(session: SessionView, spec: dict[str, object]) -> str:
    if session.masterclass:
        return words.kind_word("masterclass")
    return str(spec.get("type", "lecture")).replace("_", "-").capitalize()


def agenda(session: SessionView, parts: list[dict[str, object]]) -> tuple[AgendaLine, ...]:
    """The parts of a session with the time at which each begins."""
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
        session.place.attendance,
        (course.key, course.title),
        (rule.attendance_overall, in_course),
        ahead=ahead,
        to_come=queries.still_to_come(session.cohort_id, now) if ahead else 0,
        on_leave=session.place.state is PlaceState.ON_LEAVE,
    )


def _excused(session: SessionView, now: dt.datetime) -> bool:
    """Whether the learner who looks has said that they cannot come to this make-up."""
    ahead = session.replaces and not session.cancelled and now < session.starts_at
    return bool(ahead and session.place and queries.excused_oneself(session.id, session.place.place_id))


def _waits(line: RecordingLine | None, zone: str, now: dt.datetime) -> str:
    """When a recording that learners do not see yet is let go."""
    if line is None:
        return ""
    if line.release is RecordingRelease.ON_DATE and line.release_at:
        return f"A recording is there from {filters.when(line.release_at, zone, now)} on."
    if line.release is RecordingRelease.MISSED:
        return "A recording is there for those who missed the session, once the roster is closed."
    return "A recording is there once the roster is closed."


def _needs(session: SessionView) -> tuple[tuple[str, bool, str], ...]:
    found = [
        ("Host", session.host_id is not None, session.host),
        ("Meeting link", bool(session.join_url), "set"),
        ("Slides", session.slides, "put up"),
        ("Backup host", session.backup_id is not None, session.backup),
    ]
    if session.masterclass:
        found.insert(1, ("Speaker", bool(session.speaker), session.speaker))
    return tuple(found)
