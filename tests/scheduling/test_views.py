"""The schedule's pages: what members see, the staff's plan, a change from preview to release, a new cohort."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from lms.cohorts import queries as cohort_queries
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.scheduling import actions, queries
from lms.scheduling.actions import PersonalDate
from lms.scheduling.models import OverrideScope
from lms.scheduling.rules import Act
from tests.factories import scheduling, world
from tests.support.statements import statements

DAY = dt.timedelta(days=1)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=10)


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


def url(cohort, rest):
    return f"/cohorts/{cohort.slug}/{rest}"


def local(at, zone="Asia/Kolkata"):
    return at.astimezone(ZoneInfo(zone))


# What members see ---------------------------------------------------------------------------------------------------


def test_a_learner_sees_dates_in_their_own_zone(cohort, visit):
    learner = world.learner(cohort, zone="Asia/Dubai")
    page = visit(learner).get(url(cohort, "schedule"))
    session = queries.item(cohort.id, "s11")
    assert f"{local(session.starts_at, 'Asia/Dubai'):%H:%M}" in page.text("#date-s11 .row-end")
    assert "week 10 of 52" in page.text()
    assert page.has(".pill.live"), "the present week is marked"


def test_an_own_date_and_a_moved_and_a_cancelled_one_are_said_so(cohort, visit):
    learner, other = world.learner(cohort), world.learner(cohort)
    with unit_of_work() as work:
        actions.set_personal_date(
            PersonalDate(
                cohort_id=cohort.id,
                item_key="q3",
                scope=OverrideScope.PERSON,
                scope_id=learner.id,
                ends_at=queries.item(cohort.id, "q3").ends_at + 2 * DAY,
                reason="Ill",
            ),
            actor=world.director(),
            now=work.now,
        )
    scheduling.publish(cohort, "s12", Act.MOVE, by=DAY)
    scheduling.publish(cohort, "mc3", Act.CANCEL)
    page = visit(learner).get(url(cohort, "schedule?show=all"))
    assert "your own date" in page.text("#date-q3")
    assert "moved from" in page.text("#date-s12")
    assert "cancelled" in page.text("#date-mc3")
    assert "pinned" not in page.text("#date-s12"), "how the staff did it is not for learners"
    theirs = visit(other).get(url(cohort, "schedule?show=all"))
    assert "your own date" not in theirs.text()


def test_events_for_staff_never_reach_a_learners_page(cohort, visit, coordinator):
    hidden = next(line.key for line in queries.items(cohort.id) if line.staff_only)
    learner = visit(world.learner(cohort))
    for view in ("schedule?show=all", "schedule?view=year", "schedule?show=past"):
        assert not learner.get(url(cohort, view)).has(f"#date-{hidden}")
    assert visit(coordinator).get(url(cohort, "schedule?show=all")).has(f"#date-{hidden}")


@pytest.mark.parametrize(
    "rest",
    [
        "schedule?view=month",
        "schedule?month=2027-02",
        "schedule?month=1999-01",
        "schedule?month=nonsense",
        "schedule?month=2027-13",
        "schedule?view=year",
        "schedule?view=nonsense&show=nonsense",
        "schedule?show=past",
    ],
)
def test_every_form_of_the_schedule_is_a_sound_page(cohort, visit, rest):
    assert visit(world.learner(cohort)).get(url(cohort, rest)).title == "Schedule"


def test_a_month_leads_to_its_neighbours_and_lists_its_days(cohort, visit):
    session = local(queries.item(cohort.id, "s14").starts_at)
    page = visit(world.learner(cohort)).get(url(cohort, f"schedule?month={session:%Y-%m}"))
    assert f"{session:%B %Y}" in page.text("h2")
    assert "S14" in page.text(f"#day-{session:%Y-%m-%d}")
    after = (session.replace(day=1) + 32 * DAY).replace(day=1)
    assert page.link("Month after").endswith(f"month={after:%Y-%m}")


def test_the_day_sheet(cohort, visit):
    session = local(queries.item(cohort.id, "s14").starts_at)
    learner = visit(world.learner(cohort))
    page = learner.get(url(cohort, f"schedule/days/{session:%Y-%m-%d}"))
    assert "S14" in page.text()
    assert (
        "Nothing is on this day"
        in learner.get(url(cohort, f"schedule/days/{session + 2 * DAY:%Y-%m-%d}")).text()
    )
    for bad in ("2001-01-01", "nonsense", "2026-13-01"):
        learner.refused(url(cohort, f"schedule/days/{bad}"), status=404)


def test_before_the_start_and_after_the_end(session, visit):
    early, late = world.cohort(weeks_in=-3), world.cohort(weeks_in=60)
    assert "starts" in visit(world.learner(early)).get(url(early, "schedule")).text(".page-head")
    page = visit(world.learner(late)).get(url(late, "schedule"))
    assert "the year is over" in page.text(".page-head")
    assert "Nothing is ahead" in page.text()
    assert page.link("What has been")


def test_the_schedule_costs_the_same_for_5_and_for_60_learners(cohort, visit):
    visitor = visit(world.learner(cohort))

    def cost(rest):
        visitor.get(url(cohort, rest))
        with statements() as seen:
            visitor.get(url(cohort, rest))
        return seen

    few = {rest: len(cost(rest)) for rest in ("schedule", "schedule?view=month", "schedule?view=year")}
    for _ in range(8):
        world.learner(cohort)
    scheduling.publish(cohort, "s14", Act.MOVE, by=DAY)
    many = {rest: len(cost(rest)) for rest in few}
    assert few == many
    assert max(many.values()) <= 10, cost("schedule")


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
    preview = visitor.submit(page, "aside form", moved(line, 7 * DAY))
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
    preview = visitor.submit(visitor.get(url(cohort, "plan/s15")), "aside form", moved(line, DAY))
    assert "3 learners have begun it. Change it all the same." in preview.text()
    refused = visitor.submit(preview, "#publish", {"note": "A strike."})
    assert "Nothing was published: 1 of the dates" in refused.text("[role=alert]")
    assert refused.one("textarea").get_text().strip() == "A strike."
    kept = visitor.submit(refused, "#again", {"keep": "q4"})
    assert "kept where it is" in kept.text()
    visitor.submit(kept, "#publish", {"note": "The quiz stays."})
    assert queries.item(cohort.id, "q4").ends_at == quiz.ends_at
    assert queries.item(cohort.id, "q4").pinned
    preview = visitor.submit(visitor.get(url(cohort, "plan/q4")), "aside form", moved(quiz, DAY))
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
    page = visitor.submit(visitor.get(url(cohort, "plan/s14")), "aside form", fields)
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
        "aside form",
        {"ends_on": f"{ends:%Y-%m-%d}", "ends_time": f"{ends:%H:%M}"},
    )
    assert "It would start after it ends." in page.text("[role=alert]")


def test_a_move_into_the_past_is_shown_as_such_and_not_published(cohort, visit, coordinator):
    visitor = visit(coordinator)
    line = queries.item(cohort.id, "s14")
    preview = visitor.submit(visitor.get(url(cohort, "plan/s14")), "aside form", moved(line, -60 * DAY))
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


# A new cohort -------------------------------------------------------------------------------------------------------


@pytest.fixture
def maker(session):
    return world.granted(Role.COORDINATOR, name="Wide Coordinator")


def filled(**more):
    monday = clock.now().date() + 35 * DAY
    return {
        "name": "Cohort 15, spring",
        "slug": "cohort-15",
        "starts_on": (monday - monday.weekday() * DAY).isoformat(),
        "zone": "Asia/Kolkata",
        "holiday_country": "IN",
        "holiday_subdivision": "KA",
        **more,
    }


def test_a_year_is_shown_before_it_exists_and_then_created(maker, visit):
    teacher = world.person("Tara Teacher", zone="America/New_York")
    visitor = visit(maker)
    page = visitor.get("/cohorts/new")
    assert page.one("#breaks")["value"] == "12, 20, 45"
    found = visitor.submit(page, "#cohort", {**filled(), "find": "tara"}, press="find")
    role, course = f"role-{teacher.public_id}", f"course-{teacher.public_id}"
    preview = visitor.submit(found, "#cohort", {role: "faculty", course: "core"}, press="preview")
    assert db.session.query(cohort_queries.Cohort).filter_by(slug="cohort-15").count() == 0
    assert "live sessions on a public holiday" in preview.text(".callout")
    assert len(preview.soup.select(".months table")) >= 12
    assert len(preview.soup.select(".plan-break")) == 3
    assert preview.one(f'[name="{role}"] option[selected]')["value"] == "faculty"
    done = visitor.submit(preview, "#cohort", press="create")
    assert done.url == "/cohorts/cohort-15/overview"
    assert "The cohort is created" in done.text(".notices")
    made = cohort_queries.cohort_visible_to(world.actor(maker), "cohort-15")
    (line,) = cohort_queries.staff(made.id)
    assert (line.name, line.role, line.course_key) == ("Tara Teacher", Role.FACULTY, "core")
    assert queries.schedule(made.id).release_number == 1


def test_lectures_at_night_for_those_who_teach_are_counted(maker, visit):
    teacher = world.person("Tara Teacher", zone="Pacific/Auckland")
    visitor = visit(maker)
    page = visitor.submit(visitor.get("/cohorts/new"), "#cohort", {**filled(), "find": "tara"}, press="find")
    preview = visitor.submit(page, "#cohort", {f"role-{teacher.public_id}": "faculty"}, press="preview")
    assert "at night for somebody" in preview.text(".callout")


@pytest.mark.parametrize(
    ("fields", "at", "says"),
    [
        ({"name": ""}, "name", "Give the cohort a name."),
        ({"name": "x" * 121}, "name", "120"),
        ({"slug": "Bad Slug!"}, "slug", "lower-case letters"),
        ({"slug": "x" * 41}, "slug", "40"),
        ({"starts_on": "2001-01-01"}, "starts_on", "today or later"),
        ({"starts_on": "nonsense"}, "starts_on", "Not a valid date"),
        ({"breaks": "12, x"}, "breaks", "Write week numbers"),
        ({"breaks": "12"}, "breaks", "as many as the programme plans (3)"),
        ({"breaks": "12, 20, 99"}, "breaks", "from 2 to 52"),
        ({"sections": "A, a"}, "sections", "a name of its own"),
        ({"seats": "0"}, "seats", "Between 1 and 500"),
        ({"seats": "many"}, "seats", "Not a valid integer"),
        ({"holiday_subdivision": "XX"}, "holiday_subdivision", "is not a part of India"),
    ],
)
def test_a_cohort_that_cannot_be_is_refused_at_the_field_with_what_was_typed(maker, visit, fields, at, says):
    visitor = visit(maker)
    page = visitor.submit(visitor.get("/cohorts/new"), "#cohort", filled(**fields), press="preview")
    assert says in page.text(f"#{at}-error")
    assert page.one(f"#{at}")["value"] == fields[at]
    assert not page.has(".months")


def test_a_short_name_that_is_taken_meanwhile(maker, visit):
    visitor = visit(maker)
    preview = visitor.submit(visitor.get("/cohorts/new"), "#cohort", filled(), press="preview")
    world.cohort(slug="cohort-15")
    refused = visitor.submit(preview, "#cohort", press="create")
    assert "Another cohort has the short name" in refused.text("#slug-error")


def test_foreign_values_are_no_500(maker, visit):
    visitor = visit(maker)
    page = visitor.get("/cohorts/new")
    token = page.one("#cohort [name=csrf_token]")["value"]
    data = {"csrf_token": token, "step": "create", "version": "999", "zone": "Mars/Base", "role-x": "faculty",
            "role-y": "king", **dict.fromkeys(("name", "slug", "find"), "\x00")}  # fmt: skip
    assert visitor.open("POST", "/cohorts/new", data=data).status_code == 200
    assert visitor.open("POST", "/cohorts/new", data={"csrf_token": token}).status_code == 200
