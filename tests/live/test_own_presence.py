"""The code of the class, absences announced beforehand, what they cost, making up: rules, ledger and pages."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import queries
from lms.live.actions import Held, presence
from lms.live.actions import makeups as make_ups
from lms.live.actions.makeups import Written
from lms.live.queries import makeups as beside
from lms.live.rules import Count, Verdict, codes, costs, makeups
from lms.live.rules.codes import CodeRefusal, Window
from lms.live.rules.makeups import Allowance, MakeUpRefusal, MakeUpState
from lms.people.rules import Role
from tests.factories import live, world
from tests.support.statements import statements

PRESENT, HALF, ABSENT = Verdict.PRESENT, Verdict.HALF, Verdict.ABSENT
AT = dt.datetime(2026, 8, 15, 13, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
WINDOW = Window("secret", AT, AT + 10 * MINUTE)


# The code, as a rule


@given(st.integers(0, 599), st.integers(0, 300))
def test_a_code_is_good_while_it_is_shown_and_the_next_one_is(shown, later):
    typed = codes.code_at(WINDOW, AT + dt.timedelta(seconds=shown))
    turns = (shown + later) // 60 - shown // 60
    good = codes.right(WINDOW, typed, AT + dt.timedelta(seconds=shown + later))
    assert good or turns > 1


def test_codes_change_every_minute_and_are_taken_a_minute_after_the_last():
    seen = {codes.code_at(WINDOW, AT + each * MINUTE) for each in range(10)}
    assert len(seen) == 10
    assert all(len(one) == codes.LENGTH for one in seen)
    assert codes.taken_until(WINDOW) == AT + 11 * MINUTE
    ended = Window("secret", AT, AT + 10 * MINUTE, AT + 3 * MINUTE)
    assert codes.taken_until(ended) == AT + 3 * MINUTE
    assert not codes.right(WINDOW, "", AT)


def test_five_wrong_codes_are_heard_and_then_nobody_for_ten_minutes():
    wrong = [AT + each * MINUTE for each in range(5)]
    assert codes.free_again(wrong[:4], AT + 5 * MINUTE) is None
    assert codes.free_again(wrong, AT + 5 * MINUTE) == AT + 10 * MINUTE
    assert codes.free_again(wrong, AT + 10 * MINUTE) is None


# What an absence costs, as a rule


@given(st.integers(0, 8), st.integers(0, 4), st.integers(0, 5), st.sampled_from([0.6, 0.75, 0.9]))
def test_how_many_can_be_missed_equals_trying_all_of_them(sessions, gone, ahead, needed):
    halves = max(0, 2 * sessions - gone)
    rule = Fraction(str(needed))
    reached = [
        sum(missed)
        for missed in product((0, 1), repeat=ahead)
        if not sessions + ahead
        or Fraction(halves + 2 * (ahead - sum(missed)), 2 * (sessions + ahead)) >= rule
    ]
    assert costs.can_miss(Count(halves, sessions), ahead, rule) == max(reached, default=-1)


def test_what_missing_it_costs_is_exact_and_not_rounded():
    cost = costs.cost(Count(2 * 50, 66), 1, 0.75)
    assert cost.missed.share == Fraction(50, 67)
    assert float(cost.missed.share) < 0.75
    assert (cost.breaks, cost.out_of_reach, cost.can_miss) == (True, True, 0)
    assert costs.cost(Count(), 30, 0.75).can_miss == 7


# Make-ups: rules


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, None),
        ({"verdict": HALF}, None),
        ({"counts": False}, MakeUpRefusal.NOT_COUNTED),
        ({"cancelled": True}, MakeUpRefusal.CANCELLED),
        ({"ended": False}, MakeUpRefusal.NOT_OVER),
        ({"closed": False}, MakeUpRefusal.OPEN),
        ({"verdict": PRESENT}, MakeUpRefusal.THERE),
        ({"verdict": Verdict.EXCUSED}, MakeUpRefusal.THERE),
        ({"verdict": None}, MakeUpRefusal.THERE),
        ({"now": AT + MINUTE}, MakeUpRefusal.LATE),
        ({"allowance": Allowance(2, 1, 1)}, MakeUpRefusal.ALL_USED),
        ({"allowance": Allowance(2, 1, 1), "own": MakeUpState.REVISE}, None),
        ({"own": MakeUpState.WAITS}, MakeUpRefusal.WAITS),
        ({"own": MakeUpState.ACCEPTED}, MakeUpRefusal.ACCEPTED),
        ({"own": MakeUpState.REVISE, "now": AT + MINUTE}, MakeUpRefusal.LATE),
    ],
)
def test_who_is_offered_a_make_up(changed, why):
    usual = {
        "counts": True,
        "cancelled": False,
        "ended": True,
        "closed": True,
        "verdict": ABSENT,
        "own": None,
        "allowance": Allowance(2, 1, 0),
        "deadline": AT,
        "now": AT,
    }
    assert makeups.why_not_offered(**{**usual, **changed}) is why


def test_the_last_day_ends_in_the_cohorts_zone():
    assert makeups.until(AT, 14, "Asia/Kolkata", None) == dt.datetime(2026, 8, 29, 18, 29, tzinfo=dt.UTC)
    assert makeups.until(AT, 14, "Asia/Kolkata", dt.date(2026, 9, 1)) == dt.datetime(
        2026, 9, 1, 18, 29, tzinfo=dt.UTC
    )


# Against the database


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao")


@pytest.fixture
def assistant(cohort):
    return world.granted(Role.ASSISTANT, cohort, "Ravi Assistant")


def path(cohort, key, more=""):
    return f"/cohorts/{cohort.slug}/sessions/{key}{more}"


def enter(cohort, person, typed) -> str:
    with unit_of_work() as work:
        return presence.enter_code(
            live.session(cohort, "s20").id,
            live.place_of(cohort, person),
            typed,
            actor=world.actor(person),
            now=work.now,
        )


@pytest.mark.db
def test_a_code_counts_once_by_the_servers_clock_and_is_weaker_than_minutes(cohort, asha, assistant):
    line, place = live.session(cohort, "s20"), live.place_of(cohort, asha)
    by = world.actor(assistant)
    with (
        clock.at(line.starts_at - dt.timedelta(hours=1)),
        pytest.raises(RuleViolation) as refused,
        unit_of_work() as w,
    ):
        presence.show_code(line.id, 10, actor=by, now=w.now)
    assert refused.value.reason is CodeRefusal.NOT_LIVE
    at = live.during(cohort, "s20", 30)
    with clock.at(at):
        assert enter(cohort, asha, "123456") == CodeRefusal.NONE.value
        with unit_of_work() as work:
            presence.show_code(line.id, 10, actor=by, now=work.now)
        good = codes.code_at(beside.window(line.id), at)
        wrong = "000000" if good != "000000" else "111111"
        for _ in range(4):
            assert enter(cohort, asha, wrong) == CodeRefusal.WRONG.value
        assert enter(cohort, asha, f"{good[:3]} {good[3:]}") == ""
        assert enter(cohort, asha, good) == CodeRefusal.USED.value
    assert live.verdict(cohort, "s20", place) is PRESENT
    assert beside.codes_taken(line.id) == 1
    live.recorded(cohort, "s20", live.list_of(cohort, "s20", [("x", asha.email, 0, 100)]))
    assert live.verdict(cohort, "s20", place) is HALF


@pytest.mark.db
def test_too_many_wrong_codes_are_not_heard_even_when_right(cohort, asha, assistant):
    line = live.session(cohort, "s20")
    with clock.at(live.during(cohort, "s20", 30)):
        with unit_of_work() as work:
            presence.show_code(line.id, 20, actor=world.actor(assistant), now=work.now)
        for _ in range(5):
            enter(cohort, asha, "no")
        good = codes.code_at(beside.window(line.id), clock.now())
        assert "Too many wrong codes" in enter(cohort, asha, good)
    with clock.at(live.during(cohort, "s20", 41)):
        good = codes.code_at(beside.window(line.id), clock.now())
        assert enter(cohort, asha, good) == ""


@pytest.mark.db
def test_a_make_up_gives_credit_when_accepted_and_two_of_a_course_are_the_most(cohort, asha, assistant):
    place, by = live.place_of(cohort, asha), world.actor(assistant)
    live.held(cohort, [Held(key=key, ticks={place: ABSENT}) for key in ("s1", "s2", "s3")])
    for key in ("s1", "s2", "s3"):
        live.asks_for_a_summary(cohort, key)
    first = live.made_up(cohort, "s1", asha)
    assert live.verdict(cohort, "s1", place) is ABSENT
    with pytest.raises(RuleViolation) as refused:
        live.judged(first, by, accept=False)
    assert refused.value.reason is MakeUpRefusal.NO_REASON
    live.judged(first, by, accept=False, reason="Say what you take from it.")
    live.made_up(cohort, "s2", asha)
    with pytest.raises(RuleViolation) as refused:
        live.made_up(cohort, "s3", asha)
    assert "2 of 2 sessions" in refused.value.message
    live.made_up(cohort, "s1", asha, text=live.SUMMARY + " And what I take from it.")
    live.judged(first, by)
    assert live.verdict(cohort, "s1", place) is PRESENT
    assert queries.attendance(place).total == Count(2, 3)
    with unit_of_work() as work:
        own = beside.own_make_up(live.session(cohort, "s1").id, place)
        make_ups.take_make_up_back(own.id, "It was somebody else's text.", actor=by, now=work.now)
    assert live.verdict(cohort, "s1", place) is ABSENT
    assert [one.step.value for one in beside.steps(own.id)] == [
        "handed in",
        "sent back",
        "handed in",
        "accepted",
        "taken back",
    ]


@pytest.mark.db
def test_what_a_make_up_lacks_is_said_and_another_windows_text_is_not_overwritten(cohort, asha):
    place = live.place_of(cohort, asha)
    live.held(cohort, [Held(key="s1", ticks={place: ABSENT})])
    live.asks_for_a_summary(cohort, "s1")
    line = live.session(cohort, "s1")

    def send(text, *, watched=True, version=0):
        with unit_of_work() as work:
            written = Written(text=text, watched=watched, version=version)
            make_ups.hand_in(line.id, place, written, actor=world.actor(asha), now=work.now)

    for text, watched, why in (
        ("Short.", True, "at least 150 words"),
        (live.SUMMARY, False, "watched the whole"),
    ):
        with pytest.raises(RuleViolation) as refused:
            send(text, watched=watched)
        assert why in refused.value.message
    with unit_of_work() as work:
        make_ups.save_make_up(line.id, place, Written(text="Mine.", watched=False, version=0), now=work.now)
    with pytest.raises(RuleViolation) as refused:
        send(live.SUMMARY, version=0)
    assert refused.value.reason is MakeUpRefusal.CHANGED
    assert beside.own_make_up(line.id, place).text == "Mine."


# Pages


def test_a_learner_enters_the_code_on_the_page_of_the_session(visit, cohort, asha, assistant):
    with clock.at(live.during(cohort, "s20", 20)):
        desk, visitor = visit(assistant), visit(asha)
        page = desk.submit(desk.get(path(cohort, "s20", "/code")), "form.form")
        shown = page.text(".class-code-digits").replace(" ", "")
        mine = visitor.get(path(cohort, "s20"))
        mine = visitor.submit(mine, "form[action$='/enter-code']", {"code": shown})
        assert "Your code is taken: you are noted as present." in " ".join(mine.messages)
        assert not mine.has("form[action$='/enter-code']")
        assert "1 learner entered one so far" in desk.get(path(cohort, "s20", "/code")).text()
    visitor.refused(path(cohort, "s20", "/code"), status=403)


def test_before_a_session_one_reads_what_missing_it_costs_and_says_so(visit, cohort, asha, assistant):
    place = live.place_of(cohort, asha)
    live.held(cohort, [Held(key="s1", ticks={place: PRESENT}), Held(key="s2", ticks={place: HALF})])
    visitor = visit(asha)
    page = visitor.get(visitor.get(path(cohort, "s20")).link("What missing it costs, and saying so"))
    row = page.rows()[0]
    assert row[:4] == ["The programme", "1.5 of 2, 75.0 %", "2.5 of 3, 83.3 %", "1.5 of 3, 50.0 %"]
    assert "2 of 2 make-ups are left" in page.text()
    page = visitor.submit(page, "form.form", {"reason": "A board week."})
    assert "Your host sees on the roster" in " ".join(page.messages)
    roster = visit(assistant).get(path(cohort, "s20", "/roster"))
    assert "said that they will not come: A board week." in roster.text()
    page = visitor.submit(page, "form[action$='/take-back']")
    assert "Taken back" in " ".join(page.messages)
    assert "will not come" not in visit(assistant).get(path(cohort, "s20", "/roster")).text()


def test_a_missed_session_is_made_up_and_both_sides_read_what_became_of_it(visit, cohort, asha, assistant):
    place = live.place_of(cohort, asha)
    live.held(cohort, [Held(key="s1", ticks={place: ABSENT})])
    live.asks_for_a_summary(cohort, "s1")
    visitor, desk = visit(asha), visit(assistant)
    page = visitor.get(visitor.get(path(cohort, "s1")).link("Making it up"))
    refused = visitor.submit(page, "form.form", {"text": "Too short."}, press="hand-in", status=422)
    assert "Write at least 150 words; these are 2." in " ".join(refused.messages)
    assert refused.one("[name=text]").get_text().strip() == "Too short."
    sent = {"text": live.SUMMARY, "watched": True}
    page = visitor.submit(page, "form.form", sent, press="hand-in")
    assert "it waits to be judged" in page.text().lower() or "waits" in page.text()
    board = desk.get(f"/cohorts/{cohort.slug}/make-ups")
    page = desk.get(board.link("Asha Rao"))
    desk.submit(page, "form.form", {"reason": "Well seen."}, press="accept")
    mine = visitor.get(path(cohort, "s1", "/my-attendance"))
    assert "Made up: present" in mine.text()
    assert "A make-up that was accepted decides" in mine.text()
    assert "1 of 1, 100 %" in mine.text("[aria-labelledby=sums-title]") or "1 of 1" in mine.text()


def test_ones_evidence_is_shown_whole_with_bounds_and_sums(visit, cohort, asha):
    place = live.place_of(cohort, asha)
    rows = [("x", asha.email, -10, 60), ("x", asha.email, 50, 100), ("x", asha.email, 110, 200)]
    live.recorded(cohort, "s1", live.list_of(cohort, "s1", rows))
    page = visit(asha).get(path(cohort, "s1", "/my-attendance"))
    assert len(page.soup.select(".presence-there")) == 2
    assert "1 h 40 min" in page.text("[aria-labelledby=minutes-title]")
    assert "2 h 15 min" in page.text("[aria-labelledby=rule-title]")
    assert live.verdict(cohort, "s1", place) is PRESENT
    other = world.learner(cohort, "Other")
    assert "In the meeting" not in visit(other).get(path(cohort, "s1", "/my-attendance")).text()


def test_learners_pages_stay_within_ten_statements_and_the_list_within_fourteen(
    visit, cohort, asha, assistant
):
    place = live.place_of(cohort, asha)
    live.held(cohort, [Held(key="s1", ticks={place: ABSENT})])
    live.asks_for_a_summary(cohort, "s1")
    live.made_up(cohort, "s1", asha)
    sent = {}
    for who, address in (
        (asha, path(cohort, "s20", "/absence")),
        (asha, path(cohort, "s1", "/my-attendance")),
        (asha, path(cohort, "s1", "/make-up-task")),
        (asha, path(cohort, "s1")),
        (assistant, f"/cohorts/{cohort.slug}/make-ups"),
    ):
        visitor = visit(who)
        visitor.get(address)
        with statements() as seen:
            visitor.get(address)
        sent[address.rpartition("/")[2]] = len(seen)
    assert {name: count for name, count in sent.items() if count > (14 if name == "make-ups" else 10)} == {}
