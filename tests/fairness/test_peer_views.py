"""The pages of peer review: for reviewers, authors, those who run a round, and what nobody else ever sees."""

from __future__ import annotations

import json

import pytest

from lms.core.uow import unit_of_work
from lms.fairness import actions
from lms.fairness.views import peer_rounds
from tests.factories import assessment as marking
from tests.factories import enrolment, world
from tests.factories import peers as make
from tests.support.statements import statements

CANARY = "he sang only in the corridor"
LEVELS = {f"level-{key}": "2" for key in ("figure", "doubt", "reader")}
COMMENTS = {f"comment-{key}": "Page two says why." for key in ("figure", "doubt", "reader")}


def address(cohort, key: str = "a-2", rest: str = "") -> str:
    return f"/cohorts/{cohort.slug}/activities/{key}/peer-reviews{rest}"


def test_a_reviewer_finds_the_work_without_a_name_writes_and_submits(cohort, visit, coordinator) -> None:
    group = make.pieces(cohort, 3)
    visitor = visit(group.people[0])
    page = f"/cohorts/{cohort.slug}/assignments/a-2"
    assert "After the deadline those who handed in review 2 pieces" in visitor.get(page).text()
    found = make.begin(cohort)
    mine = visitor.get(visitor.get(page).link("Open your reviews"))
    assert "Work A" in mine.text()
    assert "You read the reviews of your work when the round has closed" in mine.text()
    desk = visitor.get(f"/cohorts/{cohort.slug}")
    assert "2 of 2 to submit" in desk.text()
    one = visitor.get(mine.link("Work A"))
    assert "We stop the lake" in one.text()
    for name in ("Ben Okafor", "Chen Li", "Candidate"):
        assert name not in one.text() + mine.text()
    kept = visitor.submit(one, "form[data-autosave-url]", press="Save", comment="Half a thought")
    assert "Nobody reads it before you submit it" in kept.messages[0]
    stale = visitor.submit(one, "form[data-autosave-url]", press="Save", comment=CANARY, status=409)
    assert CANARY in stale.text()
    lacking = visitor.submit(
        kept, "form[data-autosave-url]", press="Submit Ctrl ↵", comment="All", status=422
    )
    assert "Choose a level." in lacking.text()
    shown = visitor.submit(kept, "form[data-autosave-url]", press="Preview", comment="It **holds**.")
    assert shown.soup.select_one("[data-html=preview] strong").text == "holds"
    done = visitor.submit(
        visitor.get(one.url), "form[data-autosave-url]", {**LEVELS, **COMMENTS, "comment": "It **holds**."},
        press="Submit Ctrl ↵",
    )  # fmt: skip
    assert "Submitted. You can change it until the round closes" in done.messages[0]
    again = visitor.submit(
        visitor.get(one.url), "form[data-autosave-url]", press="Save the changes Ctrl ↵", comment="Anew"
    )
    assert "submitted" in again.text()
    other = visitor.get(mine.link("Work B"))
    visitor.submit(other, "form:has([name=reason])", press="Hand it back", status=422)
    back = visitor.submit(other, "form:has([name=reason])", press="Hand it back", reason="A friend of mine.")
    assert "handed back: you declared a conflict" in back.text()
    visitor.refused(other.url, status=404)
    for who in (group.people[1], world.learner(cohort), coordinator):
        visit(who).refused(one.url, status=404)
    assert make.reviews(found, by=group.places[0])[0].submitted_at is not None


def test_it_saves_itself_and_says_when_it_cannot(cohort, visit) -> None:
    group = make.pieces(cohort, 3)
    found = make.begin(cohort)
    review = make.reviews(found, by=group.places[0])[0]
    visitor = visit(group.people[0])
    page = visitor.get(f"/cohorts/{cohort.slug}/peer-reviews/{review.public_id}")
    token = page.soup.select_one("[name=csrf_token]")["value"]

    def draft(**sent: str):
        return visitor.open("POST", f"{page.url}/draft", data={"csrf_token": token, **sent})

    first = draft(version="0", comment="One **two**", preview="1")
    assert json.loads(first.data)["out"] == {"words": "2 words"}
    assert "<strong>two</strong>" in json.loads(first.data)["html"]["preview"]
    assert draft(version="0", comment="x").status_code == 409
    assert draft(version="1", comment="x" * 12_001).status_code == 422


def test_authors_read_answer_once_and_never_learn_who_wrote(cohort, visit, coordinator) -> None:
    group = make.pieces(cohort, 3)
    found = make.begin(cohort)
    make.submit_all(found, group, overall=f"It holds. {CANARY}")
    author = visit(group.people[0])
    mine = address(cohort, rest="/mine")
    pages = (mine, f"/cohorts/{cohort.slug}/assignments/a-2", f"/cohorts/{cohort.slug}", "/inbox")
    for page in pages[:3]:
        assert CANARY not in author.get(page).text()
    hidden = make.reviews(found, of=group.places[0])[0]
    with unit_of_work() as work:
        actions.hide_review(hidden.id, "It is unkind.", actor=world.actor(coordinator), now=work.now)
    make.release(found, coordinator)
    read = author.get(mine)
    assert read.text().count(CANARY) == 1
    assert "Page two says why." in read.text()
    for name in ("Ben Okafor", "Chen Li"):
        assert name not in read.text()
    said = author.submit(read, "article form", useful="3", answer="Thank you for page two.")
    assert "Thank you for page two." in said.text()
    assert said.soup.select_one("article textarea") is None
    author.submit(read, "article form", useful="2", answer="Twice", status=422)
    staff = visit(coordinator).get(address(cohort)).text()
    assert "finds it very useful and answers: “Thank you for page two.”" in staff
    other = visit(group.people[1]).get(mine).text()
    assert "Thank you for page two." not in other
    for word in ("72", "of 100"):
        assert word not in read.text()


def test_those_who_run_a_round_begin_lengthen_hide_show_and_release_it(
    cohort, visit, coordinator, marker
) -> None:
    group = make.pieces(cohort, 3)
    runner, faculty = visit(coordinator), visit(marker)
    batch = runner.get(f"/cohorts/{cohort.slug}/activities/a-2/marks")
    page = runner.get(batch.link("Who reviews whom"))
    assert "The round has not begun" in page.text()
    begun = runner.submit(page, "form.inline", press="Begin it now with what is handed in")
    assert "0 of 6" in begun.text()
    round_ = make.latest()
    review = make.reviews(round_, by=group.places[0])[0]
    make.submit(round_, review, group.people[0], overall=CANARY)
    seen = faculty.get(page.url)
    assert CANARY in seen.text()
    assert "very short" in seen.text()
    assert group.people[0].name not in seen.text()
    form = "form:has([name=review])"
    faculty.submit(seen, form, press="Hide it", status=422)
    hid = faculty.submit(seen, form, press="Hide it", reason="It names a customer.")
    assert "Hidden by Mara Marker: It names a customer." in hid.text()
    faculty.submit(hid, form, press="Show it to its author again")
    ahead = (round_.closes_at + make.DAY).date().isoformat()
    there = runner.get(page.url)
    runner.submit(
        there, "form:has([name=until_on])", press="Give them until then", until_on=ahead, until_at="12:00"
    )
    runner.submit(
        there, "form:has([name=until_on])", press="Give them until then", until_on="2999-01-01", until_at="12:00",
        status=422,
    )  # fmt: skip
    runner.submit(there, "form:has(button[value=close])", press="Close now")
    out = runner.submit(runner.get(page.url), "form:has(button[value=release])", press="Release the reviews")
    assert "Released. Authors are told." in out.messages[0]
    table = runner.open("GET", f"{page.url}.csv").get_data(as_text=True)
    assert CANARY in table
    assert "Work of" in table.splitlines()[0]


def test_who_takes_no_part_sees_nothing_of_it(cohort, visit) -> None:
    group = make.pieces(cohort, 3)
    make.begin(cohort)
    stranger = world.learner(cohort)
    visit(stranger).refused(address(cohort, rest="/mine"), status=404)
    visit(group.people[0]).refused(address(cohort), status=403)
    visit(group.people[0]).refused(address(cohort, "a-1", "/mine"), status=404)


def test_a_team_reads_another_teams_work_with_its_names_and_any_member_writes(cohort, visit) -> None:
    groups = make.teams(cohort, 3)
    found = make.begin(cohort, "m3")
    (review,) = make.reviews(found, by=groups[0].places[0])
    one = visit(groups[0].people[0]).get(f"/cohorts/{cohort.slug}/peer-reviews/{review.public_id}")
    assert "Team 1 Member" in one.text() or "Team 2 Member" in one.text()
    kept = visit(groups[0].people[1])
    kept.submit(kept.get(one.url), "form[data-autosave-url]", press="Save", comment="From the other member")
    listed = visit(groups[0].people[0]).get(address(cohort, "m3", "/mine"))
    assert "last by Team 0 Member 1" in listed.text()


@pytest.mark.slow
def test_the_pages_send_as_many_statements_for_many_as_for_few(cohort, visit, coordinator) -> None:
    group = make.pieces(cohort, 4)
    found = make.begin(cohort)
    make.submit_all(found, group)
    review = make.reviews(found, by=group.places[0])[0]
    pages = {
        (coordinator.id, address(cohort)): coordinator,
        (group.people[0].id, address(cohort, rest="/mine")): group.people[0],
        (0, f"/cohorts/{cohort.slug}/peer-reviews/{review.public_id}"): group.people[0],
        (1, f"/cohorts/{cohort.slug}/assignments/a-2"): group.people[0],
        (2, f"/cohorts/{cohort.slug}"): group.people[0],
    }

    def sent() -> list[int]:
        counts = []
        for (_key, place), who in pages.items():
            visitor = visit(who)
            visitor.get(place)
            with statements() as seen:
                visitor.get(place)
            counts.append(len(seen))
            assert len(seen) <= (14 if who is coordinator else 10), (place, seen)
        return counts

    few = sent()
    for place in enrolment.many(cohort, 20):
        marking.bring(cohort, [place], key="a-2")
    assert sent() == few
    make.release(found, coordinator)
    sent()


def test_of_many_reviews_only_the_one_that_is_asked_for_stands_whole(
    cohort, visit, coordinator, monkeypatch
) -> None:
    group = make.pieces(cohort, 3)
    found = make.begin(cohort)
    make.submit_all(found, group, overall=f"It holds. {CANARY}")
    staff = visit(coordinator)
    assert staff.get(address(cohort)).text().count(CANARY) == 6
    monkeypatch.setattr(peer_rounds, "WHOLE", 5)
    page = staff.get(address(cohort))
    assert CANARY not in page.text()
    links = page.soup.select("#main a[href*='read=']")
    assert len(links) == 6
    one = staff.get(str(links[0]["href"]))
    assert one.text().count(CANARY) == 1
    assert len(one.soup.select("#main a[href*='read=']")) == 5
