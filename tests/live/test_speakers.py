"""Speakers: by one link, in their zone; consent that holds at once; replaced in one act, heard of once."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import clock, pdf
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, jobs, queries, rules
from lms.live.models import Speaker, SpeakerConsent
from lms.live.rules.speakers import Artefact, SpeakerRefusal, SpeakerState
from lms.notifications.models import Notice
from lms.people.rules import Role
from tests.factories import enrolment as lists
from tests.factories import live, people, speaking, world
from tests.support.pages import Visitor

KEY = "mc2"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
START = dt.datetime(2026, 5, 1, 14, tzinfo=dt.UTC)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort)


# Rules --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "due"),
    [(20 * DAY, None), (14 * DAY, 14), (5 * DAY, 14), (3 * DAY, 3), (HOUR, 3), (-HOUR, None)],
)
def test_which_reminder_is_due(left, due):
    assert rules.due_reminder(START, START - left) == due


@pytest.mark.parametrize("artefact", list(Artefact))
def test_nothing_is_shown_without_a_yes(artefact):
    assert [rules.may_show(artefact, said) for said in ({}, {artefact: False}, {artefact: True})] == [
        False,
        False,
        True,
    ]


# The link -----------------------------------------------------------------------------------------------------------


def page_of(app, view):
    return Visitor(app).get(f"/speaking/{speaking.token_of(view)}")


@pytest.mark.db
def test_the_letter_has_the_link_and_the_database_does_not(app, cohort):
    view = speaking.asked(cohort, KEY)
    letter = people.mails_to("sana@speakers.example")[-1]
    token = people.link_in(letter).rpartition("/")[2]
    kept = db.session.execute(sa.select(Speaker.__table__)).mappings().one()
    assert token not in [str(value) for value in kept.values()]
    assert queries.speaker_by_token(token).id == view.id
    assert "You need no account" in letter.text


@pytest.mark.db
def test_a_fresh_link_shuts_the_old_one_and_a_revoked_or_old_one_opens_nothing(app, cohort):
    view = speaking.asked(cohort, KEY)
    old = speaking.token_of(view)
    with clock.at(clock.now() + HOUR), unit_of_work() as work:
        actions.issue_link(view.id, actor=world.director(), now=work.now)
    Visitor(app).refused(f"/speaking/{old}", status=404)
    new = speaking.token_of(view)
    Visitor(app).get(f"/speaking/{new}")
    with clock.at(view.session.ends_at + 31 * DAY):
        assert "opens nothing any more" in Visitor(app).get(f"/speaking/{new}", status=410).title
    with unit_of_work():
        actions.revoke_link(view.id, actor=world.director())
    Visitor(app).refused(f"/speaking/{new}", status=404)


def test_an_invitations_word_opens_no_speakers_page(app, cohort):
    view = speaking.asked(cohort, KEY)
    from lms.people.actions import token_of

    Visitor(app).refused(f"/speaking/{token_of(view.id, view.link_issued_at)}", status=404)


# On their page ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_speaker_confirms_tells_of_themselves_and_the_cohort_reads_it(app, visit, cohort, coordinator):
    view = speaking.asked(cohort, KEY)
    guest = Visitor(app)
    page = guest.get(f"/speaking/{speaking.token_of(view)}")
    assert "BST" in page.text("[aria-labelledby=when-title]") or "GMT" in page.text(
        "[aria-labelledby=when-title]"
    )
    page = guest.submit(page, 'form[action$="/answer"]', slot=view.slots[0][0])
    assert "Confirmed" in page.text("[aria-labelledby=when-title]")
    page = guest.submit(
        page,
        'form[action$="/about"]',
        line="CPO, Chetana",
        bio="Ran two bad quarters.",
        photo=(speaking.png(), "me.png"),
        conflict="Invested in Chetana.",
        declared=True,
    )
    learner = visit(world.learner(cohort))
    seen = learner.get(f"/cohorts/{cohort.slug}/sessions/{KEY}").text("main")
    assert "With Sana Speaker, CPO, Chetana" in seen
    assert "Ran two bad quarters." in seen
    assert "Invested" not in seen
    desk = visit(coordinator)
    staff = desk.get(f"/cohorts/{cohort.slug}/sessions/{KEY}/speakers").text("main")
    assert "Invested in Chetana." in staff
    assert "confirmed: MC2" in desk.get("/notices").text("main")
    assert people.mails_to("sana@speakers.example")[-1].subject.startswith("Confirmed")


@pytest.mark.db
def test_another_time_or_none_is_told_to_whoever_coordinates(cohort, coordinator):
    view = speaking.asked(cohort, KEY)
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.decline(view.id, "", cannot=False, now=work.now)
    assert refused.value.reason is SpeakerRefusal.NO_WISH
    with unit_of_work() as work:
        actions.decline(view.id, "Any Tuesday", cannot=False, now=work.now)
    assert queries.speaker(view.id).state is SpeakerState.ASKED
    assert titles(coordinator) == ["Sana Speaker asked for another time: MC2"]
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.confirm_slot(view.id, "nonsense", now=work.now)
    assert refused.value.reason is SpeakerRefusal.NOT_OFFERED


def test_slides_and_recording_are_there_while_the_speaker_says_yes(app, visit, cohort):
    view = speaking.brought(speaking.confirmed(speaking.asked(cohort, KEY)))
    file = view.slides[0].public_id
    place = f"/cohorts/{cohort.slug}/sessions/{KEY}"
    with unit_of_work() as work:
        recording = actions.Recording(url="https://video.example.org/1", consent=True)
        actions.add_recording(view.session.id, recording, actor=world.director(), now=work.now)
    learner = world.learner(cohort)
    shown = {}
    with clock.at(view.session.ends_at + HOUR):
        reader = visit(learner)
        for said in (None, True, False, True):
            if said is not None:
                view = speaking.said(view, slides=said, recording=said)
            page = reader.get(place)
            answer = reader.open("GET", f"{place}/slides/{file}")
            shown[said] = (
                answer.status_code,
                "video.example.org" in str(page.soup),
                "1 file" in page.text("main"),
            )
    assert shown == {None: (404, False, False), True: (200, True, True), False: (404, False, False)}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SpeakerConsent)) == 6


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [(b"", "a.pdf", "empty"), (b"MZ", "a.exe", "not accepted"), (b"no pdf", "a.pdf", "not the pdf file")],
)
def test_slides_are_what_they_say(app, cohort, body, name, said):
    view = speaking.asked(cohort, KEY)
    guest = Visitor(app)
    page = guest.get(f"/speaking/{speaking.token_of(view)}")
    page = guest.submit(page, "[aria-labelledby=slides-title] form", slides=(body, name), status=422)
    assert said in page.text("[aria-labelledby=slides-title]")
    assert queries.speaker(view.id).slides == ()


# The evening before -------------------------------------------------------------------------------------------------


def titles(person):
    """What somebody was told after being welcomed."""
    found = db.session.scalars(
        sa.select(Notice.title).where(Notice.person_id == person.id).order_by(Notice.id)
    )
    return found.all()[1:]


def test_called_off_the_evening_before_and_the_backup_speaks(app, visit, cohort, coordinator):
    learner = world.learner(cohort)
    view = speaking.confirmed(speaking.asked(cohort, KEY))
    other = speaking.confirmed(speaking.asked(cohort, KEY, "Bea Backup", backup=True))
    with clock.at(view.session.starts_at - 20 * HOUR):
        guest = Visitor(app)
        page = guest.get(f"/speaking/{speaking.token_of(view)}")
        guest.submit(page, "[aria-labelledby=cancel-title] form", reason="Fever.")
        assert titles(learner) == []
        assert titles(coordinator)[-1] == "Sana Speaker cannot come to MC2"
        desk = visit(coordinator)
        place = f"/cohorts/{cohort.slug}/sessions/{KEY}"
        page = desk.get(f"{place}/speakers")
        assert "Nobody speaks any more" in page.text("main")
        page = desk.submit(page, 'form[action$="/speak"]')
        assert "Nobody speaks any more" not in page.text("main")
    assert titles(learner) == ["Somebody else speaks in MC2"]
    assert live.session(cohort, KEY).speaker == "Bea Backup, Chief product officer"
    assert [one.name for one in queries.speakers(other.session)] == ["Sana Speaker", "Bea Backup"]


def test_called_off_and_swapped_with_a_lecture_in_one_release(app, visit, cohort, coordinator):
    learner = world.learner(cohort)
    view = speaking.called_off(speaking.confirmed(speaking.asked(cohort, KEY)))
    lecture = next(
        one for one in queries.sessions(cohort, since=view.session.ends_at) if one.key.startswith("s")
    )
    desk = visit(coordinator)
    page = desk.get(f"/cohorts/{cohort.slug}/sessions/{KEY}/swap?with={lecture.key}")
    assert page.has("table")
    desk.submit(page, "main form", reason="The speaker is ill.")
    assert live.session(cohort, KEY).starts_at == lecture.starts_at
    assert live.session(cohort, lecture.key).starts_at == view.session.starts_at
    length = live.session(cohort, lecture.key).ends_at - live.session(cohort, lecture.key).starts_at
    assert length == lecture.ends_at - lecture.starts_at
    assert live.session(cohort, KEY).speaker == ""
    assert len(titles(learner)) == 1


@pytest.mark.db
def test_only_a_backup_who_has_confirmed_takes_over(cohort):
    speaking.called_off(speaking.confirmed(speaking.asked(cohort, KEY)))
    backup = speaking.asked(cohort, KEY, "Bea Backup", backup=True)
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.let_backup_speak(backup.id, actor=world.director(), now=work.now)
    assert refused.value.reason is SpeakerRefusal.NO_BACKUP


# Letters and brief --------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_reminders_and_thanks_go_out_once_each(cohort):
    view = speaking.confirmed(speaking.asked(cohort, KEY))
    starts_at, seen = view.session.starts_at, []
    for when in (-20 * DAY, -14 * DAY, -13 * DAY, -3 * DAY, -2 * DAY, HOUR, DAY, 2 * DAY, 30 * DAY):
        for _twice in range(2):
            with clock.at(starts_at + when), unit_of_work() as work:
                jobs.remind_speakers({}, work.now)
            with clock.at(starts_at + when):
                seen = [mail.kind for mail in people.mails_to("sana@speakers.example")]
    assert seen == [
        "live.speaker_invitation",
        "live.speaker_confirmation",
        "live.speaker_reminder",
        "live.speaker_reminder",
        "live.speaker_thanks",
    ]


def test_the_brief_names_nobody_and_no_small_group(cohort):
    lists.many(cohort, 12)
    profile = queries.profile_of(cohort.id)
    assert profile.learners == 12
    assert all(count >= 3 for _name, count in (*profile.functions, *profile.zones))
    assert sum(count for _name, count in profile.zones) == 12


def test_the_brief_is_a_pdf_that_is_the_same_each_time(app, visit, cohort, coordinator):
    view = speaking.asked(cohort, KEY)
    url = f"/speaking/{speaking.token_of(view)}/brief.pdf"
    first, second = (Visitor(app).open("GET", url) for _ in range(2))
    assert first.get_data()[:5] == b"%PDF-"
    assert first.get_data() == second.get_data()
    assert first.headers["Cache-Control"] == "no-store"
    answer = visit(coordinator).open("GET", f"/cohorts/{cohort.slug}/sessions/{KEY}/brief.pdf")
    assert answer.mimetype == "application/pdf"


def test_data_of_a_print_is_data_and_no_source():
    data = {
        "title": "#panic() *x* $y$", "institution": "", "cohort": "", "when": "", "when_there": "",
        "question": "#read(\"/etc/passwd\")", "profile_wanted": "", "people": "", "functions": [], "zones": [],
        "learned": [], "agenda": [], "prepare": "", "questions": ["#while true {}"], "starters": [], "host": "",
    }  # fmt: skip
    assert pdf.typeset("brief", data).startswith(b"%PDF-")
