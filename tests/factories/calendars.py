"""Calendar addresses and what programs make of them, for tests."""

from __future__ import annotations

import contextvars
import datetime as dt
from typing import Any

from flask import Flask
from flask.globals import _cv_app
from icalendar import Calendar, Event
from werkzeug.test import TestResponse

from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.integrations import actions
from lms.integrations.calendar import Part
from lms.people.models import Person
from tests.factories import world

ALL = tuple(Part)


def address(person: Person) -> str:
    """A new calendar address of somebody's; its path."""
    with unit_of_work() as work:
        token = actions.make_address(actor=world.actor(person), now=work.now)
    return f"/calendar/{token}.ics"


def chosen(person: Person, *parts: Part, by_mail: bool = False) -> None:
    """What somebody wants in it."""
    with unit_of_work() as work:
        actions.choose(parts, offered=ALL, by_mail=by_mail, actor=world.actor(person), now=work.now)


def fetched(app: Flask, path: str, *, method: str = "GET", **headers: str) -> TestResponse:
    """What a program gets there that knows nothing but the address."""
    db.session.commit()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    context = contextvars.copy_context()
    context.run(_cv_app.set, None)

    def ask() -> TestResponse:
        answer = app.test_client().open(path, method=method, headers=given)
        answer.get_data()
        answer.close()
        return answer

    return context.run(ask)


def events(app: Flask, path: str) -> dict[str, Event]:
    """The entries of a feed by their titles."""
    answer = fetched(app, path)
    assert answer.status_code == 200, answer.status
    return read(answer.get_data(as_text=True))


def read(text: str) -> dict[str, Event]:
    """The entries of a calendar by their titles, each once."""
    found = Calendar.from_ical(text).events
    titles = [str(event["summary"]) for event in found]
    assert len(titles) == len(set(titles))
    return dict(zip(titles, found, strict=True))


def starts(event: Event) -> dt.datetime:
    """The instant at which an entry begins."""
    at: Any = event.start
    return at.astimezone(dt.UTC)  # type: ignore[no-any-return]
