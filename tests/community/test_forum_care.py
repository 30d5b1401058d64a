"""Looking after forums: hiding, locking, moving, merging, reports; and what learners then see."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.community.actions import moderating
from lms.community.models import ForumStory, Post, PostReport, PostSearch
from lms.community.rules import ForumRefusal, Outcome
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.notifications.models import NoticeKind
from tests.factories import forums, notifications, world


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=2)


@pytest.fixture
def home(cohort):
    return f"/cohorts/{cohort.slug}/forums"


def address(cohort, said):
    return f"/cohorts/{cohort.slug}/threads/{said.thread.public_id}"


def test_a_hidden_reply_leaves_a_trace_and_its_author_reads_why(visit, cohort, rhea, sanjay, faculty):
    said = forums.began(cohort, rhea)
    rude = forums.replied(cohort, sanjay, said, "Something unkind.")
    desk = visit(faculty)
    page = desk.get(f"{address(cohort, said)}?hide={rude.post.public_id}")
    page = desk.submit(page, "#write form", reason="")
    assert "Say why" in page.text(".summary-errors")
    page = desk.submit(page, "#write form", reason="Not about the person.")
    assert (
        "Hidden by the teaching staff. Why: Not about the person."
        in visit(sanjay).get(address(cohort, said)).text()
    )
    others = visit(rhea).get(address(cohort, said)).text()
    assert "Hidden by the teaching staff." in others
    assert "unkind" not in others
    assert "about the person" not in others
    desk.submit(page, f"#p-{rude.post.public_id} form.inline")
    assert "Something unkind." in visit(rhea).get(address(cohort, said)).text()


def test_with_its_first_post_a_thread_goes_out_of_sight_and_comes_back(
    visit, cohort, rhea, sanjay, faculty, home
):
    said = forums.began(cohort, rhea, "Names a client")
    forums.replied(cohort, sanjay, said)
    forums.hid(cohort, faculty, said, said.post)
    his = visit(sanjay)
    his.refused(address(cohort, said), status=404)
    assert not his.get(f"{home}/common-room").has(".rows")
    assert "out of sight" in visit(rhea).get(address(cohort, said)).text(".callout")
    assert visit(faculty).get(f"{home}/common-room?show=hidden").texts(".row-title") == ["Names a client"]
    with unit_of_work():
        moderating.restore(
            forums.seen(cohort, faculty, said), said.post.public_id, actor=world.actor(faculty)
        )
    assert his.get(f"{home}/common-room").texts(".row-title") == ["Names a client"]


def test_a_locked_thread_is_read_by_all_and_written_in_by_those_who_moderate(visit, cohort, rhea, faculty):
    said = forums.began(cohort, rhea)
    hers = visit(rhea)
    open_form = hers.get(address(cohort, said))
    desk = visit(faculty)
    page = desk.get(f"{address(cohort, said)}/care")
    page = desk.submit(page, "section[aria-labelledby=lock-title] form", reason="Settled in class.")
    assert "locked" in page.messages[0]
    page = hers.get(address(cohort, said))
    assert "Settled in class." in page.text(".callout")
    assert not page.has("textarea")
    late = hers.submit(open_form, "#write form", text="One more thing.")
    assert "This thread is locked" in late.text("#text-error")
    assert late.one("textarea").get_text().strip() == "One more thing."
    forums.replied(cohort, faculty, said, "As I said in class.")
    assert "Locked by Faye Faculty" in page.text("section[aria-labelledby=story-title]")
    desk.submit(desk.get(f"{address(cohort, said)}/care"), "section[aria-labelledby=lock-title] form")
    assert hers.get(address(cohort, said)).has("textarea")


def test_pin_rename_and_move_are_told_beside_the_thread(visit, cohort, rhea, faculty, home):
    forums.began(cohort, rhea, "Another")
    said = forums.began(cohort, rhea, "Help")
    forums.began(cohort, rhea, "The latest")
    desk = visit(faculty)
    care = f"{address(cohort, said)}/care"
    desk.submit(desk.get(care), "section[aria-labelledby=pin-title] form")
    assert visit(rhea).get(f"{home}/common-room").texts(".row-title") == ["Help", "The latest", "Another"]
    page = desk.submit(desk.get(care), "section[aria-labelledby=rename-title] form", title=" ")
    assert "Give the thread a title" in page.text("#title-error")
    desk.submit(page, "section[aria-labelledby=rename-title] form", title="Substitutes as rivals")
    page = desk.submit(desk.get(care), "section[aria-labelledby=move-title] form", forum=forums.MODULE)
    assert page.title == "Substitutes as rivals"
    seen = visit(rhea).get(address(cohort, said))
    story = seen.text("section[aria-labelledby=story-title]")
    assert [act for act in ("Pinned by", "Renamed by", "Moved by") if act in story] == [
        "Pinned by",
        "Renamed by",
        "Moved by",
    ]
    assert "Help" not in story, "what it was called is nobody's business"
    assert visit(rhea).get(f"{home}/common-room").texts(".row-title") == ["The latest", "Another"]
    assert visit(rhea).get(f"{home}/search?q=substitutes").has(".found")


@pytest.mark.db
def test_two_threads_become_one_and_two_again(visit, cohort, rhea, sanjay, faculty, home):
    first = forums.began(cohort, rhea, "Rivals", "The first question.")
    second = forums.began(cohort, sanjay, "Rivals again", "The same question.")
    forums.replied(cohort, rhea, second, "Asked above.", to=second.post)
    desk = visit(faculty)
    page = desk.get(f"{address(cohort, second)}/care")
    refused = desk.submit(page, "section[aria-labelledby=merge-title] form", into="nonsense")
    assert "There is no such thread" in refused.text("#into-error")
    page = desk.submit(
        refused,
        "section[aria-labelledby=merge-title] form",
        into=f"https://x.example{address(cohort, first)}?post=1#p-1",
    )
    assert page.title == "Rivals"
    his = visit(sanjay)
    met = his.get(f"{address(cohort, second)}?post={second.post.public_id}")
    assert met.title == "Rivals"
    assert "The same question." in met.text()
    assert his.get(f"{home}/common-room").texts(".row-title") == ["Rivals"]
    assert his.get(f"{home}/search?q=question").texts(".found .row-title") == ["Rivals", "Rivals"]
    late = forums.replied(cohort, sanjay, first, "Since they are one.", to=second.post)
    with pytest.raises(RuleViolation) as gone:
        forums.replied(cohort, sanjay, second, "Into the old one.")
    assert gone.value.reason is ForumRefusal.GONE
    told = db.session.scalar(sa.select(ForumStory.id))
    for _ in range(2):
        page = desk.get(f"{address(cohort, first)}/care")
        if page.has(f"input[value='{told}']"):
            desk.submit(page, "aside form")
    assert his.get(address(cohort, second)).title == "Rivals again"
    assert "Since they are one." in his.get(address(cohort, second)).text()
    assert "The same question." not in his.get(address(cohort, first)).text("ol.thread")
    db.session.expire_all()
    assert late.post.thread_id == second.thread.thread_id


def test_a_sections_thread_is_not_merged_into_one_that_all_read(cohort, rhea, faculty):
    from lms.cohorts.queries import sections

    (section,) = sections(cohort.id)[:1]
    own = forums.began(cohort, faculty, "For a section", section_id=section.id)
    common = forums.began(cohort, faculty, "For all")
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        moderating.merge(
            forums.seen(cohort, faculty, own),
            forums.seen(cohort, faculty, common),
            actor=world.actor(faculty),
            now=work.now,
        )
    assert refused.value.reason is ForumRefusal.OTHER_READERS


def test_a_report_waits_until_somebody_decides_and_both_are_told(visit, cohort, rhea, sanjay, faculty, home):
    said = forums.began(cohort, rhea)
    rude = forums.replied(cohort, sanjay, said, "You never get it.")
    hers = visit(rhea)
    url = f"{address(cohort, said)}/posts/{rude.post.public_id}/report"
    page = hers.submit(hers.get(url), "form.form", reason=" ")
    assert "Say what is wrong" in page.text("#reason-error")
    hers.submit(page, "form.form", reason="It is meant to hurt.")
    again = hers.submit(hers.get(url), "form.form", reason="Once more.")
    assert "You have reported this post already" in again.text("#reason-error")
    own = visit(sanjay)
    page = own.submit(own.get(url), "form.form", reason="Hm.")
    assert "Remove your own post" in page.text("#reason-error")
    desk = visit(faculty)
    assert "1 post to look at" in desk.get("/teaching").text("section[aria-labelledby=reported-title]")
    assert [notice.title for notice in notifications.notices(faculty, NoticeKind.REPORT)] == [
        f"A post in “{said.thread.title}” was reported"
    ]
    queue = desk.get(f"{home}/reports")
    assert "It is meant to hurt." in queue.text(".report")
    queue = desk.submit(queue, ".report form", press="Hide the post")
    assert "Say why" in queue.text(".report .error")
    queue = desk.submit(queue, ".report form", press="Hide the post", reason="It attacks a person.")
    assert "Nothing waits" in queue.text()
    assert "What you reported was looked at" in [one.title for one in notifications.notices(rhea)]
    (told,) = [one for one in notifications.notices(sanjay) if one.title == "A post of yours was hidden"]
    assert "It attacks a person." in told.text
    assert "hurt" not in told.text
    assert "Rhea" not in told.text
    report = db.session.scalars(sa.select(PostReport)).one()
    assert report.outcome is Outcome.HIDDEN
    assert not desk.get("/teaching").has("#reported-title")


def test_what_is_left_stays_and_who_reported_it_reads_why(visit, cohort, rhea, sanjay, faculty, home):
    said = forums.began(cohort, rhea)
    forums.reported(cohort, sanjay, said, said.post, "I find it silly.")
    desk = visit(faculty)
    desk.submit(desk.get(f"{home}/reports"), ".report form", press="Leave it", reason="One may ask this.")
    (told,) = [one for one in notifications.notices(sanjay) if "looked at" in one.title]
    assert told.text.endswith("The post stays. One may ask this.")
    assert said.thread.title in visit(sanjay).get(f"{home}/common-room").text()


@pytest.mark.db
def test_what_is_out_of_sight_is_not_in_the_index(cohort, rhea, sanjay, faculty):
    said = forums.began(cohort, rhea)
    reply = forums.replied(cohort, sanjay, said)
    forums.hid(cohort, faculty, said, reply.post)
    assert set(db.session.scalars(sa.select(PostSearch.post_id))) == {said.post.id}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 2
