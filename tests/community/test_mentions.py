"""Naming people and following: who is told of what, once, and who is not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.community.actions import forums as writing
from lms.community.actions.forums import Saying
from lms.community.models import PostMention
from lms.community.rules import Ear, ForumRefusal
from lms.core import outbox
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import TeamKind
from lms.notifications.models import NoticeKind
from lms.people.rules import Role
from tests.factories import forums, notifications, world
from tests.factories.live import place_of


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=2)


def titles(who, kind):
    return [notice.title for notice in notifications.notices(who) if notice.kind is kind]


def unread(who, kind):
    return [one for one in notifications.notices(who) if one.kind is kind and one.read_at is None]


def address(cohort, said):
    return f"/cohorts/{cohort.slug}/threads/{said.thread.public_id}"


def test_a_name_tells_once_and_becomes_a_link_to_what_they_wrote(visit, cohort, rhea, sanjay):
    said = forums.began(cohort, rhea, text="What do you think, @sanjay.kulkarni? And you, @rhea.menon?")
    assert titles(sanjay, NoticeKind.MENTION) == [f"Rhea Menon named you in “{said.thread.title}”"]
    assert titles(rhea, NoticeKind.MENTION) == []
    page = visit(sanjay).get(address(cohort, said))
    assert page.texts(".comment a.mention") == ["@Sanjay Kulkarni", "@Rhea Menon"]
    with unit_of_work() as work:
        changed = Saying(text="@sanjay.kulkarni, I changed my mind.", title=said.thread.title)
        view = forums.seen(cohort, rhea, said)
        writing.edit(view, said.post.public_id, changed, "new", actor=world.actor(rhea), now=work.now)
    assert len(titles(sanjay, NoticeKind.MENTION)) == 1


def test_somebody_named_later_is_told_then(cohort, rhea, sanjay, faculty):
    said = forums.began(cohort, rhea, text="A question.")
    with unit_of_work() as work:
        view = forums.seen(cohort, rhea, said)
        changed = Saying(text="A question for @faye.faculty", title="T")
        writing.edit(view, said.post.public_id, changed, "new", actor=world.actor(rhea), now=work.now)
    assert len(titles(faculty, NoticeKind.MENTION)) == 1
    assert titles(sanjay, NoticeKind.MENTION) == []


def test_only_people_who_read_it_can_be_named(visit, cohort, rhea, sanjay):
    elsewhere = world.cohort(weeks_in=2)
    stranger = world.learner(elsewhere, "Sven Stranger")
    hers = visit(rhea)
    page = hers.get(f"/cohorts/{cohort.slug}/forums/common-room/new")
    page = hers.submit(page, "form.form", title="Names", text="@sven.stranger and @nobody")
    assert "Nobody who reads this is called @sven.stranger, @nobody" in " ".join(page.messages)
    assert titles(stranger, NoticeKind.MENTION) == []
    assert not page.has(".comment a.mention")


def test_the_team_is_told_and_nobody_else(cohort, rhea, sanjay):
    third = world.learner(cohort, "Tara Third")
    with unit_of_work() as work:
        team = NewTeam(name="Banyan", place_ids=(place_of(cohort, rhea), place_of(cohort, sanjay)))
        enrolment.form_teams(cohort.id, TeamKind.WORKING, [team], actor=world.director(), now=work.now)
    forums.began(cohort, rhea, text="@team, shall we meet?")
    assert len(titles(sanjay, NoticeKind.MENTION)) == 1
    assert titles(third, NoticeKind.MENTION) == []
    lonely = forums.began(cohort, third, text="@team?")
    assert lonely.naming.unknown == ("team",)


def test_everyone_is_for_staff_who_confirm_it(visit, cohort, rhea, sanjay, faculty):
    said = forums.began(cohort, rhea, text="@everyone look")
    assert said.naming.unknown == ("everyone",)
    assert titles(sanjay, NoticeKind.MENTION) == []
    with pytest.raises(RuleViolation) as refused:
        forums.began(cohort, faculty, text="@everyone look")
    assert refused.value.reason is ForumRefusal.EVERYONE
    desk = visit(faculty)
    page = desk.get(f"/cohorts/{cohort.slug}/forums/common-room/new")
    page = desk.submit(page, "form.form", title="To all", text="@everyone, slides are up.")
    assert "tells 2 people at once" in page.text("#text-error")
    desk.submit(page, "form.form", everyone="y")
    assert len(titles(sanjay, NoticeKind.MENTION)) == len(titles(rhea, NoticeKind.MENTION)) == 1
    assert titles(faculty, NoticeKind.MENTION) == []


def test_whoever_writes_follows_and_hears_once_while_it_is_unread(cohort, rhea, sanjay, faculty):
    said = forums.began(cohort, rhea)
    forums.replied(cohort, sanjay, said, "One.")
    last = forums.replied(cohort, sanjay, said, "Two.")
    (notice,) = unread(rhea, NoticeKind.THREAD)
    assert notice.text == "Two."
    assert last.post.public_id in notice.link
    while outbox.drain():
        pass
    mails = db.session.scalar(
        sa.select(sa.func.count()).select_from(MailMessage).where(MailMessage.person_id == rhea.id)
    )
    assert mails <= 2, "the welcome, and one for the thread"
    forums.read(cohort, rhea, said, last.post)
    assert unread(rhea, NoticeKind.THREAD) == []
    forums.replied(cohort, sanjay, said, "Three.")
    assert [one.text for one in unread(rhea, NoticeKind.THREAD)] == ["Three."]
    assert unread(sanjay, NoticeKind.THREAD) == []
    assert unread(faculty, NoticeKind.THREAD) == []


def test_muting_and_following(cohort, rhea, sanjay, faculty):
    said = forums.began(cohort, rhea)
    forums.hears(cohort, rhea, said, Ear.MUTED)
    forums.hears_forum(cohort, faculty, Ear.FOLLOWING)
    forums.replied(cohort, sanjay, said, "Heard by faculty only.")
    assert unread(rhea, NoticeKind.THREAD) == []
    assert len(unread(faculty, NoticeKind.THREAD)) == 1
    forums.replied(cohort, sanjay, said, "But you, @rhea.menon?")
    assert len(unread(rhea, NoticeKind.MENTION)) == 1
    forums.began(cohort, sanjay, "A new one")
    assert titles(faculty, NoticeKind.THREAD)[0].endswith("began “A new one”")


def test_who_is_named_is_not_told_twice_of_one_post(cohort, rhea, sanjay):
    said = forums.began(cohort, rhea)
    forums.replied(cohort, sanjay, said, "@rhea.menon, I would.")
    assert len(unread(rhea, NoticeKind.MENTION)) == 1
    assert unread(rhea, NoticeKind.THREAD) == []


def test_notices_do_not_keep_what_was_hidden(cohort, rhea, sanjay, faculty):
    said = forums.began(cohort, rhea, text="@sanjay.kulkarni, our client is Acme.")
    forums.hid(cohort, faculty, said, said.post)
    (notice,) = [one for one in notifications.notices(sanjay) if one.kind is NoticeKind.MENTION]
    assert "Acme" not in notice.text
    assert said.thread.title not in notice.title


def test_those_who_left_hear_nothing(cohort, rhea, sanjay):
    from lms.enrolment.rules import PlaceState

    said = forums.began(cohort, rhea)
    forums.replied(cohort, sanjay, said)
    with unit_of_work() as work:
        enrolment.change_state(
            place_of(cohort, rhea),
            PlaceState.WITHDRAWN,
            reason="Moves away.",
            effective_on=work.now.date(),
            actor=world.director(),
            now=work.now,
        )
    before = len(notifications.notices(rhea))
    forums.replied(cohort, sanjay, said, "@rhea.menon, are you there?")
    assert len(notifications.notices(rhea)) == before


def test_the_chooser_offers_those_who_read_it(visit, cohort, rhea, sanjay, faculty):
    elsewhere = world.learner(world.cohort(weeks_in=2), "Sanjiv Elsewhere")
    url = f"/cohorts/{cohort.slug}/forums/people"
    found = visit(rhea).open("GET", f"{url}?q=sanj").json["people"]
    assert found == [{"handle": "sanjay.kulkarni", "name": "Sanjay Kulkarni", "role": "learner"}]
    assert [one["name"] for one in visit(rhea).open("GET", f"{url}?q=kulk").json["people"]] == [
        "Sanjay Kulkarni"
    ]
    assert [one["handle"] for one in visit(rhea).open("GET", f"{url}?q=tea").json["people"]] == ["team"]
    assert visit(rhea).open("GET", f"{url}?q=every").json["people"] == []
    assert [one["handle"] for one in visit(faculty).open("GET", f"{url}?q=every").json["people"]] == [
        "everyone"
    ]
    assert visit(elsewhere).open("GET", f"{url}?q=sanj").status_code == 404


@pytest.mark.slow
@pytest.mark.db
def test_a_post_with_many_names_is_written_with_few_statements(cohort, rhea, faculty):
    from tests.support.statements import statements

    for _ in range(3):
        world.learner(cohort)
    counts = []
    for crowd in (0, 40):
        for _ in range(crowd):
            world.learner(cohort)
        with statements() as sent:
            forums.began(cohort, faculty, text="@everyone: read this.", everyone=True)
        counts.append(len(sent))
    assert counts[1] <= counts[0] + 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PostMention)) == 4 + 44


def test_the_desk_says_what_is_new_for_me_only(visit, cohort, rhea, sanjay):
    said = forums.began(cohort, rhea, "Rivals")
    other = forums.began(cohort, sanjay, "Not mine")
    hers = visit(rhea)
    desk = f"/cohorts/{cohort.slug}"
    assert "Rivals" not in hers.get(desk).text()
    assert "Not mine" not in hers.get(desk).text()
    forums.replied(cohort, sanjay, said)
    assert "New in “Rivals”" in hers.get(desk).text()
    forums.replied(cohort, sanjay, other, "What does @rhea.menon say?")
    assert "New in 2 threads" in hers.get(desk).text()
    assert "somebody names you" in hers.get(desk).text()
    module = hers.get(f"{desk}/modules/{forums.MODULE}")
    assert "No thread yet" in module.text("section[aria-labelledby=forum-title]")


def test_roles_of_the_cohort_can_be_named(cohort, rhea, faculty):
    guide = world.granted(Role.GUIDE, cohort, "Gita Guide")
    forums.began(cohort, rhea, text="@gita.guide and @faye")
    assert len(titles(guide, NoticeKind.MENTION)) == len(titles(faculty, NoticeKind.MENTION)) == 1
