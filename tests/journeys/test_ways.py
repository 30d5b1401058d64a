"""Ways: whatever somebody may see they can get to by following links from their front door, and no link is a dead end.

What each person may see is `docs/access.md`; the pages are walked in a cohort in which most things have happened.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import sqlalchemy as sa
from flask import Flask
from werkzeug.exceptions import HTTPException

from lms.assessment.models import MarkingTask
from lms.capstone import actions as capstone_actions
from lms.community import actions as community
from lms.community import queries as community_queries
from lms.community.actions import Drafting
from lms.community.rules import Audience, AudienceKind
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment.rules import TeamKind
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import assessment as marking
from tests.factories import capstone as capstones
from tests.factories import coursework as make
from tests.factories import enrolment, world
from tests.support.pages import Visitor

TABLE = Path(__file__).parents[2] / "docs" / "access.md"
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
OF_ONE = {"progress.module": 13, "coursework.assignment": 20}
"""So many pages of one kind are opened, or three: the third announcement looks like the first."""
OWN = {"progress.why"}
"""Pages in which there is nothing for staff, though they may look."""
BY_MAIL = {"people.accept_invitation"}
"""Pages that a mail leads to."""
LATER = {
    "people.account": "an address to remember: it leads to the profile, and so does the menu",
    "people.change_password": "where there is a password",
    "people.photo": "a picture, shown where there is one",
    "people.set_up_authenticator": "the second step of the authenticator app",
    "people.end_authenticator": "where the authenticator app is on",
    "people.recovery_codes": "where the authenticator app is on",
    "community.edit_announcement": "of a draft",
    "scheduling.undo": "of a later release",
    "notifications.mails": "for those who develop Cadre",
    "notifications.mail_sample": "for those who develop Cadre",
}
"""Pages that are there when something has happened; each is opened by the tests of its domain."""


class House:
    """A cohort in its thirtieth week with one of each kind of person."""

    def __init__(self) -> None:
        began = clock.now() - dt.timedelta(weeks=29)
        with clock.at(began):
            self._begin()
        self._happen(self.people["learner, own"])

    def _begin(self) -> None:
        self.cohort = world.cohort(weeks_in=1, slug="spring")
        self.people: dict[str, Person] = {"learner, own": world.learner(self.cohort, "Lea Own")}
        lea = self.people["learner, own"]
        enrolment.team(self.cohort, "Kestrel", (make.visit_place(lea, self.cohort),))
        enrolment.team(self.cohort, "Depot", (make.visit_place(lea, self.cohort),), TeamKind.CAPSTONE)
        for role in (Role.FACULTY, Role.ASSISTANT, Role.GUIDE, Role.MARKER, Role.COORDINATOR):
            self.people[f"{role.value}, own"] = world.granted(role, self.cohort)
        for role in (Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR):
            self.people[role.value] = world.granted(role)
        self.people["nobody in particular"] = world.person("Nadia Nobody")
        with unit_of_work() as work:
            capstone_actions.create_for_teams(self.cohort.id, actor=world.director(), now=work.now)
        capstones.assign(capstones.of(self.cohort, lea), self.people["guide, own"])
        enrolment.many(self.cohort, 9)

    def _happen(self, lea: Person) -> None:
        """Two memos handed in and marked, one of them released; an announcement; an address to write to."""
        marker = marking.marker(self.cohort, "Mara Marker")
        for key in ("a-1", "ps-m1"):
            with clock.at(make.opened(self.cohort, key)):
                make.handed_in(lea, self.cohort, key)
            task = db.session.scalars(sa.select(MarkingTask).order_by(MarkingTask.id.desc())).first()
            assert task is not None
            marking.finish(task, marker)
        marking.release(self.cohort, self.people["coordinator, own"], key="a-1")
        with unit_of_work() as work:
            by = world.director()
            everyone = Audience(kind=AudienceKind.EVERYONE)
            drafting = Drafting(title="Hello", text="All of you.", audience=everyone, by_mail=False)
            said = community.announce(self.cohort.id, drafting, actor=by, now=work.now)
            heard = len(community_queries.listeners_of(self.cohort.id, everyone, by.person_id))
            community.send(said.id, expected=heard, actor=by, now=work.now)


def table() -> dict[tuple[str, str], dict[str, str]]:
    """The published table: (endpoint, method) and what each person gets."""
    lines = [line.split("|")[1:-1] for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    head = [cell.strip() for cell in lines[0]]
    rows = [dict(zip(head, map(str.strip, cells), strict=True)) for cells in lines[1:]]
    return {(row["route"], row["method"]): row for row in rows}


def left_out(who: str) -> set[str]:
    """Pages to which no link of theirs need lead."""
    return {"desks.home", *LATER, *BY_MAIL, *(() if who.startswith("learner") else OWN)}


def ways(app: Flask, visitor: Visitor) -> tuple[Counter[str], list[str]]:
    """Follow every link from the front door; returns what was met how often, and what leads nowhere."""
    met: Counter[str] = Counter()
    seen, dead, ahead = {"/"}, [], deque(["/"])
    while ahead:
        address = ahead.popleft()
        answer = visitor.open("GET", address)
        if answer.status_code in (301, 302, 303):
            ahead.append(answer.headers["Location"])
            continue
        if answer.status_code != 200:
            dead.append(f"{address} answers {answer.status_code}")
        for found in links(answer, address):
            if found in seen:
                continue
            seen.add(found)
            endpoint = endpoint_of(app, found)
            met[endpoint] += 1
            if endpoint == "nothing":
                dead.append(f"{address} leads to {found}, which is nothing")
            elif met[endpoint] <= OF_ONE.get(endpoint, 3) and not endpoint.endswith("_csv"):
                ahead.append(found)
    return met, dead


def links(answer: Any, address: str) -> Iterator[str]:
    """Where a page's links lead on this site."""
    if answer.mimetype != "text/html":
        return
    for raw in LINK.findall(answer.get_data(as_text=True)):
        parts = urlsplit(urljoin(f"http://localhost{address}", html.unescape(raw)))
        if parts.scheme == "http" and parts.hostname == "localhost":
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def endpoint_of(app: Flask, address: str) -> str:
    """Which page an address is."""
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(address).path)[0])
    except HTTPException:
        return "nothing"


WHO = (
    "learner, own", "faculty, own", "assistant, own", "guide, own", "marker, own", "coordinator, own",
    "director", "administrator", "auditor", "nobody in particular",
)  # fmt: skip


def test_whoever_may_see_a_page_finds_the_way_and_no_way_is_barred(app: Flask, session: Any) -> None:
    house = House()
    published = table()
    wrong: list[str] = []
    for who in WHO:
        met, dead = ways(app, Visitor(app).signed_in(house.people[who]))
        wrong += [f"{who}: {each}" for each in dead]
        wrong += [
            f"{who} may see {endpoint}, and nothing leads there"
            for (endpoint, method), answers in published.items()
            if method == "GET" and answers[who] == "yes" and not met[endpoint] and endpoint not in left_out(who)
        ]  # fmt: skip
    assert not wrong, "\n".join(wrong)
