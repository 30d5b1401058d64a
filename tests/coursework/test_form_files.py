"""Files in a form: kept at once, sent with the answers, taken only by those who may."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.files import Limits
from lms.coursework import queries
from lms.coursework.actions import forms as form_actions
from lms.coursework.models import FormFile
from lms.coursework.rules import forms
from lms.people.rules import Role
from tests.factories import coursework as make
from tests.factories import world

FORM = "main form.form"
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture of the screen"
PDF = b"%PDF-1.4 a page"
FIELDS = (
    {"id": "name", "kind": "text"},
    {"id": "paper", "kind": "file"},
    {"id": "extra", "kind": "file", "required": False},
)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=0)


@pytest.fixture
def lea(cohort):
    return world.learner(cohort, "Lea Ito")


@pytest.fixture
def now(cohort):
    with clock.at(make.opened(cohort, "tool-check") + dt.timedelta(hours=1)):
        yield clock.now()


def address(cohort, more=""):
    return f"/cohorts/{cohort.slug}/forms/tool-check{more}"


def answers(page):
    fields = {}
    for tag in page.soup.select(f"{FORM} [name]"):
        if tag.get("type") not in ("hidden", "file") and tag.name != "button":
            plain = tag["value"] if tag.get("type") in ("radio", "checkbox") else "+65 5550 1234"
            fields.setdefault(tag["name"], plain)
    return fields


def kept(lea, cohort):
    where = make.visit(lea, cohort, "tool-check", "form")
    return queries.form_answers(where.place.place_id, where.line.id)


def present(lea, cohort):
    where = make.visit(lea, cohort, "tool-check", "form")
    return queries.form_files(where.place.place_id, where.line.id)


def upload(name="screen.png", body=PNG):
    return {"picture": (body, name)}


@pytest.mark.parametrize(
    ("sent", "there", "problems"),
    [
        ({"name": ["A"]}, {}, {"paper": "Choose the file."}),
        ({"name": ["A"], "paper": ["forged"]}, {}, {"paper": "Choose the file."}),
        ({"name": ["A"]}, {"paper": "x1"}, {}),
        ({"name": ["A"]}, {"paper": "x1", "extra": "x2", "foreign": "x3"}, {}),
        ({}, {"paper": "x1"}, {"name": "Answer this."}),
    ],
)
def test_a_file_counts_when_it_is_there_whatever_the_page_says(sent, there, problems):
    checked = forms.check(FIELDS, forms.with_files(FIELDS, sent, there))
    assert checked.problems == problems
    assert {name: checked.answers.get(name) for name in ("paper", "extra")} == {
        name: there.get(name) for name in ("paper", "extra")
    }


@pytest.mark.db
def test_a_file_is_sent_with_the_answers_and_has_a_receipt(cohort, lea, now, visit):
    at = visit(lea)
    page = at.get(address(cohort))
    assert "One file of up to 10 MB" in page.text("#picture-limits")
    done = at.submit(page, FORM, answers(page) | upload())
    assert "Your answers are kept." in " ".join(done.messages)
    answer = kept(lea, cohort).answers["picture"]
    assert (answer["name"], answer["size"], len(answer["sha256"])) == ("screen.png", len(PNG), 64)
    assert answer["sha256"][:12] in done.text(FORM)
    assert "sent, added" in done.text(FORM)


def test_a_file_outlives_what_is_wrong_with_the_rest(cohort, lea, now, visit):
    at = visit(lea)
    page = at.get(address(cohort))
    wrong = at.submit(page, FORM, answers(page) | {"reach": ""} | upload())
    assert "Answer this." in wrong.text("#reach-error")
    assert "screen.png" in wrong.text(FORM)
    assert "not sent yet" in wrong.text(FORM)
    assert (kept(lea, cohort).version, present(lea, cohort)["picture"].name) == (0, "screen.png")
    at.submit(wrong, FORM, answers(page))
    assert kept(lea, cohort).answers["picture"]["file"] == present(lea, cohort)["picture"].public_id


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("screen.exe", b"MZ....", "is not accepted here"),
        ("screen.png", PDF, "is not the png file its name says"),
        ("screen.png", b"", "is empty"),
    ],
)
def test_a_file_that_is_refused_is_said_at_its_field_and_the_answers_stay(
    cohort, lea, now, visit, name, body, says
):
    at = visit(lea)
    page = at.get(address(cohort))
    wrong = at.submit(page, FORM, answers(page) | upload(name, body))
    assert says in wrong.text("#picture-error")
    assert wrong.one("#reach")["value"] == "+65 5550 1234"
    assert (kept(lea, cohort).version, present(lea, cohort)) == (0, {})


def test_a_file_that_is_too_large_is_not_kept(cohort, lea, now, visit, monkeypatch):
    monkeypatch.setattr(form_actions, "FILE_LIMITS", Limits(types=("png",), megabytes=0))
    at = visit(lea)
    page = at.get(address(cohort))
    wrong = at.submit(page, FORM, answers(page) | upload())
    assert "“screen.png” is larger than 0 MB" in wrong.text("#picture-error")
    assert present(lea, cohort) == {}


def test_another_file_takes_its_place_and_it_can_be_taken_out(cohort, lea, now, visit):
    at = visit(lea)
    page = at.get(address(cohort))
    page = at.submit(page, FORM, answers(page) | upload())
    page = at.submit(page, FORM, answers(page) | upload("other.pdf", PDF))
    assert (kept(lea, cohort).answers["picture"]["name"], kept(lea, cohort).version) == ("other.pdf", 2)
    same = at.submit(page, FORM, answers(page) | upload("other.pdf", PDF))
    assert kept(lea, cohort).version == 2, "the same again changes nothing"
    out = at.submit(same, FORM, press="remove:picture")
    assert present(lea, cohort) == {}
    assert "other.pdf" not in out.text(FORM)
    assert kept(lea, cohort).answers["picture"]["name"] == "other.pdf", "until other answers are sent"
    at.submit(out, FORM, answers(out))
    assert "picture" not in kept(lea, cohort).answers
    assert db.session.scalar(sa.select(sa.func.count()).select_from(FormFile)) == 2


def test_who_may_take_it(cohort, lea, now, visit, send):
    at = visit(lea)
    page = at.get(address(cohort))
    at.submit(page, FORM, answers(page) | {"reach": ""} | upload())
    url = address(cohort, f"/files/{present(lea, cohort)['picture'].public_id}")
    other = visit(world.learner(cohort, "Rina Mehta"))
    faculty, elsewhere = (
        visit(world.granted(Role.FACULTY, cohort)),
        visit(world.granted(Role.FACULTY, world.cohort())),
    )
    assert at.open("GET", url).get_data() == PNG
    assert [one.open("GET", url).status_code for one in (other, faculty, elsewhere)] == [404, 404, 404]
    at.submit(at.get(address(cohort)), FORM, answers(page))
    answer = faculty.open("GET", url)
    assert (answer.status_code, answer.get_data()) == (200, PNG)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert [one.open("GET", url).status_code for one in (other, elsewhere)] == [404, 404]
    assert "Lea Ito" in faculty.get(address(cohort)).text("[aria-labelledby=files-title]")
    assert not visit(lea).get(address(cohort)).has("[aria-labelledby=files-title]")
    other.refused(address(cohort, "/files/nothing"), status=404)


def test_bad_input_about_files_is_answered(cohort, lea, now, visit, send):
    at = visit(lea)
    for data in (
        {"act": "remove:picture"},
        {"act": "remove:device"},
        {"picture": "text"},
        {"act": "remove:"},
    ):
        assert send(at, address(cohort), data).status_code == 200
    assert present(lea, cohort) == {}
    with clock.at(make.opened(cohort, "tool-check") - dt.timedelta(days=1)):
        early = send(visit(lea), address(cohort), {"picture": (io.BytesIO(PNG), "screen.png")})
        assert early.status_code in (200, 403)
    assert present(lea, cohort) == {}
