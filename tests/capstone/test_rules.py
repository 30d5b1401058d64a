"""The capstone's decisions as truth tables."""

from __future__ import annotations

import datetime as dt
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.capstone.rules import Act, CapstoneRefusal, ProjectState, Step, SubmissionState, Told
from lms.capstone.rules import milestones as rules
from lms.capstone.rules.drafts import Draft, asks_text, digest, judge, read_sent, slots
from lms.capstone.rules.milestones import Standing, Verdict
from lms.capstone.rules.promises import (
    Assigning,
    Correcting,
    GuideLoad,
    MeetingCount,
    answer_by,
    suggested,
    why_not_assign,
    why_not_correct,
    why_not_note,
    working_day,
)
from lms.capstone.rules.states import RUNNING, after, last_step, state_words

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
S, A = ProjectState, Act
EXPECTED = {
    (S.INTEREST, A.PROPOSE): S.PROPOSED,
    (S.INTEREST, A.MERGE): S.DROPPED,
    (S.INTEREST, A.DROP): S.DROPPED,
    (S.PROPOSED, A.APPROVE): S.APPROVED,
    (S.PROPOSED, A.ASK): S.REVISE,
    (S.PROPOSED, A.REJECT): S.REJECTED,
    (S.PROPOSED, A.DROP): S.DROPPED,
    (S.REVISE, A.PROPOSE): S.PROPOSED,
    (S.REVISE, A.DROP): S.DROPPED,
    (S.APPROVED, A.BEGIN): S.IN_PROGRESS,
    (S.APPROVED, A.DROP): S.DROPPED,
    (S.IN_PROGRESS, A.REPORT): S.REPORTED,
    (S.IN_PROGRESS, A.DROP): S.DROPPED,
    (S.REPORTED, A.RELEASE): S.RELEASED,
    (S.REPORTED, A.DROP): S.DROPPED,
    (S.REJECTED, A.REASSIGN): S.INTEREST,
    (S.REJECTED, A.DROP): S.DROPPED,
}


@pytest.mark.parametrize(("state", "act"), list(product(ProjectState, Act)))
def test_every_state_and_every_act(state, act):
    assert after(state, act) is EXPECTED.get((state, act))


def test_nothing_leads_out_of_the_ends_and_every_state_has_words():
    assert {state for state in S if not any((state, act) in EXPECTED for act in A)} == {S.RELEASED, S.DROPPED}
    assert set(S) - {S.RELEASED, S.DROPPED} == RUNNING
    assert len({state_words(state) for state in S}) == len(S)


@given(st.lists(st.sampled_from([*Act, "back"]), max_size=20))
def test_going_back_undoes_exactly_the_last_step(acts):
    state, story, stack = S.INTEREST, [Step(A.START, None, S.INTEREST)], []
    for act in acts:
        if act == "back":
            step = last_step(story)
            assert (step.from_state if step else None) == (stack[-1] if stack else None)
            if step is not None and step.from_state is not None:
                story.append(Step(Told.BACK, state, step.from_state))
                state = stack.pop()
        elif (target := after(state, act)) is not None:
            story.append(Step(act, state, target))
            stack.append(state)
            state = target
        story.append(Step(Told.MEETING, state, state))
    assert (last_step(story) is None) is (not stack)


def standing(state: str, **more: object) -> Standing:
    return Standing(SubmissionState(state), **more)  # type: ignore[arg-type]


ORDER = [
    ("m0", S.INTEREST, {}, None),
    ("m0", S.APPROVED, {}, CapstoneRefusal.PROPOSAL_OVER),
    ("m1", S.INTEREST, {}, None),
    ("m1", S.INTEREST, {"m0": standing("submitted")}, None),
    ("m1", S.INTEREST, {"m0": standing("revise")}, CapstoneRefusal.NEEDS_INTEREST),
    ("m1", S.REVISE, {"m0": standing("accepted")}, None),
    ("m1", S.REJECTED, {}, CapstoneRefusal.COORDINATOR_DECIDES),
    ("m2", S.PROPOSED, {}, CapstoneRefusal.NEEDS_PROPOSAL),
    ("m2", S.APPROVED, {}, None),
    ("m3", S.APPROVED, {}, CapstoneRefusal.NEEDS_PLAN),
    ("m3", S.IN_PROGRESS, {}, None),
    ("m4", S.IN_PROGRESS, {"m3": standing("submitted")}, None),
    ("m6a", S.IN_PROGRESS, {}, CapstoneRefusal.NEEDS_DRAFT),
    ("m6a", S.IN_PROGRESS, {"m5": standing("revise")}, CapstoneRefusal.DRAFT_COMES_BACK),
    ("m6a", S.IN_PROGRESS, {"m5": standing("submitted", answer_by=NOW)}, CapstoneRefusal.DRAFT_WAITS),
    ("m6a", S.IN_PROGRESS, {"m5": standing("submitted", answer_by=NOW - dt.timedelta(1))}, None),
    ("m6a", S.IN_PROGRESS, {"m5": standing("accepted")}, None),
    ("m6b", S.IN_PROGRESS, {}, CapstoneRefusal.NEEDS_REPORT),
    ("m6b", S.REPORTED, {"m6a": standing("submitted")}, None),
    ("m3", S.DROPPED, {}, CapstoneRefusal.ENDED),
    ("m6b", S.RELEASED, {}, CapstoneRefusal.ENDED),
]


@pytest.mark.parametrize(("key", "state", "standings", "expected"), ORDER)
def test_the_order_of_milestones(key, state, standings, expected):
    assert rules.why_closed(key, state, standings, now=NOW) is expected


@pytest.mark.parametrize(
    ("latest", "hours", "expected"),
    [
        (None, 1, None),
        ("revise", 1, None),
        ("accepted", -1, CapstoneRefusal.ACCEPTED),
        ("submitted", -1, None),
        ("submitted", 0, CapstoneRefusal.WAITS),
    ],
)
def test_a_version_that_waits_is_replaced_until_its_deadline(latest, hours, expected):
    until = NOW - dt.timedelta(hours=hours)
    found = standing(latest) if latest else None
    assert rules.why_not_again(found, now=NOW, until=until) is expected


VERDICTS = {
    ("m0", 0): "accept revise",
    ("m0", 3): "accept revise",
    ("m1", 0): "accept revise",
    ("m1", 1): "accept reject",
    ("m2", 2): "accept revise",
    ("m5", 1): "accept revise",
    ("m6a", 0): "accept",
    ("m6b", 0): "accept",
}


@pytest.mark.parametrize(("key", "revised"), VERDICTS)
def test_what_may_be_answered(key, revised):
    allowed = {Verdict(word) for word in VERDICTS[key, revised].split()}
    assert {one for one in Verdict if rules.why_not_verdict(key, one, revised) is None} == allowed


def test_each_assigned_topic_begins_anew():
    back, fine = SubmissionState.REVISE, SubmissionState.ACCEPTED
    assert [
        rules.revisions_used(v, r) for v, r in [([], 0), ([back], 0), ([back, back], 1), ([back] * 3, 1)]
    ] == [0, 1, 0, 1]
    assert rules.revisions_used([back, fine], 0) == 1


@given(st.integers(1, 20_000_000), st.integers(0, 99))
def test_sources_of_marking_lead_back(submission, member):
    number = rules.source_id(submission, member)
    assert rules.of_source(number) == (submission, member)
    assert number < 2**31


def test_the_guide_is_first_marker_at_most():
    assert rules.first_marker(7, {1, 2}) == 7
    assert rules.first_marker(1, {1, 2}) is None
    assert rules.first_marker(None, {1}) is None
    assert [rules.may_mark(7, 7, position) for position in (1, 2, 3)] == [True, False, False]
    assert rules.may_mark(8, 7, 2)


# Promises and loads -------------------------------------------------------------------------------------------------


def test_working_days_leave_out_weekends_and_holidays():
    friday = dt.date(2026, 11, 20)
    assert working_day(friday, 5) == dt.date(2026, 11, 27)
    assert working_day(friday, 5, {dt.date(2026, 11, 25)}) == dt.date(2026, 11, 30)
    by = answer_by(dt.datetime(2026, 11, 20, 20, tzinfo=dt.UTC), 1, "Asia/Kolkata")
    assert by.astimezone(ZoneInfo("Asia/Kolkata")) == dt.datetime(
        2026, 11, 23, 23, 59, tzinfo=ZoneInfo("Asia/Kolkata")
    )


@given(st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 30))
def test_a_promise_never_falls_on_a_weekend_and_grows_with_its_days(day, days):
    found = working_day(day, days)
    assert found.weekday() < 5
    assert found < working_day(day, days + 1)


ASSIGN = [
    ({"load": 5}, None),
    ({"load": 6}, CapstoneRefusal.FULL),
    ({"load": 9, "may_override": True}, CapstoneRefusal.OVER_CAP_REASON),
    ({"load": 9, "may_override": True, "reason": "Only she knows the trade."}, None),
    ({"load": 0, "changes": True}, CapstoneRefusal.GUIDE_REASON),
    ({"load": 0, "changes": True, "reason": "On leave."}, None),
    ({"load": 0, "changes": True, "same": True, "reason": "x"}, CapstoneRefusal.SAME_GUIDE),
]


@pytest.mark.parametrize(("facts", "expected"), ASSIGN)
def test_who_may_become_guide(facts, expected):
    base = {"load": 0, "cap": 6, "changes": False, "same": False, "may_override": False, "reason": ""}
    assert why_not_assign(Assigning(**{**base, **facts})) is expected


def test_the_lowest_load_is_suggested_and_nobody_who_is_full():
    people = [GuideLoad(1, "Ann", 6), GuideLoad(2, "Bo", 2), GuideLoad(3, "Cy", 2, here=True)]
    assert suggested(people, 6) == 3
    assert suggested(people[:1], 6) is None


def test_so_many_missed_meetings_alarm_as_the_policy_says():
    assert [MeetingCount(5, missed).alarming(2) for missed in (0, 1, 2, 3)] == [False, False, True, True]
    assert not MeetingCount(5, 2).alarming(3)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"own": False}, CapstoneRefusal.NOT_AUTHOR),
        ({"own": False, "steers": True}, None),
        ({"now": NOW + dt.timedelta(days=7)}, None),
        ({"now": NOW + dt.timedelta(days=7, seconds=1)}, CapstoneRefusal.CORRECTION_OVER),
        ({"now": NOW + dt.timedelta(days=70), "steers": True}, None),
        ({"reason": ""}, CapstoneRefusal.CORRECTION_REASON),
        ({"changed": False}, CapstoneRefusal.NOTHING_CORRECTED),
    ],
)
def test_who_corrects_a_note_until_when(facts, reason):
    fine = {
        "own": True, "steers": False, "noted_at": NOW, "now": NOW, "days": 7, "reason": "45, not 54.", "changed": True,
    }  # fmt: skip
    assert why_not_correct(Correcting(**{**fine, **facts})) is reason


NOTES = [
    ({}, None),
    ({"held_at": NOW + dt.timedelta(minutes=1)}, CapstoneRefusal.IN_FUTURE),
    ({"held_at": NOW - dt.timedelta(days=40)}, CapstoneRefusal.BEFORE_PROJECT),
    ({"minutes": 0}, CapstoneRefusal.BAD_MINUTES),
    ({"minutes": 900}, CapstoneRefusal.BAD_MINUTES),
    ({"present": []}, CapstoneRefusal.NOBODY_THERE),
    ({"decisions": ""}, CapstoneRefusal.NO_DECISIONS),
    ({"held": False, "present": [], "decisions": "", "minutes": 0}, None),
]


@pytest.mark.parametrize(("changed", "expected"), NOTES)
def test_what_a_meeting_note_needs(changed, expected):
    facts = {
        "held_at": NOW,
        "now": NOW,
        "created_at": NOW - dt.timedelta(days=30),
        "minutes": 45,
        "held": True,
        "present": [1],
        "decisions": "Go on.",
    }
    assert why_not_note(**{**facts, **changed}) is expected


# Drafts -------------------------------------------------------------------------------------------------------------

SPEC = {
    "head": {"accepts": ["text", "files"], "file_types": ["pdf"], "max_files": 2, "deliverable": "The work"},
    "fields": [
        {"id": "owner", "label": "Owner", "kind": "text", "required": True},
        {"id": "letter", "label": "Letter", "kind": "file", "required": True},
        {"id": "reflection", "label": "Reflection", "kind": "lines", "required": True, "max_words": 10},
    ],
    "parts": [{"id": "report", "by": "team"}, {"id": "reflection", "by": "individual"}],
}


def test_own_answers_are_parted_from_shared_ones():
    shared, mine = read_sent(SPEC, {"owner": ["Dewi"], "reflection": ["I"], "letter": ["x"], "other": ["y"]})
    assert (shared, mine) == ({"owner": ["Dewi"]}, {"reflection": ["I"]})
    assert rules.own_fields(SPEC) == {"reflection"}


def test_a_draft_is_judged_with_ones_own_part_only():
    file = {"id": 1, "public_id": "p", "name": "l.pdf", "size": 1, "sha256": "h", "field": "letter"}
    draft = Draft("Text", {"owner": ["Dewi"]}, {"reflection": {"1": ["Mine."]}}, (file,))
    assert judge(SPEC, draft, 1).problems == {}
    assert judge(SPEC, draft, 1).answers == {"owner": "Dewi", "letter": ["p"]}
    assert set(judge(SPEC, draft, 2).problems) == {"reflection"}
    assert set(judge(SPEC, Draft(), 1).problems) == {"owner", "letter", "reflection", "text"}


def test_where_only_text_is_accepted_the_form_is_the_text():
    form = {"head": {"accepts": ["text"]}, "fields": SPEC["fields"][:1]}
    assert not asks_text(form)
    assert asks_text(SPEC)
    assert [name for name, _label in slots(SPEC)] == ["", "letter"]
    assert [name for name, _label in slots({**SPEC, "head": {**SPEC["head"], "max_files": 1}})] == ["letter"]


@given(st.text(), st.text(), st.dictionaries(st.text(), st.text()))
def test_a_receipt_tells_any_two_contents_apart(one, other, answers):
    same = digest(one, answers, {}, []) == digest(other, answers, {}, [])
    assert same is (one == other)
    assert digest(one, answers, {}, ["a"]) != digest(one, answers, {}, [])
