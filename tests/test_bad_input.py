"""Bad input: every route that takes a POST, made from the map of addresses, gets what no form should be filled in with.

As the person who may do it, with the fields of the form that the page shows. Never a 500; what was typed is kept where
the form is shown again; what is refused changes nothing. And every address and query of a page: 404, never a 500.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from lms.app import DOMAINS
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.people import actions as people
from lms.people import queries as people_queries
from tests.support import database
from tests.support.access import all_routes
from tests.support.badly import (
    CURSORS,
    LONG,
    ODD,
    TEXTS,
    WORD,
    Form,
    badly_filled,
    each_badly,
    forms_of,
    kept_writes,
)
from tests.support.house import House, undone
from tests.support.pages import Visitor
from tests.test_access import published

pytestmark = pytest.mark.db

GROUPS = (*DOMAINS, "security", "web")
WHO = (
    "learner, own",
    "marker, own",
    "guide, own",
    "coordinator, own",
    "faculty, own",
    "administrator",
    "director",
)
"""Who does a thing: the first of them that the table lets in, unless said otherwise."""
BY = {
    "capstone.start": "learner here, coordinator there",
    "capstone.talk": "guide, own",
    "community.mark_read": "faculty, own",
    "assessment.let_go": "faculty, own",
}
PAGES = {
    "assessment.save": "/marking/{task}",
    "assessment.hand_over": "/marking/{task}",
    "assessment.reopen": "/marking/{assessment.reopen:task}",
    "capstone.create_projects": "/cohorts/{slug}/guides",
    "capstone.end": "/projects/{capstone:public_id}",
    "capstone.note_meeting": "/projects/{capstone:public_id}",
    "capstone.save_draft": "/cohorts/{slug}/capstone/m1",
    "capstone.say": "/cohorts/{slug}/capstone",
    "capstone.step_back": "/projects/{capstone:public_id}",
    "capstone.take_back": "/projects/{capstone:public_id}/milestones/m0",
    "capstone.talk": "/projects/{capstone:public_id}",
    "cohorts.appoint": "/cohorts/{slug}/staff?person={person}",
    "community.discard_announcement": "/cohorts/{slug}/announcements/{community.send_announcement:announcement}",
    "community.keep_draft": "/cohorts/{slug}/discussions/th5",
    "community.mark_read": "/cohorts/{slug}/discussions/th5",
    "community.moderate": "/cohorts/{slug}/discussions/th5?hide={post}",
    "community.send_announcement": "/cohorts/{slug}/announcements/{community.send_announcement:announcement}",
    "community.withdraw_announcement": "/cohorts/{slug}/announcements/{announcement}",
    "coursework.choose_version": "/cohorts/{slug}/assignments/b-2",
    "coursework.mark_read": "/cohorts/{slug}/readings/r-b1-data-as-a-product",
    "coursework.save_answers": "/cohorts/{slug}/quizzes/q7/attempts/{attempt}",
    "coursework.save_draft": "/cohorts/{slug}/assignments/b-2",
    "coursework.take_own_extension": "/cohorts/{slug}/assignments/b-2",
    "coursework.unmark_read": "/cohorts/{slug}/readings/r-b1-quality-and-lineage",
    "enrolment.add_members": "/cohorts/{slug}/teams/{team}",
    "enrolment.dissolve_team": "/cohorts/{slug}/teams/{team}",
    "enrolment.list_apply": "/cohorts/{slug}/import/{enrolment.list_report:public_id}",
    "enrolment.move_member": "/cohorts/{slug}/teams/{team}",
    "enrolment.new_team": "/cohorts/{slug}/teams",
    "enrolment.people_act": "/cohorts/{slug}/people",
    "enrolment.rename_team": "/cohorts/{slug}/teams/{team}",
    "enrolment.seat_members": "/cohorts/{slug}/teams",
    "live.close": "/cohorts/{slug}/sessions/s23/roster",
    "notifications.open_notice": "/notices",
    "notifications.read_all": "/notices",
    "people.care_for_account": "/admin/people/{person}",
    "people.correct_address": "/admin/people/{person}",
    "people.end_other_sign_ins": "/account/sign-ins",
    "people.end_role": "/admin/people/{people.end_role:public_id}",
    "people.end_sign_in": "/account/sign-ins",
    "people.grant_role": "/admin/people/{person}",
    "people.invite_person": "/admin/people/{person}",
    "people.remove_busy_date": "/account/busy-dates",
    "people.remove_photo": "/account/profile",
    "people.set_photo": "/account/profile",
    "people.zone": "/account/zone?zone=Europe/London",
    "progress.keep_promise": "/cohorts/{slug}/learners/{place}",
    "scheduling.change": "/cohorts/{slug}/plan/s26/change?act=cancel",
    "scheduling.undo": "/cohorts/{slug}/releases/undo?number=2",
    "security.logout": "/account/sign-ins",
    "web.theme": "/login",
}
"""Where the form of a route stands, when it is not the page at the same address."""
BY_HAND: dict[str, tuple[str, ...]] = {
    "capstone.topic": ("topic-title", "topic-host", "topic-until", "topic-reason"),
    "coursework.reading_position": ("position", "seconds"),
    "coursework.return_own_extension": (),
    "coursework.start_quiz": (),
    "enrolment.drop_plan": (),
    "enrolment.list_undo": (),
    "live.join": (),
    "live.reopen": ("reason",),
    "people.ask_invitation_again": (),
    "people.end_authenticator": ("password", "code"),
    "people.recovery_codes": ("password", "code"),
    "people.retry_effect": ("key",),
    "people.set_up_authenticator": ("code",),
    "security.recovery_code": ("code",),
    "security.reset_password": ("new_password",),
    "security.second_factor": ("code",),
}
"""The fields of forms that no page of the house shows as it stands: scripts send them, or the moment is another one."""
KEEPS_WHAT_IT_CAN = {
    "assessment.judge_work": "what was typed well is kept as a draft",
    "capstone.save_draft": "a draft is kept as it is written",
    "capstone.work_on": "the draft is kept although handing in, or a file, is refused",
    "coursework.work_on": "the draft is kept although handing in is refused",
    "coursework.save_answers": "answers are kept one by one",
    "live.roster": "names that nobody else ticked are kept",
    "security.login": "failures are counted",
    "security.second_factor": "failures are counted",
    "security.recovery_code": "failures are counted",
    "security.forgot_password": "attempts are counted",
    "people.begin_authenticator": "failures are counted",
    "people.change_password": "failures are counted",
    "people.end_authenticator": "failures are counted",
    "people.recovery_codes": "failures are counted",
    "people.set_up_authenticator": "failures are counted",
    "people.ask_invitation_again": "attempts are counted",
}
"""Routes that write although they refuse, each with the reason."""


class Desk:
    """Everybody of the house at work, with the forms as their pages show them."""

    def __init__(self, house: House) -> None:
        self.house, self.app = house, house.app
        self.visitors = {
            name: house.visitor(name) for name in (*WHO, "anonymous", "learner here, coordinator there")
        }
        self.table = published()
        self.rules = {endpoint: rule for endpoint, rule, method in all_routes(self.app) if method == "POST"}

    def who(self, endpoint: str) -> str:
        """Who does it here."""
        if endpoint in BY:
            return BY[endpoint]
        row = self.table.get((endpoint, "POST"))
        if row is None:
            return "anonymous" if endpoint != "security.logout" else "learner, own"
        return next(name for name in (*WHO, "anonymous") if row[name] == "yes")

    def url(self, endpoint: str) -> str:
        """Where it is sent."""
        return self.house.url(endpoint, self.rules[endpoint])

    def forms(self, endpoint: str) -> list[Form]:
        """The forms that post to a route, as the person who does it sees them; one of each kind."""
        visitor = self.visitors[self.who(endpoint)]
        page = PAGES.get(endpoint, "")
        url = self.filled(page) if page else self.url(endpoint)
        if endpoint in BY_HAND:
            kinds = dict.fromkeys(BY_HAND[endpoint], "text")
            return [Form(url, url, self.token(visitor), {name: [""] for name in kinds}, kinds)]
        response = visitor.open("GET", url)
        assert response.status_code in (200, 410), f"{endpoint}: {url} answers {response.status_code}"
        found = [
            form
            for known, form in forms_of(response.get_data(as_text=True), url, self.app)
            if known == endpoint
        ]
        assert found, f"{endpoint}: no form on {url}; say where it stands in PAGES, or its fields in BY_HAND"
        return list({tuple(sorted(form.kinds)): form for form in found}.values())[:2]

    def filled(self, page: str) -> str:
        """An address with the house's things."""
        values = {**self.house.values, "person": self.house.people["nobody in particular"].public_id}
        if page.startswith("/admin/people/"):
            values["person"] = self.house.people["learner, own"].public_id
        return re.sub(r"{([^}]+)}", lambda found: values[found[1]], page)

    def token(self, visitor: Visitor) -> str:
        """The word of this session's forms."""
        page = "/account/profile" if visitor is not self.visitors["anonymous"] else "/login"
        found = BeautifulSoup(visitor.open("GET", page).get_data(as_text=True), "html.parser")
        return str(found.select("input[name=csrf_token]")[0]["value"])

    def send(self, endpoint: str, form: Form, data: Any, **headers: str) -> tuple[TestResponse, list[str]]:
        """What a form is answered, and what it left written; everything is undone afterwards, cookies too."""
        visitor = self.visitors[self.who(endpoint)]
        with undone(self.app), same_cookies(visitor), kept_writes() as written:
            answer = visitor.open(
                "POST",
                form.action,
                data={"csrf_token": form.token, **data},
                headers={"Referer": f"http://localhost{form.page}", **headers},
            )
            with visitor.client.session_transaction() as cookie:
                said = {kind for kind, _text in cookie.get("_flashes", [])}
            answer.refused = _is_refused(answer, said)  # type: ignore[attr-defined]
            return answer, written


def _is_refused(answer: TestResponse, said: set[str]) -> bool:
    if answer.status_code in (302, 303):
        return bool(said) and "good" not in said
    return answer.status_code >= 400 or answer.mimetype == "text/html"


class same_cookies:  # noqa: N801 - reads as a sentence
    """Whoever signs out inside is signed in again afterwards."""

    def __init__(self, visitor: Visitor) -> None:
        self.client = visitor.client

    def __enter__(self) -> None:
        self.kept = dict(self.client._cookies or {})

    def __exit__(self, *_: object) -> None:
        self.client._cookies.clear()
        self.client._cookies.update(self.kept)


@pytest.fixture(scope="module")
def desk(app: Flask) -> Iterator[Desk]:
    with app.app_context(), database.isolated(app):
        house = House(app)
        with clock.at(house.now):
            yield Desk(house)


def posts(app: Flask, group: str) -> list[str]:
    """The routes of a group that take a POST."""
    return sorted(
        {
            endpoint
            for endpoint, _rule, method in all_routes(app)
            if method == "POST" and endpoint.partition(".")[0] == group
        }
    )


def test_no_route_is_forgotten(app: Flask) -> None:
    known = {endpoint for group in GROUPS for endpoint in posts(app, group)}
    assert {endpoint for endpoint, _rule, method in all_routes(app) if method == "POST"} == known
    assert (set(PAGES) | set(BY_HAND) | set(KEEPS_WHAT_IT_CAN) | set(BY)) - known == set(), "routes no more"


@pytest.mark.parametrize("group", GROUPS)
def test_what_no_form_should_be_filled_in_with(desk: Desk, app: Flask, group: str) -> None:
    faults = []
    for endpoint in posts(app, group):
        for form in desk.forms(endpoint):
            for how, data in badly_filled(form):
                answer, written = desk.send(endpoint, form, data)
                faults += _faults(endpoint, how, answer, written)
    assert not faults, "\n".join(faults)


def _faults(endpoint: str, how: str, answer: TestResponse, written: list[str]) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"{endpoint}: {how}: {answer.status_code}"
    if answer.refused and written and endpoint not in KEEPS_WHAT_IT_CAN:  # type: ignore[attr-defined]
        yield f"{endpoint}: {how}: refused ({answer.status_code}), but wrote {written[:2]}"


@pytest.mark.parametrize("group", GROUPS)
def test_what_was_typed_is_kept(desk: Desk, app: Flask, group: str) -> None:
    """Texts as somebody types them, with everything else that makes the form refuse."""
    faults = []
    for endpoint in posts(app, group):
        for form in desk.forms(endpoint):
            texts = {name: f"{WORD}{name}"[: form.room.get(name)] for name in form.named(*TEXTS)}
            wrong = dict.fromkeys(form.named("select", "radio", "date", "time", "number"), "wrong")
            answer, written = desk.send(endpoint, form, {**form.values, **wrong, **texts})
            faults += _faults(endpoint, "typed", answer, written)
            if answer.status_code in (200, 400, 409, 422) and answer.mimetype == "text/html":
                page = answer.get_data(as_text=True)
                faults += [
                    f"{endpoint}: what was typed as {name} is gone ({answer.status_code})"
                    for name, text in texts.items()
                    if text not in page and name not in NOT_TYPED_TO_KEEP
                ]
    assert not faults, "\n".join(faults)


NOT_TYPED_TO_KEEP = {"q", "find", "learner"}
"""Searches that stand inside a form."""


@pytest.mark.parametrize("group", GROUPS)
def test_without_its_token_a_form_is_refused(desk: Desk, app: Flask, group: str) -> None:
    faults = []
    for endpoint in posts(app, group):
        for form in desk.forms(endpoint)[:1]:
            for token in ("", "wrong", "a\x00b"):
                answer, written = desk.send(endpoint, form, {**form.values, "csrf_token": token})
                if answer.status_code != 400 or written:
                    faults.append(f"{endpoint}: {token!r}: {answer.status_code} {written[:1]}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("group", GROUPS)
def test_twice_and_stale(desk: Desk, app: Flask, group: str) -> None:
    """The form as the page shows it, sent twice; and with a version that never was."""
    faults = []
    for endpoint in posts(app, group):
        for form in desk.forms(endpoint):
            visitor = desk.visitors[desk.who(endpoint)]
            with undone(desk.app), same_cookies(visitor):
                for turn in ("once", "twice"):
                    answer = visitor.open("POST", form.action, data={"csrf_token": form.token, **form.values})
                    if answer.status_code >= 500:
                        faults.append(f"{endpoint}: {turn}: {answer.status_code}")
            stale = [
                name for name in form.kinds if re.search(r"version|seen|stamp|expected|upto|-was$", name)
            ]
            for old in ("0", "-1", "99999999", "9" * 30, "abc", "\x00") if stale else ():
                answer, written = desk.send(endpoint, form, {**form.values, **dict.fromkeys(stale, old)})
                faults += _faults(endpoint, f"{stale}={old}", answer, written)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("group", GROUPS)
def test_ids_of_another_cohort_do_nothing_there(desk: Desk, app: Flask, group: str) -> None:
    house, faults = desk.house, []
    strangers = [
        house.foreign["place"],
        house.foreign["task"],
        house.people["learner, other cohort"].public_id,
    ]
    before = rows_of(house.other.id)
    for endpoint in posts(app, group):
        for form in desk.forms(endpoint):
            named = form.named("select", "radio", "checkbox", "hidden", "submit", "button")
            for stranger in (*strangers, str(house.other.id)) if named else ():
                chosen = {name: stranger for name in named if name not in ("act", "do", "step")}
                with undone(desk.app):
                    visitor = desk.visitors[desk.who(endpoint)]
                    with same_cookies(visitor):
                        answer = visitor.open(
                            "POST", form.action, data={"csrf_token": form.token, **form.values, **chosen}
                        )
                    if answer.status_code >= 500:
                        faults.append(f"{endpoint}: {answer.status_code}")
                    if rows_of(house.other.id) != before:
                        faults.append(f"{endpoint}: changed something of another cohort")
    assert not faults, "\n".join(faults)


def rows_of(cohort_id: int) -> dict[str, Any]:
    """Everything that says it belongs to a cohort."""
    from lms.core.db import db

    return {
        name: db.session.execute(
            table.select().where(table.c.cohort_id == cohort_id).order_by(*table.primary_key.columns)
        ).all()
        for name, table in db.metadata.tables.items()
        if "cohort_id" in table.c and name != "audit_entry"
    }


@pytest.mark.parametrize("group", GROUPS)
def test_after_the_sign_in_has_ended_one_is_sent_to_sign_in_and_back(
    desk: Desk, app: Flask, group: str
) -> None:
    faults = []
    for endpoint in posts(app, group):
        row = desk.table.get((endpoint, "POST"))
        if row is None or row["anonymous"] == "yes":
            continue
        form = desk.forms(endpoint)[0]
        with undone(desk.app):
            person = desk.house.people[desk.who(endpoint)]
            with unit_of_work() as work:
                people.revoke_sign_ins(people_queries.user_of(person.id).id, now=work.now)
            answer, written = desk.send(endpoint, form, form.values)
            back = parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("next")
            if (answer.status_code, back, written) != (303, [urlsplit(form.page).path], []):
                faults.append(f"{endpoint}: {answer.status_code}, back to {back}, {written[:1]}")
    assert not faults, "\n".join(faults)


# Addresses ----------------------------------------------------------------------------------------------------------


def test_an_address_that_names_nothing_is_not_found(desk: Desk, app: Flask) -> None:
    """Every part of every address: unknown, too long, odd, with what no database keeps."""
    faults = []
    for endpoint, rule, method in all_routes(app):
        row = desk.table.get((endpoint, method))
        if row is None or "<" not in rule or endpoint == "static":
            continue
        name = next((name for name in (*WHO, "anonymous") if row[name] == "yes"), "coordinator, own")
        visitor = desk.visitors[name]
        data = {"csrf_token": desk.token(visitor)} if method == "POST" else None
        for url in desk.house.broken_urls(endpoint, rule):
            with undone(desk.app), same_cookies(visitor), kept_writes() as written:
                answer = visitor.open(method, url, data=data)
            if answer.status_code not in GONE.get(endpoint, (404,)) or (written and endpoint not in GONE):
                faults.append(f"{method} {url[:90]}: {answer.status_code} {written[:1]}")
    assert not faults, "\n".join(faults)


GONE = {
    "people.accept_invitation": (404, 410),
    "people.ask_invitation_again": (404, 410, 303),
    "security.reset_password": (404, 410),
}


def parameters() -> dict[str, set[str]]:
    """The names that the views of each domain read from the query."""
    pattern = re.compile(r"""args\.get(?:list)?\(\s*["']([a-z_]+)["']""")
    found = {}
    for domain in DOMAINS:
        folder = Path(__file__).parents[1] / "lms" / domain
        texts = [path.read_text() for path in folder.rglob("*.py")]
        found[domain] = {name for text in texts for name in pattern.findall(text)}
    return found


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_query_is_never_too_odd(desk: Desk, app: Flask, domain: str) -> None:
    names, faults = sorted(parameters()[domain] | {"page"}), []
    bad = ("", "abc", "-1", "9" * 40, ODD, LONG[:5000], "0001-01-01", "2026-13", "\u0661\u0662", *CURSORS)
    for endpoint, rule, method in all_routes(app):
        row = desk.table.get((endpoint, method))
        if method != "GET" or endpoint.partition(".")[0] != domain or row is None:
            continue
        name = next(name for name in (*reversed(WHO), "anonymous") if row[name] == "yes")
        for value in bad:
            query = dict.fromkeys(names, value)
            answer = desk.visitors[name].open("GET", desk.house.url(endpoint, rule), query_string=query)
            if answer.status_code not in (200, 302, 303, 404, 410):
                faults.append(f"{endpoint} ?{'&'.join(names)}={value[:20]!r}: {answer.status_code}")
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_each_field_alone(desk: Desk, app: Flask, group: str) -> None:
    """One field at a time, so that one refusal does not hide what the next field would do."""
    faults = []
    for endpoint in posts(app, group):
        for form in desk.forms(endpoint):
            for how, data in each_badly(form):
                answer, written = desk.send(endpoint, form, data)
                faults += _faults(endpoint, how, answer, written)
    assert not faults, "\n".join(faults)
