"""What sessions lack stands on the desks of those who host and who coordinate, with how far reminding has come."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from lms.core import clock
from lms.core.uow import unit_of_work
from lms.live import actions
from lms.live.rules import FilePhase
from lms.people.rules import Role
from tests.factories import live, world
from tests.support.statements import statements

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def host(cohort):
    return world.granted(Role.FACULTY, cohort, "Prof. Mehta")


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cara Coordinator")


def row(page, section, title):
    """The row of a session on a desk."""
    rows = page.soup.select(f"[aria-labelledby={section}] li")
    return next(" ".join(one.get_text(" ").split()) for one in rows if title in one.get_text())


@pytest.mark.parametrize(
    ("before", "stage", "told"),
    [
        (6 * DAY, "A week before", "the host was reminded"),
        (
            2 * DAY - HOUR,
            "Two days before",
            "the host and the coordinators were reminded",
        ),
        (HOUR, "On the day", "the host and the coordinators were reminded"),
    ],
)
def test_both_desks_show_what_is_lacking_and_who_was_reminded(
    visit, cohort, host, coordinator, before, stage, told
):
    line = live.session(cohort, "s12")
    with clock.at(line.starts_at - before):
        for person, desk, section in (
            (host, "/teaching", "today-title"),
            (coordinator, "/coordination", "sessions-title"),
        ):
            words = row(visit(person).get(desk), section, line.title)
            assert "no meeting link" in words
            assert "no slides, no backup host" in words
            assert f"{stage}: {told}" in words


def test_a_session_with_everything_lacks_nothing_on_either_desk(visit, cohort, host, coordinator):
    line, by = live.session(cohort, "s12"), world.director()
    backup = world.granted(Role.ASSISTANT, cohort, "Ravi Assistant")
    with unit_of_work() as work:
        details = actions.Details(join_url=live.LINK, backup_id=backup.id)
        actions.set_details(line.id, details, actor=by, now=work.now)
        actions.add_file(
            line.id, io.BytesIO(b"%PDF-1.4 slides"), "slides.pdf", FilePhase.BEFORE, actor=by, now=work.now
        )
    with clock.at(line.starts_at - DAY):
        for person, desk, section in (
            (host, "/teaching", "today-title"),
            (coordinator, "/coordination", "sessions-title"),
        ):
            visitor = visit(person)
            words = row(visitor.get(desk), section, line.title)
            assert "no meeting" not in words
            assert "no slides" not in words
            assert "reminded" not in words
            with statements() as seen:
                visitor.get(desk)
            assert len(seen) <= 14
