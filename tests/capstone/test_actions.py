"""Projects live through their milestones: what is kept, told, dated, marked and taken back."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from lms.assessment import ports
from lms.assessment.models import MarkingTask
from lms.assessment.rules import TaskState
from lms.capstone import actions, queries
from lms.capstone.actions import DraftChange, Topic
from lms.capstone.events import (
    MeetingNoted,
    MilestoneAnswered,
    MilestoneSubmitted,
    ProjectChanged,
)
from lms.capstone.models import ProjectEvent
from lms.capstone.rules import CapstoneRefusal, ProjectState, SubmissionState
from lms.capstone.rules import milestones as rules
from lms.capstone.rules.milestones import Verdict
from lms.completion import queries as completion
from lms.completion.rules import FactKind
from lms.core import clock, events
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.people.rules import Role
from lms.scheduling.actions import PersonalDate, set_personal_date
from lms.scheduling.models import OverrideScope
from tests.factories import capstone as factory
from tests.factories import world

DAY = dt.timedelta(days=1)


@pytest.fixture
def heard(monkeypatch):
    """Everything that is announced."""
    seen: list[object] = []
    record = events.record
    monkeypatch.setattr(events, "record", lambda event: (seen.append(event), record(event))[1])
    return seen


def of_kind(seen, kind):
    return [event for event in seen if isinstance(event, kind)]


def refused(expected: CapstoneRefusal, act, /, *values, **named):
    with pytest.raises(RuleViolation) as caught:
        act(*values, **named)
    assert caught.value.reason is expected, caught.value.message
    return caught.value


def tasks(c, key):
    return list(
        db.session.scalars(
            sa.select(MarkingTask)
            .where(MarkingTask.activity_id == factory.activity_id(c.cohort, key))
            .order_by(MarkingTask.id)
        )
    )


def facts(c, key, kind):
    places = {person_id: place for place, person_id, _name in queries.members_of(c.project.id)}
    found = completion.facts_of(places.values())
    return [
        kind in (known := found[place].get(factory.activity_id(c.cohort, key), {})) and known[kind].reached
        for place in places.values()
    ]


@pytest.mark.slow
@pytest.mark.db
def test_a_project_from_interest_to_report(session, heard):
    c = factory.capstone(upto="m5")
    asha, ben, chi = c.team.people
    assert c.project.title == factory.ANSWERS["decision"]
    assert c.project.state is ProjectState.IN_PROGRESS
    assert facts(c, "m1", FactKind.SUBMITTED) == facts(c, "m5", FactKind.ACCEPTED) == [True] * 3
    # each member writes their own reflection; only what was written goes to the marker
    with clock.at(factory.due(c.cohort, "m6a") - DAY):
        factory.write(c.cohort, ben, "m6a", reflection="Ben's own episode.")
    factory.hand_in(c.cohort, asha, "m6a", reflection="Asha's own episode.")
    assert queries.by_id(c.project.id).state is ProjectState.REPORTED
    report, *alone = tasks(c, "m6a")
    assert (report.part, report.marker_id, len(report.place_ids["places"])) == ("report", c.guide.id, 3)
    assert sorted((task.part, task.title) for task in alone) == [
        ("reflection", "Asha Rao"),
        ("reflection", "Ben Okafor"),
    ]
    shown = [ports.read("milestone", task.source_id) for task in alone]
    assert ["Asha" in shown[0].html, "Ben" in shown[0].html] == [
        alone[0].title == "Asha Rao",
        alone[0].title != "Asha Rao",
    ]
    whole = ports.read("milestone", report.source_id)
    assert whole is not None
    assert "Asha's own episode" not in str(whole)
    assert [each.name for each in whole.files] == ["work.pdf", "board-paper.pdf"]
    told = of_kind(heard, MilestoneSubmitted)[-1]
    assert (told.activity_key, told.guide_id, len(told.place_ids)) == ("m6a", c.guide.id, 3)
    assert [event.act for event in of_kind(heard, ProjectChanged)] == [
        "project started", "proposal handed in", "proposal approved", "plan approved", "report handed in",
    ]  # fmt: skip
    assert chi.id != asha.id


@pytest.mark.slow
@pytest.mark.db
def test_m1_accepted_opens_m2_for_this_team_and_sends_it_to_be_marked(session, heard):
    c = factory.capstone()
    asha = c.team.people[0]
    before = queries.dates(c.cohort, c.project.whose)["m2"].starts_at
    factory.hand_in(c.cohort, asha, "m1")
    assert tasks(c, "m1") == []
    refused(CapstoneRefusal.NEEDS_PROPOSAL, factory.hand_in, c.cohort, asha, "m2")
    accepted_at = factory.due(c.cohort, "m1") - 3 * DAY + dt.timedelta(hours=5)
    factory.answer(c.project, c.guide, "m1", at=max(accepted_at, factory.due(c.cohort, "m1") + DAY))
    assert [task.part for task in tasks(c, "m1")] == ["proposal"]
    after = queries.dates(c.cohort, c.project.whose)["m2"]
    assert after.starts_at != before
    assert after.ends_at == factory.due(c.cohort, "m2")
    answered = of_kind(heard, MilestoneAnswered)[0]
    assert (answered.verdict, answered.rejected) == ("accepted", False)
    factory.hand_in(c.cohort, asha, "m2")


@pytest.mark.slow
@pytest.mark.db
def test_a_proposal_is_revised_once_then_rejected_then_the_coordinator_assigns_a_topic(session):
    c = factory.capstone()
    asha = c.team.people[0]
    factory.hand_in(c.cohort, asha, "m1")
    factory.answer(c.project, c.guide, "m1", Verdict.REVISE)
    latest = queries.versions(c.project.id)["m1"][-1]
    assert latest.answer is not None
    by = latest.answer.revise_by
    assert by is not None
    assert (by - latest.answer.at).days in (6, 7)
    receipt = factory.hand_in(c.cohort, asha, "m1", at=by - DAY, text="A sharper question.")
    assert receipt.number == 2
    refused(CapstoneRefusal.REVISED_ONCE, factory.answer, c.project, c.guide, "m1", Verdict.REVISE)
    factory.answer(c.project, c.guide, "m1", Verdict.REJECT)
    assert queries.by_id(c.project.id).state is ProjectState.REJECTED
    refused(CapstoneRefusal.COORDINATOR_DECIDES, factory.hand_in, c.cohort, asha, "m1", at=by + DAY)
    with clock.at(by + 2 * DAY), unit_of_work() as work:
        until = (work.now + 10 * DAY).date()
        topic = Topic(title="Should the co-op sell through others' apps?", host="Amul Mills", until=until)
        actions.assign_topic(c.project.id, topic, actor=world.director(), now=work.now)
    again = factory.hand_in(
        c.cohort, asha, "m1", at=by + 11 * DAY, decision="Should the co-op sell?", text="Anew."
    )
    assert again.number == 3
    assert queries.versions(c.project.id)["m1"][-1].late_days == 0
    factory.answer(c.project, c.guide, "m1", Verdict.REVISE)


@pytest.mark.slow
@pytest.mark.db
def test_lateness_follows_the_teams_own_deadline_and_stays_with_a_revision(session):
    c = factory.capstone()
    asha = c.team.people[0]
    due = factory.due(c.cohort, "m1")
    with clock.at(due - DAY), unit_of_work() as work:
        wanted = PersonalDate(
            cohort_id=c.cohort.id, item_key="m1", scope=OverrideScope.TEAM, scope_id=c.team.id,
            ends_at=due + 2 * DAY, reason="The host was ill.",
        )  # fmt: skip
        set_personal_date(wanted, actor=world.director(), now=work.now)
    factory.hand_in(c.cohort, asha, "m1", at=due + 3 * DAY - dt.timedelta(hours=1))
    first = queries.versions(c.project.id)["m1"][-1]
    assert (first.late_days, first.due_at) == (1, due + 2 * DAY)
    factory.answer(c.project, c.guide, "m1", Verdict.REVISE)
    factory.hand_in(c.cohort, asha, "m1", at=first.submitted_at + 2 * DAY, text="Better.")
    assert queries.versions(c.project.id)["m1"][-1].late_days == 1


def test_a_waiting_version_is_replaced_until_the_deadline_and_the_same_twice_is_one(session):
    c = factory.capstone()
    asha = c.team.people[0]
    due = factory.due(c.cohort, "m1")
    factory.hand_in(c.cohort, asha, "m1", at=due - 2 * DAY)
    assert factory.hand_in(c.cohort, asha, "m1", at=due - DAY).again
    factory.hand_in(c.cohort, asha, "m1", at=due - DAY, text="The right file.")
    states = [version.state for version in queries.versions(c.project.id)["m1"]]
    assert states == [SubmissionState.REPLACED, SubmissionState.SUBMITTED]
    refused(CapstoneRefusal.WAITS, factory.hand_in, c.cohort, asha, "m1", at=due + DAY, text="Too late.")
    assert [each.number for each in queries.waiting_for_guide(c.guide.id)] == [2]


def test_an_answer_to_an_older_version_or_given_twice_is_told(session):
    c = factory.capstone()
    asha = c.team.people[0]
    due = factory.due(c.cohort, "m1")
    factory.hand_in(c.cohort, asha, "m1", at=due - 2 * DAY)
    by = world.actor(c.guide)
    at = queries.project_milestone_visible_to(by, c.project.public_id, "m1")
    old = queries.versions(c.project.id)["m1"][-1].public_id
    factory.hand_in(c.cohort, asha, "m1", at=due - DAY, text="Newer.")
    answering = actions.Answering(version=old, verdict=Verdict.ACCEPT, text=factory.WORDS)

    def give(answering):
        with unit_of_work() as work:
            actions.answer(at, answering, actor=by, now=work.now)

    refused(CapstoneRefusal.REPLACED, give, answering)
    short = actions.Answering(
        version=queries.versions(c.project.id)["m1"][-1].public_id, verdict=Verdict.ACCEPT, text="Fine."
    )
    refused(CapstoneRefusal.TOO_SHORT, give, short)
    factory.answer(c.project, c.guide, "m1")
    refused(CapstoneRefusal.ANSWERED, give, answering)


@pytest.mark.slow
@pytest.mark.db
def test_one_step_back_takes_the_answer_with_it_and_work_on_top_of_it_forbids_it(session):
    c = factory.capstone(upto="m1")
    asha = c.team.people[0]

    def back(reason="The wrong project."):
        with unit_of_work() as work:
            actions.step_back(c.project.id, reason, actor=world.director(), now=work.now)

    refused(CapstoneRefusal.NO_REASON, back, "  ")
    back()
    assert queries.by_id(c.project.id).state is ProjectState.PROPOSED
    version = queries.versions(c.project.id)["m1"][-1]
    assert (version.state, version.answer) == (SubmissionState.SUBMITTED, None)
    assert [answer.taken_back for answer in version.answers] == [True]
    assert facts(c, "m1", FactKind.ACCEPTED) == [False] * 3
    factory.answer(c.project, c.guide, "m1")
    assert [task.state for task in tasks(c, "m1")] == [TaskState.WAITING]
    factory.hand_in(c.cohort, asha, "m2")
    found = refused(CapstoneRefusal.LATER_WORK, back)
    assert found.message.startswith("M2 was handed in")
    kinds = db.session.scalars(sa.select(ProjectEvent.kind).order_by(ProjectEvent.id)).all()
    assert "one step back" in kinds


def test_an_answer_that_moved_nothing_is_taken_back_alone(session):
    c = factory.capstone(upto="m3")
    with unit_of_work() as work:
        actions.take_answer_back(c.project.id, "m3", "Mixed up.", actor=world.director(), now=work.now)
    assert queries.versions(c.project.id)["m3"][-1].state is SubmissionState.SUBMITTED
    assert queries.by_id(c.project.id).state is ProjectState.IN_PROGRESS
    factory.answer(c.project, c.guide, "m3", Verdict.REVISE)


@pytest.mark.slow
@pytest.mark.db
def test_a_member_leaves_and_the_project_goes_on(session):
    c = factory.capstone(upto="m1")
    ben = c.team.people[1]
    place = factory._place(c.cohort, ben)
    with unit_of_work() as work:
        enrolment.remove_member(c.team.id, place, reason="Withdrew", actor=world.director(), now=work.now)
    assert [name for _place, _person, name in queries.members_of(c.project.id)] == ["Asha Rao", "Chi Nwosu"]
    assert queries.chronicle(c.project.id).story[-1].details == {"members": ["Asha Rao", "Chi Nwosu"]}
    assert queries.versions(c.project.id)["m1"][-1].members[1]["name"] == "Ben Okafor"
    with pytest.raises(NotFound):
        queries.project_visible_to(world.actor(ben), c.project.public_id)
    with pytest.raises(NotFound):
        factory.hand_in(c.cohort, ben, "m2")
    factory.hand_in(c.cohort, c.team.people[0], "m2")
    assert len(queries.versions(c.project.id)["m2"][-1].members) == 2


@pytest.mark.slow
@pytest.mark.db
def test_a_guide_carries_six_over_all_cohorts_and_the_director_overrides(session):
    cohort, other = world.cohort(weeks_in=25), world.cohort(weeks_in=26)
    guide = factory.guide(cohort)
    coordinator = world.granted(Role.COORDINATOR, other)
    for number in range(6):
        factory.assign(factory.start(cohort, world.learner(cohort, f"Solo {number}")), guide)
    seventh = factory.start(other, world.learner(other, "Seventh"))
    found = refused(CapstoneRefusal.FULL, factory.assign, seventh, guide, by=coordinator, reason="Fits.")
    assert "guides 6 projects" in found.message
    refused(CapstoneRefusal.OVER_CAP_REASON, factory.assign, seventh, guide)
    factory.assign(seventh, guide, reason="Only she knows cold chains.")
    assert queries.loads([guide.id]) == {guide.id: 7}
    assert world.actor(guide).has(Role.GUIDE, other.id)
    second = factory.guide(other, "Second Guide")
    refused(CapstoneRefusal.GUIDE_REASON, factory.assign, seventh, second)
    factory.assign(seventh, second, reason="Load.")
    assert queries.loads([guide.id, second.id]) == {guide.id: 6, second.id: 1}
    learner = world.learner(other, "Fellow")
    with pytest.raises(RuleViolation, match="learner of this cohort"):
        factory.assign(seventh, learner, reason="No.")


def test_a_draft_is_never_overwritten_and_own_answers_stay_ones_own(session):
    c = factory.capstone(upto="m5")
    asha, ben = c.team.people[:2]

    def save(who, version, sent):
        with unit_of_work() as work:
            here = factory.visit(c.cohort, who, "m6a")
            return actions.save_draft(
                here, DraftChange(sent=sent, version=version), actor=world.actor(who), now=work.now
            )

    first = save(asha, 0, {"ai-declaration": ["None."], "reflection": ["Asha's."]})
    assert (first.version, first.conflict) == (1, None)
    stale = save(ben, 0, {"ai-declaration": ["For grammar."], "reflection": ["Ben's."]})
    assert stale.conflict is not None
    assert (stale.changed_by, stale.conflict.answers["ai-declaration"]) == ("Asha Rao", ["None."])
    kept = queries.draft(c.project, factory.activity_id(c.cohort, "m6a")).draft
    places = [factory._place(c.cohort, one) for one in (asha, ben)]
    assert [kept.mine(place) for place in places] == [{"reflection": ["Asha's."]}, {"reflection": ["Ben's."]}]
    assert save(ben, 1, {"ai-declaration": ["For grammar."], "reflection": ["Ben's."]}).version == 2


def test_files_keep_to_the_brief(session):
    c = factory.capstone()
    asha = c.team.people[0]
    here = factory.visit(c.cohort, asha, "m1")

    def add(name, body, slot=""):
        with unit_of_work() as work:
            file = actions.receive(here, io.BytesIO(body), name, slot)
            actions.add_file(here, file, slot, actor=world.actor(asha), now=work.now)

    for name, body in (("a.exe", b"MZ"), ("a.pdf", b"not a pdf"), ("a.pdf", b"")):
        with pytest.raises(RuleViolation):
            add(name, body)
    refused(CapstoneRefusal.NO_SUCH_SLOT, add, "a.pdf", factory.PDF, "elsewhere")
    add("a.pdf", factory.PDF)
    refused(CapstoneRefusal.TOO_MANY_FILES, add, "b.pdf", factory.PDF + b"2")


def test_meetings_are_announced_with_the_missed_ones(session, heard):
    c = factory.capstone(weeks_in=26)
    later = clock.now() + 40 * DAY
    for number in range(3):
        factory.meet(c.cohort, c.project, c.guide, held=number == 0, at=later + number * DAY)
    assert [event.missed_in_all for event in of_kind(heard, MeetingNoted)] == [0, 1, 2]
    refused(CapstoneRefusal.NOTED_ALREADY, factory.meet, c.cohort, c.project, c.guide, at=later)


def test_rules_of_the_content_hold_here(session):
    cohort = world.cohort(weeks_in=10)
    keys = [line.key for line in queries.milestones_of(cohort)]
    assert keys[0] == rules.INTEREST
    assert {rules.PROPOSAL, rules.PLAN, rules.DRAFT, rules.REPORT, rules.PANEL} <= set(keys)
