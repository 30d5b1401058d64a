"""The staff's pages: the plan, one date, a change from preview to release, undoing it."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.core import clock
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.scheduling import actions, queries
from lms.scheduling.rules import Act
from tests.factories import scheduling, world
from tests.scheduling.pages import local, url
from tests.support.statements import statements

DAY = dt.timedelta(days=1)


# Who gets in --------------------------------------------------------------------------------------------------------


def test_who_may_open_what(cohort, visit, coordinator):
    learner, stranger = world.learner(cohort), world.person()
    teacher = world.granted(Role.FACULTY, cohort)
    change = url(cohort, "plan/s14/change?act=cancel")
    for who, plan, act in (
        (learner, 403, 403),
        (stranger, 404, 404),
        (teacher, 200, 403),
        (coordinator, 200, 200),
    ):
        visitor = visit(who)
        for rest in ("plan", "plan/s14", "releases"):
            (visitor.get if plan == 200 else visitor.refused)(url(cohort, rest), status=plan)
        (visitor.get if act == 200 else visitor.refused)(change, status=act)
        visitor.refused("/cohorts/new", status=403)
    visit(coordinator).refused(url(cohort, "plan/s99"), status=404)
    visit(coordinator).refused(url(cohort, "plan/s14/change?act=nonsense"), status=404)
    visit(coordinator).refused(url(cohort, "releases/undo"), status=404)


# The plan -----------------------------------------------------------------------------------------------------------


def test_the_plan_shows_every_date_by_week_and_can_be_narrowed(cohort, visit, coordinator):
    visitor = visit(coordinator)
    page = visitor.get(url(cohort, "plan"))
    assert len(page.soup.select("[id^=date-]")) == len(queries.items(cohort.id))
    assert len(page.soup.select(".plan-week")) >= 52
    assert page.link("Go to week 10") == "#week-10"
    quizzes = visitor.get(url(cohort, "plan?kind=quiz"))
    assert {tag["id"] for tag in quizzes.soup.select("[id^=date-]")} == {
        f"date-q{number}" for number in range(1, 12)
    }
    module = visitor.get(url(cohort, "plan?module=a1-strategy-and-vision&kind=quiz"))
    assert [tag["id"] for tag in module.soup.select("[id^=date-]")] == ["date-q1"]
    assert "Nothing matches" in visitor.get(url(cohort, "plan?module=a0-orientation&kind=milestone")).text()
    assert visitor.get(url(cohort, "plan?kind=nonsense&module=nonsense")).status == 200


def test_an_item_says_what_it_hangs_on_and_what_hangs_on_it(cohort, visit, coordinator):
    visitor = visit(coordinator)
    page = visitor.get(url(cohort, "plan/a-3"))
    assert "the Sunday after session S15, 23:59" in page.text()
    assert "S15" in page.text(".facts")
    assert "Nothing: other dates stay" in page.text()
    lecture = visitor.get(url(cohort, "plan/s15"))
    assert {"A-3", "Q4"} <= {title.split()[0] for title in lecture.texts(".rows .row-title")}
    assert visitor.get(url(cohort, "plan/th4.first-post")).status == 200


@pytest.mark.slow
def test_staff_pages_cost_a_fixed_number_of_statements(cohort, visit, coordinator):
    visitor = visit(coordinator)
    pages = ("plan", "plan/s14", "releases", "plan/s14/change?act=cancel", "releases/undo?number=2")
    scheduling.publish(cohort, "s13", Act.MOVE, by=DAY)

    def costs():
        found = {}
        for rest in pages:
            visitor.get(url(cohort, rest))
            with statements() as seen:
                visitor.get(url(cohort, rest))
            found[rest] = len(seen)
        return found

    few = costs()
    for _ in range(8):
        world.learner(cohort)
        world.granted(Role.FACULTY, cohort)
    assert costs() == few
    assert max(few.values()) <= 14, few


# A change -----------------------------------------------------------------------------------------------------------


def moved(line, by):
    at = local(line.starts_at + by)
    return {"starts_on": f"{at:%Y-%m-%d}", "starts_time": f"{at:%H:%M}"}


def test_from_the_item_over_the_preview_to_a_release_that_a_learner_sees(cohort, visit, coordinator):
    learner, visitor = world.learner(cohort), visit(coordinator)
    line = queries.item(cohort.id, "s14")
    page = visitor.get(url(cohort, "plan/s14"))
    preview = visitor.submit(page, "aside form.form", moved(line, 7 * DAY))
    assert "Nothing is changed yet" in preview.text()
    assert queries.item(cohort.id, "s14") == line
    titles = preview.texts(".change-what .scan")
    assert titles[0].startswith("S14")
    assert any("PS-M2" in title for title in titles)
    done = visitor.submit(preview, "#publish", {"note": "A strike."})
    assert "Release 2 is published. Those affected are told." in done.text(".notices")
    assert "A strike." in done.text()
    assert queries.item(cohort.id, "s14").starts_at == line.starts_at + 7 * DAY
    seen = visit(learner).get(url(cohort, "schedule?show=all"))
    assert "moved from" in seen.text("#date-s14")
    releases = visitor.get(url(cohort, "releases"))
    assert "announced" in releases.text("#release-2")
    back = visitor.submit(
        visitor.get(releases.link("Undo release 2")),
        "#publish",
        {"note": "The strike is off.", "announced": False},
    )
    assert "Release 3 is published. Nobody was told." in back.text(".notices")
    assert queries.item(cohort.id, "s14").starts_at == line.starts_at
    assert "moved from" not in visit(learner).get(url(cohort, "schedule?show=all")).text("#date-s14")


def test_a_held_item_asks_for_consent_and_can_be_kept(cohort, visit, coordinator):
    visitor = visit(coordinator)
    quiz = queries.item(cohort.id, "q4")
    with unit_of_work() as work:
        actions.hold(quiz.id, "3 learners have begun it", now=work.now)
    line = queries.item(cohort.id, "s15")
    preview = visitor.submit(visitor.get(url(cohort, "plan/s15")), "aside form.form", moved(line, DAY))
    assert "3 learners have begun it. Change it all the same." in preview.text()
    refused = visitor.submit(preview, "#publish", {"note": "A strike."})
    assert "Nothing was published: 1 of the dates" in refused.text("[role=alert]")
    assert refused.one("textarea").get_text().strip() == "A strike."
    kept = visitor.submit(refused, "#again", {"keep": "q4"})
    assert "kept where it is" in kept.text()
    visitor.submit(kept, "#publish", {"note": "The quiz stays."})
    assert queries.item(cohort.id, "q4").ends_at == quiz.ends_at
    assert queries.item(cohort.id, "q4").pinned
    preview = visitor.submit(visitor.get(url(cohort, "plan/q4")), "aside form.form", moved(quiz, DAY))
    assert preview.has("#publish [name=consent]")
    agreed = visitor.submit(preview, "#publish", {"note": "All agreed.", "consent": ["q4"]})
    assert "Release 3 is published" in agreed.text(".notices")


def test_the_second_coordinator_is_told_and_looks_again(cohort, visit, coordinator):
    visitor = visit(coordinator)
    preview = visitor.get(url(cohort, "plan/s15/change?act=cancel"))
    scheduling.publish(cohort, "s16", Act.CANCEL)
    told = visitor.submit(preview, "#publish", {"note": "Ill."})
    assert "published release 2 in the meantime" in told.text("[role=alert]")
    assert not queries.item(cohort.id, "s15").cancelled
    assert "Publish release 3" in told.text("#publish")
    visitor.submit(told, "#publish")
    assert queries.item(cohort.id, "s15").cancelled


def test_pressing_twice_publishes_once(cohort, visit, coordinator):
    visitor = visit(coordinator)
    preview = visitor.get(url(cohort, "plan/s15/change?act=cancel"))
    visitor.submit(preview, "#publish", {"note": "Ill."})
    visitor.submit(preview, "#publish", {"note": "Ill."})
    assert queries.schedule(cohort.id).release_number == 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"starts_on": "", "starts_time": ""}, "Give a day and a time."),
        ({"starts_on": "nonsense", "starts_time": "18:30"}, "Not a valid date value."),
        ({"starts_on": "2026-11-30", "starts_time": "25:99"}, "Not a valid time value."),
    ],
)
def test_dates_that_are_none_are_refused_with_what_was_typed(cohort, visit, coordinator, fields, says):
    visitor = visit(coordinator)
    page = visitor.submit(visitor.get(url(cohort, "plan/s14")), "aside form.form", fields)
    assert says in page.text("[role=alert]")
    assert not page.has("#publish")


def test_a_time_that_the_clocks_jump_over_is_refused(session, visit):
    cohort = world.cohort(weeks_in=1, zone="Europe/London")
    coordinator = world.granted(Role.COORDINATOR, cohort)
    spring = next(
        day
        for day in (clock.now().date() + step * DAY for step in range(400))
        if day.month == 3 and day.weekday() == 6 and day.day > 24
    )
    page = visit(coordinator).get(
        url(cohort, f"plan/s30/change?act=move&starts_on={spring}&starts_time=01:30")
    )
    assert "01:30 does not exist on that day in Europe/London" in page.text("[role=alert]")


def test_a_window_cannot_end_before_it_starts(cohort, visit, coordinator):
    visitor = visit(coordinator)
    line = queries.item(cohort.id, "q6")
    ends = local(line.starts_at - DAY)
    page = visitor.submit(
        visitor.get(url(cohort, "plan/q6")),
        "aside form.form",
        {"ends_on": f"{ends:%Y-%m-%d}", "ends_time": f"{ends:%H:%M}"},
    )
    assert "It would start after it ends." in page.text("[role=alert]")


def test_a_move_into_the_past_is_shown_as_such_and_not_published(cohort, visit, coordinator):
    visitor = visit(coordinator)
    line = queries.item(cohort.id, "s14")
    preview = visitor.submit(visitor.get(url(cohort, "plan/s14")), "aside form.form", moved(line, -60 * DAY))
    assert "It would lie in the past" in preview.text(".changes")
    refused = visitor.submit(preview, "#publish", {"note": "Earlier."})
    assert "Nothing was published" in refused.text("[role=alert]")
    assert queries.item(cohort.id, "s14") == line


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"note": ""}, "Say why, in a sentence."),
        ({"note": "x" * 501}, "at most 500"),
        ({"note": "Ill.", "version": "nonsense"}, "in the meantime"),
        ({"note": "Ill.", "version": "9" * 40}, "in the meantime"),
        ({"note": "Ill.", "version": "-1"}, "in the meantime"),
    ],
)
def test_bad_input_to_publishing(cohort, visit, coordinator, fields, says):
    visitor = visit(coordinator)
    preview = visitor.get(url(cohort, "plan/s15/change?act=cancel"))
    page = visitor.submit(preview, "#publish", fields)
    assert says in page.text("[role=alert]")
    assert queries.schedule(cohort.id).release_number == 1


def test_foreign_keys_in_the_address_do_nothing(cohort, visit, coordinator):
    visitor = visit(coordinator)
    page = visitor.get(url(cohort, "plan/s15/change?act=pin&keep=nonsense&keep=s15"))
    assert "pinned where it is" in page.text(".changes")


def test_after_signing_out_nothing_is_published(cohort, visit, coordinator):
    visitor = visit(coordinator)
    preview = visitor.get(url(cohort, "plan/s15/change?act=cancel"))
    visitor.client.delete_cookie("cadre")
    response = visitor.open("POST", url(cohort, "plan/s15/change?act=cancel"), data={"note": "Ill."})
    assert response.status_code in (303, 400)
    assert preview.status == 200
    assert queries.schedule(cohort.id).release_number == 1


def test_an_older_release_is_not_undone(cohort, visit, coordinator):
    scheduling.publish(cohort, "s14", Act.CANCEL)
    visitor = visit(coordinator)
    undo = visitor.get(url(cohort, "releases/undo?number=2"))
    scheduling.publish(cohort, "s15", Act.CANCEL)
    told = visitor.submit(undo, "#publish", {"note": "Oh."})
    assert "Release 3 was published since" in told.text()
    assert queries.item(cohort.id, "s14").cancelled
    for bad in ("1", "99", "nonsense&number=1"):
        visitor.open("GET", url(cohort, f"releases/undo?number={bad}"))
