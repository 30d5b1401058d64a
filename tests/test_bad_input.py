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
    badly_filled,
    each_badly,
    kept_writes,
)
from tests.support.desk import BY, BY_HAND, PAGES, WHO, Desk, same_cookies
from tests.support.house import House, undone

pytestmark = pytest.mark.db

GROUPS = (*DOMAINS, "security", "web")
LARGE = {
    "live": 6,
    "assessment": 2,
    "community": 2,
    "coursework": 2,
    "fairness": 3,
    "gradebook": 2,
    "scheduling": 2,
}
"""Groups with so many forms that each is tried in parts: a test that takes too long is ended."""
PARTS = [(group, part) for group in GROUPS for part in range(LARGE.get(group, 1))]
KEEPS_WHAT_IT_CAN = {
    "assessment.judge_work": "what was typed well is kept as a draft",
    "capstone.save_draft": "a draft is kept as it is written",
    "capstone.work_on": "the draft is kept although handing in, or a file, is refused",
    "coursework.work_on": "the draft is kept although handing in is refused",
    "coursework.save_answers": "answers are kept one by one",
    "live.enter_code": "wrong codes are counted",
    "live.roster": "names that nobody else ticked are kept",
    "security.login": "failures are counted",
    "security.second_factor": "failures are counted",
    "security.recovery_code": "failures are counted",
    "security.forgot_password": "attempts are counted",
    "notifications.confirm_number": "failures are counted",
    "people.begin_authenticator": "failures are counted",
    "people.change_password": "failures are counted",
    "people.end_authenticator": "failures are counted",
    "people.recovery_codes": "failures are counted",
    "people.set_up_authenticator": "failures are counted",
    "people.ask_invitation_again": "attempts are counted",
}
"""Routes that write although they refuse, each with the reason."""


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_without_its_token_a_form_is_refused(desk: Desk, app: Flask, group: str) -> None:
    faults = []
    for endpoint in posts(app, group):
        if hasattr(app.view_functions[endpoint], "__no_form__"):
            continue  # a program's, which proves itself otherwise
        for form in desk.forms(endpoint)[:1]:
            for token in ("", "wrong", "a\x00b"):
                answer, written = desk.send(endpoint, form, {**form.values, "csrf_token": token})
                if answer.status_code != 400 or written:
                    faults.append(f"{endpoint}: {token!r}: {answer.status_code} {written[:1]}")
    assert not faults, "\n".join(faults)


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
@pytest.mark.parametrize(("group", "part"), PARTS)
def test_each_field_alone(desk: Desk, app: Flask, group: str, part: int) -> None:
    """One field at a time, so that one refusal does not hide what the next field would do."""
    faults = []
    for endpoint in posts(app, group)[part :: LARGE.get(group, 1)]:
        for form in desk.forms(endpoint):
            for how, data in each_badly(form):
                answer, written = desk.send(endpoint, form, data)
                faults += _faults(endpoint, how, answer, written)
    assert not faults, "\n".join(faults)


AWAY = (
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "///evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "/\x00/evil.example",
    "http:evil.example",
)


@pytest.mark.slow
def test_no_form_leads_away(desk: Desk, app: Flask) -> None:
    """Every form that says where to go next, and the sign-in page's query."""
    faults, asked = [], 0
    for group in GROUPS:
        for endpoint in posts(app, group):
            for form in [form for form in desk.forms(endpoint) if "next" in form.kinds]:
                asked += 1
                for away in AWAY:
                    answer, _written = desk.send(endpoint, form, {**form.values, "next": away})
                    there = urlsplit(answer.headers.get("Location", "/"))
                    if there.netloc or there.scheme or not there.path.startswith("/") or "\\" in there.path:
                        faults.append(f"{endpoint}: {away!r} leads to {answer.headers['Location']}")
    assert asked >= 3
    signed_in = desk.visitors["learner, own"]
    for away in AWAY:
        answer = signed_in.open("GET", "/login", query_string={"next": away})
        if "evil" in urlsplit(answer.headers.get("Location", "/")).netloc:
            faults.append(f"/login?next={away!r} leads to {answer.headers['Location']}")
    assert not faults, "\n".join(faults)
