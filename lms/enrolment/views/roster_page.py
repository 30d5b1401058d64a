"""What the people page shows: rows, filters and figures, made from the roster."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from lms.cohorts.queries import CohortView
from lms.enrolment.queries import RosterLine
from lms.enrolment.rules import ACTIVE, HOLDS_A_SEAT, PlaceState
from lms.people.rules import sort_name
from lms.web import filters
from lms.web.shapes import Tab, Tone

INVITATION_GOOD_FOR = dt.timedelta(days=14)
PAGE = 250
PEOPLE = "enrolment.people"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    show: str
    find: str
    section: str
    team: str
    start: int = 0

    def href(self, endpoint: str, slug: str, **other: Any) -> str:
        """The address of a page with these filters and something otherwise; what is empty is left out."""
        values: dict[str, Any] = {
            "show": self.show,
            "find": self.find,
            "section": self.section,
            "team": self.team,
            **other,
        }
        return url_for(endpoint, slug=slug, **{name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """One learner's line, in words."""

    public_id: str
    href: str
    name: str
    about: str
    employer: str
    zone: str
    section: str
    team: str
    state: str
    state_tone: Tone
    state_note: str
    joined: str
    late: bool
    access: str
    access_tone: Tone
    seen: str
    words: str


@dataclass(frozen=True, slots=True)
class RosterPage:
    """The people page of a cohort."""

    cohort: CohortView
    asked: Asked
    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    sections: tuple[tuple[str, str], ...]
    teams: tuple[str, ...]
    seats_taken: int
    total: int
    matched: int
    csv_href: str
    newer: str
    older: str

    @property
    def seats_words(self) -> str:
        """“48 of 60 seats taken”."""
        return f"{self.seats_taken} of {self.cohort.seats} seats taken"


def _ran_out(line: RosterLine, now: dt.datetime) -> bool:
    return bool(line.invited_at and now - line.invited_at > INVITATION_GOOD_FOR)


def _never_invited(line: RosterLine) -> bool:
    return line.state in ACTIVE and not line.has_password and line.invited_at is None


def _waiting(line: RosterLine) -> bool:
    return line.state in ACTIVE and not line.has_password and line.invited_at is not None


FILTERS: Mapping[str, tuple[str, Callable[[RosterLine], bool]]] = {
    "": ("In the cohort", lambda line: line.state in ACTIVE),
    "leave": ("On leave", lambda line: line.state is PlaceState.ON_LEAVE),
    "not-invited": ("Not invited", _never_invited),
    "waiting": ("Invited, not here yet", _waiting),
    "left": ("Left", lambda line: line.state not in ACTIVE),
    "all": ("Everybody ever", lambda _line: True),
}
"""Filter by name in the address → its label and who is meant."""


def chosen(lines: Iterable[RosterLine], asked: Asked) -> list[RosterLine]:
    """Those whom the filters leave."""
    _label, meant = FILTERS[asked.show]
    words = sort_name(asked.find).split()
    return [
        line
        for line in lines
        if meant(line)
        and (not asked.section or str(line.section_id or "none") == asked.section)
        and (not asked.team or _in_team(line, asked.team))
        and all(word in _findable(line) for word in words)
    ]


def _in_team(line: RosterLine, team: str) -> bool:
    if team == "none":
        return line.working_team_id is None
    return team in (line.working_team, line.capstone_team)


def _findable(line: RosterLine) -> str:
    return f"{line.sort_name} {line.email} {line.employer.lower()} {line.external_id.lower()}"


def present(
    cohort: CohortView,
    lines: list[RosterLine],
    asked: Asked,
    *,
    back: Mapping[int, dt.date],
    dead: frozenset[str],
    sections: Iterable[tuple[int, str]],
    now: dt.datetime,
) -> RosterPage:
    """Put the roster into words."""
    found = chosen(lines, asked)
    counts = {show: sum(meant(line) for line in lines) for show, (_label, meant) in FILTERS.items()}
    shown = found[asked.start : asked.start + PAGE]
    here = [line for line in lines if line.state in ACTIVE]
    teams = {team for line in here for team in (line.working_team, line.capstone_team) if team}
    return RosterPage(
        cohort=cohort,
        asked=asked,
        tabs=tuple(
            Tab(label, asked.href(PEOPLE, cohort.slug, show=show), counts[show], show == asked.show)
            for show, (label, _meant) in FILTERS.items()
            if counts[show] or show in ("", asked.show)
        ),
        rows=tuple(_row(line, cohort, back.get(line.place_id), dead, now) for line in shown),
        sections=tuple((str(section_id), name) for section_id, name in sections),
        teams=tuple(sorted(teams, key=str.lower)),
        seats_taken=sum(line.state in HOLDS_A_SEAT for line in lines),
        total=len(lines),
        matched=len(found),
        csv_href=asked.href("enrolment.people_csv", cohort.slug),
        newer=asked.href(PEOPLE, cohort.slug, start=max(0, asked.start - PAGE)) if asked.start else "",
        older=asked.href(PEOPLE, cohort.slug, start=asked.start + PAGE)
        if len(found) > asked.start + PAGE
        else "",
    )


def _row(
    line: RosterLine, cohort: CohortView, back_on: dt.date | None, dead: frozenset[str], now: dt.datetime
) -> Row:
    access, tone = _access(line, now)
    if line.email.lower() in dead:
        access, tone = "Mail comes back", "bad"
    return Row(
        public_id=line.public_id,
        href=url_for("enrolment.place", slug=cohort.slug, public_id=line.public_id),
        name=line.name,
        about=line.job_title,
        employer=line.employer,
        zone=line.zone.rsplit("/", 1)[-1].replace("_", " "),
        section=line.section,
        team=" · ".join(team for team in (line.working_team, line.capstone_team) if team),
        state=line.state.value.capitalize(),
        state_tone=_TONES.get(line.state, ""),
        state_note=_state_note(line, back_on, now),
        joined=filters.day(line.joined_on, now.date()),
        late=line.joined_on > cohort.starts_on,
        access=access,
        access_tone=tone,
        seen=seen_words(line.last_seen_on, now),
        words=_findable(line),
    )


_TONES: Mapping[PlaceState, Tone] = {
    PlaceState.ENROLLED: "good",
    PlaceState.ON_LEAVE: "info",
    PlaceState.COMPLETED: "good",
    PlaceState.WITHDRAWN: "",
}


def _state_note(line: RosterLine, back_on: dt.date | None, now: dt.datetime) -> str:
    if line.state is PlaceState.ON_LEAVE and back_on:
        verb = "back" if back_on >= now.date() else "was due back"
        return f"{verb} {filters.day(back_on, now.date())}"
    if line.left_on:
        return filters.day(line.left_on, now.date())
    return ""


def _access(line: RosterLine, now: dt.datetime) -> tuple[str, Tone]:
    if line.suspended:
        return "Account suspended", "bad"
    if line.has_password:
        return "Accepted", "good"
    if line.state not in ACTIVE:
        return "", ""
    if not line.email:
        return "No address", "warn"
    if line.invited_at is None:
        return "Not invited", "warn"
    if _ran_out(line, now):
        return "Invitation ran out", "warn"
    return f"Invited {filters.relative(line.invited_at, now)}", ""


def seen_words(on: dt.date | None, now: dt.datetime) -> str:
    """When somebody was last here: “today”, “3 d ago”, “never”."""
    if on is None:
        return "never"
    days = (now.date() - on).days
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days}\N{NO-BREAK SPACE}d ago"


# CSV ----------------------------------------------------------------------------------------------------------------

HEADINGS = ("name", "email", "external id", "section", "zone", "employer", "job title", "country", "pronoun",
            "join date", "team", "capstone team", "place", "left on", "access", "last seen")  # fmt: skip


def csv_rows(lines: Iterable[RosterLine], now: dt.datetime) -> list[tuple[str, ...]]:
    """The roster as rows of a file that can be imported again."""
    return [
        (
            line.name,
            line.email,
            line.external_id,
            line.section,
            line.zone,
            line.employer,
            line.job_title,
            line.country,
            line.pronoun,
            line.joined_on.isoformat(),
            line.working_team,
            line.capstone_team,
            line.state.value,
            line.left_on.isoformat() if line.left_on else "",
            _access(line, now)[0].lower().replace("\N{NO-BREAK SPACE}", " "),
            line.last_seen_on.isoformat() if line.last_seen_on else "",
        )
        for line in lines
    ]
