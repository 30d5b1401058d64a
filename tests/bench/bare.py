"""A bare Flask application on the same database: what somebody writes who has an afternoon.

Flask-Login and entities of SQLAlchemy, one query for each kind of row that our page shows, and a template that loops
over them. The same rows and nothing else: no permissions per object, no theme, no dates of one's own, no explanations,
no security headers, no CSRF. It never asks twice for one thing (no N + 1), so it is naive but not foolish.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import hashlib
import io
from collections import defaultdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, redirect, render_template, request
from flask_login import LoginManager, current_user, login_required
from sqlalchemy.orm import defer

from lms.assessment.models import Mark, MarkVersion
from lms.capstone.models import MilestoneSubmission, Project
from lms.cohorts.models import Cohort, Section
from lms.completion.models import ActivityDone, ModuleProgress
from lms.core import clock, ids
from lms.core.db import db
from lms.core.files import StoredFile
from lms.coursework.models import QuizAttempt, Submission, SubmissionFile, SubmissionVersion
from lms.curriculum.models import Activity, Course, Module
from lms.enrolment.models import Place, Team, TeamMembership
from lms.gradebook.models import Result
from lms.integrations.models import CalendarFeed
from lms.integrations.queries import feed_hash
from lms.live.models import LiveSession
from lms.notifications.models import Notice
from lms.people.models import Person, User
from lms.progress.models import Standing
from lms.scheduling.models import ScheduledItem


def bare_app(address: str, files: Path) -> Flask:
    """The application. Sign in by putting the account's id into the session as Flask-Login does."""
    app = Flask("bare", template_folder=str(Path(__file__).parent / "templates"))
    app.config.update(SECRET_KEY="bare", SQLALCHEMY_DATABASE_URI=address)
    db.init_app(app)
    login = LoginManager(app)

    @login.user_loader  # type: ignore[untyped-decorator]
    def load(user_id: str) -> User | None:
        return db.session.get(User, int(user_id))

    for view in (desk, module, month, people, gradebook, assignment, quiz):
        app.get(f"/<slug>/{view.__name__}/<key>")(login_required(view))

    app.get("/calendar/<token>.ics")(feed)

    @app.post("/<slug>/assignment/<key>")
    @login_required  # type: ignore[untyped-decorator]
    def hand_in(slug: str, key: str) -> Any:
        return _hand_in(slug, key, files)

    @app.post("/<slug>/import/<key>")
    @login_required  # type: ignore[untyped-decorator]
    def bring(slug: str, key: str) -> Any:
        return _import(slug)

    return app


def _cohort(slug: str) -> Cohort:
    return db.session.query(Cohort).filter_by(slug=slug).one()


def _place(cohort: Cohort) -> Place:
    return db.session.query(Place).filter_by(cohort_id=cohort.id, person_id=current_user.person_id).one()


def _done(place: Place) -> set[int]:
    return {each.activity_id for each in db.session.query(ActivityDone).filter_by(place_id=place.id)}


def _items(cohort: Cohort) -> Any:
    return (
        db.session.query(ScheduledItem, Activity)
        .join(Activity, Activity.id == ScheduledItem.activity_id)
        .options(defer(Activity.spec), defer(Activity.html))
        .filter(ScheduledItem.cohort_id == cohort.id, ScheduledItem.staff_only.is_(False))
        .order_by(ScheduledItem.starts_at)
    )


def desk(slug: str, key: str) -> str:
    """This week's tasks, the year in weeks, what came back, standing, capstone."""
    cohort = _cohort(slug)
    place = _place(cohort)
    now = clock.now()
    items = _items(cohort).all()
    weeks = [
        {"day": cohort.starts_on + dt.timedelta(weeks=number), "title": "", "hours": 0.0}
        for number in range(52)
    ]
    for item, activity in items:
        week = weeks[max(0, min((item.ends_at.date() - cohort.starts_on).days // 7, 51))]
        week["title"] = week["title"] or activity.title
        week["hours"] += activity.minutes / 60
    monday = (now - dt.timedelta(days=now.weekday())).replace(hour=0, minute=0)
    this_week = [pair for pair in items if monday <= pair[0].ends_at < monday + dt.timedelta(days=7)]
    sessions = db.session.query(LiveSession).filter_by(cohort_id=cohort.id).all()
    project = (
        db.session.query(Project)
        .join(TeamMembership, TeamMembership.team_id == Project.team_id)
        .filter(TeamMembership.place_id == place.id)
        .first()
    )
    return render_template(
        "desk.html",
        title=cohort.name,
        sessions=sessions,
        standing=db.session.get(Standing, place.id),
        weeks=weeks,
        items=this_week,
        done=_done(place),
        notices=db.session.query(Notice)
        .filter_by(person_id=place.person_id)
        .order_by(Notice.at.desc())
        .limit(4)
        .all(),
        modules=db.session.query(ModuleProgress).filter_by(place_id=place.id).all(),
        project=project,
        milestones=db.session.query(MilestoneSubmission).filter_by(project_id=project.id).all()
        if project
        else [],
    )


def module(slug: str, key: str) -> str:
    """A module's activities with dates and state."""
    cohort = _cohort(slug)
    place = _place(cohort)
    found = db.session.query(Module).filter_by(version_id=cohort.version_id, key=key).one()
    return render_template(
        "module.html",
        title=found.title,
        module=found,
        progress=db.session.query(ModuleProgress).filter_by(place_id=place.id, module_id=found.id).one(),
        items=_items(cohort).filter(Activity.module_id == found.id).order_by(Activity.position).all(),
        done=_done(place),
    )


def month(slug: str, key: str) -> str:
    """A month of the cohort, day by day; `key` is "2026-11"."""
    cohort = _cohort(slug)
    place = _place(cohort)
    year, number = (int(part) for part in key.split("-"))
    weeks = calendar.Calendar().monthdatescalendar(year, number)
    first = dt.datetime.combine(weeks[0][0], dt.time(), dt.UTC)
    last = dt.datetime.combine(weeks[-1][-1], dt.time(), dt.UTC) + dt.timedelta(days=1)
    by_day = defaultdict(list)
    for pair in _items(cohort).filter(ScheduledItem.ends_at >= first, ScheduledItem.ends_at < last):
        by_day[pair[0].ends_at.date()].append(pair)
    return render_template("month.html", title=key, weeks=weeks, by_day=by_day, done=_done(place))


def people(slug: str, key: str) -> str:
    """Everybody in a cohort with section, team and standing."""
    cohort = _cohort(slug)
    rows = (
        db.session.query(Place, Person, Standing, Section)
        .join(Person, Person.id == Place.person_id)
        .outerjoin(Standing, Standing.place_id == Place.id)
        .outerjoin(Section, Section.id == Place.section_id)
        .filter(Place.cohort_id == cohort.id)
        .order_by(Person.sort_name)
        .all()
    )
    members = db.session.query(TeamMembership, Team).join(Team).filter(Team.cohort_id == cohort.id)
    teams = {membership.place_id: team.name for membership, team in members}
    return render_template("people.html", title=cohort.name, rows=rows, teams=teams)


def gradebook(slug: str, key: str) -> str:
    """Every mark of every learner in a course, or in all of them (`-`)."""
    cohort = _cohort(slug)
    course = db.session.query(Course).filter_by(version_id=cohort.version_id, key=key).one_or_none()
    marks: dict[int, dict[int, Any]] = defaultdict(dict)
    found = (
        db.session.query(Mark.place_id, Mark.activity_id, MarkVersion.numerator, MarkVersion.denominator)
        .join(MarkVersion, MarkVersion.mark_id == Mark.id)
        .join(Activity, Activity.id == Mark.activity_id)
        .filter(
            Mark.cohort_id == cohort.id,
            Activity.course_id == course.id if course else sa.true(),
            MarkVersion.number == Mark.released_version,
        )
    )
    for mark in found:
        marks[mark.place_id][mark.activity_id] = mark
    wanted = {activity for own in marks.values() for activity in own}
    activities = db.session.query(Activity).filter(Activity.id.in_(wanted)).order_by(Activity.position).all()
    places = (
        db.session.query(Place, Person, Result)
        .join(Person, Person.id == Place.person_id)
        .outerjoin(Result, (Result.place_id == Place.id) & (Result.course_key == (key if course else "")))
        .filter(Place.cohort_id == cohort.id)
        .order_by(Person.sort_name)
    )
    rows = [(person, marks[place.id], result) for place, person, result in places]
    return render_template(
        "gradebook.html", title=course.title if course else "Everything", activities=activities, rows=rows
    )


def _activity(cohort: Cohort, key: str) -> tuple[ScheduledItem, Activity]:
    item = db.session.query(ScheduledItem).filter_by(cohort_id=cohort.id, key=key).one()
    return item, db.session.query(Activity).filter_by(id=item.activity_id).one()


def _versions(activity: Activity, place: Place) -> list[SubmissionVersion]:
    return list(
        db.session.query(SubmissionVersion)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .filter(Submission.activity_id == activity.id, Submission.place_id == place.id)
        .order_by(SubmissionVersion.number)
    )


def assignment(slug: str, key: str) -> str:
    """What is asked, and what was handed in."""
    cohort = _cohort(slug)
    item, activity = _activity(cohort, key)
    versions = _versions(activity, _place(cohort))
    return render_template(
        "assignment.html", title=activity.title, activity=activity, item=item, versions=versions
    )


def quiz(slug: str, key: str) -> str:
    """A quiz's own page and the attempts so far."""
    cohort = _cohort(slug)
    item, activity = _activity(cohort, key)
    attempts = (
        db.session.query(QuizAttempt)
        .filter_by(activity_id=activity.id, place_id=_place(cohort).id)
        .order_by(QuizAttempt.number)
        .all()
    )
    return render_template("quiz.html", title=activity.title, activity=activity, item=item, attempts=attempts)


def _hand_in(slug: str, key: str, files: Path) -> Any:
    cohort = _cohort(slug)
    place = _place(cohort)
    item, activity = _activity(cohort, key)
    now = clock.now()
    data = request.files["files"].read()
    digest = hashlib.sha256(data).hexdigest()
    (files / digest).write_bytes(data)
    submission = db.session.query(Submission).filter_by(activity_id=activity.id, place_id=place.id).first()
    if submission is None:
        submission = Submission(
            cohort_id=cohort.id, activity_id=activity.id, place_id=place.id, team_id=None, draft={}
        )
        submission.latest_number = 0
        db.session.add(submission)
        db.session.flush()
    submission.latest_number += 1
    stored = StoredFile(
        owner_id=place.person_id,
        purpose="submission",
        name="work.txt",
        content_type="text/plain",
        size=len(data),
        sha256=digest,
        stored_at=now,
    )
    version = SubmissionVersion(
        submission_id=submission.id,
        number=submission.latest_number,
        text=request.form["text"],
        html="",
        words=0,
        ai_statement="",
        members=[],
        by_id=place.person_id,
        began_at=now,
        handed_in_at=now,
        due_at=item.ends_at,
        late_days=0,
        digest=digest,
    )
    db.session.add_all([stored, version])
    db.session.flush()
    db.session.add(SubmissionFile(version_id=version.id, file_id=stored.id, position=0))
    db.session.commit()
    return redirect(request.path, code=303)


def feed(token: str) -> Any:
    """Everything with a date of a person's cohorts, as iCalendar text; the zone stands in UTC."""
    found = db.session.query(CalendarFeed).filter_by(token_hash=feed_hash(token)).one()
    person = db.session.query(Person).filter_by(id=found.person_id).one()
    account = db.session.query(User).filter_by(person_id=person.id, active=True).one()
    entries = []
    for place in db.session.query(Place).filter_by(person_id=account.person_id):
        cohort = db.session.query(Cohort).filter_by(id=place.cohort_id).one()
        entries += [(cohort, item, activity) for item, activity in _items(cohort)]
    body = render_template("feed.ics", name=person.name, entries=entries)
    return Response(body, content_type="text/calendar")


def _import(slug: str) -> str:
    cohort = _cohort(slug)
    now = clock.now()
    known = {person.email for person in db.session.query(Person)}
    count = 0
    for row in csv.DictReader(io.StringIO(request.files["file"].read().decode())):
        if row["email"] in known:
            continue
        person = Person(name=row["name"], sort_name=row["name"].lower(), email=row["email"], zone="UTC")
        person.created_at = now
        db.session.add(person)
        db.session.flush()
        user = User(email=row["email"], person_id=person.id, active=True, fs_uniquifier=ids.public_id() * 3)
        db.session.add(user)
        db.session.add(
            Place(cohort_id=cohort.id, person_id=person.id, state="enrolled", joined_on=cohort.starts_on)
        )
        count += 1
    db.session.commit()
    return f"{count} enrolled"
