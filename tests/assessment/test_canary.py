"""A mark that is finished and not released is nowhere for its learner: queries, every page, every export."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import actions, queries, rules
from lms.assessment.models import Mark, MarkingTask
from lms.assessment.ports import Batch
from lms.assessment.rules import Judgement
from lms.community import actions as community_actions
from lms.community import queries as community
from lms.completion import queries as completion
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.fairness import actions as fairness
from lms.gradebook import actions as gradebook_actions
from lms.gradebook import queries as gradebook
from lms.gradebook.rules.boards import Proposal
from lms.notifications.models import Notice
from lms.people.rules import Role
from lms.simulations import actions as simulation_actions
from lms.simulations import queries as simulation_queries
from lms.simulations.models import WorldResult
from tests.factories import assessment as make
from tests.factories import boards as board_of
from tests.factories import peers, simulations, world
from tests.factories.boards import Hall
from tests.support.everywhere import hand_out_what_is_printed, pages_of

CANARY = "the canary sang in sealed room nine"
POINTS = {"vision": 83, "play": 81, "rival": 86, "bet": 87, "reader": 97}
MARK = "85.3"


@pytest.fixture(autouse=True)
def printed(monkeypatch):
    hand_out_what_is_printed(monkeypatch)


@pytest.fixture
def scene(session):
    cohort = world.cohort(weeks_in=12)
    marker = make.marker(cohort, "Mara Marker")
    author = world.person("Asha Rao")
    place = world.place(cohort, author)
    task = make.bring(cohort, [place])
    with unit_of_work() as work:
        actions.finalise(
            task.id,
            Judgement({}, POINTS, {"vision": CANARY}, f"Overall, {CANARY}."),
            version=0,
            actor=world.actor(marker),
            now=work.now,
        )
    with unit_of_work() as work:
        actions.approve_class_feedback(
            Batch(cohort.id, task.activity_id, ""),
            f"To all of you, {CANARY}.",
            version=0,
            reason="",
            actor=world.actor(marker),
            now=work.now,
        )
    with unit_of_work() as work:
        gradebook_actions.record_external(
            gradebook_actions.External(
                place_id=place,
                cohort_id=cohort.id,
                activity_id=make.activity_id("a-2"),
                score=Fraction("77.7"),
                out_of=Fraction(100),
                note=f"Elsewhere {CANARY}.",
            ),
            actor=world.actor(marker),
            now=work.now,
        )
    with unit_of_work() as work:
        actions.record_mark(
            actions.Recorded(
                place_id=place,
                cohort_id=cohort.id,
                activity_id=make.activity_id("th1"),
                value=Fraction("66.6"),
                origin="participation",
                trace={"facts": [rules.fact("First post in time", "60", note=CANARY)]},
                reason=CANARY,
            ),
            actor=world.actor(marker),
            now=work.now,
        )
    with unit_of_work() as work:
        talk = community.course_talk(cohort, "core")
        community_actions.record_contribution(
            talk,
            {place: community_actions.Contribution(91, f"In the room, {CANARY}.")},
            stamp=community.course_participation(talk, work.now).contribution_stamp,
            actor=world.actor(marker),
            now=work.now,
        )
    return cohort, author, place


def test_no_query_for_learners_has_it(scene) -> None:
    _cohort, _author, place = scene
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 4
    assert queries.released_marks(place) == {}
    assert queries.released_marks_of([place]) == {}
    assert queries.seen_class_feedback(place, make.activity_id("a-1")) is None
    assert gradebook.results(place) == {}
    assert completion.facts_of([place]) == {}


@pytest.mark.slow
def test_no_page_of_the_learner_shows_it(app, scene, visit) -> None:
    cohort, author, _place = scene
    names = [
        *db.session.scalars(sa.select(Mark.public_id)),
        *db.session.scalars(sa.select(MarkingTask.public_id)),
    ]
    keys = ["a-1", "core", "th1", "contribution-a"]
    looked_at = 0
    for address, text in pages_of(app, visit(author), cohort, [*keys, *names]):
        assert CANARY not in text, address
        for figure in (MARK, "77.7", "66.6", "91.0"):
            assert figure not in text, address
        looked_at += 1
    assert looked_at > 50


@pytest.mark.slow
def test_the_markers_key_is_on_the_desk_and_on_no_page_of_a_learner(app, session, visit) -> None:
    cohort = world.cohort(weeks_in=30)
    marker = make.marker(cohort, "Mara Marker")
    author = world.person("Asha Rao")
    task = make.bring(cohort, [world.place(cohort, author)], key="b-3")
    key = "8.9 standard deviations below"
    assert key in curriculum.marker_key(task.activity_id)
    assert key in visit(marker).get(f"/marking/{task.public_id}").text()
    make.finish(task, marker)
    make.release(cohort, make.marker(cohort, "Sam Second"), key="b-3")
    found = dict(pages_of(app, visit(author), cohort, ["b-3", "b3", "data-ai", task.public_id]))
    assert "Lonac" in found[f"/cohorts/{cohort.slug}/assignments/b-3"], "the brief itself is there"
    assert [address for address, text in found.items() if key in text or "Key for markers" in text] == []


@pytest.mark.slow
def test_what_a_board_decides_is_nowhere_before_it_is_in_effect(app, session, visit) -> None:
    """Proposed, voted on, written down and carried out; then released by somebody else, and the learner is told."""
    cohort = world.cohort(weeks_in=12)
    hall = Hall(cohort, make.marker(cohort, "Mara Marker"), world.granted(Role.COORDINATOR, cohort))
    author, place = hall.learners[0], hall.places[0]
    by, row = hall.secretary, hall.row
    about = {"place": place, "reason": CANARY}
    board_of.proposed(cohort, row, by, Proposal.MARK, thing=hall.thing, value=Fraction("93.3"), **about)
    board_of.proposed(cohort, row, by, Proposal.BAND, key="passed", **about)
    for number in (1, 2):
        board_of.adopted(cohort, row, by, *hall.voters, number=number)
        hall.act(gradebook_actions.carry_out, by, number)
    words = ["a-1", "core", row.public_id, make.assessment_page(place, "a-1")]
    looked_at = 0
    for address, text in pages_of(app, visit(author), cohort, words):
        assert CANARY not in text, address
        assert "93.3" not in text, address
        assert "Board decision" not in text, address
        looked_at += 1
    assert looked_at > 50
    tables = ("outbox", "notice", "completion_fact", "result")
    assert not any(
        CANARY in repr(db.session.execute(sa.select(db.metadata.tables[one])).all()) for one in tables
    )
    for number in (1, 2):
        hall.act(gradebook_actions.release, hall.chair, number)
    results = visit(author).get(f"/cohorts/{cohort.slug}/results")
    assert CANARY in results.text()
    titles = db.session.scalars(sa.select(Notice.title).where(Notice.person_id == author.id)).all()
    assert "A board decided about your results" in titles
    assert CANARY not in repr(db.session.execute(sa.select(db.metadata.tables["notice"])).all())


@pytest.mark.parametrize("table", ["outbox", "notice", "completion_fact", "result"])
def test_nothing_that_is_sent_or_counted_carries_it(scene, table) -> None:
    rows = repr(db.session.execute(sa.select(db.metadata.tables[table])).all())
    assert CANARY not in rows
    for figure in (MARK, "77.7", "66.6", "91.0", "333/5"):
        assert figure not in rows


def test_it_is_there_once_it_is_released(scene, visit) -> None:
    cohort, author, place = scene
    second = make.marker(cohort, "Sam Second")
    make.release(cohort, second)
    for key in ("a-2", "th1", "contribution-a"):
        make.release(cohort, second, key=key)
    marks = queries.released_marks(place)
    keys = ("a-1", "a-2", "th1", "contribution-a")
    assert {key for key, _part in marks} == {make.activity_id(key) for key in keys}
    for key in ("th1", "contribution-a"):
        page = visit(author).get(f"/cohorts/{cohort.slug}/marks/{marks[make.activity_id(key), ''].public_id}")
        assert CANARY in page.text()
    page = visit(author).get(f"/cohorts/{cohort.slug}/marks/{marks[make.activity_id('a-1'), ''].public_id}")
    assert f"To all of you, {CANARY}." in page.text()
    assert page.text(".mark-figure").startswith(MARK)


@pytest.mark.slow
def test_what_a_peer_says_is_nowhere_for_its_author_before_the_release(app, session, visit) -> None:
    cohort = world.cohort(weeks_in=12)
    coordinator = world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")
    group = peers.pieces(cohort, 3)
    found = peers.begin(cohort)
    peers.submit_all(found, group, overall=f"Overall, {CANARY}.")
    author, place = group.people[0], group.places[0]
    about = peers.reviews(found, of=place)
    names = ["a-2", *(review.public_id for review in about)]

    def shown() -> list[str]:
        return [address for address, text in pages_of(app, visit(author), cohort, names) if CANARY in text]

    assert shown() == ["/account/data.json"], "the author's own reviews of others are in their data"
    held = json.loads(visit(author).open("GET", "/account/data.json").data)["parts"]["peer_reviews"]["data"]
    assert (len(held["given"]), held["received"]) == (2, [])
    stranger = visit(world.learner(cohort, "Nora Nothing"))
    assert [address for address, text in pages_of(app, stranger, cohort, names) if CANARY in text] == []
    for table in ("outbox", "notice", "audit_entry", "completion_fact"):
        assert CANARY not in repr(db.session.execute(sa.select(db.metadata.tables[table])).all())
    with unit_of_work() as work:
        fairness.hide_review(about[0].id, "Unkind.", actor=world.actor(coordinator), now=work.now)
    peers.release(found, coordinator)
    assert shown() == ["/account/data.json", f"/cohorts/{cohort.slug}/activities/a-2/peer-reviews/mine"]
    text = visit(author).open("GET", "/account/data.json").get_data(as_text=True)
    (received,) = json.loads(text)["parts"]["peer_reviews"]["data"]["received"]
    assert CANARY in received["review"]
    for other in group.people[1:]:
        assert other.name not in json.dumps(json.loads(text)["parts"]["peer_reviews"])
    for table in ("outbox", "notice", "audit_entry"):
        assert CANARY not in repr(db.session.execute(sa.select(db.metadata.tables[table])).all())


@pytest.mark.slow
def test_what_a_game_comes_to_is_no_mark_of_anybody_before_the_release(app, session, visit) -> None:
    """A member without a part gets nothing, and why; their mates the score. Neither is anywhere before its release."""
    played = simulations.run("market", rounds=1, teams=2)
    director = world.director()
    played.submits("team-01")
    played.plays()
    scores = {f"team-{at:02}": 81.37 for at in range(1, 6)}
    db.session.execute(sa.update(WorldResult).values(scores=scores))
    db.session.commit()
    with clock.at(played.round().results_at + dt.timedelta(hours=1)):
        with unit_of_work() as work:
            simulation_actions.start_debrief(played.run_id, actor=director, now=work.now)
        run = simulation_queries.run_visible_to(director, played.cohort.slug, played.run.public_id)
        found = simulation_queries.run_marks(run)
        with unit_of_work() as work:
            simulation_actions.record_marks(run, stamp=found.stamp, reason="", actor=director, now=work.now)
        assert {line.mark.value for line in found.lines} == {Fraction("81.37"), Fraction(0)}
        said = (
            "81.37",
            "81.4",
            "Rounds in which you had a part",
            "Balanced score of Table 01",
            "too small a part",
        )
        named = {
            "public_id": [played.run.public_id, *db.session.scalars(sa.select(Mark.public_id))],
            "team": [played.team().public_id],
            "played": [played.round().public_id],
            "file": ["decisions.csv", "results.csv", "log.csv", "everything.xlsx", "debrief.pdf"],
        }
        keys = ["ps-debrief", "SDM"]
        for at in (0, 2):
            learner = visit(played.people["team-01"][at][0])
            pages = list(pages_of(app, learner, played.cohort, keys, named))
            assert len(pages) > 50
            assert [(where, one) for where, text in pages for one in said if one in text] == []
        for table in ("outbox", "notice", "mail_message", "completion_fact", "result"):
            rows = repr(db.session.execute(sa.select(db.metadata.tables[table])).all())
            assert [one for one in said if one in rows] == [], table
        make.release(played.cohort, make.marker(played.cohort, "Sam Second"), key="ps-debrief")
        place = played.people["team-01"][0][1]
        (mark,) = queries.released_marks(place).values()
        page = visit(played.people["team-01"][0][0]).get(
            f"/cohorts/{played.cohort.slug}/marks/{mark.public_id}"
        )
        assert "Balanced score of Table 01" in page.text()
