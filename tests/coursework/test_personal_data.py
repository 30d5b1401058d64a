"""What is held of somebody's work and marks: all of theirs, nothing of others, and no mark before its release."""

from __future__ import annotations

import json

import pytest

from lms.assessment import queries as marking_queries
from lms.capstone import queries as capstone_queries
from lms.core import clock
from lms.coursework import queries
from lms.enrolment import queries as enrolment_queries
from lms.fairness import queries as fairness_queries
from tests.factories import assessment as marking
from tests.factories import capstone, world
from tests.factories import coursework as make
from tests.support.statements import statements

pytestmark = pytest.mark.db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def held(visitor) -> dict[str, object]:
    text = visitor.open("GET", "/account/data.json").get_data(as_text=True)
    return {key: part["data"] for key, part in json.loads(text)["parts"].items()}


def test_work_of_ones_own_and_of_ones_team_is_in_ones_data(cohort, lea, visit) -> None:
    rina, other = world.learner(cohort, "Rina Mehta"), world.learner(cohort, "Olga Petrova")
    with clock.at(make.opened(cohort, "g1")):
        make.team(cohort, [lea, rina])
        at, address = visit(lea), f"/cohorts/{cohort.slug}/assignments/g1"
        at.submit(
            at.get(address), "#work", {"files": (PDF, "model.pdf"), "ai": "no"}, press="Add the chosen files"
        )
        at.submit(at.get(address), "#work", press="Hand in version 1 for team Kestrel")
        hers, theirs = held(visit(rina)), held(visit(other))
    (version,) = hers["coursework"]["handed_in"]
    assert (version["activity"], version["counts"]) == ("g1", True)
    assert [file["name"] for file in version["files"]] == ["model.pdf"]
    assert [team["name"] for team in hers["places"]["teams"]] == ["Kestrel"]
    assert theirs["coursework"]["handed_in"] == []
    assert "Lea Ito" not in json.dumps(hers["coursework"])


def test_a_mark_is_in_ones_data_from_its_release_and_no_earlier(cohort, lea, visit) -> None:
    marker, second = marking.marker(cohort, "Mara Marker"), marking.marker(cohort, "Sam Second")
    task = marking.bring(cohort, [make.visit_place(lea, cohort)])
    marking.finish(task, marker, overall="A sharp memo.")
    assert held(visit(lea))["marks"] == []
    marking.release(cohort, second)
    (mark,) = held(visit(lea))["marks"]
    assert mark["activity"] == "a-1"
    assert "A sharp memo." in mark["feedback"]["overall"]
    assert mark["mark"] == str(marking.seen(make.visit_place(lea, cohort)))


def test_the_capstone_is_in_the_data_of_whoever_was_in_it(session, visit) -> None:
    scene = capstone.capstone(upto="m1")
    mine = held(visit(scene.team.people[0]))["capstone"]
    assert [project["state"] for project in mine["projects"]]
    assert {row["milestone"] for row in mine["milestones"]} >= {"m1"}


@pytest.mark.parametrize(
    "part",
    [
        queries.personal_part,
        marking_queries.personal_part,
        capstone_queries.personal_part,
        enrolment_queries.personal_part,
        fairness_queries.personal_part,
    ],
    ids=["coursework", "marks", "capstone", "places", "peer reviews"],
)
def test_as_many_statements_for_much_as_for_little(cohort, lea, part) -> None:
    with statements() as few:
        part(lea.id)
    with clock.at(make.opened(cohort, "a-1")):
        for text in ("One.", "Two.", "Three."):
            make.handed_in(lea, cohort, "a-1", text=text)
    with statements() as many:
        part(lea.id)
    assert len(few) == len(many) <= 10
