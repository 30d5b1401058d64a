"""A wrong key found after people took the quiz: what it would do, doing it, taking it back, who may and who sees."""

from __future__ import annotations

import csv
import datetime as dt
import io
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import actions as marking
from lms.assessment import queries as assessment
from lms.assessment.models import Mark, MarkVersion
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.coursework import actions, queries
from lms.coursework.actions import Correcting
from lms.coursework.models import QuizAttempt, QuizCorrection
from lms.coursework.rules import quiz, regrade
from lms.coursework.rules.regrade import Past
from lms.curriculum.models import QuizItem
from lms.people.rules import Role
from tests.coursework.test_contest import at_once
from tests.factories import coursework as make
from tests.factories import world
from tests.factories.corrections import (
    WHY,
    correct,
    drawn_by_most,
    look,
    marks,
    other_key,
    rescored,
    takers,
    undo,
)
from tests.support.statements import statements

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=4)


@pytest.fixture
def now(cohort):
    with clock.at(make.opened(cohort, "q1")):
        yield clock.now()


@pytest.mark.slow
@pytest.mark.db
def test_only_the_new_key_rescoring_and_taking_it_back(cohort, now, visit):
    people = takers(cohort, 5)
    before = marks(cohort)
    item = drawn_by_most(cohort)
    later = now + MINUTE
    with clock.at(later):
        found = correct(cohort, item, Past.NEW)
        assert found.fell == len(found.changed) == found.attempts > 1
        assert marks(cohort) == rescored(cohort)
        fallen = {one.place_id for one in found.marks}
        assert {place for place, value in marks(cohort).items() if value < before[place]} == fallen
        assert db.session.scalar(sa.select(QuizItem.spec).where(QuizItem.id == item.id)) == item.spec
        versions = db.session.execute(
            sa.select(MarkVersion.number, MarkVersion.state, MarkVersion.entered_by_id, MarkVersion.reason)
            .join(Mark, Mark.id == MarkVersion.mark_id)
            .where(Mark.place_id == min(fallen))
            .order_by(MarkVersion.number)
        ).all()
        assert [(one.number, one.state.value) for one in versions] == [(1, "replaced"), (2, "released")]
        assert versions[1].entered_by_id is None
        assert versions[1].reason == f"attempt 1; key corrected: {WHY}"
        (entry,) = db.session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "coursework.correct_key")
        )
        assert (entry.reason, entry.after["fell"], entry.after["past"]) == (WHY, found.fell, "new")

        told = [who for who in people if make.visit_place(who, cohort) in fallen]
        rest = [who for who in people if who not in told]
        page = visit(told[0]).get("/notices").text()
        assert "Your mark for Q1 was corrected" in page
        for who in rest:
            assert "corrected" not in visit(who).get("/notices").text()
        attempt = queries.attempts(min(fallen), item.activity_id)[0]
        assert f"until its key was corrected: {WHY}" in str(assessment.released_marks(min(fallen)))
        assert quiz.Score(Fraction(9), 10, ()).whole == (attempt.points, attempt.out_of)

    with clock.at(later + MINUTE):
        late = world.learner(cohort, "Lata Later")
        for _go in range(2):
            finished = make.finished(late, cohort)
        key = other_key(look(cohort, item))
        assert key != regrade.key_of(look(cohort, item).question.item)
        back = undo(cohort, item)
        assert back.rose >= found.fell
        assert {place: marks(cohort)[place] for place in before} == before
        assert marks(cohort) == rescored(cohort)
        assert finished.id not in {one.attempt.id for one in back.changed if one.after < one.before}
        rows = db.session.scalars(sa.select(QuizCorrection).order_by(QuizCorrection.number)).all()
        assert [(row.number, row.undoes, row.marks) for row in rows][:2] == [
            (1, None, len(found.marks)),
            (2, 1, len(back.marks)),
        ]
        assert "was taken back" in visit(told[0]).get("/notices").text()
        assert look(cohort, item).latest is None


@pytest.mark.parametrize("past", Past)
def test_no_harm_and_nobody_falls(cohort, now, past):
    takers(cohort, 4, right=6)
    before = marks(cohort)
    item = drawn_by_most(cohort)
    with clock.at(now + MINUTE):
        found = correct(cohort, item, past, no_harm=True)
        assert found.fell == 0
        after = marks(cohort)
        assert all(after[place] >= before[place] for place in before)
        if past is Past.EVERYBODY:
            for row in db.session.scalars(sa.select(QuizAttempt)):
                assert all(line["share"] == "1" for line in row.trace["items"] if line["item"] == item.id)


def test_the_better_attempt_may_be_the_other_one_then(cohort, now):
    lea = world.learner(cohort, "Lea Ito")
    first = make.finished(lea, cohort, right=9)
    make.finished(lea, cohort, right=8)
    place = make.visit_place(lea, cohort)
    with clock.at(now + MINUTE):
        bank = queries.bank(queries_activity(first))
        lost = [
            one.item for one in (bank[item_id] for item_id in first.item_ids[:9]) if one.item.kind == "single"
        ]
        for item in lost[:3]:
            correct(cohort, db.session.get(QuizItem, item.id), Past.NEW)
        assert marks(cohort) == rescored(cohort)
        best = max(queries.attempts(place, queries_activity(first)), key=lambda one: one.mark)
        assert assessment.released_marks(place)[(queries_activity(first), "")].trace["attempt"] == best.number


def queries_activity(attempt):
    return db.session.scalar(sa.select(QuizAttempt.activity_id).where(QuizAttempt.id == attempt.id))


def test_a_mark_that_was_entered_otherwise_stays(cohort, now):
    (lea,) = takers(cohort, 1)
    item = drawn_by_most(cohort)
    place = make.visit_place(lea, cohort)
    with unit_of_work() as work:
        marking.record_mark(
            marking.Recorded(
                place_id=place,
                cohort_id=cohort.id,
                activity_id=item.activity_id,
                value=Fraction(71),
                origin="external",
            ),
            actor=world.director(),
            now=work.now,
        )
    with clock.at(now + MINUTE):
        found = correct(cohort, item, Past.NEW)
        assert (found.marks, found.left_alone, found.fell) == ((), 1, 1)
    standing = assessment.standing_marks(cohort.id)[(place, item.activity_id, "")]
    assert standing.value == 71


@pytest.mark.slow
def test_staff_see_what_it_would_do_before_it_does(cohort, now, visit):
    people = takers(cohort, 6)
    item = drawn_by_most(cohort)
    before = marks(cohort)
    faculty = world.granted(Role.FACULTY, cohort)
    with clock.at(now + MINUTE):
        at = visit(faculty)
        page = at.get(at.get(f"/cohorts/{cohort.slug}/quizzes/q1").link("Questions and how they did"))
        assert "from 6 finished first attempts" in page.text()
        address = f"/cohorts/{cohort.slug}/quizzes/q1/bank/{item.key}"
        assert address in [link["href"] for link in page.soup.select("tbody a")]
        page = at.get(address)
        key = other_key(look(cohort, item))
        fields = {"correct": [str(at) for at in key["correct"]], "past": "new", "no_harm": [], "reason": WHY}
        page = at.submit(page, "#correcting", fields, press="Show what it would do")
        assert "What this would do" in page.text()
        shown = [row for row in page.texts("tbody tr") if "falls" in row]
        assert marks(cohort) == before, "looking changes nothing"
        with unit_of_work() as work:
            wanted = Correcting(key=key, past=Past.NONE, no_harm=False, reason="Another hand.")
            one = look(cohort, drawn_by_most(cohort, "multiple"))
            other = Correcting(
                key=regrade.key_of(one.question.item), past=Past.EVERYBODY, no_harm=False, reason="Unclear."
            )
            correction = actions.proposed(one, other, work.now)
            stamp = queries.effects(one, [correction]).stamp
            actions.correct_item(one, other, stamp=stamp, actor=world.director(), now=work.now)
        page = at.submit(page, "#correcting", fields, press="confirm")
        assert "Something has changed since you looked" in " ".join(page.messages)
        assert marks(cohort) == before
        page = at.submit(page, "#correcting", fields, press="confirm")
        assert "The key is corrected" in " ".join(page.messages)
        assert f"{len(shown)} mark" in " ".join(page.messages)
        after = marks(cohort)
        assert sum(after[place] < before[place] for place in before) == len(shown) > 0
        assert WHY in page.text()
        fallen = next(who for who in people if after[make.visit_place(who, cohort)] < 100)
        attempt = queries.attempts(make.visit_place(fallen, cohort), item.activity_id)[0]
        result = visit(fallen).get(f"/cohorts/{cohort.slug}/quizzes/q1/attempts/{attempt.public_id}/result")
        assert f"was corrected: {WHY} Your points for it were 1 before" in result.text()
        page = at.get(f"{address}?undo=1")
        assert "rises" in page.text()
        page = at.submit(page, "#undoing", press="Take it back")
        assert "taken back" in " ".join(page.messages)
        assert marks(cohort) == before
        assert wanted.past is Past.NONE


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("single", {"correct": []}, "Tick at least one option"),
        ("multiple", {"correct": ["0", "99", "x"]}, "Invalid"),
        ("numeric", {"answer": "a lot", "tolerance": "0"}, "Give the right number"),
        ("numeric", {"answer": "9" * 40, "tolerance": "0"}, "Give the right number"),
        ("short", {"accept": "?\n!"}, "Give what is accepted"),
        ("order", {"place-0": "1", "place-1": "1"}, "Give each step a place of its own"),
        ("match", {}, "This is the key that holds already"),
    ],
)
def test_what_cannot_be_a_key_is_refused_beside_it(cohort, now, visit, send, kind, fields, words):
    takers(cohort, 1)
    bank = queries.bank(db.session.scalar(sa.select(QuizAttempt.activity_id)))
    question = next(one for one in bank.values() if one.item.kind == kind)
    at = visit(world.granted(Role.FACULTY, cohort))
    page = at.get(f"/cohorts/{cohort.slug}/quizzes/q1/bank/{question.key}")
    sent = {"past": "new", "reason": WHY, **fields}
    for each in page.soup.select("#correcting select"):
        chosen = each.select_one("option[selected]")
        sent.setdefault(each["name"], chosen["value"])
    answer = send(at, f"/cohorts/{cohort.slug}/quizzes/q1/bank/{question.key}", sent)
    assert words in answer.get_data(as_text=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(QuizCorrection)) == 0


@pytest.mark.slow
def test_who_sees_the_bank_and_who_corrects(cohort, now, visit, send):
    (lea,) = takers(cohort, 1)
    item = drawn_by_most(cohort)
    address = f"/cohorts/{cohort.slug}/quizzes/q1/bank"
    sent = {"past": "everybody", "reason": WHY, "correct": ["0"]}
    for rest in ("", ".csv", f"/{item.key}"):
        visit(lea).refused(address + rest, status=403)
        visit(world.granted(Role.FACULTY, world.cohort(weeks_in=4))).refused(address + rest, status=404)
    assert "Questions and how they did" not in visit(lea).get(f"/cohorts/{cohort.slug}/quizzes/q1").text()
    cora = visit(make.coordinator(cohort))
    assert "Correct the key" not in cora.get(f"{address}/{item.key}").text()
    assert send(cora, f"{address}/{item.key}", sent).status_code == 403
    cora.refused(f"{address}/no-such-item", status=404)


def test_another_cohort_keeps_its_key(cohort, now):
    takers(cohort, 1)
    item = drawn_by_most(cohort)
    other = world.cohort(weeks_in=4)
    with clock.at(now + MINUTE):
        correct(cohort, item, Past.EVERYBODY, key=other_key(look(cohort, item)))
        assert queries.histories(other.id, item.activity_id) == {}
        there = queries.item_visible_to(world.director(), other.slug, "q1", item.key)
        assert there.question == there.published


@pytest.mark.slow
def test_figures_are_shown_from_five_attempts_on_and_as_a_spreadsheet(cohort, now, visit):
    # Fourteen attempts of ten questions out of 24: some question surely had six of them.
    for at, right in enumerate((10, 10, 9, 8, 4, 2, 0) * 2):
        make.finished(world.learner(cohort, f"Learner {at}"), cohort, right=right)
    faculty = visit(world.granted(Role.FACULTY, cohort))
    address = f"/cohorts/{cohort.slug}/quizzes/q1/bank"
    page = faculty.get(address)
    assert "Questions in one picture" in page.text()
    answer = faculty.open("GET", f"{address}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert len(rows) == 24
    for row in rows:
        known = int(row["attempts that had it"]) >= 5
        assert bool(row["difficulty (share earned)"]) == known
    assert any(row["difficulty (share earned)"] for row in rows)


def counted(who, address):
    who.get(address)
    with statements() as seen:
        who.get(address)
    return len(seen)


@pytest.mark.slow
def test_after_fifty_attempts_it_is_quick_and_takes_as_many_statements(cohort, now, visit, send):
    takers(cohort, 2)
    item = drawn_by_most(cohort)
    faculty = visit(world.granted(Role.FACULTY, cohort))
    address = f"/cohorts/{cohort.slug}/quizzes/q1/bank"
    few = [counted(faculty, address), counted(faculty, f"{address}/{item.key}")]
    takers(cohort, 50, right=7)
    many = [counted(faculty, address), counted(faculty, f"{address}/{item.key}")]
    assert many == few
    assert max(many) <= 14
    with clock.at(now + MINUTE):
        key = {"correct": [str(at) for at in other_key(look(cohort, item))["correct"]]}
        sent = {**key, "past": "new", "reason": WHY, "act": "preview"}
        with statements() as seen:
            send(faculty, f"{address}/{item.key}", sent)
        assert len(seen) <= 14
        with statements() as seen:
            found = correct(cohort, item, Past.NEW)
        assert found.attempts > 15
        assert marks(cohort) == rescored(cohort)
        assert len(seen) < 60 + 14 * len(found.marks)


@pytest.mark.db
def test_whoever_finishes_while_a_key_is_corrected_is_judged_once(app, fresh_database):
    """Whichever comes first, points and mark are what the keys that hold give."""
    cohort = world.cohort(weeks_in=2)
    with clock.at(make.opened(cohort, "q1")):
        lea, rina = world.learner(cohort, "Lea Ito"), world.learner(cohort, "Rina Mehta")
        make.finished(rina, cohort)
        attempt = make.started(lea, cohort)
        activity_id = queries_activity(attempt)
        with unit_of_work() as work:
            actions.save_answers(
                attempt.id, make.right_answers(attempt, activity_id), zone="UTC", now=work.now
            )
        bank = queries.bank(activity_id)
        item = next(bank[each] for each in attempt.item_ids if bank[each].item.kind == "single")
        actor, by = world.actor(lea), world.director()
        row, cohort_id = db.session.get(QuizItem, item.item.id), cohort.id
        page = look(cohort, row)
        wanted = Correcting(key=other_key(page), past=Past.NEW, no_harm=False, reason=WHY)
        stamp = queries.effects(page, [actions.proposed(page, wanted, clock.now())]).stamp
        db.session.rollback()

        def finish() -> None:
            with unit_of_work() as work:
                actions.finish_attempt(attempt.id, cohort_id, actor=actor, now=work.now)

        def correct_it() -> object:
            with unit_of_work() as work:
                return actions.correct_item(page, wanted, stamp=stamp, actor=by, now=work.now)

        at_once(app, finish, correct_it)
        assert marks(cohort) == rescored(cohort)
