"""The pages of ratings: for a member, for those who settle them, and what nobody of the team ever sees."""

from __future__ import annotations

import pytest

from lms.people.rules import Role
from tests.factories import assessment as marking
from tests.factories import fairness as make
from tests.factories import world
from tests.support.statements import statements

CANARY = "he sang only in the corridor"


def test_a_member_rates_the_others_saves_as_they_go_and_changes_it(cohort, team, visit) -> None:
    make.hand_in(cohort, team)
    visitor = visit(team.people[0])
    mine = visitor.get(visitor.get(f"/cohorts/{cohort.slug}/team").link("Ratings in your teams"))
    assert "to do" in mine.text()
    page = visitor.get(mine.link("G1 " + marking.title("g1")))
    assert "Asha Rao" not in [one.text for one in page.soup.select("h2")]
    first = make.rating().members[1].public_id
    form = {f"{first}-reliable": "4", "note": CANARY}
    kept = visitor.submit(page, "form[data-autosave-url]", fields=form)
    assert "14 answers to go before it counts" in kept.messages[0]
    rest = {
        f"{one.public_id}-{item}": "3" for one in make.rating().members[1:] for item in make.rating().items()
    }
    done = visitor.submit(visitor.get(page.url), "form[data-autosave-url]", rest)
    assert "Saved. You can change it until the ratings close" in done.messages[0]
    assert "You have answered" in done.text()
    visitor.submit(page, "form[data-autosave-url]", form, status=409)
    visitor.submit(visitor.get(page.url), "form[data-autosave-url]", note="x" * 2001, status=422)
    other = visit(team.people[1]).get(page.url)
    assert CANARY not in other.text()


def test_who_is_not_of_the_team_sees_nothing_of_it(cohort, team, visit, coordinator, marker) -> None:
    make.hand_in(cohort, team)
    view = make.rating()
    stranger, guide = world.learner(cohort), world.granted(Role.GUIDE, cohort)
    here = f"/cohorts/{cohort.slug}/team-ratings/{view.public_id}"
    for who in (stranger, coordinator, marker):
        visit(who).refused(here, status=404)
    for who in (stranger, team.people[0]):
        visit(who).refused(f"{here}/review", status=403)
        visit(who).refused(f"/cohorts/{cohort.slug}/team-ratings", status=403)
    visit(guide).refused(f"{here}/review", status=403)
    assert view.title not in visit(guide).get(f"/cohorts/{cohort.slug}/team-ratings").text()


def test_those_who_settle_see_nothing_while_it_is_open_and_everything_after(
    cohort, team, visit, coordinator, marker
) -> None:
    task = make.hand_in(cohort, team)
    marking.finish(task, marker)
    view, slow = make.rating(), team.places[3]
    for rater in team.places:
        note = "" if rater == slow else CANARY
        make.rate(view, rater, {o: 2 if o == slow else 4 for o in team.places if o != rater}, note=note)
    visitor = visit(coordinator)
    listed = visitor.get(visitor.get(f"/cohorts/{cohort.slug}/marks").link("Ratings inside teams"))
    page = visitor.get(listed.link("Fig, G1 " + marking.title("g1")))
    assert CANARY not in page.text()
    assert "× " not in page.text()
    closed = visitor.submit(page, "form:has(button[value=close])", press="Close now")
    assert "Closed. What was said until now counts." in closed.messages[0]
    assert closed.text().count(CANARY) == 3
    assert "All against one" in closed.text()
    assert "× 0.8" in closed.text()
    assert "A comment comes first" in closed.text()
    guide = visit(marker)
    said = guide.submit(guide.get(page.url), "form[action$=comment]", words="One meeting of six.")
    assert CANARY not in said.text()
    without = visitor.submit(
        visitor.get(page.url), "form[action$=settle]", press="Set every factor to 1", status=422
    )
    assert "Say why, in a few words" in without.text()
    done = visitor.submit(visitor.get(page.url), "form[action$=settle]", press="Accept the ratings")
    assert "Settled. The factors go into the team's marks" in done.messages[0]
    batch = visitor.get(f"/cohorts/{cohort.slug}/activities/g1/marks")
    assert [row[2] for row in batch.rows("form[method=get] table")] == ["76.8", "76.8", "76.8", "57.6"]
    learner = visit(team.people[3])
    for address in ("", "/team", "/team-ratings/mine", f"/team-ratings/{view.public_id}", "/progress"):
        text = learner.get(f"/cohorts/{cohort.slug}{address}").text()
        assert "× 0.8" not in text, address
        assert "57.6" not in text
        assert CANARY not in text
    visitor.submit(visitor.get(batch.link("Release 4 marks …")), "form[action$=release]")
    mark = marking.assessment_page(team.places[3], "g1")
    page = learner.get(f"/cohorts/{cohort.slug}/marks/{mark}")
    assert "57.6" in page.text()
    assert "group 72.0 × 0.8" in page.text()
    assert "4 of 4" in page.text()
    assert CANARY not in page.text()


@pytest.mark.slow
def test_the_pages_send_as_many_statements_for_many_teams_as_for_one(cohort, visit, coordinator) -> None:
    first = make.team(cohort, 3)
    make.hand_in(cohort, first)
    here = f"/cohorts/{cohort.slug}/team-ratings"
    pages = {
        coordinator: (here, f"{here}/{make.rating().public_id}/review"),
        first.people[0]: (f"{here}/mine", f"{here}/{make.rating().public_id}"),
    }

    def sent() -> list[int]:
        found = []
        for who, addresses in pages.items():
            for address in addresses:
                visit(who).get(address)
                with statements() as seen:
                    visit(who).get(address)
                found.append(len(seen))
                assert len(seen) <= (14 if who is coordinator else 10), seen
        return found

    few = sent()
    for number in range(8):
        make.hand_in(cohort, make.team(cohort, 5), title=f"Team {number}")
    assert sent() == few


def test_a_team_is_asked_by_hand_and_given_more_time(cohort, team, visit, coordinator) -> None:
    visitor = visit(coordinator)
    page = visitor.get(f"/cohorts/{cohort.slug}/team-ratings")
    assert "No team has handed in yet" in page.text()
    visitor.submit(page, "form.form", activity="g1", team="", status=422)
    make.hand_in(cohort, team)
    view = make.rating()
    ahead = (view.closes_at + make.after(3)).date().isoformat()
    there = visitor.get(f"/cohorts/{cohort.slug}/team-ratings/{view.public_id}/review")
    later = visitor.submit(there, "form:has([name=until_on])", until_on=ahead, until_at="12:00")
    assert "They have more time now." in later.messages[0]
    visitor.submit(later, "form:has([name=until_on])", until_on="2999-01-01", until_at="12:00", status=422)
    assert make.rating().closes_at > view.closes_at
