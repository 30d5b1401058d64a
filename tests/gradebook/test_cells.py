"""The grid of marks: a word for every state; one cell put in by hand, excused, capped; resits; one's own page."""

from __future__ import annotations

from fractions import Fraction
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment.models import CandidateNumber, Mark, MarkVersion
from lms.assessment.queries import masked_of
from lms.assessment.rules import AssessmentRefusal, MarkState, TaskState
from lms.cohorts.queries import CohortView
from lms.core import audit, clock
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from lms.gradebook import actions, queries
from lms.gradebook.models import Ruling
from lms.gradebook.rules.allowances import AllowanceRefusal
from lms.gradebook.rules.cells import CellState, of_mark, without_mark
from lms.gradebook.views import cells
from lms.notifications.models import Notice
from lms.people.rules import Role
from lms.progress.models import Standing
from tests.factories import assessment as make
from tests.factories import enrolment, world


def place_of(public_id: str) -> int:
    return db.session.scalars(sa.select(Place.id).where(Place.public_id == public_id)).one()


def public(place: int) -> str:
    return db.session.scalars(sa.select(Place.public_id).where(Place.id == place)).one()


def thing(cohort: CohortView, key: str) -> queries.Markable:
    return next(one for one in queries.markable(cohort.version_id) if one.key == key)


@pytest.mark.parametrize(
    ("state", "origin", "how", "word"),
    [
        (MarkState.FINALISED, "rubric", {}, CellState.FINISHED),
        (MarkState.MODERATED, "rubric", {}, CellState.MODERATED),
        (MarkState.REPLACED, "rubric", {}, None),
        (MarkState.RELEASED, "rubric", {"released": True}, CellState.RELEASED),
        (MarkState.RELEASED, "rubric", {"released": True, "corrected": True}, CellState.CORRECTED),
        (MarkState.RELEASED, "quiz", {"released": True, "corrected": True}, CellState.RELEASED),
        (MarkState.RELEASED, "external", {"released": True}, CellState.EXTERNAL),
        (MarkState.RELEASED, "rubric", {"released": True, "late": True}, CellState.LATE),
        (
            MarkState.RELEASED,
            "rubric",
            {"released": True, "late": True, "changing": True},
            CellState.CHANGING,
        ),
    ],
)
def test_a_mark_has_one_word(state, origin, how, word) -> None:
    given = {"released": False, "corrected": False, "changing": False, "late": False, **how}
    assert of_mark(state, origin, **given) is word


@pytest.mark.parametrize(
    ("task", "due", "taken", "word"),
    [
        (TaskState.DRAFT, True, True, CellState.MARKING),
        (TaskState.WAITING, False, True, CellState.HANDED_IN),
        (None, False, True, CellState.NOT_DUE),
        (None, True, True, CellState.MISSING),
        (None, True, False, CellState.NO_MARK),
    ],
)
def test_no_mark_has_one_word_too(task, due, taken, word) -> None:
    assert without_mark(task, due=due, taken=taken) is word


def enter(cohort, place: int, key: str, value, by, version: int = 0, reason: str = "Misread.") -> MarkVersion:
    with unit_of_work() as work:
        return assessment.enter_mark(
            assessment.Entered(
                place_id=place,
                cohort_id=cohort.id,
                activity_id=make.activity_id(key),
                value=Fraction(value),
                reason=reason,
                version=version,
            ),
            actor=world.actor(by),
            now=work.now,
        )


@pytest.mark.db
def test_every_state_stands_in_the_grid_with_its_word(cohort, coordinator, marker, lea, visit) -> None:
    late, other = world.place(cohort, world.person("Ben Late")), world.place(cohort, world.person("Cy Third"))
    make.quiz_mark(cohort, lea, "q1", 50)
    make.finish(make.bring(cohort, [late], key="a-1", late_days=1), marker)
    make.release(cohort, coordinator)
    make.bring(cohort, [lea], key="a-1")
    task = make.bring(cohort, [other], key="a-1")
    with unit_of_work() as work:
        assessment.save_draft(
            task.id, make.judgement(task), version=0, actor=world.actor(marker), now=work.now
        )
    make.finish(make.bring(cohort, [lea], key="a-2"), marker)
    enter(cohort, late, "a-1", 40, marker, version=1)
    with unit_of_work() as work:
        actions.excuse(late, thing(cohort, "q1"), reason="Ill.", actor=world.actor(coordinator), now=work.now)
    visitor = visit(coordinator)
    page = visitor.get(f"/cohorts/{cohort.slug}/gradebook/core")
    column = page.texts("thead th").index("A-1")
    rows = {row[0]: row for row in page.rows()}
    assert rows["Asha Rao"][column : column + 2] == ["handed in", "72.0 finished"]
    assert rows["Ben Late"][column] == "68.4 new version"
    assert rows["Ben Late"][2] == "excused"
    assert rows["Cy Third"][column] == "being marked"
    assert rows["Cy Third"][2:4] == ["missing", "missing"]
    assert rows["Asha Rao"][-2] == "–"
    assert rows["Asha Rao"][1] == "1 missing · 1 to mark · 1 to release"
    only = visitor.get(f"/cohorts/{cohort.slug}/gradebook/core?state=excused&sort=high")
    assert [row[0] for row in only.rows()] == ["Ben Late"]
    assert "Nobody matches" in visitor.get(f"/cohorts/{cohort.slug}/gradebook/core?q=nobody").text()
    by_result = visitor.get(f"/cohorts/{cohort.slug}/gradebook/core?sort=high")
    assert [row[0] for row in by_result.rows()] == ["Ben Late", "Asha Rao", "Cy Third"]
    everything = visitor.get(f"/cohorts/{cohort.slug}/gradebook?show=everything")
    assert len(everything.texts("thead th")) > 40
    cell = visitor.get(urljoin(page.url, page.soup.select("tbody tr td a.cell[href$='/a-1']")[0]["href"]))
    assert "handed in" in cell.text(".drawer")


@pytest.mark.db
def test_a_mark_put_in_by_hand_waits_and_the_second_of_two_is_told(
    cohort, coordinator, marker, lea, author, visit
) -> None:
    make.quiz_mark(cohort, lea, "q1", 50)
    address = f"/cohorts/{cohort.slug}/gradebook/cells/{public(lea)}/q1"
    first, second = visit(coordinator), visit(marker)
    page, theirs = first.get(address), second.get(address)
    done = first.submit(
        page, ".drawer form", press="Enter this mark", figure="62,5", reason="An item was wrong."
    )
    assert "Asha Rao, Q1" in done.messages[0]
    assert "62.5 is entered. Somebody else releases it." in done.messages[0]
    assert make.seen(lea, "q1") == 50, "nothing passes the gate"
    refused = second.submit(
        theirs, ".drawer form", status=409, press="Enter this mark", figure="70", reason="Mine."
    )
    assert "it says 62.5 (Cora Coordinator" in refused.text(".drawer")
    assert "you wrote 70" in refused.text(".drawer")
    assert make.versions(lea)[-1] == (2, "finalised", "125/2")
    for words in ("101", "many", ""):
        bad = second.submit(
            second.get(address), ".drawer form", status=422, press="Enter this mark", figure=words, reason="x"
        )
        assert "A mark is a number from 0 to 100" in bad.text(".summary-errors")
    bad = second.submit(
        second.get(address), ".drawer form", status=422, press="Enter this mark", figure="60", reason=" "
    )
    assert "Say why" in bad.text(".summary-errors")
    with pytest.raises(RuleViolation), unit_of_work() as work:
        release_latest(lea, coordinator, work.now)
    make.release(cohort, marker, key="q1")
    assert make.seen(lea, "q1") == Fraction("62.5")
    mark = db.session.scalars(sa.select(Mark.public_id).where(Mark.place_id == lea)).one()
    own = visit(author).get(f"/cohorts/{cohort.slug}/marks/{mark}")
    assert "An item was wrong." in own.text()
    with pytest.raises(Conflict):
        enter(cohort, lea, "q1", 40, marker, version=1)


def release_latest(place: int, by, now) -> None:
    version = db.session.scalars(
        sa.select(MarkVersion)
        .join(Mark, Mark.id == MarkVersion.mark_id)
        .where(Mark.place_id == place, MarkVersion.number == Mark.latest_version)
    ).one()
    assessment.release_version(version, actor=world.actor(by), now=now)


def test_work_in_hand_is_not_marked_beside_the_desk_and_a_version_is_taken_back(
    cohort, coordinator, marker, lea
) -> None:
    make.bring(cohort, [lea], key="a-1")
    with pytest.raises(RuleViolation) as refused:
        enter(cohort, lea, "a-1", 60, coordinator)
    assert refused.value.reason is AssessmentRefusal.BEING_MARKED
    with pytest.raises(RuleViolation):
        enter(cohort, lea, "a-2", 60, coordinator, reason=" ")
    one = enter(cohort, lea, "a-2", 60, coordinator)
    two = enter(cohort, lea, "a-2", 65, coordinator, version=1)
    with unit_of_work() as work:
        by = world.actor(coordinator)
        assert not assessment.take_back_version(one.mark_id, 1, reason="No.", actor=by, now=work.now)
        assert assessment.take_back_version(two.mark_id, 2, reason="No.", actor=by, now=work.now)
    assert make.versions(lea) == [(1, "replaced", "60"), (2, "replaced", "65"), (3, "finalised", "60")]


@pytest.mark.db
def test_an_excuse_leaves_the_sums_is_told_and_comes_back(cohort, coordinator, lea, author, visit) -> None:
    make.quiz_mark(cohort, lea, "q1", 40)
    make.quiz_mark(cohort, lea, "q6", 80)
    before = queries.results(lea)
    address = f"/cohorts/{cohort.slug}/gradebook/cells/{public(lea)}/q1"
    visitor = visit(coordinator)
    done = visitor.submit(visitor.get(address), ".drawer form", press="Excuse", reason="Surgery; note seen.")
    assert "the result is worked out without it" in done.messages[0]
    now = queries.results(lea)
    assert "core" not in now, "nothing else of the course is released"
    assert now[""].value == 80
    with pytest.raises(RuleViolation) as twice, unit_of_work() as work:
        actions.excuse(
            lea, thing(cohort, "q1"), reason="Twice.", actor=world.actor(coordinator), now=work.now
        )
    assert twice.value.reason is AllowanceRefusal.EXCUSED_ALREADY
    mine = visit(author).get(f"/cohorts/{cohort.slug}/results")
    assert "80.0 so far in the programme" in mine.text()
    assert (
        db.session.scalars(sa.select(Notice.title).where(Notice.person_id == author.id)).all()[-1]
        == "Q1 is excused"
    )
    visitor.submit(
        visitor.get(address),
        ".drawer form",
        press="Take the excuse back",
        reason="The note was for another day.",
    )
    after = queries.results(lea)
    assert {key: line.value for key, line in after.items()} == {k: line.value for k, line in before.items()}
    assert "The note was for another day." in visitor.get(address).text()
    ruling = db.session.scalars(sa.select(Ruling.public_id)).one()
    with pytest.raises(RuleViolation) as over, unit_of_work() as work:
        actions.take_back_ruling(lea, ruling, reason="Again.", actor=world.actor(coordinator), now=work.now)
    assert over.value.reason is AllowanceRefusal.OVER
    actions_of = db.session.scalars(sa.select(audit.AuditEntry.action)).all()
    assert {"gradebook.excuse", "gradebook.take_back_ruling"} <= set(actions_of)
    with unit_of_work() as work:
        actions.rebuild(cohort.id, now=work.now)
    assert queries.results(lea)["core"].value == 40


def test_what_is_excused_is_not_awaited(cohort, coordinator, lea) -> None:
    def late() -> int:
        return db.session.scalars(sa.select(Standing.late_open).where(Standing.place_id == lea)).one()

    with unit_of_work() as work:
        actions.excuse(lea, thing(cohort, "a-2"), reason="Ill.", actor=world.actor(coordinator), now=work.now)
    one = late()
    with unit_of_work() as work:
        actions.excuse(lea, thing(cohort, "a-1"), reason="Ill.", actor=world.actor(coordinator), now=work.now)
    assert late() == one - 1


def test_a_ceiling_holds_the_result_and_not_the_mark(cohort, coordinator, lea, author, visit) -> None:
    make.quiz_mark(cohort, lea, "q1", 90)
    address = f"/cohorts/{cohort.slug}/gradebook/cells/{public(lea)}/q1"
    visitor = visit(coordinator)
    visitor.submit(
        visitor.get(address),
        ".drawer form",
        press="Set it as ceiling",
        figure="60",
        reason="Similar text, 31 %.",
    )
    assert queries.results(lea)["core"].value == 60
    assert make.seen(lea, "q1") == 90
    assert "90.0, counts with 60 at most" in visit(author).get(f"/cohorts/{cohort.slug}/results").text()
    with pytest.raises(RuleViolation) as twice, unit_of_work() as work:
        actions.cap(
            lea, thing(cohort, "q1"), Fraction(50), reason="x", actor=world.actor(coordinator), now=work.now
        )
    assert twice.value.reason is AllowanceRefusal.CAPPED_ALREADY


@pytest.mark.parametrize("path", ["gradebook?show=everything", "gradebook/cells/{place}/q1"])
def test_learners_see_no_cell_and_others_no_place(cohort, coordinator, lea, author, visit, path: str) -> None:
    address = f"/cohorts/{cohort.slug}/{path.format(place=public(lea))}"
    visit(author).refused(address, status=403)
    other = world.cohort()
    visit(coordinator).refused(address.replace(cohort.slug, other.slug), status=404)
    visit(coordinator).refused(f"/cohorts/{cohort.slug}/gradebook/cells/{public(lea)}/nothing", status=404)
    visit(coordinator).refused(f"/cohorts/{cohort.slug}/results", status=404)


def test_one_ruling_of_a_kind_holds_at_a_time(cohort, coordinator, lea) -> None:
    with unit_of_work() as work:
        row = actions.excuse(
            lea, thing(cohort, "q1"), reason="Ill.", actor=world.actor(coordinator), now=work.now
        )
    copy = {
        c.name: getattr(row, c.name) for c in Ruling.__table__.columns if c.name not in ("id", "public_id")
    }
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(sa.insert(Ruling).values(**copy, public_id="another12345"))


@pytest.mark.slow
def test_two_hundred_learners_by_sixty_are_light(session, visit) -> None:
    cohort = world.cohort(weeks_in=10, seats=250)
    coordinator = world.granted(Role.COORDINATOR, cohort)
    places = enrolment.many(cohort, 200)
    things = queries.markable(cohort.version_id)
    rows = [
        {"place_id": place, "cohort_id": cohort.id, "activity_id": one.activity_id, "part": one.part}
        for place in places
        for one in things
    ]
    db.session.execute(
        sa.insert(Mark),
        [
            {**row, "public_id": f"m{number:011d}", "latest_version": 1, "released_version": 1}
            for number, row in enumerate(rows)
        ],
    )
    ids = db.session.scalars(sa.select(Mark.id)).all()
    now = clock.now()
    fixed = {"state": MarkState.RELEASED, "denominator": 10, "trace": {}, "feedback": {}, "origin": "rubric"}
    db.session.execute(
        sa.insert(MarkVersion),
        [
            {
                **fixed,
                "mark_id": one,
                "number": 1,
                "numerator": 400 + one % 600,
                "entered_at": now,
                "reason": "",
            }
            for one in ids
        ],
    )
    db.session.commit()
    body = visit(coordinator).open("GET", f"/cohorts/{cohort.slug}/gradebook?show=everything").get_data()
    assert len(body) <= 300_000 * len(rows) / 12_000 + 60_000
    assert len(things) * 200 > cells.LINKED


@pytest.mark.db
def test_who_marks_blind_puts_no_name_to_a_state(cohort, coordinator, marker, lea, visit) -> None:
    make.finish(make.bring(cohort, [lea], key="a-1"), marker)
    if not masked_of(cohort.id):
        db.session.add(
            CandidateNumber(
                cohort_id=cohort.id, activity_id=make.activity_id("a-1"), place_id=lea, number=417
            )
        )
        db.session.commit()
    core, cell = (
        f"/cohorts/{cohort.slug}/gradebook/core",
        f"/cohorts/{cohort.slug}/gradebook/cells/{public(lea)}/a-1",
    )
    page = visit(coordinator).get(core)
    column = page.texts("thead th").index("A-1")
    assert page.rows()[0][column] == "72.0 finished"
    theirs = visit(marker)
    assert theirs.get(core).rows()[0][column] == "blind"
    assert "72.0" not in theirs.get(cell).text()
    refused = theirs.submit(
        theirs.get(cell), ".drawer form", status=422, press="Enter this mark", figure="60", reason="x"
    )
    assert AllowanceRefusal.BLIND.value in refused.text()
    sheet = theirs.open("GET", f"/cohorts/{cohort.slug}/gradebook-marks.csv?with=unreleased").get_data(
        as_text=True
    )
    assert "72.0" not in sheet
    make.release(cohort, coordinator)
    assert theirs.get(core).rows()[0][column] == "72.0"
