"""Forums as people use them: beginning, replying, changing, answering, being told apart, what is new."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from lms.cohorts import actions as cohorts
from lms.community.models import ForumThread, Post, PostDraft
from lms.community.rules import Ear
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from tests.factories import forums, world
from tests.support.statements import statements


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=2)


@pytest.fixture
def home(cohort):
    return f"/cohorts/{cohort.slug}/forums"


def address(cohort, said):
    return f"/cohorts/{cohort.slug}/threads/{said.thread.public_id}"


def test_a_thread_is_begun_read_by_another_and_answered_by_faculty(
    visit, cohort, rhea, sanjay, faculty, home
):
    hers = visit(rhea)
    page = hers.get(f"{home}/common-room")
    assert "Nobody has begun a thread here" in page.text(".empty")
    page = hers.get(f"{home}/{forums.MODULE}/new")
    page = hers.submit(page, "form.form", title="Substitutes", text="Does a **substitute** count?")
    assert page.title == "Substitutes"
    assert page.one(".comment strong").get_text() == "substitute"
    his = visit(sanjay)
    listed = his.get(home)
    assert listed.texts(".row-title")[0] == "Substitutes"
    assert "1 new" in listed.text("section[aria-labelledby=latest-title]")
    seen = his.get(listed.link("Substitutes"))
    assert seen.texts(".comment .pill") == ["new"]
    desk = visit(faculty)
    there = desk.get(page.url.partition("?")[0])
    there = desk.submit(there, "#write form", text="It does, where it gets the same job done.")
    assert there.texts(".comment .tag") == ["faculty", "you"]
    again = hers.get(page.url.partition("?")[0])
    reply = db.session.scalars(sa.select(Post).order_by(Post.id.desc())).first()
    again = hers.submit(again, f"#p-{reply.public_id} .post-acts form")
    assert "Answered by Faye Faculty" in again.text(".answered")
    assert "answered" in his.get(f"{home}/{forums.MODULE}").text(".rows")


def test_title_and_text_are_asked_for_and_kept(visit, cohort, rhea, home):
    hers = visit(rhea)
    page = hers.get(f"{home}/common-room/new")
    page = hers.submit(page, "form.form", title="", text="A question without a title.")
    assert "Give the thread a title" in page.text("#title-error")
    assert page.one("textarea").get_text().strip() == "A question without a title."
    page = hers.submit(page, "form.form", title="x" * 130, text="A question")
    assert "at most 120" in page.text("#title-error")
    page = hers.submit(page, "form.form", title="Short", text="   ")
    assert "Write something first." in page.text("#text-error")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ForumThread)) == 0


def test_the_same_form_sent_twice_begins_one_thread_and_posts_one_reply(visit, cohort, rhea, home):
    hers = visit(rhea)
    form = hers.get(f"{home}/common-room/new")
    for _ in range(2):
        page = hers.submit(form, "form.form", title="Once", text="Only once.")
    for _ in range(2):
        hers.submit(page, "#write form", text="And one reply.")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ForumThread)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 2


def test_a_draft_of_a_thread_is_kept_with_its_title(visit, cohort, rhea, home):
    hers = visit(rhea)
    page = hers.get(f"{home}/common-room/new")
    form = page.one("form.form")
    token = form.select_one("input[name=csrf_token]")["value"]
    data = {"title": "Half", "text": "a thought", "csrf_token": token}
    assert hers.open("POST", form["data-autosave-url"], data=data).json["out"] == {"words": "2 words"}
    again = hers.get(f"{home}/common-room/new")
    assert again.one("#title")["value"] == "Half"
    assert again.one("textarea").get_text().strip() == "a thought"
    hers.submit(again, "form.form", title="Whole", text="a thought, whole")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PostDraft)) == 0


def test_a_quotation_stands_in_the_reply(visit, cohort, rhea, sanjay):
    said = forums.began(cohort, rhea, text="First line.\n\nSecond line.")
    nested = forums.replied(cohort, rhea, said, "A reply that is quoted.", to=None)
    his = visit(sanjay)
    page = his.get(f"{address(cohort, said)}?quote={nested.post.public_id}")
    assert page.one("textarea").get_text().strip().startswith("> **Rhea Menon:**")
    page = his.submit(page, "#write form")
    assert "A reply that is quoted." in page.text(".comment blockquote")
    assert len(page.soup.select(".thread .thread .comment")) == 1, "one level below what it replies to"


def test_what_a_post_said_before_is_shown_beside_it(visit, cohort, rhea, sanjay):
    said = forums.began(cohort, rhea, text="He is wrong.")
    hers = visit(rhea)
    page = hers.get(f"{address(cohort, said)}?edit={said.post.public_id}")
    page = hers.submit(page, "#write form", title="A fairer title", text="I read it otherwise.")
    assert page.title == "A fairer title"
    his = visit(sanjay)
    page = his.get(his.get(address(cohort, said)).one("a[href$=history]")["href"])
    assert "I read it otherwise." in page.text("main")
    assert "He is wrong." in page.text("main")


def test_a_question_that_was_answered_stays_as_it_was(visit, cohort, rhea, sanjay):
    said = forums.began(cohort, rhea)
    forums.replied(cohort, sanjay, said)
    with clock.at(clock.now() + dt.timedelta(minutes=31)):
        hers = visit(rhea)
        page = hers.get(f"{address(cohort, said)}?edit={said.post.public_id}")
        assert not page.has("input[name=act][value=edit]")


def test_removing_leaves_a_trace_where_somebody_replied_and_none_where_nobody_did(
    visit, cohort, rhea, sanjay, home
):
    alone, talked = forums.began(cohort, rhea, "Alone"), forums.began(cohort, rhea, "Talked about")
    forums.replied(cohort, sanjay, talked)
    hers = visit(rhea)
    for said in (alone, talked):
        hers.submit(hers.get(f"{address(cohort, said)}?remove={said.post.public_id}"), "#write form")
    his = visit(sanjay)
    assert his.get(f"{home}/common-room").texts(".row-title") == ["Talked about"]
    assert "Removed by its author" in his.get(address(cohort, talked)).text()
    his.refused(address(cohort, alone), status=404)


def test_a_file_stands_beside_a_post_for_those_who_read_it(visit, cohort, rhea, sanjay, faculty):
    said = forums.began(cohort, rhea, upload=(io.BytesIO(b"%PDF-1.4 sketch"), "sketch.pdf"))
    his = visit(sanjay)
    link = his.get(address(cohort, said)).link("sketch.pdf")
    assert his.open("GET", link).get_data() == b"%PDF-1.4 sketch"
    forums.hid(cohort, faculty, said, said.post)
    his.refused(link, status=404)
    assert visit(faculty).open("GET", link).status_code == 200


def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(visit, cohort, rhea, home):
    hers = visit(rhea)
    page = hers.get(f"{home}/common-room/new")
    page = hers.submit(
        page, "form.form", title="A file", text="See below.", upload=(b"MZ not a pdf", "a.pdf")
    )
    assert "is not the pdf file" in page.text("#upload-error")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 0


def test_learners_on_leave_read_and_do_not_write(visit, cohort, rhea, sanjay, home):
    from lms.enrolment import actions as enrolment
    from lms.enrolment.rules import PlaceState
    from tests.factories.live import place_of

    said = forums.began(cohort, rhea)
    with unit_of_work() as work:
        enrolment.change_state(
            place_of(cohort, sanjay),
            PlaceState.ON_LEAVE,
            reason="As agreed.",
            effective_on=work.now.date(),
            actor=world.director(),
            now=work.now,
        )
    his = visit(sanjay)
    page = his.get(address(cohort, said))
    assert "You are on leave" in page.text(".callout")
    assert not page.has("textarea")
    his.refused(f"{home}/common-room/new", status=403)


def test_nobody_of_another_cohort_finds_anything(visit, cohort, rhea, home):
    elsewhere = world.cohort(weeks_in=2)
    stranger, teacher = world.learner(elsewhere), world.granted(Role.FACULTY, elsewhere)
    said = forums.began(cohort, rhea)
    theirs = forums.began(elsewhere, stranger)
    for who in (stranger, teacher):
        for url in (home, f"{home}/common-room", f"{home}/search?q=rival", address(cohort, said)):
            visit(who).refused(url, status=404)
    visit(rhea).refused(address(cohort, theirs), status=404)


def test_forums_of_sections_are_read_by_the_section_and_the_staff(visit, cohort, rhea, sanjay, faculty, home):
    from lms.cohorts.queries import sections
    from lms.enrolment import actions as enrolment
    from tests.factories.live import place_of

    with unit_of_work() as work:
        cohorts.add_section(cohort.id, "B", actor=world.director())
        first, second = (one.id for one in sections(cohort.id)[:2])
        for who, section in ((rhea, first), (sanjay, second)):
            enrolment.change_section(place_of(cohort, who), section, actor=world.director(), now=work.now)
    common = forums.began(cohort, rhea, "For all")
    forums.apart(cohort, faculty)
    own = forums.began(cohort, rhea, "For us", "A quiet word about rivals.")
    chosen = forums.began(cohort, faculty, "For section B", section_id=second)
    his, hers, desk = visit(sanjay), visit(rhea), visit(faculty)
    assert sorted(his.get(f"{home}/common-room").texts(".row-title")) == ["For all", "For section B"]
    assert sorted(hers.get(f"{home}/common-room").texts(".row-title")) == ["For all", "For us"]
    assert len(desk.get(f"{home}/common-room").texts(".row-title")) == 3
    his.refused(address(cohort, own), status=404)
    hers.refused(address(cohort, chosen), status=404)
    his.get(address(cohort, common))
    assert not his.get(f"{home}/search?q=quiet").has(".found")
    assert "“For" not in his.get(f"{home}/search?q=quiet").text(".empty")
    forums.apart(cohort, faculty, per_section=False)
    his.refused(address(cohort, own), status=404)


def test_what_is_new_is_counted_until_it_is_read(visit, cohort, rhea, sanjay, home):
    said = forums.began(cohort, rhea)
    his = visit(sanjay)
    assert "1 new" in his.get(f"{home}/common-room").text(".rows")
    page = his.submit(his.get(address(cohort, said)), ".section-head form")
    assert not page.has(".comment .pill")
    assert "new" not in his.get(f"{home}/common-room").text(".rows")
    forums.replied(cohort, rhea, said, "One more.")
    forums.replied(cohort, rhea, said, "And another.")
    listed = his.get(f"{home}/common-room")
    assert "2 new" in listed.text(".rows")
    assert "2 new since" in his.get(listed.one(".row-link")["href"]).text(".section-head")
    his.submit(listed, ".section-head form")
    assert "new" not in his.get(home).text("section[aria-labelledby=latest-title] .rows")
    forums.replied(cohort, sanjay, said, "My own words are never new to me.")
    assert "new" not in his.get(home).text("section[aria-labelledby=latest-title] .rows")
    forums.replied(cohort, rhea, said, "But hers are.")
    assert "1 new" in his.get(home).text("section[aria-labelledby=latest-title] .rows")


def test_lists_show_what_is_asked_for(visit, cohort, rhea, sanjay, faculty, home):
    mine, his = forums.began(cohort, rhea, "Mine"), forums.began(cohort, sanjay, "His")
    forums.replied(cohort, faculty, his)
    hers = visit(rhea)
    assert hers.get(f"{home}/threads?show=followed").texts(".row-title") == ["Mine"]
    assert hers.get(f"{home}/threads?show=unanswered").texts(".row-title") == ["Mine"]
    assert hers.get(f"{home}/threads?show=new").texts(".row-title") == ["His"]
    assert "staff replied" in hers.get(f"{home}/threads").text(".rows")
    forums.hears(cohort, rhea, his, Ear.FOLLOWING)
    forums.hears(cohort, rhea, mine, Ear.MUTED)
    assert hers.get(f"{home}/threads?show=followed").texts(".row-title") == ["His"]
    assert hers.get(f"{home}/threads?show=hidden").texts(".row-title") == ["His", "Mine"]


def test_scripts_are_shown_as_text(visit, cohort, rhea, sanjay):
    bad = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(2)> @<b>x</b>"
    said = forums.began(cohort, rhea, "<b>bold</b>", bad)
    page = visit(sanjay).get(address(cohort, said))
    assert page.title == "<b>bold</b>"
    assert not page.has(".comment script")
    assert not page.has(".comment img")


def crowd(cohort, people, threads):
    """Threads by many, each with a reply of the next."""
    for number in range(threads):
        said = forums.began(cohort, people[number % len(people)], f"Thread {number}")
        forums.replied(cohort, people[(number + 1) % len(people)], said)


@pytest.mark.slow
@pytest.mark.db
def test_the_number_of_statements_is_the_same_for_few_and_for_many(visit, cohort, rhea, faculty, home):
    counts = {}
    hers, desk = visit(rhea), visit(faculty)
    said = forums.began(cohort, rhea, "The long one")
    hers.get(home)
    made = 0
    for wanted in (5, 58):
        people = [world.learner(cohort) for _ in range(wanted - made)]
        crowd(cohort, people, wanted - made)
        for one in people:
            forums.replied(cohort, one, said)
        made = wanted
        pages = (
            home,
            f"{home}/common-room",
            f"{home}/threads?show=new",
            address(cohort, said),
            f"{home}/search?q=rival",
        )
        seen = []
        for person in (hers, desk):
            for url in pages:
                with statements() as sent:
                    page = person.get(url)
                seen.append(len(sent))
                assert len(page.response.get_data()) < 60_000, url
        counts[wanted] = seen
    assert counts[5] == counts[58]
    assert max(counts[58][:5]) <= 10, counts
    assert max(counts[58][5:]) <= 14, counts


@pytest.mark.db
@pytest.mark.slow
def test_every_thread_is_met_once_when_one_pages_on(visit, cohort, rhea, sanjay, faculty, home):
    crowd(cohort, [rhea, sanjay], 70)
    from lms.community.actions import moderating

    pinned = forums.began(cohort, faculty, "Pinned")
    with unit_of_work() as work:
        moderating.pin(
            forums.seen(cohort, faculty, pinned), pinned=True, actor=world.actor(faculty), now=work.now
        )
    for start in (f"{home}/common-room", f"{home}/threads"):
        hers, met = visit(rhea), []
        page = hers.get(start)
        while True:
            met += page.texts(".row-title")
            if not page.has("a[rel=next]"):
                break
            page = hers.get(page.one("a[rel=next]")["href"])
        assert len(met) == 71
        assert len(set(met)) == 71
        if start.endswith("common-room"):
            assert met[0] == "Pinned"
