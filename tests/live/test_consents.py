"""What a speaker agrees to, in every place where it decides what is shown: hidden with the next page, told once."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.live import actions, queries, rules
from lms.live.actions import Recording
from lms.live.queries import makeups
from lms.live.rules import FilePhase
from lms.live.rules.questions import QuestionAct
from lms.live.rules.speakers import Artefact
from lms.notifications.models import Notice
from lms.people.rules import Role
from tests.factories import asking, live, speaking, world
from tests.support.pages import Visitor
from tests.support.statements import statements

KEY = "mc2"
HOUR = dt.timedelta(hours=1)
VIDEO = "https://video.example.org/mc2"
NO_SLIDES = "Sana Speaker does not agree to the cohort having the slides."
NO_RECORDING = "Sana Speaker does not agree to a recording."


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort)


def put_up(line, name="talk.pdf"):
    """The host puts up a file, as one who got the slides by mail does."""
    with unit_of_work() as work:
        actions.add_file(
            line.id, io.BytesIO(speaking.PDF), name, FilePhase.BEFORE, actor=world.director(), now=work.now
        )


def recorded(line):
    """The host puts up a recording."""
    with unit_of_work() as work:
        wanted = Recording(url=VIDEO, consent=True)
        actions.add_recording(line.id, wanted, actor=world.director(), now=work.now)


def held(line):
    """Why the files and the recordings of a session are hidden."""
    return (
        [one.held_back for one in queries.files_of(line.id)],
        [one.held_back for one in queries.recordings_of(line.id)],
    )


@pytest.mark.parametrize(
    ("artefact", "said", "why"),
    [
        (Artefact.SLIDES, {}, ""),
        (Artefact.SLIDES, {Artefact.SLIDES: True}, ""),
        (Artefact.SLIDES, {Artefact.SLIDES: False}, NO_SLIDES),
        (Artefact.RECORDING, {Artefact.RECORDING: False, Artefact.SLIDES: True}, NO_RECORDING),
    ],
)
def test_why_something_is_hidden(artefact, said, why):
    assert rules.why_held(artefact, "Sana Speaker", said) == why


@pytest.mark.db
def test_a_no_hides_what_is_there_and_what_comes_later_until_the_yes(cohort):
    view = speaking.confirmed(speaking.asked(cohort, KEY))
    line = view.session
    put_up(line), recorded(line)
    view = speaking.said(view, slides=True, recording=True)
    assert held(line) == ([""], [""])
    view = speaking.said(view, slides=False, recording=False)
    assert held(line) == ([NO_SLIDES], [NO_RECORDING])
    put_up(line, "later.pdf"), recorded(line)
    assert held(line) == ([NO_SLIDES] * 2, [NO_RECORDING] * 2)
    with unit_of_work() as work:
        changed = Recording(url=VIDEO, title="Whole", consent=True)
        first = queries.recordings_of(line.id)[0]
        actions.change_recording(line.id, first.id, changed, actor=world.director(), now=work.now)
    assert held(line)[1] == [NO_RECORDING] * 2
    speaking.said(view, slides=True, recording=True)
    assert held(line) == ([""] * 2, [""] * 2)


@pytest.mark.db
def test_another_speakers_yes_shows_nothing_that_a_no_hides_and_their_no_hides(cohort):
    view = speaking.confirmed(speaking.asked(cohort, KEY))
    other = speaking.confirmed(speaking.asked(cohort, KEY, "Bea Backup", backup=True))
    put_up(view.session)
    speaking.said(other, recording=False, slides=True)
    assert held(view.session) == ([""], [])
    speaking.said(view, slides=False)
    recorded(view.session)
    assert held(view.session) == ([NO_SLIDES], [""])
    speaking.called_off(view)
    with unit_of_work() as work:
        actions.let_backup_speak(other.id, actor=world.director(), now=work.now)
    assert held(view.session) == ([NO_SLIDES], ["Bea Backup does not agree to a recording."])
    speaking.said(other, slides=False)
    speaking.said(other, slides=True)
    assert held(view.session)[0] == [""]


def test_learners_find_neither_file_nor_recording_and_are_told_of_none(visit, cohort, coordinator):
    asha = world.learner(cohort, "Asha Rao")
    view = speaking.said(speaking.confirmed(speaking.asked(cohort, KEY)), slides=True)
    line, place = view.session, live.place_of(cohort, asha)
    put_up(line), recorded(line)

    def told():
        return db.session.scalar(
            sa.select(sa.func.count()).where(Notice.person_id == asha.id, Notice.title.like("The recording%"))
        )

    def ground():
        return makeups.make_up_ground(line.id, place, line.line.course_id, 2).recorded

    assert (told(), ground()) == (0, False), "nobody has said yes to a recording"
    speaking.said(view, recording=True)
    with unit_of_work() as work:
        actions.release_recordings(now=work.now)
    assert (told(), ground()) == (1, True)
    reader, page = visit(asha), f"/cohorts/{cohort.slug}/sessions/{KEY}"
    file = f"{page}/files/{queries.files_of(line.id)[0].public_id}"
    assert reader.open("GET", file).status_code == 200
    speaking.said(view, slides=False, recording=False)
    reader.refused(file, status=404)
    shown = str(reader.get(page).soup)
    assert "talk.pdf" not in shown
    assert VIDEO not in shown
    assert not ground()
    desk = visit(coordinator)
    assert "took back a yes: MC2" in desk.get("/notices").text("main")
    materials = desk.get(f"{page}/materials")
    assert NO_SLIDES in materials.text("[aria-labelledby=files-title]")
    assert "Learners see none" in materials.text("[aria-labelledby=recordings-title]")
    desk.submit(materials, "[aria-labelledby=files-title] form:has([value=show])")
    assert "talk.pdf" in reader.get(page).text()


def test_what_was_answered_is_read_by_the_cohort_only_with_a_yes_to_being_quoted(visit, cohort, coordinator):
    asha = world.learner(cohort, "Asha Rao")
    view = speaking.confirmed(speaking.asked(cohort, KEY))
    question = asking.asked(cohort, KEY, asha, "What did you cut?")
    asking.moderated(question, QuestionAct.ANSWER, words="The second product.")
    reader, desk = visit(asha), visit(coordinator)
    place = f"/cohorts/{cohort.slug}/sessions/{KEY}/questions"
    read = {}
    for said in (None, True, False):
        if said is not None:
            view = speaking.said(view, quotes=said)
        page = reader.get(place)
        piece = reader.open("GET", f"{place}/list").get_data(as_text=True)
        read[said] = {
            "The second product." in page.text("main"),
            "The second product." in piece,
            "not agreed to be quoted" not in page.text("main"),
        }
        assert "The second product." in desk.get(place).text("main")
    assert read == {None: {False}, True: {True}, False: {False}}
    assert "not agreed to be quoted" in desk.get(place).text("main")
    assert "any transcript" in desk.get(f"/cohorts/{cohort.slug}/sessions/{KEY}/edit").text("main")


def test_a_photo_stands_beside_the_name_only_with_a_yes(app, visit, cohort, coordinator):
    asha = world.learner(cohort, "Asha Rao")
    view = speaking.photographed(speaking.confirmed(speaking.asked(cohort, KEY)))
    reader, page = visit(asha), f"/cohorts/{cohort.slug}/sessions/{KEY}"
    photo = f"{page}/speakers/{view.public_id}/photo"
    for said, status in ((None, 404), (True, 200), (False, 404)):
        if said is not None:
            view = speaking.said(view, photo=said)
        assert reader.open("GET", photo).status_code == status
        reader.get(page)
        with statements() as seen:
            shown = reader.get(page).has(f"img[src='{photo}']")
        assert (shown, len(seen) <= 10) == (status == 200, True)
    assert visit(coordinator).open("GET", photo).status_code == 200
    stranger = world.learner(world.cohort(weeks_in=3))
    visit(stranger).refused(photo, status=404)


def test_the_one_who_speaks_finds_the_way_to_the_meeting_on_their_page(app, cohort):
    view = speaking.asked(cohort, KEY)
    live.linked(cohort, KEY)
    page = Visitor(app).get(f"/speaking/{speaking.token_of(view)}")
    assert live.LINK not in str(page.soup)
    view = speaking.confirmed(view)
    page = Visitor(app).get(f"/speaking/{speaking.token_of(view)}")
    assert page.link("Go to the meeting") == live.LINK
    with clock.at(view.session.ends_at + HOUR):
        assert live.LINK not in str(Visitor(app).get(f"/speaking/{speaking.token_of(view)}").soup)
