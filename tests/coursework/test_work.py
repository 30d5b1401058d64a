"""Work that is drafted, handed in, chosen, marked and comes back."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.assessment.rules import TaskState
from lms.completion import queries as completion
from lms.core import clock, events
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.coursework import queries
from lms.coursework.events import WorkHandedIn
from lms.coursework.models import SubmissionVersion
from lms.people.rules import Role
from lms.scheduling.models import ScheduleHold
from tests.factories import assessment as marking
from tests.factories import coursework as make
from tests.factories import world
from tests.support.statements import statements

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


@pytest.fixture
def heard():
    """Events of work handed in."""
    seen = []
    events._subscribers[WorkHandedIn].append(seen.append)
    yield seen
    events._subscribers[WorkHandedIn].remove(seen.append) if False else events._subscribers[
        WorkHandedIn
    ].pop()


def address(cohort, rest="", key="a-1"):
    return f"/cohorts/{cohort.slug}/assignments/{key}{rest}"


def view(who, cohort, key="a-1"):
    owner = queries.owner_of(make.visit(who, cohort, key))
    return queries.work(owner)


def tasks():
    return db.session.scalars(sa.select(MarkingTask).order_by(MarkingTask.id)).all()


# Before handing in --------------------------------------------------------------------------------------------------


def test_everything_stands_there_before_one_hands_in(cohort, lea, now, visit):
    page = visit(lea).get(address(cohort))
    assert page.has(".reading h2")
    assert page.texts(".rubric-row summary")[0] == "Vision and priced non-goals 25 %"
    table = page.rows("aside .late-table")
    assert [row[1] for row in table] == ["none", "−5 %", "−10 %", "−15 %", "−20 %", "−25 %", "no points"]
    assert "GST" in table[0][0]
    assert "0 words of at most 1,500" in page.text()
    assert "At most 2 files, each up to 25 MB: pdf, docx." in page.text()


def test_a_draft_is_kept_and_nothing_handed_in(cohort, lea, now, visit):
    at = visit(lea)
    page = at.submit(
        at.get(address(cohort)), "#work", {"text": "  A first thought.\r\nAnd more. "}, press="Save draft"
    )
    assert "Your draft is saved." in " ".join(page.messages)
    assert page.one("textarea[name=text]").get_text().strip() == "A first thought.\nAnd more."
    assert view(lea, cohort).versions == ()
    assert "4 words of at most 1,500" not in page.text()
    assert "5 words of at most 1,500" in page.text()


def test_the_script_saves_while_one_writes(cohort, lea, now, visit, send):
    at = visit(lea)
    at.get(address(cohort))
    answer = send(at, address(cohort, "/draft"), {"text": "one two", "version": "0"}, script=True)
    assert answer.get_json()["version"] == 1
    assert answer.get_json()["out"]["words"] == "2 words of at most 1,500"
    again = send(at, address(cohort, "/draft"), {"text": "one two", "version": "0"}, script=True)
    assert again.get_json()["version"] == 1, "the same words are no conflict"
    stale = send(at, address(cohort, "/draft"), {"text": "other", "version": "0"}, script=True)
    assert stale.status_code == 409
    assert "Lea Ito changed this draft" in stale.get_json()["reason"]
    assert view(lea, cohort).draft.text == "one two"
    long = send(at, address(cohort, "/draft"), {"text": "x" * 200_001, "version": "1"}, script=True)
    assert long.status_code == 422


def test_two_windows_never_overwrite_each_other_silently(cohort, lea, now, visit):
    at = visit(lea)
    one, other = at.get(address(cohort)), at.get(address(cohort))
    at.submit(one, "#work", {"text": "from the laptop"}, press="Save draft")
    both = at.submit(other, "#work", {"text": "from the phone"}, press="Hand in version 1")
    assert both.text(".theirs") == "from the laptop"
    assert both.one("textarea[name=text]").get_text().strip() == "from the phone"
    assert view(lea, cohort).draft.text == "from the laptop"
    assert view(lea, cohort).versions == ()
    at.submit(both, "#work", {"text": "both together"}, press="Save draft")
    assert view(lea, cohort).draft.text == "both together"


def test_files_are_added_checked_listed_and_removed(cohort, lea, now, visit):
    at = visit(lea)
    page = at.submit(
        at.get(address(cohort)), "#work", {"files": (PDF, "memo.pdf")}, press="Add the chosen files"
    )
    assert page.texts(".files a") == ["memo.pdf"]
    assert at.open("GET", page.link("memo.pdf")).data == PDF
    again = at.submit(page, "#work", {"files": (PDF, "memo.pdf")}, press="Add the chosen files")
    assert again.texts(".files a") == ["memo.pdf"], "the same file twice is one file"
    gone = at.submit(again, "#work", press="Remove memo.pdf")
    assert gone.texts(".files a") == []


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"", "memo.pdf", "is empty"),
        (b"MZ\x90\x00", "memo.exe", "is not accepted here"),
        (b"PK\x03\x04", "memo.pdf", "is not the pdf file its name says"),
    ],
)
def test_a_file_that_is_refused_says_why_and_the_text_stays(cohort, lea, now, visit, body, name, words):
    at = visit(lea)
    page = at.submit(
        at.get(address(cohort)),
        "#work",
        {"text": "my words", "files": (body, name)},
        press="Add the chosen files",
    )
    assert words in " ".join(page.messages)
    assert page.one("textarea[name=text]").get_text().strip() == "my words"
    assert page.texts(".files a") == []


def test_a_file_beyond_the_limit_is_refused(cohort, lea, now):
    body = io.BytesIO(PDF + b"x" * (25 * 1024 * 1024))
    with pytest.raises(RuleViolation, match="is larger than 25 MB"):
        make.drafted(lea, cohort, uploads=[(body, "memo.pdf")])
    assert view(lea, cohort).draft.files == ()


def test_too_many_files_are_refused(cohort, lea, now, visit):
    at = visit(lea)
    files = [(PDF + bytes([65 + n]), f"{n}.pdf") for n in range(3)]
    page = at.submit(at.get(address(cohort)), "#work", {"files": files}, press="Add the chosen files")
    assert "At most 2 files can be handed in here." in " ".join(page.messages)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ai": "no"}, "Write the text or add a file."),
        ({"text": "words"}, "Say whether you used generative tools"),
        ({"text": "words", "ai": "yes"}, "Say what you used generative tools for"),
    ],
)
def test_what_is_missing_is_said_and_everything_kept(cohort, lea, now, visit, fields, words):
    at = visit(lea)
    page = at.submit(at.get(address(cohort)), "#work", fields, press="Hand in version 1")
    assert words in " ".join(page.messages)
    assert page.one("textarea[name=text]").get_text().strip() == fields.get("text", "")
    assert view(lea, cohort).versions == ()
    assert view(lea, cohort).draft.text == fields.get("text", "")


# Handing in ---------------------------------------------------------------------------------------------------------


def test_handing_in_gives_a_receipt_and_brings_the_work_to_a_marker(cohort, lea, now, visit, heard):
    marker = marking.marker(cohort, "Mara Marker")
    at = visit(lea)
    page = at.submit(
        at.get(address(cohort)),
        "#work",
        {"text": make.MEMO, "ai": "yes", "ai_text": "It found two typos.", "files": (PDF, "figures.pdf")},
        press="Hand in version 1",
    )
    assert page.title == "Version 1 handed in"
    words = page.text()
    assert "on time" in words
    assert "It found two typos." in words
    assert page.texts(".files a") == ["figures.pdf"]
    (version,) = view(lea, cohort).versions
    assert version.digest[:4] in words
    (task,) = tasks()
    assert (task.state, task.source_id, task.late_days, task.marker_id) == (
        TaskState.WAITING,
        version.id,
        0,
        marker.id,
    )
    where = make.visit(lea, cohort, "a-1")
    assert where.line.id in completion.done(where.place.place_id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ScheduleHold)) == 1
    (event,) = heard
    assert (event.version_id, event.place_ids, event.team_id) == (version.id, (where.place.place_id,), None)


def test_handing_in_twice_makes_one_version(cohort, lea, now, visit):
    at = visit(lea)
    page = at.get(address(cohort))
    fields = {"text": make.MEMO, "ai": "no"}
    at.submit(page, "#work", fields, press="Hand in version 1")
    again = at.submit(at.get(address(cohort)), "#work", press="Hand in version 2")
    assert "Exactly this was handed in before, as version 1" in " ".join(again.messages)
    assert len(view(lea, cohort).versions) == 1


def test_the_last_version_on_time_counts_unless_one_is_chosen(cohort, lea, now, visit, send):
    make.handed_in(lea, cohort, text="first")
    make.handed_in(lea, cohort, text="the wrong file")
    assert view(lea, cohort).counted_number == 2
    at = visit(lea)
    page = at.submit(at.get(address(cohort)), "#versions ~ ul form")
    assert "Version 1 is the one that will be marked." in " ".join(page.messages)
    assert view(lea, cohort).counted_number == 1
    states = {task.state for task in tasks() if task.state is not TaskState.SUPERSEDED}
    assert states == {TaskState.WAITING}
    waiting = [task for task in tasks() if task.state is TaskState.WAITING]
    assert [task.source_id for task in waiting] == [view(lea, cohort).versions[0].id]
    with clock.at(make.due(cohort, "a-1") + dt.timedelta(minutes=2)):
        late = visit(lea)
        assert not late.get(address(cohort)).has("#versions ~ ul form")
        send(late, address(cohort, "/counted"), {"number": "2"})
        assert "could be chosen until" in " ".join(late.get(address(cohort)).messages)
    assert view(lea, cohort).counted_number == 1


@pytest.mark.parametrize("number", ["", "x", "99", "-1"])
def test_a_version_that_is_not_there_cannot_be_chosen(cohort, lea, now, visit, number, send):
    make.handed_in(lea, cohort)
    at = visit(lea)
    send(at, address(cohort, "/counted"), {"number": number})
    assert "There is no version" in " ".join(at.get(address(cohort)).messages)


def test_late_work_says_its_price_before_and_after(cohort, lea, visit):
    due = make.due(cohort, "a-1")
    with clock.at(due + dt.timedelta(days=2, hours=1)):
        at = visit(lea)
        page = at.get(address(cohort))
        assert "Handed in now it is 3 days late: 15 % is taken off." in page.text(".hand-in")
        assert page.text("aside .late-table tr.on").endswith("−15 %")
        receipt = at.submit(page, "#work", {"text": make.MEMO, "ai": "no"}, press="Hand in version 1")
        assert "3 days late" in receipt.text()
        assert tasks()[0].late_days == 3


def test_a_late_version_does_not_take_the_place_of_one_on_time(cohort, lea, now):
    make.handed_in(lea, cohort, text="on time")
    with clock.at(make.due(cohort, "a-1") + dt.timedelta(hours=3)):
        make.handed_in(lea, cohort, text="late and better")
    work = view(lea, cohort)
    assert [one.late_days for one in work.versions] == [0, 1]
    assert work.counted_number == 1
    assert len(tasks()) == 1


def test_an_upload_that_began_before_the_deadline_is_on_time(cohort, lea):
    """L6: begun at 23:59:58, 80 MB, arrived at 00:01."""
    due = make.due(cohort, "a-1")
    with clock.at(due + dt.timedelta(minutes=3)):
        make.handed_in(lea, cohort, began_at=due + dt.timedelta(seconds=58))
    (version,) = view(lea, cohort).versions
    assert version.late_days == 0


def test_the_pages_clock_starts_when_the_request_arrives(cohort, lea, now, visit, monkeypatch):
    at = visit(lea)
    page = at.get(address(cohort))
    at.submit(page, "#work", {"text": "x", "ai": "no"}, press="Hand in version 1")
    (version,) = view(lea, cohort).versions
    assert version.began_at == version.handed_in_at == now


def test_once_marking_is_finished_the_door_is_shut_and_says_whom_to_ask(cohort, lea, now, visit, send):
    make.coordinator(cohort, "Cora Coordinator")
    marker = marking.marker(cohort, "Mara Marker")
    make.handed_in(lea, cohort)
    (task,) = tasks()
    with clock.at(make.due(cohort, "a-1") + dt.timedelta(days=1)):
        marking.finish(task, marker)
        at = visit(lea)
        page = at.get(address(cohort))
        assert "Marking has begun" in page.text()
        assert "Cora Coordinator" in page.text()
        assert not page.has("#work")
        answer = send(at, address(cohort), {"text": "new", "ai": "no", "act": "hand-in", "version": "1"})
        assert "Marking has begun, so version 1 is final" in answer.get_data(as_text=True)
    assert len(view(lea, cohort).versions) == 1


def test_nothing_of_a_mark_is_seen_before_its_release(cohort, lea, now, visit):
    marker = marking.marker(cohort, "Mara Marker")
    make.handed_in(lea, cohort)
    (task,) = tasks()
    with clock.at(make.due(cohort, "a-1") + dt.timedelta(days=1)):
        marking.finish(task, marker)
        at = visit(lea)
        assert "Your work came back" not in at.get(address(cohort)).text()
        at.refused(address(cohort, "/feedback"), status=404)
        marking.release(cohort, world.granted(Role.FACULTY, cohort, "Fay Faculty"))
        page = at.get(at.get(address(cohort)).link("Read the feedback"))
        assert len(page.soup.select(".feedback-rows > li")) == 5
        assert "How the mark came about" in page.text()
        assert page.has(".trace")


def test_before_it_opens_nothing_can_be_handed_in(cohort, lea, visit, send):
    with clock.at(make.item(cohort, "a-1").starts_at - dt.timedelta(minutes=1)):
        at = visit(lea)
        page = at.get(address(cohort))
        assert "Not open yet" in page.text()
        assert not page.has("#work")
        answer = send(at, address(cohort), {"text": "x", "ai": "no", "act": "hand-in", "version": "0"})
        assert "This opens on" in answer.get_data(as_text=True)


def test_text_is_shown_safely(cohort, lea, now, visit):
    receipt = make.handed_in(lea, cohort, text="<script>alert(1)</script>\n\n[x](javascript:alert(1))")
    page = visit(lea).get(address(cohort, f"/versions/{receipt}"))
    assert not page.has(".reading script")
    assert "alert(1)" in page.text(".reading")


def test_the_page_of_work_takes_few_statements(cohort, lea, now, visit):
    at = visit(lea)
    for number in range(3):
        make.handed_in(lea, cohort, text=f"text {number}")
    at.get(address(cohort))
    with statements() as seen:
        at.get(address(cohort))
    assert len(seen) <= 10, seen


def test_handing_in_takes_few_statements_however_many_did(cohort, lea, now, visit):
    """Of the whole cycle: the page, the file with the wish to hand it in, the receipt."""
    marking.marker(cohort, "Mara Marker", role=Role.MARKER)
    at = visit(lea)
    counts = []
    for others in (0, 4):
        for number in range(others):
            make.handed_in(world.learner(cohort, f"Other {number}"), cohort)
        page = at.get(address(cohort))
        with statements() as seen:
            done = at.submit(
                page,
                "#work",
                {"text": f"with {others} others", "files": (PDF + bytes([65 + others]), f"{others}.pdf")}
                | {"ai": "no"},
                press=f"Hand in version {len(counts) + 1}",
            )
        assert done.soup.h1.get_text(strip=True) == f"Version {len(counts) + 1} handed in"
        assert len(seen.about("outbox")) == 1, "all that the worker does afterwards"
        counts.append(len(seen))
    assert counts[0] <= 45, "with a marker to be found"
    assert counts[1] <= 37, seen


def test_what_is_refused_is_a_draft_all_the_same(cohort, lea, now, visit):
    at = visit(lea)
    page = at.submit(
        at.get(address(cohort)),
        "#work",
        {"text": "my words", "files": (PDF, "memo.pdf")},
        press="Hand in version 1",
    )
    assert page.texts(".files a") == ["memo.pdf"]
    assert view(lea, cohort).versions == ()
    kept = view(lea, cohort).draft
    assert (kept.text, [file["name"] for file in kept.files]) == ("my words", ["memo.pdf"])
    done = at.submit(page, "#work", {"ai": "no"}, press="Hand in version 1")
    assert done.soup.h1.get_text(strip=True) == "Version 1 handed in"


def test_a_version_is_never_written_again(cohort, lea, now):
    make.handed_in(lea, cohort, text="first")
    before = db.session.execute(sa.select(SubmissionVersion.text, SubmissionVersion.digest)).all()
    make.drafted(lea, cohort, text="second")
    assert db.session.execute(sa.select(SubmissionVersion.text, SubmissionVersion.digest)).all() == before
