"""Questions: one vote each, merged and split without losing any, and who asked without a name stays unnamed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, queries, rules
from lms.live.models import QuestionVote
from lms.live.rules.questions import ACTS, BECOMES, QuestionAct, QuestionRefusal, QuestionState
from lms.notifications.models import Notice
from lms.people.rules import Role
from tests.factories import asking, live, world
from tests.support.statements import statements

KEY = "s10"
OPEN, LISTED, ANSWERED, MERGED, HIDDEN = QuestionState


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=4)


@pytest.fixture
def people(cohort):
    return [world.learner(cohort, name) for name in ("Asha Rao", "Bo Lind", "Chen Wu")]


def seen_by(cohort, person, *, moderates=False):
    return queries.questions(live.session(cohort, KEY).id, person.id, moderates=moderates)


@pytest.mark.parametrize("state", list(QuestionState))
@pytest.mark.parametrize("act", list(QuestionAct))
def test_each_act_belongs_to_the_states_it_makes_sense_in(state, act):
    assert (rules.why_not_moderate(state, act) is None) == (act in ACTS[state])
    if act in ACTS[state] and act is not QuestionAct.ANSWER:
        assert BECOMES[act] is not state


@pytest.mark.db
def test_a_person_votes_once_however_often_they_press(cohort, people):
    a, b, c = people
    question = asking.asked(cohort, KEY, a)
    for _ in range(3):
        asking.voted(question, b)
    assert [(one.votes, one.voted) for one in seen_by(cohort, b).waiting] == [(2, True)]
    assert seen_by(cohort, c).waiting[0].voted is False
    asking.voted(question, b, wanted=False)
    assert [(one.votes, one.voted) for one in seen_by(cohort, b).waiting] == [(1, False)]


@pytest.mark.db
def test_merged_questions_count_each_person_once_and_can_be_split(cohort, people):
    a, b, c = people
    one, two = asking.asked(cohort, KEY, a, "Which number?"), asking.asked(cohort, KEY, b, "Which figure?")
    asking.voted(one, c), asking.voted(two, c)
    asking.moderated(two, QuestionAct.MERGE, into=one.public_id)
    found = seen_by(cohort, c)
    assert [(q.text, q.votes, q.voted, q.merged) for q in found.waiting] == [
        ("Which number?", 3, True, ("Which figure?",))
    ]
    asking.voted(one, c, wanted=False)
    assert [(q.votes, q.voted) for q in seen_by(cohort, c).waiting] == [(2, False)]
    asking.voted(two, c)
    assert seen_by(cohort, c).waiting[0].votes == 3
    asking.moderated(two, QuestionAct.SPLIT)
    assert {q.text: q.votes for q in seen_by(cohort, a).waiting} == {"Which number?": 2, "Which figure?": 1}


@pytest.mark.db
def test_a_question_is_not_merged_into_itself_or_one_of_another_session(cohort, people):
    one = asking.asked(cohort, KEY, people[0])
    elsewhere = asking.asked(cohort, "s11", people[0])
    for other in (one.public_id, elsewhere.public_id, "nonsense"):
        with pytest.raises(RuleViolation) as refused:
            asking.moderated(one, QuestionAct.MERGE, into=other)
        assert refused.value.reason is QuestionRefusal.NOT_MERGED_HERE


def test_who_asked_without_a_name_is_told_to_moderators_only(cohort, people):
    a, b, _c = people
    asking.asked(cohort, KEY, a, anonymous=True)
    assert [(q.author, q.author_id) for q in seen_by(cohort, b).waiting] == [("", 0)]
    assert [q.own for q in seen_by(cohort, a).waiting] == [True]
    assert [q.author for q in seen_by(cohort, b, moderates=True).waiting] == ["Asha Rao"]
    assert [q.author for q in queries.questions(live.session(cohort, KEY).id, None).waiting] == [""]


@pytest.mark.db
def test_hiding_needs_a_reason_that_the_author_reads_and_peers_see_nothing(cohort, people):
    a, b, _c = people
    question = asking.asked(cohort, KEY, a, "Rude")
    with pytest.raises(RuleViolation) as refused:
        asking.moderated(question, QuestionAct.HIDE)
    assert refused.value.reason is QuestionRefusal.NEEDS_REASON
    asking.moderated(question, QuestionAct.HIDE, words="Names a colleague")
    assert (seen_by(cohort, b).count, seen_by(cohort, b).aside) == (0, ())
    assert [q.hidden_for for q in seen_by(cohort, a).aside] == ["Names a colleague"]
    notice = db.session.scalars(
        sa.select(Notice).where(Notice.dedupe_key.startswith("question-hidden"))
    ).one()
    assert (notice.person_id, notice.text) == (a.id, "Why: Names a colleague")


@pytest.mark.db
def test_asking_ends_with_the_session_and_with_five_open_ones(cohort, people):
    a = people[0]
    for number in range(5):
        asking.asked(cohort, KEY, a, f"Question {number}")
    with pytest.raises(RuleViolation) as refused:
        asking.asked(cohort, KEY, a)
    assert refused.value.reason is QuestionRefusal.TOO_MANY
    with clock.at(live.session(cohort, KEY).ends_at), pytest.raises(RuleViolation) as refused:
        asking.asked(cohort, KEY, people[1])
    assert refused.value.reason is QuestionRefusal.OVER


@pytest.mark.db
def test_a_question_that_others_want_is_not_taken_back(cohort, people):
    a, b, _c = people
    one, two = asking.asked(cohort, KEY, a), asking.asked(cohort, KEY, a)
    asking.voted(one, b)
    with pytest.raises(RuleViolation) as refused, unit_of_work():
        actions.take_back_question(one.id, actor=world.actor(a))
    assert refused.value.reason is QuestionRefusal.OTHERS_VOTED
    with unit_of_work():
        actions.take_back_question(two.id, actor=world.actor(a))
    assert [q.id for q in seen_by(cohort, a).waiting] == [one.id]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(QuestionVote)) == 2


# Pages --------------------------------------------------------------------------------------------------------------


def path(cohort, more="/questions"):
    return f"/cohorts/{cohort.slug}/sessions/{KEY}{more}"


def test_from_asking_to_the_published_log(visit, cohort, people):
    a, b, _c = people
    asha, bo = visit(a), visit(b)
    host = visit(world.granted(Role.FACULTY, cohort))
    page = asha.submit(
        asha.get(path(cohort)), f'form[action="{path(cohort)}"]', text="What broke?", anonymous=True
    )
    assert page.texts(".question-text") == ["What broke?"]
    page = bo.get(path(cohort))
    assert "Asha" not in page.text("main")
    page = bo.submit(page, "form.inline")
    assert page.text(".votes button").startswith("2")
    page = host.get(path(cohort))
    assert "Asha Rao (without name for others)" in page.text(".questions")
    host.submit(page, 'form[action$="/shortlist"]')
    page = host.submit(host.get(path(cohort)), 'form[action$="/answer"]', words="The pricing page.")
    assert page.text(".answer") == "The pricing page."
    assert "Your question to S10 was answered" in asha.get("/notices").text("main")
    with clock.at(live.session(cohort, KEY).ends_at):
        late = visit(world.granted(Role.FACULTY, cohort))
        page = late.submit(late.get(path(cohort)), 'form[action$="/publish"]')
        assert "published" in page.text(".notices")
        reader = visit(b)
        page = reader.get(path(cohort))
        assert "This is what was asked and answered" in page.text("main")
        assert not page.has(f'form[action="{path(cohort)}"]')
        table = late.open("GET", path(cohort, "/questions.csv")).get_data(as_text=True)
        assert "Asha" not in table
        assert "without name" in table


def test_the_list_alone_is_the_list_of_the_page(visit, cohort, people):
    asking.asked(cohort, KEY, people[0], "Why now?")
    visitor = visit(people[1])
    whole, alone = visitor.get(path(cohort)), visitor.open("GET", path(cohort, "/questions/list"))
    assert "Why now?" in alone.get_data(as_text=True)
    assert (
        alone.get_data(as_text=True).count("<li")
        == len(whole.soup.select("#list-title, .questions > li")) - 1
    )


def test_another_cohorts_question_is_not_there(visit, cohort, people):
    elsewhere = world.cohort(weeks_in=4)
    stranger = world.learner(elsewhere)
    question = asking.asked(elsewhere, KEY, stranger)
    answer = visit(people[0]).open("POST", path(cohort, f"/questions/{question.public_id}/vote/yes"))
    assert answer.status_code in (400, 404)
    visit(stranger).refused(path(cohort), status=404)


@pytest.mark.slow
def test_many_questions_cost_what_few_do(visit, cohort, people):
    visitor, seen_at = visit(people[0]), []
    for size in (2, 20):
        while seen_by(cohort, people[0]).count < size:
            asking.asked(cohort, KEY, world.learner(cohort))
        visitor.get(path(cohort))
        with statements() as seen:
            visitor.get(path(cohort))
        seen_at.append(len(seen))
    assert seen_at[0] == seen_at[1] <= 10
