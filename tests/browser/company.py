"""Who looks at the pages of `every_page.py`, the words that fill its addresses, and what must be there first."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask import Flask

from lms.cohorts.models import Cohort
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.demo.cast import PASSWORD
from lms.people import actions as people
from lms.people.models import Person
from lms.scheduling.models import ScheduledItem
from tests.browser import every_page
from tests.browser.look import C14, C15, C16, Look
from tests.factories import people as person_factory
from tests.support.pages import Visitor

ADDRESSES = {
    "learner": "learner@cadre.example",
    "midway": "aparna.sharma@cadre.example",
    "newcomer": "anjali.mathur@cadre.example",
    "faculty": "faculty@cadre.example",
    "guide": "huimin.tan@cadre.example",
    "marker": "joseph.kariuki@cadre.example",
    "careful": "lars.nygaard@cadre.example",
    "coordinator": "coordinator@cadre.example",
    "director": "director@cadre.example",
    "admin": "admin@cadre.example",
}
"""Who looks. `careful` has an authenticator app, `half` has only typed the password, `nobody` is not signed in,
`stranger` has an account and nothing else. Members of teams that play
are found by looks/simulations.py."""


def words() -> dict[str, str]:
    """What stands for the names in braces."""
    found = {name: db.session.execute(sa.text(query)).scalar() for name, query in every_page.WORDS.items()}
    missing = [name for name, value in found.items() if value is None]
    assert not missing, f"the demonstration has nothing for {missing}"
    found["today"] = str(clock.now().date())
    return {name: str(value) for name, value in found.items()}


# What the demonstration does not have ------------------------------------------------------------------------------

LEARNER_LIST = """Email,Name,Section,Employer
ines.moreau@example.org,Inès Moreau,A,Atelier Nord
no address,Somebody,A,
anjali.mathur@cadre.example,Anjali Mathur,B,Another Employer
karl.lind@example.org,Karl Lind,C,
"""
TEAMS = """Email,Team
anjali.mathur@cadre.example,Banyan
yaw.asante@cadre.example,Banyan
nobody@example.org,Neem
"""
RESULTS = """Email,Activity,Score,Out of,Note
learner@cadre.example,ps-r1,34,40,Round played on paper
nobody@example.org,ps-r1,34,40,Round played on paper
"""


INVITED = "invited@cadre.example"


class Company:
    """Everybody who looks, each in a web browser of their own, and the words that fill addresses."""

    def __init__(self, app: Flask) -> None:
        """Sign everybody in and prepare what the demonstration has not."""
        self.app = app
        self.links: dict[str, str] = {}
        self.visitors: dict[str, Visitor] = {"nobody": Visitor(app)}
        for name, address in ADDRESSES.items():
            self.visitors[name] = Visitor(app).signed_in(_person(address))
        self.visitors["stranger"] = Visitor(app).signed_in(_newly("Sasha Stranger", "stranger@cadre.example"))
        self._secure()
        self._invite()
        self._keep_busy()
        self._bring_lists()
        self._announce()
        self._cancel_session()
        self._start_quiz()
        for part in every_page.PARTS:
            prepare = getattr(part, "prepare", None)
            if prepare is not None:
                prepare(self)
        self.words = words() | self.links

    def address(self, look: Look) -> str:
        """The address of a look, with its names filled in."""
        return look.path.format(**self.words)

    def _secure(self) -> None:
        """An authenticator app for the careful."""
        person_factory.with_authenticator(_person(ADDRESSES["careful"]))

    def visitor(self, who: str) -> Visitor:
        """The browser of somebody who looks; what lapses after some minutes is begun anew, however long the walk."""
        if who == "setting up":
            setting = Visitor(self.app).signed_in(_person(ADDRESSES["learner"]))
            setting.submit(setting.get("/account/security/authenticator"), "main form", password=PASSWORD)
            return setting
        if who == "half":
            half = Visitor(self.app)
            half.submit(half.get("/login"), "form.form", email=ADDRESSES["careful"], password=PASSWORD)
            return half
        return self.visitors[who]

    def _invite(self) -> None:
        """Somebody who is invited, and somebody who has forgotten the password."""
        with unit_of_work() as work:
            people.invite(_newly("Ines Invited", INVITED).id, actor=None, now=work.now)
            people.request_recovery(ADDRESSES["director"], now=work.now)
        for name, address in (("invitation", INVITED), ("reset", ADDRESSES["director"])):
            letter = person_factory.mails_to(address)[-1]
            self.links[name] = person_factory.link_in(letter).rpartition("/")[2]

    def _keep_busy(self) -> None:
        day = clock.now().date() + dt.timedelta(days=9)
        faculty = self.visitors["faculty"]
        faculty.submit(
            faculty.get("/account/busy-dates"),
            "form.form",
            starts_on=day.isoformat(),
            ends_on=(day + dt.timedelta(days=4)).isoformat(),
            note="Conference in Pune",
        )

    def _bring_lists(self) -> None:
        coordinator = self.visitors["coordinator"]
        for path, text in ((f"{C16}/import", LEARNER_LIST), (f"{C16}/teams/import", TEAMS)):
            coordinator.submit(coordinator.get(path), "form.form", text=text)
        coordinator.submit(
            coordinator.get(f"{C14}/external-results/import"),
            "form.form",
            file=(RESULTS.encode(), "results.csv"),
        )

    def _announce(self) -> None:
        coordinator = self.visitors["coordinator"]
        coordinator.submit(
            coordinator.get(f"{C14}/announcements/new"),
            "form.form",
            title="Rooms for Saturday",
            text="The room has changed. Please look at the session's page before you leave.",
        )

    def _cancel_session(self) -> None:
        """A second release of dates, and what a third one would be."""
        coordinator = self.visitors["coordinator"]
        coordinator.submit(
            coordinator.get(f"{C15}/plan/s30/change?act=cancel"), "form#publish", note="A board meeting."
        )
        page = coordinator.get(f"{C15}/plan/s31")
        day = dt.date.fromisoformat(str(page.one("[name=starts_on]")["value"])) + dt.timedelta(days=7)
        clock_face = page.one("[name=starts_time]")["value"]
        self.links["move"] = f"starts_on={day}&starts_time={clock_face}"

    def _start_quiz(self) -> None:
        """A quiz that is open now, begun by the one who is midway."""
        now = clock.now()
        cohort = sa.select(Cohort.id).where(Cohort.slug == "cohort-15").scalar_subquery()
        with unit_of_work():
            db.session.execute(
                sa.update(ScheduledItem)
                .where(ScheduledItem.cohort_id == cohort, ScheduledItem.key == "q4")
                .values(starts_at=now - dt.timedelta(hours=2), ends_at=now + dt.timedelta(days=2))
            )
        learner = self.visitors["midway"]
        learner.submit(learner.get(f"{C15}/quizzes/q4"), "main form")


def _person(address: str) -> Person:
    return db.session.scalars(sa.select(Person).where(Person.email == address)).one()


def _newly(name: str, address: str) -> Person:
    return people.add_person(people.PersonFacts(name=name, email=address), actor=None, now=clock.now())
