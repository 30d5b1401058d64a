"""Builds the house that the walks over all routes walk through: everybody in it and one of every thing.

Through the real actions; tests/support/house.py says what for.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from flask import Flask

from lms.cohorts import actions as cohorts
from lms.core import clock, outbox
from lms.core.db import db
from lms.core.mail import MailMessage, MailState
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.actions import Enrolling, NewTeam
from lms.enrolment.rules import PlaceState, TeamKind
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import coursework, world
from tests.factories.house import (
    asking,
    attendance,
    calendars,
    errands,
    fair,
    game,
    requests,
    sessions,
    studio,
    talk,
    telling,
    things,
    work,
)
from tests.factories.house.finding import place_of, team_of
from tests.support.database import gather_statistics

STAFF = (Role.FACULTY, Role.ASSISTANT, Role.GUIDE, Role.MARKER, Role.COORDINATOR)
WIDE = (Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR)
WEEK = 26


class Builder:
    """Builds two cohorts, one part after the other."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.own, self.other = world.cohort(weeks_in=WEEK), world.cohort(weeks_in=WEEK)
        monday = self.own.starts_on + dt.timedelta(weeks=WEEK - 1)
        self.now = dt.datetime.combine(monday + dt.timedelta(days=2), dt.time(12), dt.UTC)
        self.values: dict[str, str] = {}
        self.foreign: dict[str, str] = {}
        self.foreign_parts: dict[str, str] = {}
        self.persons: dict[str, Person] = {}

    def build(self) -> None:
        """Build all of it, as of a Wednesday at noon."""
        with clock.at(self.now):
            self._build()
        # Without statistics each of 12,000 requests is planned blindly.
        gather_statistics()
        db.session.commit()

    def _build(self) -> None:
        with clock.at(dt.datetime.combine(self.own.starts_on, dt.time(6), dt.UTC)):
            self._people()
            self._teams()
        work.handed_in_and_taken(self)
        work.marks(self)
        work.complained(self)
        work.board(self)
        work.project(self)
        fair.ratings(self)
        fair.sample(self)
        fair.begin_with(self)
        fair.peer_reviews(self)
        game.runs(self)
        work.sessions(self)
        sessions.belongings(self)
        asking.beside_sessions(self)
        attendance.lists(self)
        attendance.make_ups(self)
        things.staff_things(self)
        things.own_things(self)
        things.others_things(self)
        studio.drafts(self)
        self.foreign |= self.foreign_parts
        calendars.own_calendar(self)
        requests.requests_asked(self)
        talk.forum_things(self)
        telling.urgent_things(self)
        self._who_left()
        while outbox.drain():
            pass
        kept = sa.select(MailMessage.public_id).where(MailMessage.state == MailState.KEPT)
        mail = db.session.scalar(kept.order_by(MailMessage.id).limit(1))
        assert mail is not None, (
            "of the mails only kept ones are read on a page; some may still wait for their hour"
        )
        self.values |= {"people.kept_mail:public_id": mail}
        work.overlapping(self)
        errands.long_list(self)

    # People -------------------------------------------------------------------------------------------------------

    def _people(self) -> None:
        with unit_of_work():
            section = cohorts.add_section(self.own.id, "B", actor=world.director()).id
            cohorts.add_section(self.own.id, "C", actor=world.director())
        self.persons["learner, own"] = self.lea = world.person("Lea Own", email="lea@example.org")
        world.place(self.own, self.lea)
        mate = world.person("Mira Elsewhere")
        with unit_of_work() as work:
            enrolling = Enrolling(person_id=mate.id, joined_on=self.own.starts_on, section_id=section)
            enrolment.enrol(self.own.id, enrolling, actor=world.director(), now=work.now)
        self.persons["learner, other team"] = mate
        for name in ("learner, on leave", "learner, withdrawn", "learner, suspended"):
            self.persons[name] = world.learner(self.own)
        for role in STAFF:
            self.persons[f"{role.value}, own"] = world.granted(role, self.own)
        self.persons["guide, other team"] = world.granted(Role.GUIDE, self.own)
        self.persons["marker, other work"] = world.granted(Role.MARKER, self.own)
        self.persons["coordinator, suspended"] = world.granted(Role.COORDINATOR, self.own)
        self.persons["learner, other cohort"] = world.learner(self.other)
        for role in STAFF:
            self.persons[f"{role.value}, other cohort"] = world.granted(role, self.other)
        both = world.learner(self.own, "Bo Both")
        with unit_of_work() as work:
            cohorts.appoint(self.other.id, both.id, Role.COORDINATOR, actor=world.director(), now=work.now)
        self.persons["learner here, coordinator there"] = both
        for role in WIDE:
            self.persons[role.value] = world.granted(role)
        self.persons["nobody in particular"] = world.person("Nadia Nobody")
        self.values |= {
            "people.end_role:public_id": self.persons["director"].public_id,
            "slug": self.own.slug,
            "curriculum:slug": "product-leadership",
            "place": coursework.place_public_id(self.lea, self.own),
            "name": coursework.place_public_id(self.lea, self.own),
            "person": self.lea.public_id,
            "cohorts.staff_member:public_id": self.persons["faculty, own"].public_id,
            "notifications.mail_sample:name": "announcement",
            "number": "1",
            "on": (self.own.starts_on + dt.timedelta(weeks=WEEK)).isoformat(),
            "to": "closed",
            "enrolment.change:act": "leave",
            "people.care_for_account:act": "suspend",
            "key": "b-2",
            "coursework.reading:key": "r-b1-data-as-a-product",
            "coursework.mark_read:key": "r-b1-data-as-a-product",
            "coursework.reading_position:key": "r-b1-data-as-a-product",
            "coursework.quiz:key": "q7",
            "coursework.start_quiz:key": "q7",
            "coursework.take_captions_time:key": "q7",
            "coursework.quiz_bank:key": "q7",
            "coursework.quiz_bank_csv:key": "q7",
            "coursework.bank_item:key": "q7",
            "coursework.correct_item:key": "q7",
            "coursework:item": "q7-01",
            "coursework.form:key": "self-rating",
            "coursework.answer_form:key": "self-rating",
            "progress.activity:key": "ps-r1",
            "course": "core",
            "gradebook.course:key": "core",
            "gradebook.marks_sheet:kind": "csv",
            "community.contribution:key": "core",
            "community.course_participation:key": "core",
            "community.course_participation_csv:key": "core",
            "community.learner_participation:key": "core",
            "community.record_contribution:key": "core",
            "community.record_participation:key": "core",
            "module": "a1-strategy-and-vision",
            "coursework.unmark_read:key": "r-b1-quality-and-lineage",
            "scheduling:key": "s26",
            "scheduling.remove_section:name": "C",
            "assessment.release:key": "a-1",
            "assessment.let_go:key": "a-1",
            "live:key": "s23",
            "capstone:key": "m1",
            "community:key": "th5",
        }

    def _teams(self) -> None:
        mine = [place_of(self.own, self.lea), place_of(self.own, self.persons["learner, on leave"])]
        theirs = [place_of(self.own, self.persons["learner, other team"])]
        waiting = place_of(self.own, self.persons["learner here, coordinator there"])
        for kind in (TeamKind.WORKING, TeamKind.CAPSTONE):
            with unit_of_work() as work:
                new = [
                    NewTeam(name="Banyan", place_ids=tuple(mine)),
                    NewTeam(name="Cedar", place_ids=tuple(theirs)),
                    NewTeam(name="Deodar", place_ids=(waiting,)),
                ]
                enrolment.form_teams(self.own.id, kind, new, actor=world.director(), now=work.now)
        self.values["team"] = team_of(self.own, "Banyan")
        for endpoint in (
            "team",
            "rename_team",
            "add_members",
            "move_member",
            "dissolve_team",
        ):
            self.values[f"enrolment.{endpoint}:public_id"] = self.values["team"]

    def _who_left(self) -> None:
        for name, state in (
            ("learner, on leave", PlaceState.ON_LEAVE),
            ("learner, withdrawn", PlaceState.WITHDRAWN),
        ):
            with unit_of_work() as work:
                enrolment.change_state(
                    place_of(self.own, self.persons[name]),
                    state,
                    reason="As agreed.",
                    effective_on=work.now.date(),
                    actor=world.director(),
                    now=work.now,
                )
