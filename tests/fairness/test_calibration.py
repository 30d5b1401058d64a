"""The piece to begin with, against a database and on its pages: set, agreed on, judged first, compared, freed of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import actions as assessment
from lms.assessment import queries as marking_queries
from lms.assessment.models import MarkVersion
from lms.assessment.rules import AssessmentRefusal, Judgement
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.fairness import actions, queries
from lms.fairness.models import Calibration, CalibrationTry
from lms.fairness.rules import CalibrationRefusal
from lms.notifications.models import Notice
from lms.people.rules import Role
from tests.assessment.test_contest import at_once
from tests.factories import assessment as marking
from tests.factories import calibration as make
from tests.factories import world

pytestmark = pytest.mark.db
ROWS = ("vision", "play", "rival", "bet", "reader")


def asked(person) -> list[str]:
    return list(
        db.session.scalars(
            sa.select(Notice.title)
            .where(Notice.person_id == person.id, Notice.title.like("%begin with%"))
            .order_by(Notice.id)
        )
    )


@pytest.mark.slow
def test_a_piece_is_set_agreed_on_and_judged_first(cohort, marker, coordinator, visit) -> None:
    author = world.person("Asha Rao")
    done = marking.bring(cohort, [world.place(cohort, author)])
    marking.finish(done, marker)
    second = marking.marker(cohort, "Sam Second")
    task = marking.bring(cohort, [world.place(cohort, world.person())], marker_id=second.id)
    here = f"/cohorts/{cohort.slug}/activities/a-1"
    moderator = visit(coordinator)
    page = moderator.get(moderator.get(f"{here}/marks").link("The piece to begin with"))
    (piece,) = [one["value"] for one in page.soup.select("#piece option") if one["value"]]
    moderator.submit(page, "#set-piece", press="Set this piece", piece=piece, status=422)
    moderator.submit(page, "#set-piece", press="Set this piece", piece=piece, reason="Everybody argued.")
    assert "waits for" not in visit(second).get(f"/marking/{task.public_id}").text("#rubric")

    faculty = visit(marker)
    agreed = faculty.get(faculty.get(f"{here}/calibration").link("Write the agreed judgement"))
    assert "We stop the lake" in agreed.text("#work")
    assert "Asha" not in agreed.text()
    levels = {f"level-{key}": "3" for key in ROWS}
    faculty.submit(
        agreed, "#judgement", {"level-vision": "3"}, press="Let it stand, ask the markers", status=422
    )
    agreed = faculty.get(agreed.url)
    faculty.submit(
        agreed,
        "#judgement",
        {**levels, "comment-vision": "The goal has no date."},
        press="Let it stand, ask the markers",
    )
    assert asked(second) == ["A piece to begin with in A-1"]
    assert asked(marker) == []

    reader = visit(second)
    desk = reader.get(f"/marking/{task.public_id}")
    assert not desk.has("#judgement [name=act][value=save]")
    with pytest.raises(RuleViolation) as refused:
        marking.finish(task, second)
    assert refused.value.reason is AssessmentRefusal.SAMPLE_FIRST
    sample = reader.get(desk.link("Judge the piece to begin with"))
    assert "The goal has no date." not in sample.text()
    assert "72.0" not in sample.text()
    status = reader.get(f"{here}/calibration")
    assert "when you have judged the piece yourself" in status.text()
    marking.counted(reader, sample.url, f"/marking/{task.public_id}", most=14)
    saved = reader.submit(sample, "#judgement", {"level-vision": "1"}, press="Save")
    stale = reader.submit(sample, "#judgement", {"level-vision": "2"}, press="Save", status=409)
    assert "saved in another window" in stale.text("body")
    reader.submit(saved, "#judgement", press="Finish and compare Ctrl ↵", status=422)
    ones = {f"level-{key}": "1" for key in ROWS}
    result = reader.submit(reader.get(sample.url), "#judgement", ones, press="Finish and compare Ctrl ↵")
    assert "Further apart than 7 points" in result.text()
    assert "The goal has no date." in result.text()
    assert result.texts("tfoot td") == ["24.5", "72.0", "−47.5"]
    assert "4 more markers have judged it" in result.text()
    marking.finish(task, second)

    again = reader.get(result.link("Judge it once more"))
    reader.submit(again, "#judgement", levels, press="Finish and compare Ctrl ↵")
    result = reader.get(sample.url)
    assert "within 7 points" in result.text()
    assert [one.mark for one in queries.tries_of(make.found().id)] == [
        make.FRACTION("24.5"),
        make.FRACTION(72),
    ]
    with pytest.raises(RuleViolation) as refused:
        make.judge(make.found(), second, 3)
    assert refused.value.reason is CalibrationRefusal.DONE
    table = moderator.get(f"{here}/calibration")
    rows = {row[0]: row[1:] for row in table.rows("table")}
    assert rows["Sam Second"] == ["–", "done", "−47.5", "0.0"]
    assert rows["Mara Marker"][1] == "agreed on it"
    assert "24.5" not in repr(db.session.execute(sa.select(MarkVersion)).all()), "it is no mark"
    verbs = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.subject == "calibration").order_by(AuditEntry.id)
    ).all()
    assert verbs == [
        "fairness.set_sample",
        "fairness.agree_on_sample",
        "fairness.judge_sample",
        "fairness.judge_sample",
    ]
    learner = visit(author)
    for address in (sample.url, f"{here}/calibration", f"{sample.url}/reference"):
        learner.refused(address, status=403)
    visit(marking.marker(world.cohort(weeks_in=3))).refused(sample.url, status=404)


def test_what_is_required_holds_the_desk_the_pack_and_second_looks(cohort, marker, coordinator) -> None:
    second = marking.marker(cohort, "Sam Second")
    task = marking.bring(cohort, [world.place(cohort, world.person())], marker_id=second.id)
    sample = make.set_up(cohort, marker)
    view = marking_queries.batch_visible_to(world.actor(second), cohort.slug, "a-1")
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        assessment.save_draft(
            task.id, Judgement({}, {}, {}, "So"), version=0, actor=world.actor(second), now=work.now
        )
    assert refused.value.reason is AssessmentRefusal.SAMPLE_FIRST
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        assessment.keep_return(view, "pack", [], None, given=set(), actor=world.actor(second), now=work.now)
    assert refused.value.reason is AssessmentRefusal.SAMPLE_FIRST
    other = marking.bring(cohort, [world.place(cohort, world.person())], key="a-2")
    marking.finish(other, second)
    for who, reason, why in (
        (world.actor(coordinator), "So", CalibrationRefusal.NOT_DIRECTOR),
        (world.director(), " ", CalibrationRefusal.NO_REASON),
    ):
        with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
            actions.exempt(sample.id, second.id, reason=reason, actor=who, now=work.now)
        assert refused.value.reason is why
    with unit_of_work() as work:
        count = actions.remind(sample.id, actor=world.actor(coordinator), now=work.now)
    assert count == len(asked(second)) - 1 == 1
    with unit_of_work() as work:
        actions.exempt(
            sample.id, second.id, reason="Marked it for years.", actor=world.director(), now=work.now
        )
    marking.finish(task, second)
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.remind(sample.id, actor=world.actor(coordinator), now=work.now)
    assert refused.value.reason is CalibrationRefusal.NOBODY


def test_it_is_taken_back_until_somebody_has_judged_it_and_one_writes_the_reference(
    cohort, marker, coordinator, visit
) -> None:
    second = marking.marker(cohort, "Sam Second")
    sample = make.set_up(cohort, marker, opened=False)
    address = f"/calibrations/{sample.public_id}"
    visit(second).refused(address, status=404)
    visit(second).refused(f"{address}/reference", status=403)
    with unit_of_work():
        actions.take_back_piece(sample.id, actor=world.actor(coordinator))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Calibration)) == 0
    sample = make.set_up(cohort, marker)
    with pytest.raises(RuleViolation) as refused:
        make.set_up(cohort, marker)
    assert refused.value.reason is CalibrationRefusal.SET
    make.judge(sample, second, 3)
    with pytest.raises(RuleViolation) as refused, unit_of_work():
        actions.take_back_piece(sample.id, actor=world.actor(coordinator))
    assert refused.value.reason is CalibrationRefusal.JUDGED
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CalibrationTry)) == 1


def test_the_spread_is_shown_from_five_markers_on(cohort, marker, coordinator, visit) -> None:
    people = [marking.marker(cohort, f"Marker {number}", role=Role.MARKER) for number in range(5)]
    sample = make.set_up(cohort, marker)
    reader = visit(people[0])
    for person in people[:4]:
        make.judge(sample, person, 3)
    assert "Everybody’s first judgement" not in reader.get(f"/calibrations/{sample.public_id}").text()
    make.judge(sample, people[4], 2)
    assert "Everybody’s first judgement" in reader.get(f"/calibrations/{sample.public_id}").text()
    assert "Everybody’s first judgement" in visit(marker).get(f"/calibrations/{sample.public_id}").text()
    here = f"/cohorts/{cohort.slug}/activities/a-1/calibration"
    marking.counted(visit(coordinator), here, most=14)
    marking.counted(reader, f"/calibrations/{sample.public_id}", most=14)
    assert "0.0" in visit(coordinator).get(here).text("dl.three"), "the usual distance"


def test_the_agreed_judgement_saves_itself_and_tells_a_second_window(cohort, marker, visit) -> None:
    second = marking.marker(cohort, "Sam Second")
    sample = make.set_up(cohort, marker, opened=False)
    address = f"/calibrations/{sample.public_id}/reference"
    faculty = visit(marker)
    page = faculty.get(address)
    form = page.one("form[data-autosave-url]")
    data = {tag["name"]: tag["value"] for tag in form.select("[type=hidden]")}

    def quietly(**fields):
        return faculty.open(
            "POST", form["data-autosave-url"], data=data | fields, headers={"Accept": "application/json"}
        )

    saved = quietly(**{"level-vision": "4", "comment": "Mind the evidence.", "with": second.public_id})
    assert saved.status_code == 200
    assert saved.json["version"] == int(data["version"]) + 1
    fresh = faculty.get(address)
    assert fresh.text("#comment") == "Mind the evidence."
    assert fresh.one(f"[name=with][value={second.public_id}]").has_attr("checked")
    assert make.found().opened_at is None, "nobody is asked by typing"
    stale = quietly(comment="Of another window.")
    assert stale.status_code == 409
    assert "saved in another window" in stale.json["reason"]
    assert quietly(**{"points-vision": "a lot"}).status_code in (409, 422)
    assert faculty.get(address).text("#comment") == "Mind the evidence."
    assert asked(second) == []


@pytest.mark.slow
def test_pages_take_as_many_statements_for_many_markers_as_for_few(
    cohort, marker, coordinator, visit
) -> None:
    people = [marking.marker(cohort, f"Marker {number:02}", role=Role.MARKER) for number in range(24)]
    here = f"/cohorts/{cohort.slug}/activities/a-1/calibration"
    pages = (
        visit(coordinator),
        visit(world.granted(Role.DIRECTOR, None)),
        visit(people[0]),
        visit(marker),
    )
    for task, person in zip(marking.works(cohort, 24), people, strict=True):
        task.marker_id = person.id
    db.session.commit()
    sample = make.set_up(cohort, marker)
    own = f"/calibrations/{sample.public_id}"

    def sent() -> list[int]:
        moderator, director, judge, faculty = pages
        return [
            *marking.counted(moderator, here, most=14),
            *marking.counted(director, here, most=14),
            *marking.counted(judge, own, most=14),
            *marking.counted(faculty, own, most=14),
        ]

    for person in people[:6]:
        make.judge(sample, person, 2)
    few = sent()
    for person in people[6:20]:
        make.judge(sample, person, 3)
    for person in people[:6]:
        make.judge(sample, person, 3)
    with unit_of_work() as work:
        for person in people[20:22]:
            actions.exempt(
                sample.id, person.id, reason="Marked it before.", actor=world.director(), now=work.now
            )
    assert sent() == few


def test_of_two_who_set_a_piece_at_once_one_is_told(app: Flask, fresh_database: str) -> None:
    cohort = world.cohort(weeks_in=20)
    actors = [world.actor(world.granted(Role.COORDINATOR, cohort)) for _ in range(2)]
    view = marking_queries.batch_visible_to(actors[0], cohort.slug, "a-1")
    db.session.rollback()

    def set_text(actor):
        def act() -> str:
            with unit_of_work() as work:
                return actions.set_text(view, "A text.", why="So.", actor=actor, now=work.now).public_id

        return act

    found = at_once(app, *map(set_text, actors))
    (kept,) = [one for one in found if isinstance(one, str)]
    (told,) = [one for one in found if isinstance(one, RuleViolation)]
    assert told.reason is CalibrationRefusal.SET
    assert db.session.scalars(sa.select(Calibration.public_id)).all() == [kept]
