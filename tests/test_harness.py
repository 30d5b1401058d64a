"""The things that tests stand on hold what they promise."""

from __future__ import annotations

import secrets
import threading

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from lms.core import ids
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people import actions
from lms.people.models import Person
from tests.factories import world
from tests.support import chance, database, lint
from tests.support.lint import faults
from tests.support.pages import PageError
from tests.support.statements import statements

SOUND = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sound</title></head>
<body><main><h1>Sound</h1>{}</main></body></html>"""


def add(name: str) -> int:
    """Add a person in a unit of work of its own."""
    with unit_of_work() as work:
        facts = actions.PersonFacts(name=name, email=f"{name.lower()}@example.org")
        return actions.add_person(facts, actor=None, now=work.now).id


def add_and_fail(name: str) -> None:
    with unit_of_work() as work:
        actions.add_person(actions.PersonFacts(name=name, email=""), actor=None, now=work.now)
        raise ZeroDivisionError


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Person.name).order_by(Person.id)))


@pytest.mark.db
@pytest.mark.parametrize("name", ["Ana", "Bo"])
def test_what_one_test_commits_the_next_does_not_see(session, name):
    add(name)
    assert names() == [name]


@pytest.mark.db
def test_a_unit_of_work_that_fails_leaves_what_was_committed_before(session):
    add("Ana")
    with pytest.raises(ZeroDivisionError):
        add_and_fail("Bo")
    assert names() == ["Ana"]


@pytest.mark.db
def test_a_request_finds_what_the_test_saved_and_leaves_what_it_saved(session, visit):
    add("Ana")
    person = session.scalar(sa.select(Person))
    visitor = visit(person)
    assert visitor.open("GET", "/healthz").json == {"status": "ok"}
    add("Bo")
    assert names() == ["Ana", "Bo"]


@pytest.mark.db
def test_a_fresh_database_takes_commits_from_several_connections(app, fresh_database):
    def from_elsewhere() -> None:
        with app.app_context():
            add("Bo")

    add("Ana")
    thread = threading.Thread(target=from_elsewhere)
    thread.start()
    thread.join()
    db.session.rollback()
    assert names() == ["Ana", "Bo"]


@pytest.mark.db
def test_a_fresh_database_is_gone_afterwards(session):
    assert names() == []


def test_what_is_drawn_follows_from_the_seed_and_the_name():
    def drawn(seed: int, name: str) -> tuple[str, int, str]:
        chance.begin(seed, name)
        return ids.public_id(), ids.lot(1, 10**9), secrets.token_hex()

    first = drawn(1, "a")
    assert drawn(1, "a") == first
    assert len({first, drawn(2, "a"), drawn(1, "b")}) == 3
    with chance.apart(1, "a"):
        shared = ids.public_id()
    assert shared == first[0] != ids.public_id()


@pytest.mark.slow
@pytest.mark.db
def test_a_cohort_that_is_kept_is_the_one_that_would_have_been_built(app):
    def built() -> dict[str, list[str]]:
        chance.begin(1, "what the second draws")
        with app.app_context(), database.isolated(app):
            made = world.cohort(weeks_in=31, slug="kept")
            world.cohort(weeks_in=31, slug="beside-it")
            found = {
                each.name: sorted(map(repr, db.session.execute(sa.select(each))))
                for each in db.metadata.sorted_tables
            }
            if db.engine.dialect.name == "postgresql":  # its sequences go on, whatever is undone
                return {name: [str(len(rows))] for name, rows in found.items()}
            return {**found, "": [repr(made)]}

    first = built()
    assert built() == first, "kept by now"
    assert built() == first, "met again"


@pytest.mark.db
def test_statements_are_counted_without_those_that_frame_them(session):
    with statements() as seen:
        names()
        session.commit()
        names()
    assert len(seen) == 2
    assert seen.about("person") == list(seen)
    assert seen.writes == []


def test_a_sound_page_has_no_faults():
    assert found_in('<form method="post"><input type="hidden" name="csrf_token"></form>') == []


def test_what_is_sound_is_known_in_the_next_process_too(tmp_path):
    one, other, last = lint._Sound(), lint._Sound(), lint._Sound()
    for each in (one, other):
        each.share(tmp_path)
    skeleton = b"s" * lint.SIZE
    assert not other.knows(skeleton)
    one.add(skeleton)
    assert other.knows(skeleton)
    last.share(tmp_path)
    assert last.knows(skeleton)
    assert not last.knows(b"t" * lint.SIZE)
    for each in (one, other, last):
        each.close()


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p><div></div></p>", "invalid HTML"),
        ("<h1>Again</h1>", "2 h1 headings"),
        ('<i id="a"></i><i id="a"></i>', "'a' stands 2 times"),
        ('<a href="#b">x</a>', "leads to a place that is not on the page"),
        ('<i accesskey="s"></i><b accesskey="s"></b>', "'s' is given 2 times"),
        ('<input name="email">', "has no label"),
        ('<label for="e"></label><input id="e">', "has no label"),
        ('<label for="gone">E</label>', "refers to the id 'gone'"),
        ('<form method="post"></form>', "has no CSRF token"),
        ('<p style="color: red">x</p>', "inline attribute style"),
        ('<button onclick="x()">x</button>', "inline attribute onclick"),
        ("<script>x()</script>", "inline script"),
        ("<style>p {}</style>", "inline style sheet"),
        ('<a href="javascript:x()">x</a>', "runs a script"),
        ('<a href="/x"><svg></svg></a>', "has no name"),
        ('<img src="/x.png">', "no alternative text"),
    ],
)
def test_the_lint_sees(html, fault):
    assert any(fault in found for found in found_in(html)), found_in(html)


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (SOUND.replace(' lang="en"', ""), "language"),
        (SOUND.replace("Sound</title>", "</title>"), "no title"),
        (SOUND.replace("main>", "div>"), "0 main landmarks"),
        (SOUND.replace("<!doctype html>", ""), "invalid HTML"),
    ],
)
def test_the_lint_sees_what_the_whole_page_lacks(page, fault):
    html = page.format("")
    assert any(fault in found for found in faults(html, BeautifulSoup(html, "html.parser")))


def test_a_page_that_is_not_sound_fails_the_test_that_fetches_it(app, visitor, monkeypatch):
    monkeypatch.setitem(app.view_functions, "status.healthz", lambda: "<p>Not a page")
    with pytest.raises(PageError, match="is not sound"):
        visitor.get("/healthz")


def test_a_page_that_writes_when_it_is_read_fails_the_test_that_fetches_it(app, visitor, monkeypatch):
    monkeypatch.setitem(app.view_functions, "status.healthz", lambda: str(add("Ana")))
    with pytest.raises(PageError, match="a GET never writes"):
        visitor.get("/healthz")


def found_in(html: str) -> list[str]:
    page = SOUND.format(html)
    return faults(page, BeautifulSoup(page, "html.parser"))
