"""More time: given by staff with a reason, or taken by a learner from their own two."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lms.cohorts import queries as cohorts
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import RuleViolation
from lms.coursework import queries
from lms.coursework.actions.moments import in_words
from lms.coursework.events import ExtensionGranted
from lms.coursework.models import Extension
from lms.coursework.queries import Extendable, Extending, Owner, Visit
from lms.coursework.rules import CourseworkRefusal, late, work
from lms.curriculum import queries as curriculum
from lms.enrolment.models import Place
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling
from lms.scheduling import queries as schedule
from lms.scheduling.models import OverrideScope


@dataclass(frozen=True, kw_only=True)
class ExtensionFacts:
    """What a member of staff says of an extension."""

    activity_key: str
    until: dt.datetime
    reason_code: str
    note: str = ""


def extend(learner: Extending, facts: ExtensionFacts, *, actor: Actor, now: dt.datetime) -> Extendable:
    """Give a learner, or for teamwork their team, more time; returns what was extended.

    Raises RuleViolation when the date is not later than the present one or past the cohort's year.
    """
    locked(Place, learner.place_id)
    wanted = next((one for one in queries.extendable(learner) if one.line.key == facts.activity_key), None)
    if wanted is None:
        raise RuleViolation(CourseworkRefusal.UNKNOWN_ACTIVITY)
    if facts.reason_code not in work.REASONS:
        raise RuleViolation(CourseworkRefusal.NO_REASON)
    end = year_end(learner.cohort.id)
    refusal = work.why_not_extend(until=facts.until, present=wanted.item.ends_at, end=end)
    if refusal:
        zone = learner.cohort.zone
        raise RuleViolation(refusal, due=in_words(wanted.item.ends_at, zone), end=in_words(end, zone))
    team_id = learner.working_team[0] if wanted.team_work and learner.working_team else None
    owner = Owner(
        learner.cohort.id,
        wanted.line.id,
        place_id=None if team_id else learner.place_id,
        team_id=team_id,
    )
    row = _grant(
        owner,
        Extension(
            activity_key=wanted.line.key,
            until=facts.until,
            reason_code=facts.reason_code,
            note=facts.note.strip(),
            approved_by_id=actor.person_id,
        ),
        person_id=learner.person_id,
        actor=actor,
        now=now,
    )
    _announce(row, actor, now)
    return wanted


def take_own(visit: Visit, *, actor: Actor, now: dt.datetime) -> dt.datetime:
    """Take one of one's own extensions without a reason; returns the new deadline."""
    if visit.place is None:
        raise RuntimeError("staff have no extensions of their own")
    locked(Place, visit.place.place_id)
    item = queries.window(visit)
    if item is None or item.cancelled:
        raise RuleViolation(CourseworkRefusal.CANCELLED)
    policy = curriculum.outline(visit.cohort.version_id).policies.late
    taken = [one for one in queries.own_extensions(visit.place.place_id) if one.token]
    refusal = work.why_not_token(
        now=now,
        due=item.ends_at,
        used=len(taken),
        tokens=policy.tokens,
        used_here=any(one.activity_id == visit.line.id for one in taken),
        team=visit.team_work,
    )
    if refusal:
        raise RuleViolation(refusal, coordinator=queries.coordinator_name(visit.cohort))
    until = min(
        item.ends_at + dt.timedelta(hours=policy.token_hours),
        year_end(visit.cohort.id),
    )
    owner = Owner(visit.cohort.id, visit.line.id, place_id=visit.place.place_id)
    row = _grant(
        owner,
        Extension(
            activity_key=visit.line.key,
            until=until,
            reason_code=work.TOKEN,
            note="",
            token=True,
            approved_by_id=None,
        ),
        person_id=visit.place.person_id,
        actor=actor,
        now=now,
    )
    _announce(row, actor, now)
    return until


def take_captions_time(visit: Visit, *, actor: Actor, now: dt.datetime) -> dt.datetime:
    """Take the time that is offered to those who need captions while a lecture has none; returns the new deadline."""
    if visit.place is None:
        raise RuntimeError("staff take no quizzes")
    locked(Place, visit.place.place_id)
    item = queries.window(visit)
    if item is None or item.cancelled:
        raise RuleViolation(CourseworkRefusal.CANCELLED)
    extra = queries.extra_time(visit.place.place_id)
    if not queries.captions_offer(visit, extra, item.ends_at, now):
        raise RuleViolation(CourseworkRefusal.NO_CAPTIONS_OFFER)
    until = min(work.captions_until(item.ends_at), year_end(visit.cohort.id))
    row = _grant(
        Owner(visit.cohort.id, visit.line.id, place_id=visit.place.place_id),
        Extension(
            activity_key=visit.line.key, until=until, reason_code=work.CAPTIONS, note="", approved_by_id=None
        ),
        person_id=visit.place.person_id,
        actor=actor,
        now=now,
    )
    _announce(row, actor, now)
    return until


def give_back_own(visit: Visit, *, actor: Actor, now: dt.datetime) -> None:
    """Give an extension without a reason back; possible until the deadline that it extended."""
    if visit.place is None:
        raise RuntimeError("staff have no extensions of their own")
    locked(Place, visit.place.place_id)
    mine = [one for one in queries.own_extensions(visit.place.place_id) if one.activity_id == visit.line.id]
    token = next((one for one in mine if one.token), None)
    if token is None:
        raise RuleViolation(CourseworkRefusal.OWN_NOT_TAKEN)
    usual = schedule.item(visit.cohort.id, visit.line.key)
    given = [one.until for one in mine if not one.token]
    before = max([*given, *([usual.ends_at] if usual else [])])
    if now >= late.end_of(before) or before > token.until:
        raise RuleViolation(CourseworkRefusal.OWN_FINAL)
    row = db.session.get_one(Extension, token.id)
    db.session.delete(row)
    db.session.flush()
    if given:
        scheduling.set_personal_date(
            _date(
                visit.cohort.id, visit.line.key, visit.place.person_id, None, before, "extension given back"
            ),
            actor=actor,
            now=now,
        )
    else:
        scheduling.revoke(row.override_id, actor=actor, now=now, reason="extension given back")
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="coursework.give_back_extension",
            subject="extension",
            subject_id=token.id,
            cohort_id=visit.cohort.id,
            before={"until": token.until},
            after={"until": before},
        )
    )


def year_end(cohort_id: int) -> dt.datetime:
    """The last instant of a cohort's year: the end of its last calendar week, in its zone."""
    cohort = cohorts.by_id(cohort_id)
    calendar = schedule.calendar(cohort)
    after = calendar.monday(calendar.weeks + 1)
    return dt.datetime.combine(after, dt.time(), ZoneInfo(cohort.zone)).astimezone(dt.UTC) - dt.timedelta(
        minutes=1
    )


def _grant(owner: Owner, row: Extension, *, person_id: int, actor: Actor, now: dt.datetime) -> Extension:
    row.cohort_id, row.activity_id = owner.cohort_id, owner.activity_id
    row.place_id, row.team_id, row.at = owner.place_id, owner.team_id, now
    row.override_id = scheduling.set_personal_date(
        _date(owner.cohort_id, row.activity_key, person_id, owner.team_id, row.until, _why(row)),
        actor=actor,
        now=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="coursework.extend",
            subject="extension",
            subject_id=row.id,
            cohort_id=owner.cohort_id,
            after={
                "activity": row.activity_key,
                "until": row.until,
                "place": owner.place_id,
                "team": owner.team_id,
            },
            reason=_why(row),
        )
    )
    return row


def _why(row: Extension) -> str:
    if row.reason_code == work.CAPTIONS:
        return "a lecture has no captions yet"
    if row.reason_code == work.TOKEN:
        return "the learner's own extension without a reason"
    return ": ".join(part for part in (work.REASONS[row.reason_code], row.note) if part)


def _date(
    cohort_id: int, key: str, person_id: int, team_id: int | None, until: dt.datetime, reason: str
) -> scheduling.PersonalDate:
    return scheduling.PersonalDate(
        cohort_id=cohort_id,
        item_key=key,
        scope=OverrideScope.TEAM if team_id else OverrideScope.PERSON,
        scope_id=team_id or person_id,
        ends_at=until,
        reason=reason,
    )


def _announce(row: Extension, actor: Actor, now: dt.datetime) -> None:
    place_ids = (
        (row.place_id,) if row.place_id else tuple(one.place_id for one in queries.members(row.team_id or 0))
    )
    events.record(
        ExtensionGranted(
            cohort_id=row.cohort_id,
            activity_id=row.activity_id,
            extension_id=row.id,
            place_ids=place_ids,
            team_id=row.team_id,
            until=row.until,
            token=row.token,
            actor_id=actor.person_id,
            at=now,
        )
    )
