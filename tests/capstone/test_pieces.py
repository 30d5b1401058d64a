"""Files of milestones, as those of assignments: in pieces, in their slots, scanned, and on time or late."""

from __future__ import annotations

import datetime as dt
import sys

import pytest

from lms.capstone import queries
from lms.core import clock, outbox, scanning
from lms.core.scanning import Program
from tests.factories import capstone as factory
from tests.factories import world
from tests.support.scripts import send, send_pieces
from tests.support.statements import statements

PDF = b"%PDF-1.7 " + bytes(range(256)) * 64
HARM = b"OUR-OWN-TEST-PATTERN"
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def c(session):
    """A team that may hand in M4 now: a text, files, and a model in a slot of its own."""
    made = factory.capstone(upto="m2")
    with clock.at(factory.opens(made.cohort, "m4") + HOUR):
        yield made


def where(c, key="m4", rest=""):
    return f"/cohorts/{c.cohort.slug}/capstone/{key}{rest}"


def files(c, key="m4"):
    found = queries.draft(c.project, factory.activity_id(c.cohort, key)).draft.files
    return [(each["field"], each["name"]) for each in found]


def test_a_large_file_goes_on_the_next_day_and_takes_the_place_of_its_slot(c, visit):
    asha, ben = (visit(one) for one in c.team.people[:2])
    uploads = where(c, rest="/uploads")
    send_pieces(asha, uploads, PDF, "interviews.pdf", until=10_000, slot="")
    page = asha.get(where(c))
    assert "interviews.pdf" in page.text("#unfinished")
    assert files(c) == []
    assert not ben.get(where(c)).has("#unfinished"), "what arrives is its sender's until it is there"
    with clock.at(clock.now() + dt.timedelta(days=1)):
        asha, ben = (visit(one) for one in c.team.people[:2])
        done = send_pieces(asha, uploads, PDF, "interviews.pdf", slot="").get_json()
        assert (done["done"], done["gone"]) == (True, [])
        first = send_pieces(asha, uploads, PDF + b"1", "model.pdf", slot="model").get_json()
        second = send_pieces(asha, uploads, PDF + b"2", "model 2.pdf", slot="model").get_json()
        assert second["gone"] == [first["file"]], "the page forgets the file whose place it took"
        page = ben.get(where(c))
        assert not page.has("#unfinished")
        assert ben.open("GET", page.link("interviews.pdf")).data == PDF
    assert files(c) == [("", "interviews.pdf"), ("model", "model 2.pdf")]
    again = send_pieces(visit(c.team.people[0]), uploads, PDF, "interviews.pdf", slot="").get_json()
    assert again["file"] == done["file"], "the same file sent once more is the file that is there"


def test_what_is_refused_is_refused_before_and_after(c, visit):
    asha = visit(c.team.people[0])

    def reason(body=PDF, name="a.pdf", slot="", key="m4"):
        answer = send_pieces(asha, where(c, key, "/uploads"), body, name, slot=slot)
        assert answer.status_code == 422
        return answer.get_json()["reason"]

    assert "not accepted here" in reason(name="film.exe")
    assert "is empty" in reason(body=b"")
    big = {"name": "big.pdf", "size": 26 * 1024 * 1024, "slot": ""}
    assert "25 MB" in send(asha, where(c, rest="/uploads"), big, script=True).get_json()["reason"]
    assert "Choose what the file is" in reason(slot="elsewhere")
    assert "Files are not accepted here" in reason(key="m0")
    assert "is not the pdf file its name says" in reason(body=b"MZ" + PDF)
    assert not asha.get(where(c)).has("#unfinished"), "what can never be taken is not kept"
    for number in range(4):
        send_pieces(asha, where(c, rest="/uploads"), PDF + bytes([number]), f"{number}.pdf", slot="")
    assert "At most 4 files" in reason(name="one more.pdf")


def test_an_upload_is_ones_own_and_can_be_discarded(c, visit):
    asha = visit(c.team.people[0])
    to = where(c, rest=f"/uploads/{factory.begun_upload(c.cohort, c.team.people[0], 'm4', 'a.pdf', 9_000)}")
    solo = world.learner(c.cohort, "Solo Somebody")
    factory.start(c.cohort, solo)
    for who in (c.team.people[1], solo, world.learner(c.cohort, "No Project")):
        for address in (to, f"{to}/discard"):
            assert send(visit(who), address, {"offset": 0}).status_code == 404
    assert send(asha, to.replace("/m4/", "/m5/"), {"offset": 0}).status_code == 404
    assert send(visit(world.learner(c.cohort)), where(c, rest="/uploads"), {}).status_code == 404
    page = asha.submit(asha.get(where(c)), "#unfinished form")
    assert "was discarded" in " ".join(page.messages)
    assert send(asha, to, {"offset": 0}).status_code == 404


@pytest.mark.parametrize(("took", "late_days"), [(3, 0), (30, 1)])
def test_an_upload_that_was_under_way_at_the_deadline_counts_from_its_beginning(c, visit, took, late_days):
    due = factory.due(c.cohort, "m3")
    asha = c.team.people[0]
    with clock.at(due - HOUR):
        factory.write(c.cohort, asha, "m3")
    with clock.at(due + 58 * SECOND):
        send_pieces(visit(asha), where(c, "m3", "/uploads"), PDF, "last.pdf", until=5000, slot="")
    with clock.at(due + took * MINUTE):
        at = visit(asha)
        assert send_pieces(at, where(c, "m3", "/uploads"), PDF, "last.pdf", slot="").get_json()["done"]
        page = at.submit(at.get(where(c, "m3")), "form#work", press="Hand in M3")
        assert "M3 is handed in, as version 1" in page.messages[0]
    assert queries.versions(c.project.id, "m3")["m3"][-1].late_days == late_days


def test_a_file_that_a_colleague_added_is_seen_before_handing_in(c, visit):
    asha, ben = (visit(one) for one in c.team.people[:2])
    factory.write(c.cohort, c.team.people[0], "m4")
    page = asha.get(where(c))
    ben.submit(ben.get(where(c)), "form#work", {"file": (PDF, "new.pdf")}, press="Add the file")
    page = asha.submit(page, "form#work", {"f-chosen": "Open two depots."}, press="Hand in M4")
    assert "somebody added or took out: new.pdf" in page.text("#file-error")
    assert queries.draft(c.project, factory.activity_id(c.cohort, "m4")).draft.answers["chosen"] == [
        "Open two depots."
    ]
    page = asha.submit(page, "form#work", press="Hand in M4")
    assert "M4 is handed in, as version 1" in page.messages[0]
    assert "new.pdf" in page.text("#version-1")


def test_what_a_scanner_says_stands_on_the_page_holds_back_and_is_told(c, visit, tmp_path):
    script = tmp_path / "scan.py"
    script.write_text(
        "import sys\nif b'OUR-OWN-TEST-PATTERN' in open(sys.argv[1],'rb').read(): print('Pattern'); sys.exit(1)"
    )
    asha = visit(c.team.people[0])
    scanning.configure(Program(f"{sys.executable} {script}", 20))
    try:
        factory.write(c.cohort, c.team.people[0], "m4")
        page = asha.submit(
            asha.get(where(c)), "form#work", {"file": (PDF + HARM, "bad.pdf")}, press="Add the file"
        )
        assert page.text("form#work").count("being checked") == 3
        assert asha.open("GET", page.link("bad.pdf")).status_code == 409
        outbox.drain()
        page = asha.get(where(c))
        assert page.text("form#work").count("refused: harm found") == 1
        page = asha.submit(page, "form#work", press="Hand in M4")
        assert "The scanner found harm in “bad.pdf”" in page.text("#file-error")
        page = asha.submit(page, "form#work", press="Take out bad.pdf")
        page = asha.submit(page, "form#work", {"file": (PDF + HARM + b"2", "worse.pdf")}, press="Hand in M4")
        assert "M4 is handed in, as version 1" in page.messages[0], "what was not looked at yet arrives"
        while outbox.drain():
            pass
        assert "Harm was found in “worse.pdf”" in asha.get("/notices").text()
        assert "hand in a version with a clean copy" in asha.get("/notices").text()
    finally:
        scanning.configure(None)


def test_a_page_with_files_on_their_way_stays_within_its_statements(c, visit):
    asha = visit(c.team.people[0])

    def count() -> int:
        asha.get(where(c))
        with statements() as seen:
            asha.get(where(c))
        return len(seen)

    few = count()
    factory.write(c.cohort, c.team.people[0], "m4")
    for number in range(2):
        factory.begun_upload(c.cohort, c.team.people[0], "m4", f"{number}.pdf", 9_000)
    assert count() == few
    assert few <= 10
