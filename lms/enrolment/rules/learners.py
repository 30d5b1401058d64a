"""Judging a list of learners, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from lms.enrolment.rules import cells
from lms.enrolment.rules.cells import Unreadable
from lms.enrolment.rules.lists import Row
from lms.enrolment.rules.plan import (
    Change,
    Facts,
    Ground,
    KnownPerson,
    KnownPlace,
    Line,
    Outcome,
    Plan,
    Wanted,
)
from lms.people.rules import sort_name

WORDS: dict[str, Sequence[str]] = {
    "name": ("full name", "learner", "learner name", "participant", "participant name", "student", "student name",
             "person", "display name"),
    "first name": ("given name", "given names", "forename"),
    "last name": ("family name", "surname"),
    "email": ("e-mail", "e-mail address", "email address", "mail", "work email", "business email"),
    "external id": ("id", "student id", "learner id", "employee id", "person id", "registration number", "roll number",
                    "reference", "sis id"),
    "section": ("class", "stream"),
    "zone": ("time zone", "timezone", "tz", "iana zone"),
    "employer": ("company", "organisation", "organization", "firm"),
    "job title": ("position", "title", "role", "designation"),
    "country": ("country code", "country of residence"),
    "pronoun": ("pronouns",),
    "join date": ("joined", "joined on", "joins on", "join", "date joined"),
    "team": ("working team", "team name"),
}  # fmt: skip
"""Field → other headings it goes by."""
NEEDS = (("email", "external id"),)
TEMPLATE = ("name", "email", "external id", "section", "zone", "employer", "job title", "country", "pronoun",
            "join date", "team")  # fmt: skip
EXAMPLE = ("Asha Menon", "asha.menon@example.org", "1001", "A", "Asia/Kolkata", "Example Bank", "Head of Product",
           "India", "she/her", "", "")  # fmt: skip
PROFILE = {"name": "name", "zone": "zone", "employer": "employer", "job title": "job_title", "country": "country",
           "pronoun": "pronoun"}  # fmt: skip
"""What a row may say of a person → what it is called there."""
_WIDTHS = {"name": 200, "external_id": 80, "employer": 200, "job_title": 200, "pronoun": 40, "team": 200}
T = TypeVar("T")


@dataclass(slots=True)
class _Reading:
    """One row while it is read: collects everything that is wrong with it, not only the first thing."""

    row: Row
    mend: list[str]
    notes: list[str]

    def take(self, reader: Callable[[], T], otherwise: T) -> T:
        """Read a cell, or note what to mend."""
        try:
            return reader()
        except Unreadable as wrong:
            self.mend.append(wrong.mend)
            return otherwise


def plan(rows: Sequence[Row], ground: Ground) -> Plan:
    """Judge every row. The same rows on the same ground give the same plan."""
    judge = _Judge(ground)
    lines = tuple(judge.line(row) for row in rows)
    return Plan(lines, judge.wanted, tuple(judge.new_teams.values()))


class _Judge:
    """What has been seen of the list so far."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.seats_left = ground.seats_left
        self.wanted: dict[int, Wanted] = {}
        self.new_teams: dict[str, str] = {}
        self.addresses: dict[str, int] = {}
        self.externals: dict[str, int] = {}
        self.names: dict[str, tuple[int, str]] = {}

    def line(self, row: Row) -> Line:
        """The verdict on one row."""
        reading = _Reading(row, [], [])
        facts = self._facts(reading)
        known = self._known(reading, facts)
        if known is not None and not facts.email:
            facts = replace(facts, email=known.facts.email)
        wanted = Wanted(
            row=row.number,
            facts=facts,
            person=known,
            section_id=self._section(reading),
            external_id=reading.take(lambda: _fits(row, "external id"), ""),
            joined_on=self._joined(reading),
            team=reading.take(lambda: _fits(row, "team"), ""),
        )
        self._once(reading, wanted)
        place = known.place if known else None
        if known is None or place is None or place.undone:
            return self._added(reading, wanted)
        return self._changed(reading, wanted, known, place)

    def _facts(self, reading: _Reading) -> Facts:
        row, take = reading.row, reading.take
        email = (
            take(lambda: cells.address(row["email"]), "") if row["email"] or not row["external id"] else ""
        )
        return Facts(
            name=take(lambda: cells.short(_name(row), "name", _WIDTHS["name"]), ""),
            email=email,
            zone=take(lambda: cells.zone(row["zone"]), ""),
            employer=take(lambda: _fits(row, "employer"), ""),
            job_title=take(lambda: _fits(row, "job title"), ""),
            country=take(lambda: cells.country(row["country"]), ""),
            pronoun=take(lambda: _fits(row, "pronoun"), ""),
        )

    def _known(self, reading: _Reading, facts: Facts) -> KnownPerson | None:
        """The person meant: by external id first, which is stable, then by address; the two must agree."""
        external = reading.row["external id"]
        address = self.ground.by_external.get(external) if external else None
        if address and facts.email and address != facts.email:
            reading.mend.append(
                f"The external id {external} belongs to {address} here, and this row says {facts.email}. "
                "Write the right id, or correct the person's address first."
            )
        known = self.ground.people.get(address or facts.email)
        if known is None and not facts.email and not reading.mend:
            reading.mend.append(f"Nobody here has the external id {external}. Write an e-mail address too.")
        if known and external and known.place and known.place.external_id not in ("", external):
            reading.mend.append(
                f"{known.facts.email} has the external id {known.place.external_id} here. Write that one."
            )
        return known

    def _section(self, reading: _Reading) -> int | None:
        name = reading.row["section"]
        if not name:
            return None
        found = self.ground.sections.get(name.lower()) or self.ground.sections.get(
            name.lower().removeprefix("section ")
        )
        if found is None:
            names = ", ".join(name for _id, name in self.ground.sections.values()) or "none"
            reading.mend.append(f"There is no section “{name[:40]}” here. Sections of this cohort: {names}.")
            return None
        return found[0]

    def _joined(self, reading: _Reading) -> dt.date | None:
        on = reading.take(lambda: cells.day(reading.row["join date"]), None)
        if on is None:
            return None
        if on > self.ground.last_day:
            reading.mend.append(
                f"The join date {on} lies after the programme's last day, {self.ground.last_day}."
            )
        return max(on, self.ground.starts_on)

    def _once(self, reading: _Reading, wanted: Wanted) -> None:
        """Nobody stands twice in a list, and two of the same name are worth a look."""
        number, email = reading.row.number, wanted.facts.email
        if email and self.addresses.setdefault(email, number) != number:
            reading.mend.append(
                f"{email} stands in row {self.addresses[email]} already. Keep one of the two."
            )
        external = wanted.external_id
        if external and self.externals.setdefault(external, number) != number:
            reading.mend.append(
                f"The external id {external} stands in row {self.externals[external]} already. Everybody has their own."
            )
        name = sort_name(wanted.facts.name)
        first = self.names.setdefault(name, (number, email)) if name else (number, email)
        if first[0] != number and first[1] != email:
            reading.notes.append(
                f"Row {first[0]} has the same name with another address. Are they two people?"
            )
        here = self.ground.names_here.get(name)
        if here and here != email:
            reading.notes.append(
                f"Somebody of this name is here with the address {here}. Are they two people?"
            )

    def _added(self, reading: _Reading, wanted: Wanted) -> Line:
        known = wanted.person
        if known is None and not wanted.facts.name:
            reading.mend.append("The name is missing, and nobody with this address is known yet.")
        if known is not None and known.staff:
            reading.mend.append(
                f"{known.facts.name} teaches or coordinates this cohort and cannot be its learner. Leave this row out."
            )
        if not reading.mend and self.seats_left <= 0:
            reading.mend.append(
                "No seat is left for this row. Raise the seats under “Change the seats” and bring the list again."
            )
        if reading.mend:
            return self._verdict(reading, wanted, Outcome.ERROR)
        self.seats_left -= 1
        if known is not None:
            reading.notes.append("Known already; enrolled with what is known of them.")
            if known.theirs and differences(known.facts, wanted.facts):
                reading.notes.append(
                    "What the list says of them is not taken: their profile is theirs to change."
                )
        if wanted.joined_on and wanted.joined_on > self.ground.starts_on:
            reading.notes.append(f"Joins late: sessions count from {wanted.joined_on}.")
        self._form(wanted.team)
        self.wanted[wanted.row] = wanted
        return self._verdict(reading, wanted, Outcome.ADD)

    def _changed(self, reading: _Reading, wanted: Wanted, known: KnownPerson, place: KnownPlace) -> Line:
        if not place.active:
            reading.mend.append(
                f"{known.facts.name} is {place.state} here. Reinstate them on their own page, or leave this row out."
            )
        if reading.mend:
            return self._verdict(reading, wanted, Outcome.ERROR)
        changes = self._place_changes(wanted, place)
        differ = differences(known.facts, wanted.facts)
        if differ and known.theirs:
            reading.notes.append(
                "What the list says of them is not taken: their profile is theirs to change."
            )
        else:
            changes += differ
        if not changes:
            return self._verdict(reading, wanted, Outcome.HERE)
        self._form(wanted.team)
        self.wanted[wanted.row] = wanted
        return self._verdict(reading, wanted, Outcome.CHANGE, tuple(changes))

    def _place_changes(self, wanted: Wanted, place: KnownPlace) -> list[Change]:
        changes = []
        sections = dict(self.ground.sections.values())
        if wanted.section_id is not None and wanted.section_id != place.section_id:
            before = sections.get(place.section_id, "") if place.section_id is not None else ""
            changes.append(Change("section", before, sections[wanted.section_id]))
        if wanted.external_id and not place.external_id:
            changes.append(Change("external id", "", wanted.external_id))
        if wanted.joined_on is not None and wanted.joined_on != place.joined_on:
            changes.append(Change("join date", str(place.joined_on), str(wanted.joined_on)))
        team = self.ground.teams.get(wanted.team.lower())
        if wanted.team and (team is None or team[0] != place.team_id):
            names = dict(self.ground.teams.values())
            before = names.get(place.team_id, "") if place.team_id is not None else ""
            changes.append(Change("team", before, team[1] if team else wanted.team))
        return changes

    def _form(self, team: str) -> None:
        if team and team.lower() not in self.ground.teams:
            self.new_teams.setdefault(team.lower(), team)

    def _verdict(
        self, reading: _Reading, wanted: Wanted, outcome: Outcome, changes: tuple[Change, ...] = ()
    ) -> Line:
        facts, known = wanted.facts, wanted.person
        name = known.facts.name if known else facts.name
        email = facts.email or reading.row["email"]
        return Line(
            row=reading.row.number,
            outcome=outcome,
            who=f"{name} ({email})" if name and email else name or email or f"Row {reading.row.number}",
            mend=tuple(reading.mend),
            notes=tuple(reading.notes) if outcome is not Outcome.ERROR else (),
            changes=changes,
            person=known.public_id if known else "",
        )


def _fits(row: Row, heading: str) -> str:
    return cells.short(row[heading], heading, _WIDTHS[heading.replace(" ", "_")])


def _name(row: Row) -> str:
    return row["name"] or " ".join(filter(None, (row["first name"], row["last name"])))


def differences(known: Facts, said: Facts) -> list[Change]:
    """What a row says otherwise than it is known; an empty cell says nothing."""
    return [
        Change(each.name.replace("_", " "), getattr(known, each.name), getattr(said, each.name))
        for each in fields(Facts)
        if each.name != "email" and getattr(said, each.name) not in ("", getattr(known, each.name))
    ]
