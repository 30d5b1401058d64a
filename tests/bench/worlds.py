"""What the bench measures on: the demonstration, and beside it a cohort of 200 with a mark for everything."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass

import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from lms.assessment.models import Mark, MarkVersion
from lms.assessment.rules import MarkState
from lms.cohorts import actions as cohorts
from lms.cohorts.models import Cohort
from lms.core import clock, ids
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.coursework.models import Submission
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.gradebook import queries as gradebook
from lms.gradebook.models import Result
from lms.integrations.calendar import Part
from lms.people.models import Person, User
from lms.people.rules import Role
from lms.scheduling import queries as scheduling
from tests.factories import calendars, world
from tests.support.pages import Visitor

SEE_OTHER = 303
BIG, LEARNERS = "two-hundred", 200
ZONES = ("Asia/Kolkata", "Europe/London", "America/New_York", "Asia/Dubai")


@dataclass(frozen=True)
class OpenWork:
    """An assignment of one's own that somebody can hand in at an instant."""

    slug: str
    key: str
    email: str
    at: dt.datetime


def sign_in(app: Flask, bare: Flask, email: str) -> tuple[FlaskClient, FlaskClient]:
    """The same person in both applications."""
    with app.app_context():
        person = db.session.scalars(sa.select(Person).where(Person.email == email)).one()
        visitor = Visitor(app).signed_in(person)
        account = db.session.scalars(sa.select(User.id).where(User.person_id == person.id)).one()
        db.session.rollback()
    plain = bare.test_client()
    with plain.session_transaction() as cookie:
        cookie["_user_id"] = str(account)
    return visitor.client, plain


def feed_of(app: Flask, email: str) -> str:
    """The path of a new calendar address of somebody's, with everything in it."""
    with app.app_context():
        person = db.session.scalars(sa.select(Person).where(Person.email == email)).one()
        calendars.chosen(person, *Part)
        return calendars.address(person)


def people_csv(count: int, word: str) -> bytes:
    """A list of learners as a coordinator brings it."""
    lines = ["name,email,time zone,employer,job title"]
    lines += [
        f"{word.title()} Learner {number},{word}{number}@example.org,{ZONES[number % 4]},Example {number % 40},Director"
        for number in range(count)
    ]
    return "\n".join(lines).encode()


def cohort_of(app: Flask, slug: str, seats: int, weeks_in: int = 40) -> None:
    """An open cohort in a week (0: it begins next Monday), empty; the demonstration's coordinator runs it."""
    with app.app_context():
        made = world.cohort(weeks_in=weeks_in, slug=slug, seats=seats)
        coordinator = db.session.scalars(
            sa.select(Person).where(Person.email == "coordinator@cadre.example")
        ).one()
        with unit_of_work() as work:
            cohorts.appoint(made.id, coordinator.id, Role.COORDINATOR, actor=world.director(), now=work.now)


def bring(client: FlaskClient, slug: str, data: bytes) -> None:
    """Bring a list and carry it out, as the pages do: tried first, then applied."""
    form = client.get(f"/cohorts/{slug}/import").get_data(as_text=True)
    tried = client.post(
        f"/cohorts/{slug}/import",
        data={**fields(form, "main form"), "file": (io.BytesIO(data), "people.csv")},
        content_type="multipart/form-data",
    )
    if tried.status_code != SEE_OTHER:
        raise SystemExit(f"The list was not taken: {tried.status_code}")
    report = client.get(tried.location).get_data(as_text=True)
    done = client.post(f"{tried.location}/apply", data=fields(report, 'form[action$="/apply"]'))
    if done.status_code != SEE_OTHER:
        raise SystemExit(f"The list was not carried out: {done.status_code}")


def fields(page: str, selector: str) -> dict[str, str]:
    """What a form of a page would send as it stands: hidden fields and ticked boxes."""
    form = BeautifulSoup(page, "html.parser").select_one(selector)
    if form is None:
        raise SystemExit(f"There is no {selector} on the page.")
    return {
        str(field["name"]): str(field.get("value", "on"))
        for field in form.select("input[name]")
        if field.get("type") == "hidden" or field.has_attr("checked")
    }


_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_NAME, _VALUE = re.compile(r'name="([^"]+)"'), re.compile(r'value="([^"]*)"')


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that takes files, found without reading the page: that would be measured too."""
    form = page.partition('enctype="multipart/form-data"')[2].partition("</form>")[0]
    return {_NAME.findall(field)[0]: "".join(_VALUE.findall(field)) for field in _HIDDEN.findall(form)}


def buttons(page: str, name: str) -> list[str]:
    """What the buttons of this name would send."""
    found = BeautifulSoup(page, "html.parser").select(f"button[name={name}]")
    return [str(each.get("value", "")) for each in found]


def alerts(page: str) -> str:
    """What a page says went wrong."""
    found = BeautifulSoup(page, "html.parser").select("[role=alert], .error")
    return " / ".join(each.get_text(" ", strip=True) for each in found)


def learners(app: Flask, slug: str) -> int:
    """How many places a cohort has."""
    with app.app_context():
        cohort = sa.select(Cohort.id).where(Cohort.slug == slug).scalar_subquery()
        found = db.session.scalar(sa.select(sa.func.count()).where(Place.cohort_id == cohort))
        db.session.rollback()
        return found or 0


def mark_everything(app: Flask, slug: str) -> int:
    """Give every learner of a cohort a released mark for everything that is marked; returns how many."""
    with app.app_context():
        cohort = db.session.scalars(sa.select(Cohort).where(Cohort.slug == slug)).one()
        places = list(db.session.scalars(sa.select(Place.id).where(Place.cohort_id == cohort.id)))
        things = gradebook.markable(cohort.version_id)
        now = clock.now()
        marks = [
            {
                "public_id": ids.public_id(),
                "place_id": place,
                "cohort_id": cohort.id,
                "activity_id": thing.activity_id,
                "part": thing.part,
                "latest_version": 1,
                "released_version": 1,
            }
            for place in places
            for thing in things
        ]
        db.session.execute(sa.insert(Mark), marks)
        rows = db.session.execute(sa.select(Mark.id, Mark.place_id).where(Mark.cohort_id == cohort.id)).all()
        db.session.execute(
            sa.insert(MarkVersion),
            [
                {
                    "mark_id": row.id,
                    "number": 1,
                    "state": MarkState.RELEASED,
                    "numerator": 400 + (row.id * 7919) % 600,
                    "denominator": 10,
                    "trace": {},
                    "feedback": {},
                    "origin": "rubric",
                    "entered_at": now,
                    "reason": "",
                    "released_at": now,
                }
                for row in rows
            ],
        )
        keys = ["", *(course.key for course in gradebook.plan(cohort.version_id).courses)]
        db.session.execute(
            sa.insert(Result),
            [
                {
                    "place_id": place,
                    "course_key": key,
                    "numerator": 700 + place % 200,
                    "denominator": 10,
                    "weight_released": 100.0,
                    "trace": {},
                    "updated_at": now,
                }
                for place in places
                for key in keys
            ],
        )
        db.session.commit()
        return len(marks)


def open_work(app: Flask) -> OpenWork:
    """An assignment of the demonstration, a learner who has not begun it, and an instant in its window."""
    with app.app_context():
        for cohort in db.session.scalars(sa.select(Cohort).order_by(Cohort.starts_on)):
            for line in scheduling.items(cohort.id):
                if line.label or line.ends_at < clock.now():
                    continue
                activity = curriculum.outline(cohort.version_id).activities[line.activity_id]
                if activity.kind is not ActivityKind.ASSIGNMENT:
                    continue
                begun = sa.select(Submission.place_id).where(
                    Submission.activity_id == activity.id, Submission.place_id.is_not(None)
                )
                email = db.session.scalar(
                    sa.select(Person.email)
                    .join(Place, Place.person_id == Person.id)
                    .where(
                        Place.cohort_id == cohort.id,
                        Place.state == PlaceState.ENROLLED,
                        Place.id.not_in(begun),
                    )
                    .order_by(Place.id)
                )
                if email:
                    at = max(clock.now(), line.starts_at + (line.ends_at - line.starts_at) / 2)
                    return OpenWork(cohort.slug, line.key, email, at)
    raise SystemExit("The demonstration has no assignment to hand in.")
