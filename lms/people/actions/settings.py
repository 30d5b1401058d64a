"""What a person sets for themselves: profile, photo, time zone, busy dates."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import asdict, dataclass
from typing import IO
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.core import audit, events, files
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people.events import PeopleRenamed, ZoneChanged
from lms.people.models import BusyDate, Person, PersonPhoto
from lms.people.rules import (
    Actor,
    BusyRefusal,
    Days,
    SettingsRefusal,
    clean,
    sort_name,
    why_not_busy,
)
from lms.people.rules.photos import without_metadata
from lms.people.rules.zones import known_zone

PHOTO = files.Limits(types=("png", "jpg"), megabytes=5)


@dataclass(frozen=True, kw_only=True)
class ProfileFacts:
    """What a person says about themselves."""

    name: str
    print_name: str = ""
    pronoun: str = ""
    about: str = ""
    job_title: str = ""
    employer: str = ""
    country: str = ""


def change_profile(facts: ProfileFacts, *, actor: Actor) -> None:
    """Set the actor's own profile."""
    person: Person = _own(actor)
    wanted = {field: value if field == "about" else clean(value) for field, value in asdict(facts).items()}
    wanted["about"] = "\n".join(clean(line) for line in facts.about.splitlines()).strip()
    if not wanted["name"]:
        raise RuleViolation(SettingsRefusal.NO_NAME)
    before = {field: getattr(person, field) for field in wanted if getattr(person, field) != wanted[field]}
    if not before:
        return
    for field in before:
        setattr(person, field, wanted[field])
    person.sort_name = sort_name(wanted["name"])
    db.session.flush()
    if "name" in before:
        events.record(PeopleRenamed((person.id,)))
    _record(actor, "people.change_profile", before=before, after={field: wanted[field] for field in before})


def set_zone(zone: str, *, actor: Actor) -> None:
    """Set the zone in which the actor reads times; no instant changes."""
    if not known_zone(zone):
        raise RuleViolation(SettingsRefusal.UNKNOWN_ZONE)
    person = _own(actor)
    before, person.zone, person.zone_chosen = person.zone, zone, True
    db.session.flush()
    if before != zone:
        events.record(ZoneChanged(person.id))
        _record(actor, "people.set_zone", before={"zone": before}, after={"zone": zone})


def set_photo(stream: IO[bytes], name: str, *, actor: Actor, now: dt.datetime) -> None:
    """Show a picture of oneself: PNG or JPEG by content, without what the camera wrote into it."""
    body = stream.read(PHOTO.megabytes * 1024 * 1024 + 1)
    stripped = without_metadata(body)
    _own(actor)
    stored = files.keep(
        io.BytesIO(body if stripped is None else stripped),
        name,
        limits=PHOTO,
        owner_id=actor.person_id,
        purpose="photo",
        now=now,
    )
    if stripped is None:
        raise RuleViolation(files.FileRefusal.NOT_WHAT_IT_SAYS, name=stored.name, claimed="picture")
    known = db.session.get(PersonPhoto, actor.person_id)
    if known:
        known.file_id = stored.id
    else:
        db.session.add(PersonPhoto(person_id=actor.person_id, file_id=stored.id))
    db.session.flush()
    _record(actor, "people.set_photo")


def remove_photo(*, actor: Actor) -> None:
    """Show initials again."""
    db.session.execute(sa.delete(PersonPhoto).where(PersonPhoto.person_id == actor.person_id))
    _record(actor, "people.remove_photo")


def add_busy_date(days: Days, note: str, *, actor: Actor, now: dt.datetime) -> BusyDate:
    """Note days on which the actor cannot."""
    _own(actor)
    _check(days, actor=actor, now=now)
    row = BusyDate(
        person_id=actor.person_id, starts_on=days.starts_on, ends_on=days.ends_on, note=clean(note)[:200]
    )
    db.session.add(row)
    db.session.flush()
    _record(actor, "people.add_busy_date", after=_shown(row))
    return row


def change_busy_date(busy_id: int, days: Days, note: str, *, actor: Actor, now: dt.datetime) -> None:
    """Change days that the actor noted."""
    _own(actor)
    row = _own_busy(busy_id, actor)
    _check(days, actor=actor, now=now, except_id=row.id)
    before = _shown(row)
    row.starts_on, row.ends_on, row.note = days.starts_on, days.ends_on, clean(note)[:200]
    db.session.flush()
    _record(actor, "people.change_busy_date", before=before, after=_shown(row))


def remove_busy_date(busy_id: int, *, actor: Actor) -> None:
    """Take back days that the actor noted."""
    _own(actor)
    row = _own_busy(busy_id, actor)
    before = _shown(row)
    db.session.delete(row)
    db.session.flush()
    _record(actor, "people.remove_busy_date", before=before)


def _own(actor: Actor) -> Person:
    """The actor's own row, locked: what is theirs is judged and written one after another."""
    person: Person | None = locked(Person, actor.person_id)
    if person is None:
        raise NotFound
    return person


def _own_busy(busy_id: int, actor: Actor) -> BusyDate:
    row: BusyDate | None = locked(BusyDate, busy_id)
    if row is None or row.person_id != actor.person_id:
        raise NotFound
    return row


def _check(days: Days, *, actor: Actor, now: dt.datetime, except_id: int | None = None) -> None:
    rows = db.session.execute(
        sa.select(BusyDate.id, BusyDate.starts_on, BusyDate.ends_on)
        .where(BusyDate.person_id == actor.person_id)
        .order_by(BusyDate.starts_on, BusyDate.id)
    )
    others = [Days(starts_on, ends_on) for id_, starts_on, ends_on in rows if id_ != except_id]
    refused = why_not_busy(days, others, today=now.astimezone(ZoneInfo(actor.zone)).date())
    if refused:
        reason, met = refused
        words = f"{met.starts_on:%d %b %Y} to {met.ends_on:%d %b %Y}" if met else ""
        raise RuleViolation(reason, days=words) if reason is BusyRefusal.OVERLAP else RuleViolation(reason)


def _shown(row: BusyDate) -> dict[str, str]:
    return {"from": row.starts_on.isoformat(), "to": row.ends_on.isoformat()}


def _record(
    actor: Actor, action: str, *, before: dict[str, str] | None = None, after: dict[str, str] | None = None
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="person",
            subject_id=actor.person_id,
            before=before,
            after=after,
        )
    )
