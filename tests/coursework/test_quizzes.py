"""A quiz: its rules, its clock, its answers, its result."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.completion import queries as completion
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.coursework import actions, queries
from lms.coursework.models import AttemptState, QuizAttempt
from tests.factories import coursework as make
from tests.factories import world
from tests.support.statements import statements

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=4)


@pytest.fixture
def lea(cohort):
    return world.learner(cohort, "Lea Ito", zone="Asia/Dubai")


@pytest.fixture
def now(cohort):
    with clock.at(make.opened(cohort, "q1")):
        yield clock.now()


def address(cohort, rest=""):
    return f"/cohorts/{cohort.slug}/quizzes/q1{rest}"


def attempts(who, cohort):
    at = make.visit(who, cohort, "q1", "quiz")
    return queries.attempts(at.place.place_id, at.line.id)


def mark(who, cohort):
    at = make.visit(who, cohort, "q1", "quiz")
    return assessment.released_marks(at.place.place_id).get((at.line.id, ""))


def test_the_rules_stand_there_before_anything_begins(cohort, lea, now, visit):
    page = visit(lea).get(address(cohort))
    words = page.text()
    assert "10 questions, drawn for you from 24" in words
    assert "20 minutes by the server's clock" in words
    assert "2 attempts. The better one counts as your mark" in words
    assert "GST" in words
    assert "less than 20 minutes" in words
    assert attempts(lea, cohort) == []


def test_a_whole_attempt_without_a_script(cohort, lea, now, visit):
    at = visit(lea)
    page = at.submit(at.get(address(cohort)), "main form", press="Start attempt 1 of 2")
    assert len(page.soup.select("[data-question]")) == 10
    (attempt,) = attempts(lea, cohort)
    assert attempt.ends_at == now + 20 * MINUTE
    confirm = at.submit(page, "#answers", _right(page, attempt, cohort, lea), press="Finish the attempt")
    assert confirm.title == "Finish attempt 1?"
    assert "All 10 questions are answered" in confirm.text()
    result = at.submit(confirm, "main form", press="Finish and count attempt 1")
    assert result.title == "Attempt 1: 10 of 10 points"
    assert mark(lea, cohort).value == 100
    where = make.visit(lea, cohort, "q1", "quiz")
    assert where.line.id in completion.done(where.place.place_id)


def _right(page, attempt, cohort, who):
    """Fill the page's controls with right answers."""
    from lms.coursework.rules import quiz

    at = make.visit(who, cohort, "q1", "quiz")
    bank = queries.bank(at.line.id)
    fields = {}
    for number, each in enumerate(attempt.items, start=1):
        item = bank[each["item"]].item
        shown = quiz.shown(item, each["options"], make.right_answer(item))
        if item.kind in ("match", "order"):
            fields |= {f"q{number}-{place}": value for place, value in enumerate(shown)}
        else:
            fields[f"q{number}"] = shown
    return fields


def test_every_kind_of_item_is_asked_and_explained(cohort, lea, now, visit):
    """The whole bank in one attempt: no kind breaks a page."""
    at = visit(lea)
    page = at.submit(at.get(address(cohort)), "main form", press="Start attempt 1 of 2")
    row = db.session.scalars(sa.select(QuizAttempt)).one()
    where = make.visit(lea, cohort, "q1", "quiz")
    bank = [question.item for question in queries.bank(where.line.id).values()]
    from lms.coursework.rules import quiz

    row.items = quiz.draw(bank, 50, row.public_id)
    assert {item.kind for item in bank} == {"single", "multiple", "numeric", "short", "match", "order"}
    page = at.get(address(cohort, f"/attempts/{row.public_id}"))
    assert len(page.soup.select("[data-question]")) == len(bank)
    saved = at.submit(
        page, "#answers", _right(page, attempts(lea, cohort)[0], cohort, lea), press="Save answers"
    )
    assert f"{len(bank)} of {len(bank)} answered" in saved.text()
    assert "Read as" in saved.text()
    result = at.submit(at.get(address(cohort, f"/attempts/{row.public_id}/finish")), "main form")
    assert len(result.soup.select(".judged > li")) == len(bank)
    assert set(result.texts(".judged .pill")) == {"right"}


def test_right_answers_stay_hidden_while_they_could_be_used(cohort, lea, now, visit):
    attempt = make.finished(lea, cohort, right=0)
    at = visit(lea)
    page = at.get(address(cohort, f"/attempts/{attempt.public_id}/result"))
    assert "Right:" not in page.text()
    assert not page.has(".explained")
    assert not page.has(".given .good")
    make.started(lea, cohort)
    page = at.get(address(cohort, f"/attempts/{attempt.public_id}/result"))
    assert not page.has(".explained"), "the last attempt is still going on"
    make.finished(lea, cohort, right=10)
    page = at.get(address(cohort, f"/attempts/{attempt.public_id}/result"))
    assert len(page.soup.select(".explained")) == 10


@pytest.mark.parametrize(
    ("rule", "shown", "said"),
    [
        ("after_each", True, "are shown after each attempt"),
        ("after_deadline", False, "follow after the deadline"),
        ("never", False, "are not shown"),
    ],
)
def test_an_author_says_when_right_answers_are_shown(cohort, lea, now, visit, monkeypatch, rule, shown, said):
    where = make.visit(lea, cohort, "q1", "quiz")
    monkeypatch.setitem(queries.content(where.line.id).spec, "answers", rule)
    at = visit(lea)
    assert f"right answers {said}" in at.get(address(cohort)).text()
    attempt = make.finished(lea, cohort, right=0)
    page = at.get(address(cohort, f"/attempts/{attempt.public_id}/result"))
    assert bool(page.soup.select(".explained")) == shown


def test_the_better_attempt_counts_and_a_third_is_refused(cohort, lea, now, visit, send):
    first = make.finished(lea, cohort, right=8)
    better = mark(lea, cohort)
    assert better.value == first.mark
    make.finished(lea, cohort, right=3)
    assert mark(lea, cohort) == better
    at = visit(lea)
    page = at.get(address(cohort))
    assert "You have used all 2 attempts" in page.text()
    assert "the best, counts" in page.text()
    send(at, address(cohort, "/attempts"))
    assert "You have used all 2 attempts" in " ".join(at.get(address(cohort)).messages)
    assert len(attempts(lea, cohort)) == 2


def test_a_better_second_attempt_replaces_the_first(cohort, lea, now):
    make.finished(lea, cohort, right=2)
    second = make.finished(lea, cohort, right=10)
    assert second.mark == 100
    assert mark(lea, cohort).value == Fraction(100)
    assert mark(lea, cohort).trace["attempt"] == 2
    assert len(mark(lea, cohort).trace["facts"][0]["parts"]) == 10


def test_starting_again_goes_on_with_the_attempt_that_runs(cohort, lea, now, visit, send):
    at, elsewhere = visit(lea), visit(lea)
    send(at, address(cohort, "/attempts"))
    send(elsewhere, address(cohort, "/attempts"))
    (attempt,) = attempts(lea, cohort)
    page = elsewhere.get(address(cohort))
    assert "Your time is running" in page.text()
    assert elsewhere.get(page.link("Go on with attempt 1")).has("#answers")
    assert attempt.number == 1


def test_a_page_sends_only_what_it_changed(cohort, lea, now, visit):
    """Answers given on another device meanwhile are not taken back by a page that was opened before."""
    attempt = make.started(lea, cohort)
    at = visit(lea)
    old_page = at.get(address(cohort, f"/attempts/{attempt.public_id}"))
    activity = make.visit(lea, cohort, "q1", "quiz").line.id
    right = make.right_answers(attempt, activity)
    with unit_of_work() as work:
        actions.save_answers(attempt.id, right, zone="UTC", now=work.now)
    at.submit(old_page, "#answers", press="Save answers")
    assert queries.answers(attempt.id)[0] == right


def test_a_page_that_does_not_know_what_another_saved_overwrites_nothing_silently(
    cohort, lea, now, visit, send
):
    """Two devices: the second sees what the first saved; a page opened before is told, and what was saved stands."""
    attempt = make.started(lea, cohort)
    phone, laptop = visit(lea), visit(lea)
    path = address(cohort, f"/attempts/{attempt.public_id}")
    old = phone.get(path)
    radio = next(iter(old.soup.select("[data-question] input[type=radio]")))["name"]
    page = laptop.submit(laptop.get(path), "#answers", {radio: "0"}, press="Save answers")
    assert page.one(f'[name="{radio}"][value="0"]').has_attr("checked")
    stood = queries.answers(attempt.id)[0]
    page = phone.submit(old, "#answers", {radio: "1"}, press="Save answers")
    number = radio.removeprefix("q")
    assert f"Question {number} was answered elsewhere since this page was opened" in " ".join(page.messages)
    assert queries.answers(attempt.id)[0] == stood
    assert page.one(f'[name="{radio}"][value="0"]').has_attr("checked"), "the page shows what stands"
    page = phone.submit(page, "#answers", {radio: "1"}, press="Save answers")
    assert queries.answers(attempt.id)[0] != stood, "whoever has seen it may change it"
    stood = queries.answers(attempt.id)[0]
    sent = {radio: "2", f"{radio}-was": old.one(f'[name="{radio}-was"]')["value"] + "!"}
    answer = send(laptop, f"{path}/answers", sent, script=True).get_json()
    assert "answered elsewhere" in answer["out"]["stale"]
    assert f"{radio}-was" not in answer["fields"]
    assert queries.answers(attempt.id)[0] == stood
    sent[f"{radio}-was"] = phone.get(path).one(f'[name="{radio}-was"]')["value"]
    answer = send(laptop, f"{path}/answers", sent, script=True).get_json()
    assert answer["out"]["stale"] == ""
    sent = {radio: "1", f"{radio}-was": answer["fields"][f"{radio}-was"]}
    answer = send(laptop, f"{path}/answers", sent, script=True).get_json()
    assert answer["out"]["stale"] == "", "a script goes on with the mark that it was given"
    assert answer["ends"] == attempt.ends_at.isoformat()


def test_a_script_is_told_what_was_saved(cohort, lea, now, visit, send):
    attempt = make.started(lea, cohort)
    at = visit(lea)
    page = at.get(address(cohort, f"/attempts/{attempt.public_id}"))
    was = page.one('[name="q1-was"]')["value"]
    url = address(cohort, f"/attempts/{attempt.public_id}/answers")
    radio = next((f for f in page.soup.select("[data-question] input[type=radio]")), None)
    assert radio is not None
    name = radio["name"]
    was = page.one(f'[name="{name}-was"]')["value"]
    answer = send(at, url, {name: "0", f"{name}-was": was}, script=True)
    assert answer.get_json()["out"]["answered"] == "1 of 10 answered"
    with clock.at(attempt.ends_at + dt.timedelta(seconds=6)):
        late = send(at, url, {name: "1", f"{name}-was": "x"}, script=True)
    assert late.status_code == 409
    assert "What had been saved until then was kept" in late.get_json()["reason"]


def test_time_that_runs_out_counts_what_was_saved(cohort, lea, now, visit):
    attempt = make.started(lea, cohort)
    activity = make.visit(lea, cohort, "q1", "quiz").line.id
    with unit_of_work() as work:
        actions.save_answers(attempt.id, make.right_answers(attempt, activity), zone="UTC", now=work.now)
    with clock.at(attempt.ends_at + 2 * MINUTE):
        at = visit(lea)
        page = at.get(address(cohort, f"/attempts/{attempt.public_id}"))
        assert "Time is over" in page.text()
        assert attempts(lea, cohort)[0].state is AttemptState.ACTIVE, "a GET writes nothing"
        assert "Time is over" in at.get(address(cohort)).text()
        with unit_of_work() as work:
            assert actions.close_expired(now=work.now) == 1
            assert actions.close_expired(now=work.now) == 0
        (closed,) = attempts(lea, cohort)
        assert closed.state is AttemptState.EXPIRED
        assert closed.finished_at == attempt.ends_at
        assert mark(lea, cohort).value == 100
        assert "Time ran out" in at.get(address(cohort, f"/attempts/{attempt.public_id}/result")).text()


def test_whoever_comes_before_the_clerk_has_it_counted_at_once(cohort, lea, now, visit):
    attempt = make.started(lea, cohort)
    with clock.at(attempt.ends_at + MINUTE):
        at = visit(lea)
        result = at.submit(at.get(address(cohort, f"/attempts/{attempt.public_id}")), "main form")
        assert result.title == "Attempt 1: 0 of 10 points"
        assert at.submit(at.get(address(cohort)), "main form", press="Start attempt 2 of 2").has("#answers")


def test_a_late_start_has_less_time_and_is_told_so(cohort, lea, visit, send):
    due = make.due(cohort, "q1")
    with clock.at(due - 4 * MINUTE):
        at = visit(lea)
        assert "the deadline shortens it" in at.get(address(cohort)).text()
        send(at, address(cohort, "/attempts"))
        (attempt,) = attempts(lea, cohort)
        assert attempt.ends_at == due + MINUTE
    with clock.at(due + 2 * MINUTE):
        at = visit(lea)
        send(at, address(cohort, "/attempts"))
        assert "This closed on" in " ".join(at.get(address(cohort)).messages)


def test_before_it_opens_the_rules_can_be_read_and_nothing_started(cohort, lea, visit, send):
    with clock.at(make.item(cohort, "q1").starts_at - MINUTE):
        at = visit(lea)
        page = at.get(address(cohort))
        assert "Not open yet" in page.text()
        send(at, address(cohort, "/attempts"))
        assert "This opens on" in " ".join(at.get(address(cohort)).messages)
        assert attempts(lea, cohort) == []


def test_a_finished_attempt_takes_nothing_more(cohort, lea, now, visit, send):
    attempt = make.finished(lea, cohort, right=1)
    at = visit(lea)
    send(at, address(cohort, f"/attempts/{attempt.public_id}/answers"), {"q1-was": "x", "q1": "0"})
    assert "finished and counted" in " ".join(at.get(address(cohort)).messages)
    send(at, address(cohort, f"/attempts/{attempt.public_id}/finish"))
    assert attempts(lea, cohort)[0].points == attempt.points


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {f"q{n}-was": "x" for n in range(1, 30)},
        {f"q{n}-was": "x" for n in range(1, 11)} | {f"q{n}": "99999999999" for n in range(1, 11)},
        {f"q{n}-was": "x" for n in range(1, 11)} | {f"q{n}": "x" * 5000 for n in range(1, 11)},
        {f"q{n}-was": "x" for n in range(1, 11)}
        | {f"q{n}-{k}": "-1" for n in range(1, 11) for k in range(9)},
    ],
)
def test_bad_input_breaks_no_attempt(cohort, lea, now, visit, sent, send):
    attempt = make.started(lea, cohort)
    at = visit(lea)
    answer = send(at, address(cohort, f"/attempts/{attempt.public_id}/answers"), sent)
    assert answer.status_code == 303
    at.get(address(cohort, f"/attempts/{attempt.public_id}"))
    send(at, address(cohort, f"/attempts/{attempt.public_id}/finish"))
    at.get(address(cohort, f"/attempts/{attempt.public_id}/result"))


def test_another_learners_attempt_is_not_there(cohort, lea, now, visit, send):
    attempt = make.started(lea, cohort)
    rina = world.learner(cohort, "Rina Mehta")
    for rest in ("", "/finish", "/result"):
        visit(rina).refused(address(cohort, f"/attempts/{attempt.public_id}{rest}"), status=404)
    assert send(visit(rina), address(cohort, f"/attempts/{attempt.public_id}/answers")).status_code == 404
    cora = make.coordinator(cohort)
    visit(cora).refused(address(cohort, f"/attempts/{attempt.public_id}"), status=404)
    assert send(visit(cora), address(cohort, "/attempts")).status_code == 403
    assert "You see what learners see" in visit(cora).get(address(cohort)).text()


def test_after_sign_out_one_is_asked_to_sign_in(cohort, lea, now, visitor, send):
    attempt = make.started(lea, cohort)
    answer = send(visitor, address(cohort, f"/attempts/{attempt.public_id}/answers"), {})
    assert answer.status_code == 303
    assert "/login" in answer.headers["Location"]


def test_quiz_pages_take_few_statements(cohort, lea, now, visit):
    at = visit(lea)
    attempt = make.finished(lea, cohort, right=5)
    going = make.started(lea, cohort)
    for rest in ("", f"/attempts/{going.public_id}", f"/attempts/{attempt.public_id}/result"):
        at.get(address(cohort, rest))
        with statements() as seen:
            at.get(address(cohort, rest))
        assert len(seen) <= 10, seen
