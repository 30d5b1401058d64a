"""Handing over more requests than fit on a page: an errand with progress and a report; and what is held about them."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from lms.core import errands, outbox
from lms.core.db import db
from lms.core.errands import Errand, ErrandState
from lms.people.rules import Role
from lms.requests.actions import owning
from lms.requests.models import Request
from lms.requests.rules import EntryKind
from tests.factories import requests as factory
from tests.factories import world

pytestmark = pytest.mark.db


@pytest.fixture
def few(monkeypatch):
    """Three are many, and two are handed over by one step."""
    monkeypatch.setattr("lms.requests.actions.MANY", 3)
    monkeypatch.setattr(owning, "STEP", 2)


def another(cohort):
    """Somebody else who coordinates: they come when everything was asked, and own nothing of it."""
    return world.granted(Role.COORDINATOR, cohort, "Olga Other")


def owners():
    db.session.expire_all()
    return sorted(db.session.scalars(sa.select(Request.owner_id)))


def worked():
    while outbox.drain():
        pass


def page_of(desk, cohort):
    return desk.get(f"/cohorts/{cohort.slug}/requests/inbox")


def send(desk, page, **fields):
    token = page.soup.select_one("form.board input[name=csrf_token]")["value"]
    here = page.soup.select_one("form.board input[name=next]")["value"]
    cohort = page.soup.select_one("form.board input[name=cohort]")["value"]
    data = {"csrf_token": token, "next": here, "cohort": cohort, **fields}
    answer = desk.open("POST", "/requests/owner", data=data)
    return desk.get(answer.headers["Location"])


def test_all_that_match_are_handed_over_with_a_report(cohort, lea, cora, visit, few):
    for number in range(5):
        factory.asked(cohort, lea, words=f"Question {number}")
    decided = factory.decided(factory.asked(cohort, lea, words="Done"), cora)
    owner = decided.owner_id
    other, desk = another(cohort), visit(cora)
    page = send(desk, page_of(desk, cohort), all="y", to=other.public_id, reason="I am away.")
    assert "Handing over 5 requests" in page.text()
    worked()
    assert "5 requests were handed over." in desk.get(page.url).text()
    assert owners() == sorted([other.id] * 5 + [owner])
    assert factory.kinds(factory.fresh(decided)) == [EntryKind.ASKED, EntryKind.DECIDED]


def test_what_stays_is_named_with_its_reason(cohort, lea, cora, visit, few):
    rows = [factory.asked(cohort, lea, words=f"Question {number}") for number in range(4)]
    other, desk = another(cohort), visit(cora)
    page = send(desk, page_of(desk, cohort), all="y", to=other.public_id, reason="I am away.")
    factory.decided(rows[0], cora)
    worked()
    report = db.session.scalars(sa.select(Errand.report)).one()
    assert report.startswith("3 requests were handed over. 1 stays where it was. “Question”:")
    assert db.session.scalars(sa.select(Errand.state)).one() is ErrandState.DONE
    assert errands.said(page.url.rpartition("/")[2]).total == 0, "it is over"


def test_only_the_filter_of_the_page_counts(cohort, lea, cora, visit, few):
    for number in range(4):
        factory.asked(cohort, lea, words=f"Question {number}")
    kept = factory.asked(cohort, lea, "accessibility", words="Captions.")
    other, desk = another(cohort), visit(cora)
    page = desk.get(f"/cohorts/{cohort.slug}/requests/inbox?kind=question")
    send(desk, page, all="y", to=other.public_id, reason="I am away.")
    worked()
    assert factory.fresh(kept).owner_id != other.id
    assert owners().count(other.id) == 4


def test_without_a_reason_nothing_begins(cohort, lea, cora, visit, few):
    for number in range(4):
        factory.asked(cohort, lea, words=f"Question {number}")
    other, desk = another(cohort), visit(cora)
    page = send(desk, page_of(desk, cohort), all="y", to=other.public_id, reason=" ")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Errand)) == 0
    assert page.url.endswith("/requests/inbox")


def test_few_are_handed_over_at_once(cohort, lea, cora, visit):
    factory.asked(cohort, lea)
    other, desk = another(cohort), visit(cora)
    page = send(desk, page_of(desk, cohort), all="y", to=other.public_id, reason="I am away.")
    assert "1 request was handed over." in page.text()


# What is held about somebody ------------------------------------------------------------------------------------------


def test_my_data_has_my_requests_words_and_choices_and_nobody_elses(cohort, lea, mira, cora, visit):
    from lms.core.uow import unit_of_work
    from lms.notifications.models import Channel, NoticeChoice, NoticeKind
    from lms.notifications.rules import How
    from lms.requests import actions

    row = factory.asked(cohort, lea, words="Where is the template?")
    factory.asked(cohort, mira, words="Mira's own question.")
    with unit_of_work() as work:
        note = actions.STAFF_ENTRIES & {EntryKind.NOTED}
        actions.write(row.id, *note, "She asks this often.", actor=world.actor(cora), now=work.now)
        off = {"kind": NoticeKind.DISCUSSION, "channel": Channel.MAIL, "how": How.OFF}
        db.session.add(NoticeChoice(person_id=lea.id, **off))
    factory.decided(row, cora, reason="It is on the page of A-1.")
    text = visit(lea).open("GET", "/account/data.json").get_data(as_text=True)
    parts = json.loads(text)["parts"]
    (mine,) = parts["requests"]["data"]
    assert [each["text"] for each in mine["history"]] == [
        "Where is the template?",
        "It is on the page of A-1.",
    ]
    assert mine["state"] == "granted"
    assert parts["notifications"]["data"]["choices"] == [
        {"kind": "discussion", "channel": "mail", "how": "off"}
    ]
    assert any("Question" in each["title"] for each in parts["notifications"]["data"]["notices"])
    assert "Mira" not in text
    assert "She asks this often" not in text
