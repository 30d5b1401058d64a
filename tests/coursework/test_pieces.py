"""Large files of work, files that a scanner refuses, and the grace for an upload that was under way at the deadline."""

from __future__ import annotations

import datetime as dt
import io
import sys

import pytest

from lms.core import clock, outbox, scanning
from lms.core.scanning import Program
from lms.coursework import queries
from lms.coursework.rules.late import began_with
from tests.factories import coursework as make
from tests.factories import world
from tests.support.pages import Visitor
from tests.support.scripts import send_pieces

PDF = b"%PDF-1.7 " + bytes(range(256)) * 64
HARM = b"OUR-OWN-TEST-PATTERN"


def address(cohort, rest=""):
    return f"/cohorts/{cohort.slug}/assignments/a-1{rest}"


def draft(who, cohort):
    return queries.work(queries.owner_of(make.visit(who, cohort, "a-1"))).draft


@pytest.fixture
def pieces():
    """Send a file as the page's script does; `until`: only so many bytes of it."""

    def go(at: Visitor, cohort, body: bytes = PDF, name: str = "film.pdf", until: int | None = None):
        return send_pieces(at, address(cohort, "/uploads"), body, name, until=until)

    return go


def test_a_large_file_goes_on_the_next_day_and_belongs_to_the_draft(cohort, lea, now, visit, pieces, send):
    at = visit(lea)
    make.drafted(lea, cohort)
    pieces(at, cohort, until=10_000)
    page = at.get(address(cohort))
    assert "film.pdf" in page.text("#unfinished")
    assert draft(lea, cohort).files == ()
    with clock.at(now + dt.timedelta(days=1)):
        at = visit(lea)
        done = pieces(at, cohort).get_json()
        assert done["done"]
        page = at.get(address(cohort))
        assert not page.has("#unfinished")
        assert at.open("GET", page.link("film.pdf")).data == PDF
        assert page.one("input[name=seen]")["value"] == done["file"]
    again = pieces(visit(lea), cohort).get_json()
    assert again["done"], "the same file sent once more is the file that is there"
    assert [each["name"] for each in draft(lea, cohort).files] == ["film.pdf"]


def test_what_is_refused_is_refused_before_and_after(cohort, lea, now, visit, pieces):
    at = visit(lea)
    assert "not accepted here" in pieces(at, cohort, name="film.exe").get_json()["reason"]
    assert "is empty" in pieces(at, cohort, body=b"").get_json()["reason"]
    wrong = pieces(at, cohort, body=b"MZ" + PDF)
    assert wrong.status_code == 422
    assert "is not the pdf file its name says" in wrong.get_json()["reason"]
    assert not at.get(address(cohort)).has("#unfinished"), "what can never be taken is not kept"
    for number in range(2):
        pieces(at, cohort, body=PDF + bytes([number]), name=f"{number}.pdf")
    assert "At most 2 files" in pieces(at, cohort, name="third.pdf").get_json()["reason"]


def test_an_upload_is_ones_own_and_can_be_discarded(cohort, lea, now, visit, pieces, send):
    at = visit(lea)
    to = address(cohort, f"/uploads/{make.begun_upload(lea, cohort, 'a-1', 'film.pdf', len(PDF))}")
    other = visit(world.learner(cohort, "Ott Other"))
    for where in (to, f"{to}/discard"):
        assert send(other, where, {"offset": 0}).status_code == 404
    page = at.get(address(cohort))
    gone = at.submit(page, "#unfinished form")
    assert "was discarded" in " ".join(gone.messages)
    assert send(at, to, {"offset": 0}).status_code == 404


# Under way at the deadline ------------------------------------------------------------------------------------------

DUE = dt.datetime(2026, 9, 1, 18, 29, tzinfo=dt.UTC)
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("began", "arrived", "counts"),
    [
        (DUE + 58 * SECOND, DUE + 2 * MINUTE, True),
        (DUE - 60 * MINUTE, DUE + MINUTE, True),
        (DUE - 60 * MINUTE, DUE + 59 * SECOND, False),
        (DUE + MINUTE, DUE + 2 * MINUTE, False),
        (DUE + 61 * SECOND, DUE + 2 * MINUTE, False),
    ],
)
def test_an_upload_counts_from_its_beginning_when_it_was_under_way_at_the_deadline(began, arrived, counts):
    request = DUE + 3 * MINUTE
    assert began_with(request, DUE, [(began, arrived)]) == (began if counts else request)
    assert began_with(request, DUE, []) == request


@pytest.mark.parametrize(("took", "late_days"), [(3, 0), (30, 1)])
def test_begun_before_the_deadline_and_here_after_it(cohort, lea, visit, pieces, took, late_days):
    """L6 in pieces: within the grace it is on time; an upload that takes half an hour is not."""
    due = make.due(cohort, "a-1")
    with clock.at(due - dt.timedelta(hours=1)):
        make.drafted(lea, cohort)
    with clock.at(due + 58 * SECOND):
        pieces(visit(lea), cohort, until=5000)
    with clock.at(due + took * MINUTE):
        at = visit(lea)
        pieces(at, cohort)
        receipt = at.submit(at.get(address(cohort)), "#work", {"ai": "no"}, press="Hand in version 1")
        assert receipt.title == "Version 1 handed in"
    (version,) = queries.work(queries.owner_of(make.visit(lea, cohort, "a-1"))).versions
    assert version.late_days == late_days
    assert version.began_at == due + 58 * SECOND


def test_a_file_that_was_there_before_the_deadline_gives_no_grace(cohort, lea, visit, pieces):
    due = make.due(cohort, "a-1")
    with clock.at(due - dt.timedelta(hours=1)):
        pieces(visit(lea), cohort)
    with clock.at(due + 2 * MINUTE):
        at = visit(lea)
        at.submit(at.get(address(cohort)), "#work", {"ai": "no"}, press="Hand in version 1")
    (version,) = queries.work(queries.owner_of(make.visit(lea, cohort, "a-1"))).versions
    assert version.late_days == 1


# The scanner --------------------------------------------------------------------------------------------------------


@pytest.fixture
def scanner(tmp_path):
    script = tmp_path / "scan.py"
    script.write_text(
        "import sys\nif b'OUR-OWN-TEST-PATTERN' in open(sys.argv[1],'rb').read(): print('Pattern'); sys.exit(1)"
    )
    scanning.configure(Program(f"{sys.executable} {script}", 20))
    yield
    scanning.configure(None)


def test_what_a_scanner_says_stands_on_the_page_and_holds_the_file_back(cohort, lea, now, visit, scanner):
    at = visit(lea)
    files = [(PDF, "good.pdf"), (PDF + HARM, "bad.pdf")]
    page = at.submit(at.get(address(cohort)), "#work", {"files": files}, press="Add the chosen files")
    assert page.text("#work").count("being checked") == 2
    waiting = at.open("GET", page.link("good.pdf"))
    assert (waiting.status_code, "still being checked" in waiting.get_data(as_text=True)) == (409, True)
    outbox.drain()
    page = at.get(address(cohort))
    assert at.open("GET", page.link("good.pdf")).data == PDF
    refused = at.open("GET", page.link("bad.pdf"))
    assert (refused.status_code, "found harm" in refused.get_data(as_text=True)) == (409, True)
    page = at.submit(page, "#work", {"text": "words", "ai": "no"}, press="Hand in version 1")
    assert "The scanner found harm in “bad.pdf”" in " ".join(page.messages)
    page = at.submit(page, "#work", press="Remove bad.pdf")
    assert at.submit(page, "#work", {"ai": "no"}, press="Hand in version 1").title == "Version 1 handed in"


def test_harm_in_what_was_handed_in_is_told_to_its_author(cohort, lea, now, visit, scanner):
    make.handed_in(lea, cohort, uploads=[(io.BytesIO(PDF + HARM), "bad.pdf")])
    while outbox.drain():
        pass
    page = visit(lea).get("/notices")
    assert "Harm was found in “bad.pdf”" in page.text()
    assert "hand in a version with a clean copy" in page.text()


# Several people at one draft ----------------------------------------------------------------------------------------


def test_a_file_added_by_somebody_else_hinders_no_words_but_is_seen_before_handing_in(
    cohort, lea, now, visit
):
    one, other = visit(lea), visit(lea)
    page = one.get(address(cohort))
    other.submit(
        other.get(address(cohort)), "#work", {"files": (PDF, "new.pdf")}, press="Add the chosen files"
    )
    page = one.submit(page, "#work", {"text": "my words", "ai": "no"}, press="Hand in version 1")
    assert "somebody added or took out: new.pdf" in " ".join(page.messages)
    assert draft(lea, cohort).text == "my words", "no conflict of words: only a file came"
    assert one.submit(page, "#work", press="Hand in version 1").title == "Version 1 handed in"


# The editor ---------------------------------------------------------------------------------------------------------


def test_the_preview_shows_the_text_keeps_it_and_hands_nothing_in(cohort, lea, now, visit, send):
    at = visit(lea)
    text = "## A bet\n\n- *one*\n- two\n\n<script>alert(1)</script>"
    page = at.submit(at.get(address(cohort)), "#work", {"text": text}, press="Preview")
    assert page.text(".editor-preview h3 ~ .reading h3") == "A bet"
    assert page.texts(".editor-preview li") == ["one", "two"]
    assert not page.has(".editor-preview script")
    assert page.one("textarea[name=text]").get_text().strip() == text
    assert draft(lea, cohort).text == text
    page = at.submit(page, "#work", press="Save draft")
    assert page.one(".editor-preview").has_attr("hidden")
    live = send(at, address(cohort, "/draft"), {"text": "**now**", "version": 1, "preview": "1"}, script=True)
    assert live.get_json()["html"] == {"preview": "<p><strong>now</strong></p>\n"}


def test_a_team_sees_who_is_writing(cohort, visit):
    ana, ben = (world.learner(cohort, name) for name in ("Ana One", "Ben Two"))
    make.team(cohort, [ana, ben])
    with clock.at(make.opened(cohort, "g1")):
        make.drafted(ana, cohort, "g1", "a thought")
        where = f"/cohorts/{cohort.slug}/assignments/g1"
        assert "Ana One is writing in this draft too" in visit(ben).get(where).text("#work")
        assert "is writing in this draft" not in visit(ana).get(where).text("#work")
    with clock.at(make.opened(cohort, "g1") + 5 * MINUTE):
        page = visit(ben).get(where).text("#work")
        assert "is writing in this draft" not in page
        assert "last by Ana One" in page
