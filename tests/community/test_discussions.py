"""Discussions as people use them: reading, writing, changing, removing, hiding, and what that does elsewhere."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.community.models import Post, PostDraft, ThreadSeen
from lms.completion import queries as completion
from lms.core import clock
from lms.core.db import db
from lms.people.rules import Role
from tests.factories import community, world
from tests.factories.community import LONG
from tests.support.statements import statements

SCRIPT = "<script>alert('x')</script> [click](javascript:alert(1)) <img src=x onerror=alert(2)>"


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=1)


@pytest.fixture
def page_of(cohort):
    return f"/cohorts/{cohort.slug}/discussions/th1"


def done(cohort, who):
    discussion = community.discussion(cohort, who)
    place = db.session.scalar(sa.text("SELECT id FROM place WHERE person_id = :p"), {"p": who.id})
    return discussion.line.id in completion.done(place)


def test_a_first_post_is_read_by_others_and_counts_as_done(visit, cohort, rhea, sanjay, page_of):
    with community.opened(cohort, rhea):
        mine = visit(rhea)
        page = mine.get(page_of)
        assert page.title == "A vision with a victim"
        assert page.text("#part-title + dl div:first-child dd") == "not yet"
        page = mine.submit(page, "#write form", text="**He is right** about the money.")
        assert "Posted." in page.messages[0]
        assert done(cohort, rhea)
        assert "in time" in page.text("#part-title + dl div:first-child dd")
        others = visit(sanjay).get(page_of)
        assert "He is right about the money." in others.text(".comment")
        assert others.one(".comment strong").get_text() == "He is right"
        assert others.texts(".comment .pill") == ["new"]


def test_a_reply_goes_under_the_post_and_counts_when_it_is_long_enough(visit, cohort, rhea, sanjay, page_of):
    with community.opened(cohort, rhea):
        first = community.said(cohort, rhea)
        his = visit(sanjay)
        page = his.get(f"{page_of}?reply={first.public_id}")
        page = his.submit(page, "#write form", text="Too short.")
        assert page.text("#part-title + dl div:nth-child(2) dd").startswith("0 of 2")
        page = his.get(f"{page_of}?reply={first.public_id}")
        page = his.submit(page, "#write form", text=LONG)
        assert page.text("#part-title + dl div:nth-child(2) dd").startswith("1 of 2")
        assert len(page.soup.select(".thread .thread .comment")) == 2
        assert not done(cohort, sanjay), "a reply is no first post"


def test_what_is_typed_is_kept_when_it_cannot_be_posted(visit, cohort, rhea, page_of):
    found = community.window(cohort, rhea)
    with clock.at(found.closes_at - dt.timedelta(minutes=5)):
        hers = visit(rhea)
        page = hers.get(page_of)
    with clock.at(found.closes_at + dt.timedelta(minutes=1)):
        late = hers.submit(page, "#write form", text="I came too late.")
        assert "This discussion closed on" in late.text(".summary-errors")
        assert "your text is still below" in late.text(".summary-errors")
        assert late.one("textarea").get_text().strip() == "I came too late."
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 0


@pytest.mark.parametrize(
    ("text", "reason"), [("  ", "Write something first."), ("x" * 20_001, "at most 20,000")]
)
def test_empty_and_endless_posts_are_refused_at_the_form(visit, cohort, rhea, page_of, text, reason):
    with community.opened(cohort, rhea):
        hers = visit(rhea)
        page = hers.submit(hers.get(page_of), "#write form", text=text)
        assert reason in page.text("#text-error")


def test_the_same_form_sent_twice_posts_once(visit, cohort, rhea, page_of):
    with community.opened(cohort, rhea):
        hers = visit(rhea)
        form = hers.get(page_of)
        hers.submit(form, "#write form", text="Once.")
        hers.submit(form, "#write form", text="Once.")
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 1


def test_anothers_key_makes_a_post_of_its_own(visit, cohort, rhea, sanjay, page_of):
    with community.opened(cohort, rhea):
        first = community.said(cohort, rhea)
        his = visit(sanjay)
        page = his.get(page_of)
        page.one("#write input[name=key]")["value"] = first.public_id
        his.submit(page, "#write form", text="Mine.")
        assert sorted(db.session.scalars(sa.select(Post.author_id))) == sorted([rhea.id, sanjay.id])


def test_one_changes_ones_own_post_until_somebody_has_replied(visit, cohort, rhea, sanjay, page_of):
    with community.opened(cohort, rhea):
        first = community.said(cohort, rhea)
        hers = visit(rhea)
        page = hers.get(f"{page_of}?edit={first.public_id}")
        page = hers.submit(page, "#write form", text="Better words.")
        assert "Better words." in page.text(f"#p-{first.public_id}")
        assert "changed" in page.text(f"#p-{first.public_id}")
        community.said(cohort, sanjay, to=first)
        stale = hers.get(f"{page_of}?edit={first.public_id}")
    with community.opened(cohort, rhea, dt.timedelta(hours=2)):
        assert not hers.get(f"{page_of}?edit={first.public_id}").has("#write input[name=post]")
        refused = hers.submit(stale, "#write form", text="Rewritten history.")
        assert "Somebody has replied" in refused.text(".summary-errors")
        assert refused.one("textarea").get_text().strip() == "Rewritten history."


def test_a_change_from_another_window_is_shown_not_overwritten(visit, cohort, rhea, page_of):
    with community.opened(cohort, rhea):
        first = community.said(cohort, rhea)
        hers = visit(rhea)
        old = hers.get(f"{page_of}?edit={first.public_id}")
    with community.opened(cohort, rhea, dt.timedelta(minutes=61)):
        hers.submit(hers.get(f"{page_of}?edit={first.public_id}"), "#write form", text="From window two.")
        page = hers.submit(old, "#write form", text="From window one.")
        assert "in another window" in page.text(".summary-errors")
        assert "From window two." in page.text(".kept-text")


def test_removing_ones_only_post_takes_back_what_it_counted_for(visit, cohort, rhea, sanjay, page_of):
    with community.opened(cohort, rhea):
        first = community.said(cohort, rhea, "Secret figures of my employer.")
        community.said(cohort, sanjay, to=first)
        hers = visit(rhea)
        page = hers.submit(hers.get(f"{page_of}?remove={first.public_id}"), "#write form")
        assert not done(cohort, rhea)
        theirs = visit(sanjay).get(page_of)
        assert "Removed by its author." in theirs.text()
        assert "Secret figures" not in theirs.text()
        assert LONG.strip() in theirs.text()
        assert page.texts("#posts") == ["1 post"]


def test_staff_hide_a_post_with_a_reason_only_its_author_reads(visit, cohort, rhea, sanjay, faculty, page_of):
    with community.opened(cohort, rhea):
        first = community.said(cohort, rhea, "Something unkind.")
        desk = visit(faculty)
        page = desk.get(f"{page_of}?hide={first.public_id}")
        page = desk.submit(page, "#write form", reason="")
        assert "Say why" in page.text(".summary-errors")
        page = desk.submit(page, "#write form", reason="It names a colleague.")
        assert not done(cohort, rhea)
        assert "Why: It names a colleague." in visit(rhea).get(page_of).text()
        others = visit(sanjay).get(page_of).text()
        assert "Hidden by the teaching staff." in others
        assert "colleague" not in others
        assert "unkind" not in others
        desk.submit(page, f"#p-{first.public_id} form.inline")
        assert "Something unkind." in visit(sanjay).get(page_of).text()
        assert done(cohort, rhea)


def test_learners_cannot_hide_and_strangers_find_nothing(visit, cohort, rhea, sanjay, page_of):
    elsewhere = world.cohort(weeks_in=1)
    stranger = world.learner(elsewhere)
    teacher = world.granted(Role.FACULTY, elsewhere)
    with community.opened(cohort, rhea):
        first = community.said(cohort, rhea)
        for outsider in (stranger, teacher):
            visit(outsider).refused(page_of, status=404)
            visit(outsider).refused(f"{page_of}/participation", status=404)
        his = visit(sanjay)
        his.refused(f"{page_of}/participation", status=403)
        his.refused(f"{page_of}/participation.csv", status=403)
        page = his.get(page_of)
        token = page.one("#write input[name=csrf_token]")["value"]
        for act, where, status in (
            ("hide", "/moderation", 403),
            ("restore", "/moderation", 403),
            ("nonsense", "/moderation", 403),
            ("hide", "", 404),
            ("restore", "", 404),
        ):
            data = {"act": act, "post": first.public_id, "reason": "no", "csrf_token": token}
            assert his.open("POST", page_of + where, data=data).status_code == status
        data = {
            "act": "edit",
            "post": first.public_id,
            "text": "Mine now",
            "csrf_token": token,
            "version": "new",
        }
        refused = his.open("POST", page_of, data=data)
        assert "Only its author" in refused.get_data(as_text=True)
        foreign = {"act": "remove", "post": "zzzzzzzzzzzz", "csrf_token": token}
        assert his.open("POST", page_of, data=foreign).status_code == 404


def test_directors_read_and_do_not_write(visit, cohort, rhea, page_of):
    director = world.granted(Role.AUDITOR)
    with community.opened(cohort, rhea):
        reader = visit(director)
        page = reader.get(page_of)
        assert not page.has("textarea")
        token = page.soup.select_one("input[name=csrf_token]")["value"]
        response = visit(director).open(
            "POST", page_of, data={"act": "post", "text": "x", "csrf_token": token}
        )
        assert response.status_code in (400, 403)


def test_what_is_new_is_marked_until_somebody_says_they_have_read_it(visit, cohort, rhea, sanjay, page_of):
    with community.opened(cohort, rhea):
        community.said(cohort, rhea)
        his = visit(sanjay)
        page = his.get(page_of)
        assert "1 new" in page.text(".section-head")
        community.said(cohort, rhea, "One more, written while he read.")
        page = his.submit(page, ".section-head form")
        assert "1 new" in page.text(".section-head"), "what he had not seen stays new"
        page = his.submit(page, ".section-head form")
        assert not page.has(".comment .pill")
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ThreadSeen)) == 1


def test_a_draft_is_kept_and_goes_when_it_is_posted(visit, cohort, rhea, page_of):
    with community.opened(cohort, rhea):
        hers = visit(rhea)
        page = hers.get(page_of)
        url = page.one("#write form")["data-autosave-url"]
        token = page.one("#write input[name=csrf_token]")["value"]
        answer = hers.open("POST", url, data={"text": "Half a thought", "csrf_token": token})
        assert answer.json["out"] == {"words": "3 words"}
        again = hers.get(page_of)
        assert again.one("textarea").get_text().strip() == "Half a thought"
        page = hers.submit(again, "#write form", text="A whole thought")
        assert page.one("textarea").get_text().strip() == ""
        assert page.one("form[data-autosave-url]")["data-autosave-sent"] == url
        hers.open("POST", url, data={"text": "A whole thought", "csrf_token": token})
        assert db.session.scalar(sa.select(sa.func.count()).select_from(PostDraft)) == 0
        long = hers.open("POST", url, data={"text": "x" * 50_000, "csrf_token": token})
        assert long.status_code == 422
        assert (
            hers.open(
                "POST", f"{url}?parent=zzzzzzzzzzzz", data={"text": "x", "csrf_token": token}
            ).status_code
            == 404
        )


def test_scripts_in_posts_are_shown_as_text(visit, cohort, rhea, page_of):
    with community.opened(cohort, rhea):
        community.said(cohort, rhea, SCRIPT)
        page = visit(rhea).get(page_of)
        assert "<script>alert('x')</script>".replace("'", "") in page.text(".comment").replace(
            "‘", ""
        ).replace("’", "")
        assert not page.has(".comment script")
        assert not page.has(".comment img")


@pytest.mark.slow
def test_the_participation_table_says_who_posted_in_time(visit, cohort, rhea, sanjay, faculty, page_of):
    late = world.learner(cohort, "=Lata Late")
    with community.opened(cohort, rhea) as found:
        first = community.said(cohort, rhea)
        community.said(cohort, sanjay, "In time, and short.")
        community.said(cohort, sanjay, to=first)
    with clock.at(found.first_post_by + dt.timedelta(hours=1)):
        community.said(cohort, late)
        desk = visit(faculty)
        page = desk.get(f"{page_of}/participation")
        rows = {row[0]: row for row in page.rows()}
        assert rows["Rhea Menon"][3] == "in time"
        assert rows["Rhea Menon"][7] == "60"
        assert rows["Sanjay Kulkarni"][6:] == ["1", "80"]
        assert rows["=Lata Late"][3] == "late"
        assert rows["=Lata Late"][7] == "0"
        text = desk.open("GET", f"{page_of}/participation.csv").get_data(as_text=True)
        assert "'=Lata Late" in text
        assert "Sanjay Kulkarni,," in text


def crowd(cohort, count):
    people = [world.learner(cohort) for _ in range(count)]
    posts = [community.said(cohort, one, f"My answer. {LONG}") for one in people]
    for one, post in zip(people, posts[1:], strict=False):
        community.said(cohort, one, to=post)
    return people


@pytest.mark.slow
@pytest.mark.db
def test_the_number_of_statements_is_the_same_for_5_and_60(visit, cohort, rhea, faculty, page_of):
    counts = {}
    with community.opened(cohort, rhea):
        hers, desk = visit(rhea), visit(faculty)
        hers.get(page_of)
        made = 0
        for wanted in (5, 59):
            crowd(cohort, wanted - made)
            made = wanted
            seen = []
            for person, url in ((hers, page_of), (desk, page_of), (desk, f"{page_of}/participation")):
                with statements() as sent:
                    page = person.get(url)
                seen.append(len(sent))
                assert len(page.response.get_data()) < 60_000
            counts[wanted] = seen
        assert "20" not in hers.get(page_of).texts("#posts")
        older = hers.get(hers.get(page_of).link("More posts"))
        assert len(older.soup.select(".thread > li > .comment")) >= 20
    assert counts[5] == counts[59]
    assert counts[59][0] <= 10
    assert max(counts[59][1:]) <= 14
