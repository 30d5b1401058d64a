"""A reading: read, resumed, marked, taken back."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from lms.completion import queries as completion
from lms.coursework import queries
from tests.factories import coursework as make
from tests.factories import world
from tests.support.statements import statements


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def lea(cohort):
    return world.learner(cohort, "Lea Ito", zone="Asia/Dubai")


@pytest.fixture
def key(cohort, lea):
    module = make.visit(lea, cohort, "a-1").module
    return next(line.key for line in module.activities if line.kind.value == "reading")


def address(cohort, key, act=""):
    return f"/cohorts/{cohort.slug}/readings/{key}{act}"


def state(lea, cohort, key):
    at = make.visit(lea, cohort, key, "reading")
    return queries.reading_state(at.place.place_id, at.line.id), at


def is_done(at):
    return at.line.id in completion.done(at.place.place_id)


def test_a_reading_says_what_it_asks_and_is_marked_as_read_by_hand(cohort, lea, key, visit):
    at = visit(lea)
    page = at.get(address(cohort, key))
    assert page.has("article.reading h2")
    assert "Builds" in page.text()
    assert "Best read by" in page.text()
    after = at.submit(page, "[data-reading-mark]")
    assert "Marked as read." in " ".join(after.messages)
    assert is_done(state(lea, cohort, key)[1])
    again = at.submit(after, ".reading-end form", press="Mark as not read")
    assert again.has("[data-reading-mark]")
    assert not is_done(state(lea, cohort, key)[1])


def test_the_place_is_kept_and_the_end_reached_in_a_believable_time_marks_it(cohort, lea, key, visit, send):
    at = visit(lea)
    at.get(address(cohort, key))
    answer = send(at, address(cohort, key, "/position"), {"position": 43, "seconds": 100})
    assert answer.get_json() == {"done": False}
    assert state(lea, cohort, key)[0].position == 43
    assert at.get(address(cohort, key)).one("[data-resume]")["data-resume"] == "43"
    minutes = make.visit(lea, cohort, key, "reading").line.minutes
    for _beat in range(minutes * 60 // 120 // 4 + 1):
        answer = send(at, address(cohort, key, "/position"), {"position": 99, "seconds": 120})
    assert answer.get_json() == {"done": True}
    assert is_done(state(lea, cohort, key)[1])


@pytest.mark.parametrize("sent", [{}, {"position": "x", "seconds": "y"}, {"position": -5, "seconds": 10**9}])
def test_nonsense_about_the_place_does_no_harm(cohort, lea, key, visit, sent, send):
    answer = send(visit(lea), address(cohort, key, "/position"), sent)
    assert answer.status_code == 200
    assert state(lea, cohort, key)[0].position == 0
    assert state(lea, cohort, key)[0].seconds <= 120


def test_what_is_not_open_yet_says_when_it_opens(cohort, lea, visit, send):
    outline = make.visit(lea, cohort, "a-1").outline
    ahead = next(
        line.key for module in outline.modules.values() if module.code == "C1" for line in module.activities
        if line.kind.value == "reading"
    )  # fmt: skip
    at = visit(lea)
    page = at.get(address(cohort, ahead))
    assert "Not open yet" in page.text()
    assert not page.has("article.reading")
    assert send(at, address(cohort, ahead, "/position"), {"position": 9}).status_code == 409
    send(at, address(cohort, ahead, "/read"))
    assert not is_done(state(lea, cohort, ahead)[1])


def test_staff_read_what_learners_read_and_mark_nothing(cohort, key, visit, send):
    cora = make.coordinator(cohort)
    page = visit(cora).get(address(cohort, key))
    assert page.has("article.reading")
    assert not page.has("[data-reading-mark]")
    assert send(visit(cora), address(cohort, key, "/read")).status_code == 403


def test_strangers_and_wrong_kinds_find_nothing(cohort, lea, key, visit):
    other = world.learner(world.cohort(weeks_in=3))
    visit(other).refused(address(cohort, key), status=404)
    visit(lea).refused(address(cohort, "q1"), status=404)
    visit(lea).refused(address(cohort, "no-such-thing"), status=404)


def test_a_reading_takes_few_statements(cohort, lea, key, visit):
    at = visit(lea)
    at.get(address(cohort, key))
    with statements() as seen:
        at.get(address(cohort, key))
    assert len(seen) <= 10, seen


def test_times_are_the_readers_own(cohort, lea, key, visit):
    there = make.due(cohort, key).astimezone(ZoneInfo("Asia/Dubai"))
    assert f"{there:%H:%M} GST" in visit(lea).get(address(cohort, key)).text()
