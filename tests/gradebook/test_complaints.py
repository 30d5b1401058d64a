"""A complaint about a mark, from the released mark to the decision: time, once, the tick, the second assessor."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment.models import Mark
from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment.queries import my_place
from lms.gradebook import actions, queries
from lms.gradebook.models import MarkReview
from lms.gradebook.rules.complaints import (
    Assessor,
    ComplaintRefusal,
    ReviewState,
    choose_order,
    complain_until,
    why_not_assess,
)
from lms.notifications.models import Notice
from lms.people.rules import Role
from lms.requests import actions as requests
from lms.requests.models import Request, RequestState
from lms.requests.ports import Wanted
from lms.requests.rules import RequestRefusal
from tests.factories import assessment as make
from tests.factories import world

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
DECIDE = "form:has(input[name=outcome])"
WORDS = "The second half of the memo was not read: page 3 has what is said to be missing."


@pytest.mark.parametrize(
    ("one", "how", "why"),
    [
        (Assessor(1, "a", "A"), {}, ""),
        (Assessor(1, "a", "A"), {"markers": {1}}, "they marked this work before"),
        (Assessor(1, "a", "A"), {"against": 1}, "the complaint is about them"),
        (Assessor(1, "a", "A"), {"decider": 1}, "they decide the complaint"),
        (Assessor(1, "a", "A", frozenset({7})), {"section": 7}, "the learner sits in their section"),
        (Assessor(1, "a", "A", frozenset({7})), {"section": 8}, ""),
        (Assessor(1, "a", "A", frozenset({7})), {"section": None}, ""),
    ],
)
def test_who_looks_again(one: Assessor, how, why: str) -> None:
    given = {"markers": set(), "decider": 99, "against": None, "section": None, **how}
    assert why_not_assess(one, **given) == why


def test_the_least_laden_first_and_seven_days() -> None:
    busy, free = Assessor(1, "a", "A", waiting=3), Assessor(2, "b", "B")
    assert choose_order([busy, free]) == [free, busy]
    assert complain_until(NOW, 7) == NOW + dt.timedelta(days=7)


@pytest.fixture
def second(cohort):
    return make.marker(cohort, "Sam Second")


@pytest.fixture
def released(cohort, marker, coordinator, lea) -> str:
    """Asha's memo was marked by Mara and released; the public id of the mark."""
    make.finish(make.bring(cohort, [lea], key="a-1"), marker, level=2)
    make.release(cohort, coordinator)
    return db.session.scalars(sa.select(Mark.public_id).where(Mark.place_id == lea)).one()


def ask(cohort, author, **more):
    actor = world.actor(author)
    wanted = Wanted(choice="whole", tick=more.pop("tick", True))
    asked = requests.Asked(kind="mark-complaint", about="a-1", words=WORDS, wanted=wanted, **more)
    with unit_of_work() as work:
        return requests.ask(my_place(actor, cohort.slug), asked, actor=actor, now=work.now)


@pytest.mark.db
def test_a_complaint_goes_from_the_mark_to_a_second_assessor_to_another_mark(
    cohort, coordinator, marker, second, author, lea, released, visit
) -> None:
    learner, staff, other = visit(author), visit(coordinator), visit(second)
    mark = learner.get(f"/cohorts/{cohort.slug}/marks/{released}")
    form = learner.get(mark.link("Complain about this mark"))
    missing = learner.submit(form, "form.form", choice="whole", words=WORDS)
    assert "Tick this" in missing.text(".summary-errors")
    sent = learner.submit(missing, "form.form", choice="whole", words=WORDS, tick=True)
    assert "Sent." in sent.messages[0]
    row = db.session.scalars(sa.select(Request)).one()
    page = staff.get(f"/cohorts/{cohort.slug}/requests/{row.public_id}")
    early = staff.submit(page, DECIDE, outcome="granted", reason="The work says it.")
    assert ComplaintRefusal.NOT_JUDGED.value in early.text()
    room = staff.get(page.link("Second assessor and judgement"))
    assert "Mara Marker: they marked this work before" in room.text()
    assert room.texts("select#assessor option") == ["Choose …", "Sam Second"]
    staff.submit(room, "form.form", assessor=second.public_id)
    notice = db.session.scalars(sa.select(Notice).where(Notice.person_id == second.id)).all()[-1]
    assert notice.title == "You are asked for a second look"
    look = other.get(notice.link)
    for hidden in ("Asha Rao", "57.0", "Good work.", "Mara"):
        assert hidden not in look.text("main")
    assert "We stop the lake" in look.text()
    unfinished = other.submit(look, "form[data-guard]", status=422, comment="")
    assert "Choose a level" in unfinished.text(".summary-errors")
    levels = dict.fromkeys({str(tag["name"]) for tag in look.soup.select("input[name^=level-]")}, "4")
    other.submit(look, "form[data-guard]", {**levels, "comment": "Page 3 answers it."})
    assert make.seen(lea) == 57, "a second judgement is nowhere for the learner"
    assert "90.0" not in learner.get(sent.url).text()
    assert "90.0" in staff.get(room.url).text()
    page = staff.get(page.url)
    staff.submit(page, DECIDE, outcome="granted", reason="Page 3 was overlooked.")
    assert make.seen(lea) == 90
    assert make.versions(lea) == [(1, "replaced", "57"), (2, "released", "90")]
    assert queries.results(lea)["core"].value == 90
    own = learner.get(f"/cohorts/{cohort.slug}/marks/{released}")
    assert "Before the complaint" in own.text()
    assert "Page 3 answers it." in own.text()
    titles = db.session.scalars(sa.select(Notice.title).where(Notice.person_id == author.id)).all()
    assert any("was corrected" in title for title in titles)
    assert not any("90" in title for title in titles)
    again = learner.get(f"/cohorts/{cohort.slug}/requests/new/mark-complaint?about=a-1")
    assert ComplaintRefusal.ONCE.value in again.text()


def test_a_late_complaint_is_refused_with_the_date_and_one_without_the_tick(
    cohort, author, lea, released
) -> None:
    with pytest.raises(RuleViolation) as unticked:
        ask(cohort, author, tick=False)
    assert unticked.value.reason is RequestRefusal.NO_TICK
    with clock.at(clock.now() + dt.timedelta(days=8)), pytest.raises(RuleViolation) as late:
        ask(cohort, author)
    assert "was possible until" in late.value.message
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Request)) == 0


def room_of(cohort, by, row: Request) -> queries.Complaint:
    return queries.complaint_visible_to(world.actor(by), cohort.slug, row.public_id)


def test_whoever_marked_it_or_decides_it_is_not_asked_and_withdrawing_ends_it(
    cohort, coordinator, marker, second, author, lea, released
) -> None:
    row = ask(cohort, author)
    for person in (marker,):
        with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
            actions.ask_assessor(
                room_of(cohort, coordinator, row),
                person.public_id,
                actor=world.actor(coordinator),
                now=work.now,
            )
        assert refused.value.reason is ComplaintRefusal.NOT_ABLE
    with unit_of_work() as work:
        review = actions.ask_assessor(
            room_of(cohort, coordinator, row), second.public_id, actor=world.actor(coordinator), now=work.now
        )
    with pytest.raises(RuleViolation) as twice, unit_of_work() as work:
        actions.ask_assessor(
            room_of(cohort, coordinator, row), second.public_id, actor=world.actor(coordinator), now=work.now
        )
    assert twice.value.reason is ComplaintRefusal.ASKED_ALREADY
    page = queries.review_visible_to(world.actor(second), cohort.slug, review.public_id)
    with unit_of_work() as work:
        requests.withdraw(row.id, actor=world.actor(author), now=work.now)
    state = db.session.get_one(MarkReview, review.id, populate_existing=True).state
    assert state is ReviewState.DROPPED
    with pytest.raises(RuleViolation) as over, unit_of_work() as work:
        actions.decline_review(page, why="No time.", actor=world.actor(second), now=work.now)
    assert over.value.reason is ComplaintRefusal.OVER
    assert ask(cohort, author).id != row.id, "what was taken back is not counted"


@pytest.mark.db
def test_a_second_look_may_be_declined_and_a_mark_without_a_rubric_gets_a_figure(
    cohort, coordinator, second, author, lea, visit
) -> None:
    make.quiz_mark(cohort, lea, "q1", 80)
    actor = world.actor(author)
    asked = requests.Asked(
        kind="mark-complaint", about="q1", words=WORDS, wanted=Wanted(choice="whole", tick=True)
    )
    with unit_of_work() as work:
        row = requests.ask(my_place(actor, cohort.slug), asked, actor=actor, now=work.now)
    third = make.marker(cohort, "Tia Third")
    staff = visit(coordinator)
    address = f"/cohorts/{cohort.slug}/complaints/{row.public_id}"
    staff.submit(staff.get(address), "form.form", assessor=second.public_id)
    review = db.session.scalars(sa.select(MarkReview.public_id)).one()
    theirs = visit(second)
    look = theirs.get(f"/cohorts/{cohort.slug}/second-looks/{review}")
    theirs.submit(look, "form:has(textarea[name=why])", press="Decline", why="I advised this learner.")
    assert "I advised this learner." in staff.get(address).text()
    visit(third).refused(f"/cohorts/{cohort.slug}/second-looks/{review}", status=404)
    staff.submit(staff.get(address), "form.form", assessor=third.public_id)
    mine = db.session.scalars(sa.select(MarkReview.public_id).where(MarkReview.assessor_id == third.id)).one()
    thirds = visit(third)
    look = thirds.get(f"/cohorts/{cohort.slug}/second-looks/{mine}")
    bad = thirds.submit(look, "form[data-guard]", status=422, figure="many", comment="Item 4 is wrong.")
    assert "A mark is a number" in bad.text()
    thirds.submit(look, "form[data-guard]", figure="70", comment="Item 4 is wrong, item 6 too.")
    with unit_of_work() as work:
        requests.decide(
            row.id,
            requests.Decision(outcome=RequestState.GRANTED, reason="As judged."),
            actor=world.actor(coordinator),
            now=work.now,
        )
    assert make.seen(lea, "q1") == Fraction(70), "it may go down"


def test_learners_and_others_see_no_room(cohort, coordinator, author, lea, released, visit) -> None:
    row = ask(cohort, author)
    address = f"/cohorts/{cohort.slug}/complaints/{row.public_id}"
    visit(author).refused(address, status=403)
    visit(world.learner(cohort)).refused(address, status=404)
    visit(world.granted(Role.COORDINATOR, world.cohort())).refused(address, status=404)
