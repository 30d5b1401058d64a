"""Judging lists of learners and of teams: what each row does, and what to mend."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.enrolment.rules import learners, lists, plan, team_lists
from lms.enrolment.rules.plan import Change, Facts, Ground, KnownPerson, KnownPlace, Line, Outcome
from lms.enrolment.rules.team_lists import Member, TeamGround

D = dt.date


def person(
    number: int, *, theirs: bool = False, staff: bool = False, place: KnownPlace | None = None, **facts: str
) -> KnownPerson:
    email = f"p{number}@example.org"
    return KnownPerson(
        number, f"public{number}", Facts(name=f"Person {number}", email=email, **facts), theirs, staff, place
    )


def place(number: int, **other: object) -> KnownPlace:
    values = {
        "active": True, "state": "enrolled", "undone": False, "section_id": 1, "external_id": f"x{number}",
        "joined_on": D(2026, 1, 5), "team_id": None,
    }  # fmt: skip
    return KnownPlace(place_id=number, **{**values, **other})


def ground(*people: KnownPerson, seats_left: int = 10, **other: object) -> Ground:
    values = {
        "people": {one.facts.email: one for one in people},
        "by_external": {
            one.place.external_id: one.facts.email for one in people if one.place and one.place.external_id
        },
        "sections": {"a": (1, "A"), "b": (2, "B")},
        "teams": {"fig": (7, "Fig")},
        "seats_left": seats_left,
        "starts_on": D(2026, 1, 5),
        "last_day": D(2027, 1, 3),
        "today": D(2026, 1, 20),
        "zone": "Asia/Kolkata",
        "names_here": {},
    }
    return Ground(**{**values, **other})


def judged(text: str, on: Ground) -> plan.Plan:
    sheet = lists.read(text.encode(), learners.WORDS, needs=learners.NEEDS)
    return learners.plan(sheet.rows, on)


def line(text: str, on: Ground) -> Line:
    return judged(text, on).lines[0]


def test_somebody_new_is_added():
    found = judged("first name,last name,email,section\nAsha,Menon,Asha@Example.org,b\n", ground())
    assert [(one.outcome, one.who) for one in found.lines] == [(Outcome.ADD, "Asha Menon (asha@example.org)")]
    assert found.wanted[2].section_id == 2


def test_the_same_list_twice_changes_nothing():
    known = person(1, place=place(1, team_id=7), zone="Asia/Dubai", employer="Acme")
    text = "name,email,external id,section,zone,employer,join date,team\n"
    text += "Person 1,p1@example.org,x1,A,Asia/Dubai,Acme,2026-01-05,fig\n"
    assert line(text, ground(known)).outcome is Outcome.HERE


def test_what_differs_is_a_change_and_empty_cells_change_nothing():
    known = person(1, place=place(1, external_id=""), employer="Acme", country="IN")
    text = "email,external id,section,employer,country,join date,team\np1@example.org,9,b,Newco,,2026-02-01,Oak\n"
    found = judged(text, ground(known))
    assert set(found.lines[0].changes) == {
        Change("section", "A", "B"),
        Change("external id", "", "9"),
        Change("join date", "2026-01-05", "2026-02-01"),
        Change("team", "", "Oak"),
        Change("employer", "Acme", "Newco"),
    }
    assert found.new_teams == ("Oak",)


def test_a_profile_that_is_theirs_is_not_changed():
    known = person(1, theirs=True, place=place(1), employer="Acme")
    found = line("email,employer,section\np1@example.org,Newco,B\n", ground(known))
    assert found.changes == (Change("section", "A", "B"),)
    assert "theirs to change" in found.notes[0]
    assert line("email,employer\np1@example.org,Newco\n", ground(known)).outcome is Outcome.HERE


def test_somebody_known_from_elsewhere_is_enrolled_as_they_are():
    found = line("email,name\np1@example.org,Other Name\n", ground(person(1, theirs=True)))
    assert found.outcome is Outcome.ADD
    assert found.who == "Person 1 (p1@example.org)"
    assert len(found.notes) == 2


def test_an_external_id_finds_a_person_without_an_address():
    found = line("external id,section\nx1,B\n", ground(person(1, place=place(1))))
    assert (found.outcome, found.who) == (Outcome.CHANGE, "Person 1 (p1@example.org)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,email\nA,\n", "address is missing"),
        ("name,email\n,a@example.org\n", "name is missing"),
        ("name,email\nA,nonsense\n", "not an e-mail address"),
        ("name,email\nA,аsha@example.org\n", "cyrillic"),
        ("name,email,section\nA,a@example.org,C\n", "Sections of this cohort: A, B"),
        ("name,email,zone\nA,a@example.org,IST\n", "time zone"),
        ("name,email,country\nA,a@example.org,Atlantis\n", "not a country"),
        ("name,email,join date\nA,a@example.org,03/04/2026\n", "two ways"),
        ("name,email,join date\nA,a@example.org,2027-06-01\n", "after the programme's last day"),
        (f"name,email\n{'x' * 201},a@example.org\n", "201 characters"),
        (f"name,email,pronoun\nA,a@example.org,{'x' * 41}\n", "at most 40"),
        ("external id,name\nnew,A\n", "Write an e-mail address too"),
        ("external id,email,name\nx1,other@example.org,A\n", "belongs to p1@example.org"),
        ("external id,email\nx9,p1@example.org\n", "has the external id x1 here"),
        ("email\np2@example.org\n", "cannot be its learner"),
        ("email\np3@example.org\n", "is withdrawn here"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_mend(text, words):
    on = ground(
        person(1, place=place(1)),
        person(2, staff=True),
        person(3, place=place(3, active=False, state="withdrawn")),
    )
    found = line(text, on)
    assert found.outcome is Outcome.ERROR
    assert words in " ".join(found.mend)


def test_everything_wrong_with_a_row_is_said_at_once():
    found = line("name,email,zone,section,join date\n,bad,IST,C,soon\n", ground())
    assert len(found.mend) == 5


def test_nobody_stands_in_a_list_twice():
    found = judged(
        "name,email,external id\nA,a@example.org,1\nB,A@example.org ,2\nC,c@example.org,1\n", ground()
    )
    assert [one.outcome for one in found.lines] == [Outcome.ADD, Outcome.ERROR, Outcome.ERROR]
    assert "row 2" in found.lines[1].mend[0]
    assert "row 2" in found.lines[2].mend[0]


def test_two_of_one_name_are_worth_a_look():
    on = ground(names_here={"asha menon": "other@example.org"})
    found = judged("name,email\nAsha Menon,a@example.org\nÁsha  Menon,b@example.org\n", on)
    assert [len(one.notes) for one in found.lines] == [1, 2]
    assert all(one.outcome is Outcome.ADD for one in found.lines)


def test_seats_are_given_in_the_order_of_rows():
    rows = "".join(f"N{number},n{number}@example.org\n" for number in range(4))
    found = judged("name,email\n" + rows, ground(seats_left=2))
    assert [one.outcome for one in found.lines] == [Outcome.ADD] * 2 + [Outcome.ERROR] * 2


def test_a_place_whose_import_was_undone_is_given_again():
    known = person(1, place=place(1, active=False, state="withdrawn", undone=True))
    assert line("email\np1@example.org\n", ground(known)).outcome is Outcome.ADD
    assert line("email\np1@example.org\n", ground(known, seats_left=0)).outcome is Outcome.ERROR


def test_a_join_date_before_the_start_is_the_start():
    found = judged("name,email,join date\nA,a@example.org,2025-10-01\nB,b@example.org,2026-01-19\n", ground())
    assert [found.wanted[row].joined_on for row in (2, 3)] == [D(2026, 1, 5), D(2026, 1, 19)]
    assert found.lines[0].notes == ()
    assert "Joins late" in found.lines[1].notes[0]


def test_a_plan_is_the_same_each_time_and_survives_being_kept():
    text = "name,email,section,zone\nA,a@example.org,B,IST\nB,p1@example.org,B,\n"
    on = ground(person(1, place=place(1)))
    first, second = judged(text, on), judged(text, on)
    assert plan.fingerprint(first.lines) == plan.fingerprint(second.lines)
    assert tuple(Line.of(one.as_dict()) for one in first.lines) == first.lines


@pytest.mark.parametrize(
    ("changes", "here", "many"),
    [(0, 0, False), (4, 0, False), (5, 20, False), (5, 19, True), (10, 0, True), (100, 400, False)],
)
def test_many_changes_ask_for_a_second_yes(changes, here, many):
    assert plan.changes_many({"change": changes, "here": here, "add": 0, "error": 0}) is many


# Teams --------------------------------------------------------------------------------------------------------------


def team_ground() -> TeamGround:
    members = [
        Member(1, "p1", "Asha", "asha@example.org", True, None),
        Member(2, "p2", "Ben", "ben@example.org", True, 7),
        Member(3, "p3", "Chen", "chen@example.org", False, None),
        Member(4, "p4", "Dana", "dana@example.org", True, 8),
    ]
    return TeamGround(
        {one.email: one for one in members},
        {"x1": "asha@example.org"},
        {"fig": (7, "Fig"), "oak": (8, "Oak")},
    )


def teams(text: str) -> team_lists.TeamPlan:
    sheet = lists.read(text.encode(), team_lists.WORDS, needs=team_lists.NEEDS)
    return team_lists.plan(sheet.rows, team_ground())


def test_rows_of_teams_seat_move_and_leave_alone():
    found = teams("team,e-mail\nFIG,asha@example.org\nfig,ben@example.org\nFig,dana@example.org\n")
    assert [one.outcome for one in found.lines] == [Outcome.ADD, Outcome.HERE, Outcome.CHANGE]
    assert found.lines[2].changes == (Change("team", "Oak", "Fig"),)
    assert found.seated == {1: "Fig", 4: "Fig"}
    assert found.new_teams == ()


def test_a_team_that_is_new_is_formed_once_whatever_its_case():
    found = teams("team,e-mail\nElm,asha@example.org\nELM,ben@example.org\n")
    assert found.new_teams == ("Elm",)
    assert found.seated == {1: "Elm", 2: "Elm"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",asha@example.org,", "team is missing"),
        ("Fig,nobody@example.org,", "has a place here"),
        ("Fig,,x9", "has a place here"),
        ("Fig,chen@example.org,", "no longer a learner"),
        ("Fig,ben@example.org,x1", "belongs to asha@example.org"),
        ("Fig,,", "missing"),
        (f"{'x' * 201},asha@example.org,", "at most 200"),
    ],
)
def test_what_is_wrong_with_a_row_of_teams(row, words):
    found = teams(f"team,e-mail,id\n{row}\n")
    assert found.lines[0].outcome is Outcome.ERROR
    assert words in found.lines[0].mend[0]


def test_nobody_stands_in_a_list_of_teams_twice():
    found = teams("team,e-mail,id\nFig,asha@example.org,\nOak,,x1\n")
    assert [one.outcome for one in found.lines] == [Outcome.ADD, Outcome.ERROR]
