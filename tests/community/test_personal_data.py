"""What is held of somebody's words: theirs, with what they follow, and nobody else's."""

from __future__ import annotations

import json

import pytest

from lms.community import queries
from lms.community.rules import Ear
from tests.factories import forums, world
from tests.support.statements import statements

pytestmark = pytest.mark.db


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=3)


def test_what_one_wrote_is_in_ones_data_and_in_nobody_elses(cohort, rhea, sanjay, visit):
    said = forums.began(cohort, rhea, "Is a substitute a rival?")
    forums.replied(cohort, sanjay, said, "A tab does not move.")
    forums.hears(cohort, sanjay, said, Ear.MUTED)
    hers = visit(rhea).open("GET", "/account/data.json").get_data(as_text=True)
    his = visit(sanjay).open("GET", "/account/data.json").get_data(as_text=True)
    mine = json.loads(hers)["parts"]["community"]["data"]
    assert [each["thread"] for each in mine["posts"]] == ["Is a substitute a rival?"]
    assert "A tab does not move." not in json.dumps(mine)
    theirs = json.loads(his)["parts"]["community"]["data"]
    assert [each["text"] for each in theirs["posts"]] == ["A tab does not move."]
    assert theirs["threads"] == [{"thread": "Is a substitute a rival?", "choice": Ear.MUTED.value}]
    assert "What you wrote to others" in visit(rhea).get("/account/data").text()


def test_as_many_statements_for_much_as_for_little(cohort, rhea):
    said = forums.began(cohort, rhea, "One")
    with statements() as few:
        queries.personal_part(rhea.id)
    for number in range(6):
        forums.replied(cohort, rhea, said, f"And {number}.")
    with statements() as many:
        queries.personal_part(rhea.id)
    assert len(few) == len(many)
