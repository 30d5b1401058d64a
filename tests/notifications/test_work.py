"""Who is told what of work, marks and the capstone: each through the real actions."""

from __future__ import annotations

import datetime as dt
import io
import re

import sqlalchemy as sa

from lms.capstone import actions as capstone_actions
from lms.capstone import queries as capstone_queries
from lms.capstone.rules.milestones import Verdict
from lms.community.actions import Writing
from lms.core import clock
from lms.core.db import db
from lms.core.outbox import OutboxRow, OutboxState
from lms.core.uow import unit_of_work
from lms.coursework import queries as coursework_queries
from lms.notifications.models import NoticeKind
from lms.notifications.subscribers import work
from tests.factories import assessment, capstone, community, coursework, world
from tests.factories.notifications import clear, mails, notices, worked_off


def test_a_receipt_goes_to_every_member_and_one_notice_to_the_marker(cohort, rhea, sanjay):
    marker = assessment.marker(cohort, "Mira Marker")
    clear()
    with coursework.at(coursework.opened(cohort, "a-1")):
        coursework.handed_in(rhea, cohort)
        coursework.handed_in(sanjay, cohort)
        coursework.handed_in(rhea, cohort, text="A better version of the memo.")
        worked_off()
    receipts = notices(rhea, NoticeKind.RECEIPT)
    assert len(receipts) == 2
    assert "on time" in receipts[0].text
    assert re.search(r"SHA-256\): [0-9a-f]{64}", mails(rhea)[0].text)
    (waiting,) = notices(marker)
    assert waiting.title.startswith("2 pieces of A-1")
    assert len(mails(marker)) == 1, "a mail goes out with the first only"


def test_a_teams_receipt_names_who_handed_it_in(cohort, rhea, sanjay):
    coursework.team(cohort, [rhea, sanjay])
    clear()
    key = next(
        line.key
        for line in community.discussion(cohort, rhea).module.activities
        + tuple(coursework.visit(rhea, cohort, "a-1").outline.activities.values())
        if line.kind.value == "group_work"
    )
    with coursework.at(coursework.opened(cohort, key)):
        coursework.handed_in(rhea, cohort, key, uploads=[(io.BytesIO(b"%PDF-1.4 work"), "work.pdf")])
        worked_off()
    assert "handed in by Rhea Menon for your team" in notices(sanjay, NoticeKind.RECEIPT)[0].text


def test_the_worker_writes_the_receipt_once_whatever_kills_it(cohort, rhea, monkeypatch):
    marker = assessment.marker(cohort, "Mira Marker")
    clear()
    at = coursework.opened(cohort, "a-1")
    with coursework.at(at):
        coursework.handed_in(rhea, cohort)
        (version,) = coursework_queries.work(owner(rhea, cohort)).versions
        assert [notices(rhea), notices(marker), mails(rhea)] == [[], [], []], "nobody waits for mails"
        with monkeypatch.context() as patch:
            patch.setattr(work, "tell_marker", killed)
            worked_off()
        assert [notices(rhea), mails(rhea)] == [[], []], "half of it is none of it"
        (row,) = rows()
        assert row.state is OutboxState.QUEUED
        assert "killed in the middle" in row.last_error
    with coursework.at(at + dt.timedelta(minutes=1)):
        worked_off()
        assert rows()[0].state is OutboxState.DONE
        for told in (rhea, marker):
            assert (len(notices(told)), len(mails(told))) == (1, 1)
        assert version.digest in mails(rhea)[0].text
        with unit_of_work():
            db.session.execute(
                sa.update(OutboxRow).where(OutboxRow.id == row.id).values(state=OutboxState.QUEUED)
            )
        worked_off()
        for told in (rhea, marker):
            assert (len(notices(told)), len(mails(told))) == (1, 1), "brought again it tells nobody twice"


def killed(*_arguments, **_more):
    raise RuntimeError("killed in the middle")


def owner(who, cohort):
    return coursework_queries.owner_of(coursework.visit(who, cohort, "a-1"))


def rows():
    db.session.expire_all()
    return db.session.scalars(
        sa.select(OutboxRow).where(OutboxRow.kind == "notices.work_handed_in").order_by(OutboxRow.id)
    ).all()


def test_released_marks_are_told_without_the_mark(cohort, rhea):
    marker, second = assessment.marker(cohort), assessment.marker(cohort)
    place = coursework.visit_place(rhea, cohort)
    task = assessment.bring(cohort, [place], marker_id=marker.id)
    clear()
    assessment.finish(task, marker, level=4, overall="Feedback nobody reads in a mail: 87.5 points.")
    assert notices(rhea) == [], "nothing before the release"
    assessment.release(cohort, second)
    (told,) = notices(rhea)
    assert told.title == "A-1 came back"
    assert told.kind is NoticeKind.MARK
    numerator = db.session.execute(sa.text("SELECT numerator, denominator FROM mark_version")).one()
    figure = f"{numerator[0] / numerator[1]:g}"
    for text in (
        told.title,
        told.text,
        *[part for mail in mails(rhea) for part in (mail.subject, mail.text, _words(mail.html))],
    ):
        assert figure not in re.sub(r"A-1|localhost:\d+", "", text)
        assert "87.5" not in text
        assert "Feedback nobody" not in text


def _words(html):
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)


def test_a_quiz_that_marks_itself_says_nothing_more(cohort, rhea):
    clear()
    assessment.quiz_mark(cohort, coursework.visit_place(rhea, cohort), "q1", 90)
    assert notices(rhea) == []


def test_the_capstone_tells_the_guide_what_waits_and_the_team_what_came_back(session):
    found = capstone.capstone()
    first, second = found.team.people[:2]
    assert any("guides your project" in line.title for line in notices(second))
    assert any(line.title.startswith("You guide") for line in notices(found.guide))
    clear()
    capstone.hand_in(found.cohort, first, "m1")
    assert notices(second, NoticeKind.RECEIPT) == [], "whoever hands in waits for no letter"
    with clock.at(capstone.due(found.cohort, "m1")):
        worked_off()
    (waits,) = [line for line in notices(found.guide) if "waits for your answer" in line.title]
    assert waits.link == f"/projects/{found.project.public_id}"
    assert "promised by" in waits.text
    (receipt,) = notices(second, NoticeKind.RECEIPT)
    version = capstone_queries.versions(found.project.id)["m1"][-1]
    assert receipt.title.startswith("Receipt for M1")
    assert f"Fingerprint (SHA-256): {version.digest}" in receipt.text
    assert "File: work.pdf" in receipt.text
    assert "Your guide has promised an answer by" in receipt.text
    clear()
    capstone.answer(found.project, found.guide, "m1", Verdict.REVISE)
    (back,) = notices(second, NoticeKind.FEEDBACK)
    assert "came back: revise it" in back.title
    assert "Hand it in again by" in back.text
    clear()
    capstone.meet(found.cohort, found.project, found.guide)
    capstone.meet(found.cohort, found.project, found.guide, held=False)
    assert {line.title for line in notices(second)} == {
        "Your guide noted your meeting",
        "A meeting with your guide was missed",
    }


def test_an_accepted_milestone_is_told(session):
    found = capstone.capstone(upto="m1")
    assert "is accepted" in notices(found.team.people[1], NoticeKind.FEEDBACK)[0].title


def test_a_project_room_keeps_one_unread_notice_for_each_person(session):
    found = capstone.capstone()
    first, second = found.team.people[:2]
    clear()
    for text in ("When do we meet?", "Shall we say Friday?"):
        with unit_of_work() as unit:
            capstone_actions.say(found.project.id, Writing(text=text), actor=world.actor(first), now=unit.now)
    assert notices(first) == []
    (hers,), (theirs,) = notices(second), notices(found.guide)
    assert hers.text == theirs.text == "Shall we say Friday?"
    assert hers.link.endswith("/capstone")
    assert theirs.link == f"/projects/{found.project.public_id}"
    assert len(mails(second)) == 1
    assert capstone_queries.by_id(found.project.id)
