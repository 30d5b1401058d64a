"""A form: filled in, changed, refused with everything kept."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.completion import queries as completion
from lms.core import clock
from lms.coursework import queries
from tests.factories import coursework as make
from tests.factories import world
from tests.support.statements import statements

FORM = "main form.form"
GOOD = {
    "foc": "2", "foc-evidence": "In March I spent 6 of 44 hours on later quarters.",
    "sco": "1", "sco-evidence": "I own one set of features.",
    "dec": "3", "dec-evidence": "I stopped the lake in May.",
    "inv": "4", "inv-evidence": "Two of mine were promoted.",
    "shm": "2", "shm-evidence": "I wrote the board letter.",
}  # fmt: skip


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=0)


@pytest.fixture
def lea(cohort):
    return world.learner(cohort, "Lea Ito")


@pytest.fixture
def now(cohort):
    with clock.at(make.opened(cohort, "self-rating")):
        yield clock.now()


def address(cohort, key="self-rating"):
    return f"/cohorts/{cohort.slug}/forms/{key}"


def kept(lea, cohort):
    where = make.visit(lea, cohort, "self-rating", "form")
    return queries.form_answers(where.place.place_id, where.line.id)


def filled(page):
    """An answer to everything that the page asks: the good ones above, else the first option or a line."""
    fields = {}
    for tag in page.soup.select(f"{FORM} [name]"):
        if tag.get("type") != "hidden" and tag.name != "button":
            plain = tag["value"] if tag.get("type") in ("radio", "checkbox") else "Somebody who asks."
            fields.setdefault(tag["name"], GOOD.get(tag["name"], plain))
    return fields


def test_a_form_is_filled_in_changed_and_done(cohort, lea, now, visit):
    at = visit(lea)
    page = at.get(address(cohort))
    assert "my week is the backlog" in page.text()
    after = at.submit(page, FORM, filled(page))
    assert "Your answers are kept." in " ".join(after.messages)
    where = make.visit(lea, cohort, "self-rating", "form")
    assert where.line.id in completion.done(where.place.place_id)
    assert kept(lea, cohort).answers["foc"] == "2"
    at.submit(after, FORM, {"foc": "3"})
    assert kept(lea, cohort).answers["foc"] == "3"
    assert kept(lea, cohort).version == 2


def test_what_is_missing_is_said_at_its_field_and_the_rest_kept(cohort, lea, now, visit):
    at = visit(lea)
    page = at.get(address(cohort))
    fields = filled(page) | {"foc-evidence": "word " * 60, "sco": None}
    wrong = at.submit(page, FORM, fields)
    assert "60 words; at most 50" in wrong.text("#foc-evidence-error")
    assert "Choose a level." in wrong.text("#sco-error")
    assert wrong.one("#foc-evidence").get_text().split() == ["word"] * 60
    assert wrong.has("#dec-3[checked]")
    assert kept(lea, cohort).version == 0


@pytest.mark.parametrize("sent", [{}, {"foc": "x" * 9999}, {"version": "x", "foc": "2"}, {"foreign": "1"}])
def test_bad_input_is_answered_with_the_form(cohort, lea, now, visit, send, sent):
    answer = send(visit(lea), address(cohort), sent)
    assert answer.status_code == 200
    assert "This was not kept yet" in answer.get_data(as_text=True)


def test_two_windows_show_both(cohort, lea, now, visit):
    at = visit(lea)
    one, other = at.get(address(cohort)), at.get(address(cohort))
    at.submit(one, FORM, filled(one))
    both = at.submit(other, FORM, filled(other) | {"foc": "4"})
    assert "What is stored now" in both.text()
    assert kept(lea, cohort).answers["foc"] == "2"
    at.submit(both, FORM)
    assert kept(lea, cohort).answers["foc"] == "4"


def test_after_the_deadline_answers_stay_but_a_late_one_is_still_taken(cohort, lea, now, visit):
    rina = world.learner(cohort, "Rina Mehta")
    at = visit(lea)
    page = at.get(address(cohort))
    at.submit(page, FORM, filled(page))
    with clock.at(make.due(cohort, "self-rating") + dt.timedelta(hours=1)):
        at = visit(lea)
        closed = at.get(address(cohort))
        assert not closed.has(FORM)
        assert "Your answers" in closed.text()
        hers = visit(rina)
        page = hers.get(address(cohort))
        assert "nothing is lost" in page.text()
        hers.submit(page, FORM, filled(page))
        assert kept(rina, cohort).version == 1


def test_every_form_of_the_programme_can_be_shown(cohort, lea, visit):
    outline = make.visit(lea, cohort, "a-1").outline
    keys = [line.key for line in outline.activities.values() if line.kind.value == "form"]
    assert len(keys) >= 5
    for key in keys:
        with clock.at(make.opened(cohort, key)):
            page = visit(lea).get(address(cohort, key))
            assert page.has(FORM), key


def test_staff_see_a_form_and_cannot_fill_it_in(cohort, now, visit, send):
    cora = visit(make.coordinator(cohort))
    page = cora.get(address(cohort))
    assert not page.has(f"{FORM} button")
    assert send(cora, address(cohort), {}).status_code == 403


def test_a_form_takes_few_statements(cohort, lea, now, visit):
    at = visit(lea)
    at.get(address(cohort))
    with statements() as seen:
        at.get(address(cohort))
    assert len(seen) <= 10, seen
