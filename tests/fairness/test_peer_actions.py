"""Rounds of peer review at work: begun, joined, left, written, handed back, hidden, released, answered."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment import queries as enrolment_queries
from lms.enrolment.rules import PlaceState
from lms.fairness import actions
from lms.fairness.actions import NotReady, Said
from lms.fairness.models import PeerReview, PeerRound, PeerUnit
from lms.fairness.rules import Ended, PeerRefusal
from lms.notifications.models import Notice
from lms.people.models import Person
from lms.scheduling import queries as scheduling
from tests.factories import assessment as marking
from tests.factories import fairness as teams
from tests.factories import peers as make
from tests.factories import world

pytestmark = pytest.mark.db
DAY = dt.timedelta(days=1)


def refused(act, *args, **more) -> object:
    with pytest.raises(RuleViolation) as caught, unit_of_work() as work:
        act(*args, now=work.now, **more)
    return caught.value.reason


def told(title: str) -> int:
    return len(list(db.session.scalars(sa.select(Notice.person_id).where(Notice.title.like(title)))))


def moved(cohort, place: int, state: PlaceState) -> None:
    with unit_of_work() as work:
        enrolment.change_state(
            place,
            state,
            reason="so it is",
            effective_on=work.now.date(),
            actor=world.director(),
            now=work.now,
        )


def loads(found: PeerRound) -> tuple[Counter, Counter]:
    rows = make.reviews(found)
    return Counter(row.reviewer_id for row in rows), Counter(row.piece_id for row in rows)


@pytest.mark.slow
def test_the_deadline_begins_a_round_once_and_everybody_is_told(cohort) -> None:
    make.pieces(cohort, 5)
    due = scheduling.item(cohort.id, "a-2").ends_at
    for at, rounds in ((due - DAY, 0), (due + DAY, 1), (due + 2 * DAY, 1)):
        with clock.at(at), unit_of_work() as work:
            actions.begin_due(now=work.now)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(PeerRound)) == rounds
    found = db.session.scalars(sa.select(PeerRound)).one()
    gives, gets = loads(found)
    assert set(gives.values()) == set(gets.values()) == {2}
    assert told("%work to review%") == 5


def test_a_round_needs_two_pieces_a_programme_that_asks_and_begins_once(cohort, coordinator) -> None:
    marking.bring(cohort, [teams.team(cohort, 1).places[0]], key="a-2")
    by, a2 = world.actor(coordinator), marking.activity_id("a-2")
    assert refused(actions.begin, cohort.id, a2, actor=by) is PeerRefusal.TOO_FEW
    assert refused(actions.begin, cohort.id, marking.activity_id("a-1"), actor=by) is PeerRefusal.NOT_REVIEWED
    make.pieces(cohort, 2)
    make.begin(cohort, by=coordinator)
    assert refused(actions.begin, cohort.id, a2, actor=by) is PeerRefusal.ROUND


def test_late_work_joins_leavers_are_replaced_and_who_is_on_leave_is_only_reviewed(cohort) -> None:
    group = make.pieces(cohort, 5)
    found = make.begin(cohort)
    late = world.learner(cohort)
    place = place_of(cohort, late)
    marking.bring(cohort, [place], key="a-2")
    assert len(make.reviews(found, by=place)) == len(make.reviews(found, of=place)) == 2
    first = make.reviews(found, by=group.places[0])
    make.submit(found, first[0], group.people[0])
    moved(cohort, group.places[0], PlaceState.ON_LEAVE)
    assert [row.id for row in make.reviews(found, by=group.places[0])] == [first[0].id]
    assert len(make.reviews(found, of=group.places[0])) >= 2
    moved(cohort, group.places[1], PlaceState.WITHDRAWN)
    assert make.reviews(found, by=group.places[1]) == make.reviews(found, of=group.places[1]) == []
    for other in (*group.places[2:], place):
        assert len(make.reviews(found, by=other)) >= 2
        assert len(make.reviews(found, of=other)) >= 2
    assert max(*loads(found)[0].values(), *loads(found)[1].values()) <= 3
    moved(cohort, group.places[0], PlaceState.ENROLLED)
    assert len(make.reviews(found, by=group.places[0])) >= 2


def place_of(cohort, person) -> int:
    found = enrolment_queries.place_of(cohort.id, person.id)
    assert found is not None
    return found


def test_a_newer_version_is_read_until_somebody_has_reviewed_the_older(cohort) -> None:
    group = make.pieces(cohort, 3)
    found = make.begin(cohort)
    newer = marking.bring(cohort, [group.places[0]], key="a-2")
    review = make.reviews(found, of=group.places[0])[0]
    assert db.session.get_one(PeerReview, review.id).piece_id == review.piece_id
    assert task_of(review) == newer.id
    reviewer = next(
        one
        for one, place in zip(group.people, group.places, strict=True)
        if review in make.reviews(found, by=place)
    )
    make.submit(found, review, reviewer)
    marking.bring(cohort, [group.places[0]], key="a-2")
    assert task_of(review) == newer.id


def task_of(review: PeerReview) -> int:
    return db.session.get_one(PeerUnit, review.piece_id, populate_existing=True).task_id


def test_a_review_is_saved_submitted_changed_and_never_overwritten_unseen(cohort) -> None:
    group = make.pieces(cohort, 3)
    found = make.begin(cohort)
    review, by = make.reviews(found, by=group.places[0])[0], world.actor(group.people[0])

    def keep(said: Said, version: int, *, submit: bool = False) -> PeerReview:
        with unit_of_work() as work:
            return actions.keep_review(
                review.id, said, submit=submit, version=version, actor=by, now=work.now
            )

    keep(Said(overall="Half a"), 0)
    with pytest.raises(Conflict):
        keep(Said(overall="From another window"), 0)
    with pytest.raises(NotReady) as caught:
        keep(Said(overall="Half a"), 1, submit=True)
    assert set(caught.value.problems) == {"figure", "doubt", "reader"}
    with pytest.raises(RuleViolation, match="levels shown"):
        keep(Said({"figure": 4}), 1)
    assert keep(make.said(found), 1, submit=True).submitted_at is not None
    assert "<strong>holds</strong>" in keep(make.said(found), 2).html
    with pytest.raises(NotReady):
        keep(Said(overall="Emptied"), 3)
    with unit_of_work() as work:
        actions.set_round_end(found.id, work.now, actor=world.director(), now=work.now)
    with pytest.raises(RuleViolation, match="closed"):
        keep(make.said(found), 3)


def test_a_declared_conflict_goes_to_another_and_never_comes_back(cohort) -> None:
    group = make.pieces(cohort, 6)
    found = make.begin(cohort)
    review, by = make.reviews(found, by=group.places[0])[0], world.actor(group.people[0])
    assert refused(actions.declare_conflict, review.id, " ", actor=by) is PeerRefusal.NO_REASON
    with unit_of_work() as work:
        actions.declare_conflict(review.id, "We founded a firm together.", actor=by, now=work.now)
    gives, gets = loads(found)
    assert min(gives.values()) == min(gets.values()) == 2
    assert review.piece_id not in {row.piece_id for row in make.reviews(found, by=group.places[0])}
    assert db.session.get_one(PeerReview, review.id).ended is Ended.CONFLICT
    assert refused(actions.declare_conflict, review.id, "Again", actor=by) is PeerRefusal.NOT_ASKED


def test_teams_review_teams_and_any_member_writes(cohort) -> None:
    groups = make.teams(cohort, 3)
    found = make.begin(cohort, "m3")
    assert len(make.reviews(found)) == 3
    for group in groups:
        (review,) = make.reviews(found, by=group.places[0])
        assert make.reviews(found, by=group.places[1]) == [review]
    (review,) = make.reviews(found, by=groups[0].places[0])
    assert make.submit(found, review, groups[0].people[1]).submitted_at is not None


def test_nobody_of_one_house_reviews_another_where_the_programme_says_so(cohort) -> None:
    groups = make.teams(cohort, 4)
    with unit_of_work():
        for group in groups[:2]:
            db.session.get_one(Person, group.people[0].id).employer = "Qamar Clinics"
    found = make.begin(cohort, "m3")
    (review,) = make.reviews(found, by=groups[0].places[0])
    assert review not in make.reviews(found, of=groups[1].places[0])
    (other,) = make.reviews(found, by=groups[1].places[0])
    assert other not in make.reviews(found, of=groups[0].places[0])


def test_reminders_go_once_and_the_end_releases_what_is_not_hidden(cohort, coordinator) -> None:
    group = make.pieces(cohort, 3)
    found = make.begin(cohort)
    for review in make.reviews(found, by=group.places[0]):
        make.submit(found, review, group.people[0])
    review = make.reviews(found, by=group.places[0])[0]
    by = world.actor(coordinator)
    assert refused(actions.hide_review, review.id, "", actor=by) is PeerRefusal.NO_REASON
    with unit_of_work() as work:
        actions.hide_review(review.id, "It names a customer.", actor=by, now=work.now)
    for hours, soon, out in ((-30, 0, 0), (-20, 2, 0), (-19, 2, 0), (1, 2, 1), (2, 2, 1)):
        make.pass_on(found, found.closes_at + dt.timedelta(hours=hours))
        assert (told("%reviews%close soon"), told("What others said of%")) == (soon, out)
    with unit_of_work() as work:
        actions.show_review(review.id, actor=by, now=work.now)
    rows = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.subject == "peer_review").order_by(AuditEntry.id)
    )
    assert list(rows)[-2:] == ["fairness.hide_peer_review", "fairness.show_peer_review"]


def test_an_author_says_how_useful_it_was_and_answers_once(cohort, coordinator) -> None:
    group = make.pieces(cohort, 3)
    found = make.begin(cohort)
    make.submit_all(found, group)
    review, by = make.reviews(found, of=group.places[0])[0], world.actor(group.people[0])

    def answer(**more: object) -> object:
        return refused(actions.answer_review, review.id, actor=by, **more)

    assert answer(useful=3, answer="") is PeerRefusal.NOT_RELEASED
    make.release(found, coordinator)
    assert refused(actions.release_reviews, found.id, actor=by) is PeerRefusal.RELEASED
    assert answer(useful=None, answer=" ") is PeerRefusal.NO_ANSWER
    assert answer(useful=4, answer="") is PeerRefusal.NOT_USEFUL_SO
    with unit_of_work() as work:
        actions.answer_review(review.id, useful=3, answer="Thank you.", actor=by, now=work.now)
    assert answer(useful=2, answer="And another thing") is PeerRefusal.ANSWERED
    with unit_of_work() as work:
        actions.answer_review(review.id, useful=2, answer="", actor=by, now=work.now)
    kept = db.session.get_one(PeerReview, review.id, populate_existing=True)
    assert (kept.useful, kept.answer) == (2, "Thank you.")
