"""The studio's pages: from a draft to a release, for one cohort and for two; who gets in; history and comparing."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.cohorts import actions as cohort_actions
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.scheduling import actions, queries
from lms.scheduling.actions import PersonalDate
from lms.scheduling.models import OverrideScope
from lms.scheduling.rules import Act, Edit, EditKind
from lms.web import filters
from tests.factories import scheduling, studio, world
from tests.scheduling.pages import local, url
from tests.support.statements import statements

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)


@pytest.fixture
def other(session):
    return world.cohort(weeks_in=5)


def at(cohort, key):
    return queries.item(cohort.id, key).starts_at


def begin(visitor, cohort, name="Diwali week", **more):
    return visitor.submit(visitor.get(url(cohort, "studio")), "aside form", {"name": name, **more})


def both(*cohorts):
    """Somebody who coordinates all of them."""
    person = world.granted(Role.COORDINATOR, cohorts[0], "Cora Both")
    with unit_of_work() as work:
        for each in cohorts[1:]:
            cohort_actions.appoint(each.id, person.id, Role.COORDINATOR, actor=world.director(), now=work.now)
    return person


def test_who_may_open_what(cohort, visit, coordinator, other):
    draft = studio.begun(cohort, actor=world.actor(coordinator))
    page = f"studio/{draft.public_id}"
    for who, list_, one in (
        (world.learner(cohort), 403, 404),
        (world.granted(Role.FACULTY, cohort), 403, 404),
        (world.person(), 404, 404),
        (world.granted(Role.COORDINATOR, cohort), 200, 404),
        (coordinator, 200, 200),
    ):
        visitor = visit(who)
        (visitor.get if list_ == 200 else visitor.refused)(url(cohort, "studio"), status=list_)
        for rest in (page, f"{page}/publish", f"{page}/people", f"{page}/people.csv"):
            if one == 200:
                visitor.open("GET", url(cohort, rest))
            else:
                visitor.refused(url(cohort, rest), status=one)
    with unit_of_work() as work:
        actions.rename_draft(
            studio.seen(draft), "Shared", shared=True, actor=world.actor(coordinator), now=work.now
        )
    visit(world.granted(Role.COORDINATOR, cohort)).get(url(cohort, page))
    visit(world.granted(Role.FACULTY, cohort)).refused(url(cohort, page), status=403)
    visit(coordinator).refused(url(other, page), status=404)


def test_from_a_draft_over_the_preview_to_a_release_that_a_learner_sees(cohort, visit, coordinator):
    learner, visitor = world.learner(cohort), visit(coordinator)
    was = at(cohort, "s15")
    begin(visitor, cohort)
    (draft,) = queries.drafts_of(cohort, world.actor(coordinator))
    page = visitor.get(url(cohort, f"studio/{draft.public_id}?item=s15"))
    assert "Nothing moves yet." in page.text(".studio-what")
    there = local(was + DAY)
    moved = visitor.submit(
        page,
        "form[aria-label='New dates']",
        {"starts_on": f"{there:%Y-%m-%d}", "starts_time": f"{there:%H:%M}"},
    )
    assert at(cohort, "s15") == was
    assert moved.texts(".edits .scan")[0].startswith("S15")
    assert moved.texts(".moves .scan")[0].startswith("S15")
    assert len(moved.soup.select(".chip-ghost")) >= 1
    assert len(moved.soup.select(".chip-new")) >= 1
    preview = visitor.get(moved.link("Look at all of it and publish"))
    assert "Publish release 2 to 1 learner" in preview.text("#publish")
    done = visitor.submit(preview, "#publish", {"note": "A festival."})
    assert "Release 2 is published. Those affected are told." in done.text(".notices")
    assert at(cohort, "s15") == was + DAY
    assert "moved from" in visit(learner).get(url(cohort, "schedule?show=all")).text("#date-s15")
    ended = visitor.get(url(cohort, f"studio/{draft.public_id}"))
    assert "This draft is published" in ended.text()
    release = visitor.get(url(cohort, "releases/2"))
    assert "A festival." in release.text()
    assert "Diwali week" in release.text()


@pytest.mark.slow
def test_an_edit_is_pushed_shifted_pinned_kept_and_taken_out_by_forms(cohort, visit, coordinator):
    visitor = visit(coordinator)
    draft = studio.begun(cohort, actor=world.actor(coordinator))
    page = visitor.get(url(cohort, f"studio/{draft.public_id}?item=s15"))
    pushed = visitor.submit(
        page, "form[aria-label='Push the chain']", {"count": "2"}, press="Push it and all after it"
    )
    assert "everything after it: 2 weeks later" in pushed.text(".edits")
    kept = visitor.submit(pushed, ".moves > li:first-child form", {})
    assert "kept where it is" in kept.text(".edits")
    gone = visitor.submit(kept, ".edits > li:first-child form", {})
    assert "2 weeks later" not in gone.text(".edits")
    broken = visitor.submit(gone, "form:has(#new-break)", {"week": "15"})
    assert "A break more, in week 15" in broken.text(".edits")
    assert "The year becomes 1 week longer." in broken.text(".studio-what")
    refused = visitor.submit(broken, "form:has(#new-break)", {"week": "3"})
    assert "Week 3 has begun or is over" in refused.text("[role=alert]")
    dated = visitor.get(url(cohort, f"studio/{draft.public_id}?item=s20&dates=1"))
    assert len(dated.soup.select(".offers > li")) == 5
    taken = visitor.submit(dated, ".offers > li:first-child form", {})
    assert taken.texts(".edits .scan")[-1].startswith("S20")


def test_the_views_show_the_same_dates(cohort, visit, coordinator):
    visitor = visit(coordinator)
    draft = studio.edited(
        studio.begun(cohort, actor=world.actor(coordinator)), Edit(EditKind.SHIFT, cohort.id, "s15", days=7)
    )
    address = url(cohort, f"studio/{draft.public_id}")
    month = f"{at(cohort, 's15'):%Y-%m}"
    assert "S15" in visitor.get(f"{address}?view=month&month={month}").text(".month-studio")
    assert "moved from" in visitor.get(f"{address}?view=list&month={month}").text("#date-s15")
    year = visitor.get(f"{address}?view=year")
    assert len(year.soup.select(".gantt-ghost")) == len(year.soup.select(".gantt-new")) >= 1
    assert len(year.soup.select(".table tbody tr")) == len(year.soup.select(".gantt-module")) >= 10
    assert visitor.get(f"{address}?view=nonsense&month=nonsense&item=nonsense").status == 200


@pytest.mark.slow
def test_two_cohorts_with_a_joint_session_are_published_and_undone_together(cohort, other, visit):
    person = both(cohort, other)
    visitor = visit(person)
    world.learner(cohort, "Lea One")
    world.learner(other, "Leo Two", zone="America/New_York")
    begin(visitor, cohort, cohorts=[other.slug])
    (draft,) = queries.drafts_of(cohort, world.actor(person))
    page = visitor.get(url(cohort, f"studio/{draft.public_id}?item=s30&join=1"))
    joined = visitor.submit(page, "form[aria-label='Joint session']", {"other": f"{other.id}:s24"})
    assert "becomes one session with S24" in joined.text(".edits")
    preview = visitor.get(joined.link("Look at all of it and publish"))
    assert "It is published in 2 cohorts at once" in preview.text("#publish")
    assert "America/New York" in preview.text("#publish")
    people = visitor.get(url(cohort, f"studio/{draft.public_id}/people"))
    assert set(people.texts("tbody th p:first-child")) == {"Leo Two", "Cora Both"}, (
        "a session that is only pinned is no news"
    )
    csv = visitor.open("GET", url(cohort, f"studio/{draft.public_id}/people.csv")).get_data(as_text=True)
    assert "Leo Two" in csv
    done = visitor.submit(preview, "#publish", {"note": "A guest for both."})
    assert "2 releases are published, one in each cohort." in done.text(".notices")
    assert at(cohort, "s30") == at(other, "s24")
    item = visitor.get(url(other, "plan/s24"))
    assert f"One session with {cohort.name}" in item.text(".callout")
    release = visitor.get(url(cohort, "releases/2"))
    assert f"Published together with release 2 of {other.name}" in release.text()
    undo = visitor.get(release.link("Undo it"))
    back = visitor.submit(undo, "#publish", {"note": "The guest cannot."})
    assert "2 releases are published" in back.text(".notices")
    assert at(cohort, "s30") != at(other, "s24")
    assert queries.joint_parts([cohort.id]) == []


def test_joint_sessions_are_parted_on_the_page_of_the_date(cohort, other, visit):
    studio.joined(cohort, "s30", other, "s24")
    visitor = visit(both(cohort, other))
    when = at(cohort, "s30")
    parted = visitor.submit(visitor.get(url(cohort, "plan/s30")), "form[action$='/part']", {})
    assert "Each cohort has a session of its own again." in parted.text(".notices")
    assert at(cohort, "s30") == when
    assert queries.joint_parts([cohort.id]) == []


def test_consent_is_asked_item_by_item(cohort, visit, coordinator):
    visitor = visit(coordinator)
    with unit_of_work() as work:
        actions.hold(queries.item(cohort.id, "q4").id, "3 learners have begun it", now=work.now)
    draft = studio.edited(
        studio.begun(cohort, actor=world.actor(coordinator)), Edit(EditKind.SHIFT, cohort.id, "s15", days=1)
    )
    preview = visitor.get(url(cohort, f"studio/{draft.public_id}/publish"))
    refused = visitor.submit(preview, "#publish", {"note": "A strike."})
    assert "Nothing was published: 1 of the dates" in refused.text("[role=alert]")
    visitor.submit(refused, "#publish", {"consent": ["q4"]})
    assert queries.schedule(cohort.id).release_number == 2


def test_a_stale_draft_is_told_and_confirmed(cohort, visit, coordinator):
    visitor = visit(coordinator)
    draft = studio.edited(
        studio.begun(cohort, actor=world.actor(coordinator)), Edit(EditKind.SHIFT, cohort.id, "s15", days=1)
    )
    scheduling.publish(cohort, "s15", Act.MOVE, by=2 * DAY)
    page = visitor.get(url(cohort, f"studio/{draft.public_id}"))
    assert "The dates have moved on since this draft was made" in page.text(".callout")
    assert "a release has moved it since" in page.text(".edits")
    settled = visitor.submit(page, ".callout form", {})
    assert "The dates have moved on" not in settled.text("main")


def test_a_draft_is_shared_renamed_and_discarded(cohort, visit, coordinator):
    visitor = visit(coordinator)
    draft = studio.begun(cohort, actor=world.actor(coordinator))
    page = visitor.get(url(cohort, f"studio/{draft.public_id}"))
    renamed = visitor.submit(page, "form:has(#draft-name)", {"name": "Strike", "shared": True})
    assert renamed.one("h1").get_text() == "Strike"
    assert studio.again(draft).shared
    gone = visitor.submit(renamed, "form:has([value=discard])", {})
    assert "The draft is discarded." in gone.text(".notices")


def test_releases_are_compared(cohort, visit):
    visitor = visit(world.granted(Role.FACULTY, cohort))
    scheduling.publish(cohort, "s15", Act.MOVE, by=DAY)
    scheduling.publish(cohort, "s20", Act.MOVE, by=DAY)
    page = visitor.get(url(cohort, "releases/compare?from=1&to=3"))
    assert {title.split()[0] for title in page.texts(".change-what a")} >= {"S15", "S20"}
    only = visitor.get(url(cohort, "releases/compare?from=2&to=3"))
    assert "S15" not in {title.split()[0] for title in only.texts(".change-what a")}
    assert "Nothing differs" in visitor.get(url(cohort, "releases/compare?from=3&to=3")).text()
    assert visitor.get(url(cohort, "releases/compare?from=x&to=999999999")).status == 200
    visitor.refused(url(cohort, "releases/9"), status=404)


def test_who_is_affected_reads_the_first_change_on_each_ones_clock(cohort, visit, coordinator):
    world.learner(cohort, "Lea Far", zone="America/New_York")
    was = at(cohort, "s15")
    draft = studio.edited(
        studio.begun(cohort, actor=world.actor(coordinator)), Edit(EditKind.SHIFT, cohort.id, "s15", days=1)
    )
    page = visit(coordinator).get(url(cohort, f"studio/{draft.public_id}/people"))
    first = min(
        (
            (each.old.ends_at, each.new.ends_at) if each.key != "s15" else (was, was + DAY)
            for each in queries.work_out_draft(draft.cohorts, queries.edits(draft.id), now=clock.now())
            .of(cohort.id)
            .preview.plan.changes
        ),
        key=min,
    )
    row = next(each for each in page.soup.select("tbody tr") if "Lea Far" in each.get_text())
    there = [filters.when(one, "America/New_York", clock.now()) for one in first]
    assert [one.get_text() for one in (row.select_one("del"), row.select_one("ins"))] == there


def test_the_preview_says_when_it_is_where_learners_and_staff_live_and_which_own_dates_stay(
    cohort, visit, coordinator
):
    lea = world.learner(cohort, "Lea Far", zone="America/New_York")
    ana = world.person("Ana Night", zone="Australia/Sydney")
    with unit_of_work() as work:
        cohort_actions.appoint(cohort.id, ana.id, Role.FACULTY, actor=world.director(), now=work.now)
    line = queries.item(cohort.id, "a-3")
    with unit_of_work() as work:
        own = PersonalDate(
            cohort_id=cohort.id,
            item_key="a-3",
            scope=OverrideScope.PERSON,
            scope_id=lea.id,
            ends_at=line.ends_at + WEEK,
            reason="Ill.",
        )
        actions.set_personal_date(own, actor=world.actor(coordinator), now=work.now)
    draft = studio.edited(
        studio.begun(cohort, actor=world.actor(coordinator)), Edit(EditKind.SHIFT, cohort.id, "s15", days=1)
    )
    page = visit(coordinator).get(url(cohort, f"studio/{draft.public_id}/publish"))
    zones = page.texts("details:has(summary) li")
    assert any("New York" in each and "1 learner" in each for each in zones)
    assert any("Sydney" in each and "Ana Night" in each and "at night" in each for each in zones)
    assert "1 own date of sections, teams or learners stays as it is" in page.text("#publish")


BUDGET = 14
"""Statements of a page for staff."""


def pages_of(draft):
    """Every page of the studio, and those of the story."""
    views = ("", "?view=list", "?view=year", "?item=s20", "?item=s20&dates=1", "?item=s20&join=1")
    one = [f"studio/{draft.public_id}{rest}" for rest in (*views, "/publish", "/people", "/people.csv")]
    return ["studio", "releases", "releases/2", "releases/compare", *one]


def costs_of(visitor, cohort, pages):
    """Page → statements, when what a process remembers is remembered."""
    found = {}
    for rest in pages:
        visitor.open("GET", url(cohort, rest))
        with statements() as seen:
            visitor.open("GET", url(cohort, rest))
        found[rest] = len(seen)
    return found


@pytest.mark.slow
def test_pages_cost_the_same_however_much_there_is(cohort, visit, coordinator):
    visitor = visit(coordinator)
    draft = studio.edited(
        studio.begun(cohort, actor=world.actor(coordinator)), Edit(EditKind.SHIFT, cohort.id, "s15", days=1)
    )
    scheduling.publish(cohort, "s14", Act.MOVE, by=DAY)
    pages = pages_of(draft)

    def costs():
        return costs_of(visitor, cohort, pages)

    few = costs()
    studio.edited(draft, *(Edit(EditKind.SHIFT, cohort.id, key, days=1) for key in ("s20", "s21", "q9")))
    for _ in range(5):
        world.learner(cohort)
        world.granted(Role.FACULTY, cohort)
    assert costs() == few
    assert max(few.values()) <= BUDGET, few


@pytest.mark.slow
def test_a_draft_of_three_cohorts_costs_what_a_draft_of_one_does(cohort, other, visit):
    third = world.cohort(weeks_in=7)
    person = both(cohort, other, third)
    visitor = visit(person)
    for each in (cohort, other, third):
        scheduling.publish(each, "s14", Act.MOVE, by=DAY)
        world.learner(each)
        world.granted(Role.FACULTY, each)
    found = []
    for cohorts in ([cohort], [cohort, other, third]):
        draft = studio.begun(*cohorts, actor=world.actor(person))
        draft = studio.edited(
            draft, Edit(EditKind.SHIFT, None, "s20", days=1), Edit(EditKind.SWAP, None, week=20, to_week=21)
        )
        costs = costs_of(visitor, cohort, pages_of(draft))
        found.append({rest.replace(draft.public_id, "draft"): cost for rest, cost in costs.items()})
        undone = studio.edited(studio.begun(*cohorts), Edit(EditKind.SHIFT, None, "s30", days=1))
        studio.published(undone)
        release = queries.release(cohort.id, queries.schedule(cohort.id).release_number)
        if release.set_public_id:
            page = f"sets/{release.set_public_id}/undo"
            assert costs_of(visitor, cohort, [page])[page] <= BUDGET
    assert found[0] == found[1]
    assert max(found[1].values()) <= BUDGET, found[1]
