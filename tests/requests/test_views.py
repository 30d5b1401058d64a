"""The pages as each kind of person meets them."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.core import clock
from lms.live.rules import Verdict
from lms.people.rules import Role
from lms.requests.models import RequestState
from tests.factories import coursework as make
from tests.factories import live, world
from tests.factories import requests as factory
from tests.support.statements import statements

DAY = dt.timedelta(days=1)


def at(cohort, *more):
    return "/".join([f"/cohorts/{cohort.slug}/requests", *more])


# A learner --------------------------------------------------------------------------------------------------------


def test_from_the_assignment_more_time_is_asked_for_and_given(cohort, lea, cora, visit):
    due = make.due(cohort, "a-1")
    with clock.at(due - DAY):
        hers = visit(lea)
        work = hers.get(f"/cohorts/{cohort.slug}/assignments/a-1")
        form = hers.get(work.link("Ask for more time, with a reason"))
        assert "extensions of" in form.text(".callout")
        sent = hers.submit(form, "main form.form", choice="illness", words="Fever since **Tuesday**.")
        assert "Cora Coordinator answers by" in sent.text(".lede")
        assert sent.one(".story strong").text == "Tuesday"
        desk = visit(cora)
        inbox = desk.get("/requests")
        (row,) = inbox.texts("tbody th a")
        assert row.startswith("More time for A-1")
        page = desk.get(inbox.link(row))
        refused = desk.submit(page, "form.form[action$=decision]", outcome="granted")
        assert "Say why: the learner reads it." in refused.text()
        done = desk.submit(refused, "form.form[action$=decision]", outcome="granted", reason="Get well.")
        assert "Granted" in done.text(".lede")
        after = hers.get(sent.url)
        assert "Get well." in after.text(".story")
        assert not after.has("form[action$=words]")
        assert "extended for you" in hers.get(f"/cohorts/{cohort.slug}/assignments/a-1").text()


def test_from_the_session_a_mark_is_disputed(cohort, lea, cora, visit):
    line = live.session(cohort, "s23")
    with clock.at(line.ends_at + dt.timedelta(hours=1)):
        live.ticked(cohort, "s23", {live.place_of(cohort, lea): Verdict.ABSENT})
        live.closed(cohort, "s23")
    with clock.at(line.ends_at + DAY):
        hers = visit(lea)
        session = hers.get(f"/cohorts/{cohort.slug}/sessions/s23")
        form = hers.get(session.link("Dispute it"))
        assert "absent" in form.text("aside")
        sent = hers.submit(
            form, "main form.form", choice="present", words="I asked the second question.",
            files=[(b"%PDF-1.4 shot", "chat.pdf")],
        )  # fmt: skip
        assert "chat.pdf" in sent.text(".story")
        given = hers.open("GET", sent.link("chat.pdf"))
        assert given.headers["Content-Disposition"].startswith("attachment")
        assert given.get_data() == b"%PDF-1.4 shot"
    with clock.at(line.ends_at + 9 * DAY):
        late = visit(lea).get(at(cohort, "new/attendance-dispute?about=s23"))
        assert "could be disputed until" in late.text(".callout")
        assert not late.has("main form.form")


def test_what_is_chosen_leads_to_what_it_is_about(cohort, lea, cora, visit):
    with clock.at(make.due(cohort, "a-1") - DAY):
        hers = visit(lea)
        page = hers.get(at(cohort, "new"))
        which = hers.get(page.link("Ask for more time"))
        assert any(each.startswith("A-1") for each in which.texts(".row-link"))
        here = hers.get(at(cohort, "new?about=a-1"))
        assert here.texts(".row-link")[0] == "Ask for more time"
        about = hers.get(here.link("Ask a question"))
        sent = hers.submit(about, "main form.form", words="Which template?")
    assert sent.title.startswith("Question: A-1")


def test_an_answer_to_a_question_back_and_taking_it_back(cohort, lea, cora, visit):
    factory.asked(cohort, lea)
    desk, hers = visit(cora), visit(lea)
    page = desk.get(desk.get("/requests").link("Question"))
    asked = desk.submit(page, "form[action$=words]", sort="asked back", text="Which one?")
    assert "waits for the learner" in asked.text(".lede").lower()
    noted = desk.submit(asked, "form[action$=words]", sort="noted", text="She asked in May too.")
    mine = hers.get(hers.get(at(cohort)).link("Question"))
    assert "Waits for you" in mine.text(".lede")
    assert "May too" not in mine.text()
    assert "May too" in noted.text(".story")
    nothing = hers.submit(mine, "form[action$=words]", text="")
    assert "Write something first." in nothing.text()
    more = hers.submit(nothing, "form[action$=words]", text="The memo's.")
    assert "Cora Coordinator answers by" in more.text(".lede")
    gone = hers.submit(more, "form[action$=withdraw]")
    assert "Withdrawn" in gone.text(".lede")
    assert desk.get("/requests").texts("tbody th a") == []


def test_a_form_that_does_not_stand_keeps_what_was_written(cohort, lea, cora, visit):
    hers = visit(lea)
    form = hers.get(at(cohort, "new/question"))
    refused = hers.submit(form, "main form.form", words="", files=[(b"MZ", "run.exe")])
    assert "Say in a few words" in refused.text()
    refused = hers.submit(refused, "main form.form", words="Why?", files=[(b"MZ", "run.exe")])
    assert "not accepted here" in refused.text()
    assert refused.one("textarea[name=words]").text.strip() == "Why?"
    hers.submit(refused, "main form.form")
    assert len(hers.get(at(cohort)).texts(".row-link")) == 1


@pytest.mark.parametrize("address", ["new/no-such-kind", "new/question?about=no-such", "new?about=no-such"])
def test_what_is_not_there_is_not_found(cohort, lea, visit, address):
    visit(lea).refused(at(cohort, address), status=404)


# Others -----------------------------------------------------------------------------------------------------------


def test_nobody_else_finds_it(cohort, lea, mira, cora, fred, visit):
    row = factory.asked(cohort, lea)
    for who in (mira, fred, world.learner(world.cohort(weeks_in=3)), world.granted(Role.MARKER, cohort)):
        visit(who).refused(at(cohort, row.public_id), status=404)
        if who is fred:
            assert visit(who).get("/requests").texts("tbody th a") == []
    visit(world.granted(Role.DIRECTOR)).get(at(cohort, row.public_id))


def test_whoever_gets_it_sees_it_and_gives_it_away_again(cohort, lea, cora, fred, visit):
    row = factory.asked(cohort, lea)
    desk = visit(cora)
    page = desk.get(at(cohort, row.public_id))
    given = desk.submit(page, "form[action$=owner]", to=fred.public_id, why="You teach it.")
    assert "Fred Faculty answers by" in given.text(".lede")
    his = visit(fred)
    assert his.get("/requests").texts("tbody th a") == ["Question"]
    page = his.get(at(cohort, row.public_id))
    assert "You teach it." in page.text(".story")
    assert "You teach it." not in visit(lea).get(at(cohort, row.public_id)).text()
    back = his.submit(page, "form[action$=owner]", to=cora.public_id, why="Not my course.")
    assert back.url == "/requests"
    assert back.texts("tbody th a") == []
    his.refused(at(cohort, row.public_id), status=404)


def test_whom_a_complaint_is_about_does_not_find_it(cohort, lea, cora, visit):
    """PD6: a coordinator, even in lists and files."""
    other = world.granted(Role.COORDINATOR, cohort, "Other One")
    row = factory.asked(cohort, lea, "complaint", words="She laughed.", against=cora.public_id)
    visit(cora).refused(at(cohort, row.public_id), status=404)
    assert (
        "Complaint" not in visit(cora).get("/requests?show=all").text("main table")
        if visit(cora).get("/requests?show=all").has("main table")
        else True
    )
    assert "Complaint" not in visit(cora).open("GET", "/requests.csv?show=all").get_data(as_text=True)
    page = visit(other).get(at(cohort, row.public_id))
    assert cora.public_id not in [each["value"] for each in page.soup.select("#to option")]


def test_bulk_and_csv(cohort, lea, mira, cora, fred, visit):
    rows = [factory.asked(cohort, lea), factory.asked(cohort, mira, words="=cmd")]
    desk = visit(cora)
    inbox = desk.get(at(cohort, "inbox"))
    nothing = desk.submit(inbox, "form.board", to="")
    assert "Tick at least one request" in " ".join(nothing.messages)
    after = desk.submit(
        nothing, "form.board", request=[row.public_id for row in rows], to=fred.public_id, reason="Away."
    )
    assert "2 requests were handed over." in " ".join(after.messages)
    assert after.url == at(cohort, "inbox")
    assert {factory.fresh(row).owner_id for row in rows} == {fred.id}
    text = desk.open("GET", at(cohort, "inbox.csv")).get_data(as_text=True)
    assert [line.split(",")[1] for line in text.splitlines()[1:]] == ["Lea Learner", "Mira Mate"]


def test_filters_narrow_and_pages_follow(cohort, lea, mira, cora, fred, visit):
    for number in range(33):
        factory.asked(cohort, lea if number % 2 else mira)
    desk = visit(cora)
    first = desk.get(at(cohort, "inbox"))
    assert len(first.texts("tbody th a")) == 30
    assert len(desk.get(first.link("More")).texts("tbody th a")) == 3
    assert len(desk.get(at(cohort, "inbox?find=mira")).texts("tbody th a")) == 17
    assert desk.get(at(cohort, "inbox?owner=none")).texts("tbody th a") == []
    assert desk.get(at(cohort, "inbox?kind=leave")).texts("tbody th a") == []
    assert len(desk.get(at(cohort, f"inbox?owner={cora.public_id}&show=all")).texts("tbody th a")) == 30
    desk.get(at(cohort, "inbox?after=rubbish"))


def test_as_many_statements_for_many_as_for_one(cohort, lea, mira, cora, visit):
    factory.asked(cohort, lea)
    hers, desk = visit(lea), visit(cora)
    pages = ((hers, at(cohort), 10), (desk, "/requests", 14), (desk, at(cohort, "inbox"), 14))
    few = []
    for who, address, _most in pages:
        who.get(address)
        with statements() as seen:
            who.get(address)
        few.append(len(seen))
    for _ in range(20):
        factory.asked(cohort, lea)
        factory.asked(cohort, mira)
    for (who, address, most), before in zip(pages, few, strict=True):
        with statements() as seen:
            who.get(address)
        assert len(seen) == before <= most


def test_the_page_of_one_keeps_its_budget(cohort, lea, cora, visit):
    line = live.session(cohort, "s23")
    with clock.at(line.ends_at + dt.timedelta(hours=1)):
        live.ticked(cohort, "s23", {live.place_of(cohort, lea): Verdict.ABSENT})
        live.closed(cohort, "s23")
    from lms.requests.ports import Wanted

    with clock.at(line.ends_at + DAY):
        row = factory.asked(cohort, lea, "attendance-dispute", about="s23", wanted=Wanted(choice="present"))
        for who, most in ((lea, 10), (cora, 14)):
            browser = visit(who)
            browser.get(at(cohort, row.public_id))
            with statements() as seen:
                browser.get(at(cohort, row.public_id))
            assert len(seen) <= most
        hers = visit(lea)
        for address in ("new", "new/extension", "new/excuse?about=s23", "new/complaint"):
            hers.get(at(cohort, address))
            with statements() as seen:
                hers.get(at(cohort, address))
            assert len(seen) <= 10, address


def test_reopening(cohort, lea, cora, visit):
    row = factory.decided(factory.asked(cohort, lea), cora, RequestState.REFUSED, "No.")
    desk = visit(cora)
    page = desk.get(at(cohort, row.public_id))
    assert not page.has("form[action$=decision]")
    again = desk.submit(page, "form[action$=reopen]", reason="She found the letter.")
    assert again.has("form[action$=decision]")
    assert "She found the letter." in visit(lea).get(at(cohort, row.public_id)).text(".story")
