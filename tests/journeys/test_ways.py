"""Ways: whatever somebody may see they can get to by following links from their front door, and no link is a dead end.

What each person may see is `docs/access.md`; the pages are walked in a cohort in which most things have happened.
"""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from lms.core import clock
from tests.support.house import House
from tests.support.pages import Visitor

TABLE = Path(__file__).parents[2] / "docs" / "access.md"
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
OF_ONE = {
    "assessment.batch": 10,
    "assessment.desk": 12,
    "progress.module": 13,
    "live.session": 14,
    "coursework.assignment": 20,
    "fairness.moderation": 10,
    "progress.case_file": 12,
}
"""So many pages of one kind are opened, or three: the third announcement looks like the first."""
OWN = {
    "progress.why",
    "simulations.books",
    "simulations.game",
    "simulations.history",
    "simulations.report",
}
"""Pages in which there is nothing for staff, though they may look."""
BY_PROGRAM = {"integrations.feed"}
"""What calendars fetch from an address that a person passes to them."""
BY_MAIL = {
    "people.accept_invitation",
    "notifications.unsubscribe",
    "live.speaking",
    "live.speaking_brief",
    "live.speaking_file",
}
"""Pages that a mail leads to."""
LATER = {
    "live.attendance_list": "of a list that was brought: from the session's import page",
    "live.list_rows_csv": "of a list that was brought",
    "live.unknown_name": "of a name that waits: from the list that it came with",
    "people.errand": "of something long that was asked for: the page of what it is about leads there",
    "people.errand_progress": "words for a page's script",
    "people.account": "an address to remember: it leads to the profile, and so does the menu",
    "people.change_password": "where there is a password",
    "people.photo": "a picture, shown where there is one",
    "integrations.session_file": "of a session that is ahead",
    "people.set_up_authenticator": "the second step of the authenticator app",
    "people.end_authenticator": "where the authenticator app is on",
    "people.recovery_codes": "where the authenticator app is on",
    "community.edit_announcement": "of a draft",
    "community.post_history": "of a post that was changed",
    "community.people_to_name": "asked by a script while somebody types a name",
    "capstone.project": "leads a learner to their room, which has a link",
    "capstone.project_milestone": "leads a learner to the milestone, which has a link",
    "coursework.finish_quiz": "asked after pressing Finish",
    "coursework.overlap": "of two pieces of work with passages in common",
    "gradebook.preview_import": "shown after a list was brought",
    "gradebook.complaint": "of a complaint about a mark: its request leads there",
    "gradebook.review": "for the one who was asked: a notice leads there",
    "gradebook.preview_marks": "shown after a list was brought",
    "enrolment.list_errors": "of a list with rows to mend",
    "assessment.annotated": "of a piece with an annotated file, whose desk shows it",
    "assessment.feedback_file": "of a released mark with an annotated file",
    "assessment.pack": "where pieces are one's own to mark",
    "assessment.pack_zip": "where pieces are one's own to mark",
    "assessment.pack_return": "of a pack that was brought back",
    "assessment.release": "where something is finished",
    "fairness.calibrate": "of a piece that is set: from the desk, a notice, or its page",
    "fairness.reference": "of a piece whose agreed judgement is missing: from its page",
    "fairness.second_look": "of the one who marks it again: from their second looks",
    "scheduling.undo": "of a later release",
    "live.question_list": "a piece of a page, for the script that looks for new questions",
    "live.feedback": "of a session that is over",
    "live.slides": "where a speaker lets the cohort have theirs",
    "live.slides_file": "where a speaker lets the cohort have theirs",
    "live.speaker_photo": "a picture on the page of a session",
    "live.swap": "where a speaker called off",
    "live.feedback_csv": "from five answers on",
    "live.session_file": "of a session that has files",
    "live.recording": "of a session that has a recording",
    "live.make_up": "of a session that was cancelled",
    "live.reinstate_session": "of a cancelled session that is still ahead",
    "live.substitute": "of a session that is still ahead",
    "notifications.push_worker": "a script that the browser fetches",
    "scheduling.undo_set": "of releases that were published together, while none is later",
    "notifications.mails": "for those who develop Cadre",
    "notifications.mail_sample": "for those who develop Cadre",
}
"""Pages that are there when something has happened; each is opened by the tests of its domain."""


def table() -> dict[tuple[str, str], dict[str, str]]:
    """The published table: (endpoint, method) and what each person gets."""
    lines = [line.split("|")[1:-1] for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    head = [cell.strip() for cell in lines[0]]
    rows = [dict(zip(head, map(str.strip, cells), strict=True)) for cells in lines[1:]]
    return {(row["route"], row["method"]): row for row in rows}


def left_out(who: str) -> set[str]:
    """Pages to which no link of theirs need lead."""
    return {"desks.home", *LATER, *BY_MAIL, *BY_PROGRAM, *(() if who.startswith("learner") else OWN)}


def ways(app: Flask, visitor: Visitor, *, elsewhere: str) -> tuple[Counter[str], list[str]]:
    """Follow every link from the front door; returns what was met how often, and what leads nowhere.

    Another cohort (`elsewhere`) is like the first, and the links in letters are their readers'.
    """
    met: Counter[str] = Counter()
    seen, dead, ahead = {"/"}, [], deque(["/"])
    while ahead:
        address = ahead.popleft()
        answer = visitor.open("GET", address)
        if answer.status_code in (301, 302, 303):
            ahead.append(answer.headers["Location"])
            continue
        if answer.status_code != 200:
            dead.append(f"{address} answers {answer.status_code}")
        letter = endpoint_of(app, address) == "people.kept_mail"
        for found in links(answer, address):
            if letter or found in seen or found.startswith(elsewhere):
                continue
            seen.add(found)
            endpoint = endpoint_of(app, found)
            met[endpoint] += 1
            if endpoint == "nothing":
                dead.append(f"{address} leads to {found}, which is nothing")
            elif met[endpoint] <= OF_ONE.get(endpoint, 3) and not endpoint.endswith("_csv"):
                ahead.append(found)
    return met, dead


def links(answer: Any, address: str) -> Iterator[str]:
    """Where a page's links lead on this site."""
    if answer.mimetype != "text/html":
        return
    for raw in LINK.findall(answer.get_data(as_text=True)):
        parts = urlsplit(urljoin(f"http://localhost{address}", html.unescape(raw)))
        if parts.scheme == "http" and parts.hostname == "localhost":
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def endpoint_of(app: Flask, address: str) -> str:
    """Which page an address is."""
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(address).path)[0])
    except HTTPException:
        return "nothing"


WHO = (
    "learner, own", "faculty, own", "assistant, own", "guide, own", "marker, own", "coordinator, own",
    "director", "administrator", "auditor", "nobody in particular",
)  # fmt: skip


@pytest.mark.slow
def test_whoever_may_see_a_page_finds_the_way_and_no_way_is_barred(app: Flask, session: Any) -> None:
    house = House(app)
    published = table()
    wrong: list[str] = []
    with clock.at(house.now):
        for who in WHO:
            met, dead = ways(app, house.visitor(who), elsewhere=f"/cohorts/{house.other.slug}")
            wrong += [f"{who}: {each}" for each in dead]
            wrong += [
                f"{who} may see {endpoint}, and nothing leads there"
                for (endpoint, method), answers in published.items()
                if method == "GET"
                and answers[who] == "yes"
                and not met[endpoint]
                and endpoint not in left_out(who)
            ]
    assert not wrong, "\n".join(wrong)
