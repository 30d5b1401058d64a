"""Looking after people and the house: files of persons, roles, accounts, audit log, mailbox, outbox."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from lms.core import audit, clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, ports, queries
from lms.people.models import Person, RoleGrant
from lms.people.rules import GrantRefusal, Role
from tests.factories import people, world
from tests.factories.people import said
from tests.support.statements import statements


@pytest.fixture
def ada(session):
    return people.administrator()


@pytest.fixture
def admin(visit, ada):
    return visit(ada)


@pytest.fixture
def ana(session):
    return people.member("Ana Silva", email="ana@example.org")


def file_of(person):
    return f"/admin/people/{person.public_id}"


# Who may ------------------------------------------------------------------------------------------------------------

HOUSE = ("/admin/people", "/admin/people/new", "/admin/audit", "/admin/mailbox", "/admin/outbox")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.ADMINISTRATOR, HOUSE),
        (Role.DIRECTOR, HOUSE[:2]),
        (Role.AUDITOR, HOUSE[2:3]),
        (Role.COORDINATOR, ()),
        (None, ()),
    ],
)
def test_who_may_look_after_the_house(visit, ana, role, allowed):
    visitor = visit(people.member(role=role))
    found = tuple(path for path in HOUSE if visitor.open("GET", path).status_code == 200)
    assert found == allowed
    assert {visitor.open("GET", path).status_code for path in HOUSE if path not in allowed} <= {403}
    expected = 200 if role in (Role.ADMINISTRATOR, Role.DIRECTOR) else 404
    assert visitor.open("GET", file_of(ana)).status_code == expected
    token = visitor.get("/account/busy-dates").one("main #csrf_token")["value"]
    response = visitor.open(
        "POST", f"{file_of(ana)}/account/suspend", data={"csrf_token": token, "reason": "x"}
    )
    assert response.status_code == (303 if expected == 200 else 404)


def test_a_role_in_a_cohort_is_no_role_in_the_house(visit, session):
    member, cohort = people.member(), world.cohort()
    with unit_of_work() as work:
        for role in (Role.ADMINISTRATOR, Role.DIRECTOR, Role.COORDINATOR, Role.AUDITOR):
            actions.grant(member.id, role, cohort_id=cohort.id, actor=None, now=work.now)
    visitor = visit(member)
    assert {visitor.open("GET", path).status_code for path in HOUSE} == {403}


# The directory ------------------------------------------------------------------------------------------------------


def test_people_are_found_by_name_without_accents_and_by_address(admin, session):
    people.member("Zoë Ångström", email="zoe@lakeshore.example")
    people.person("Ben 100% Okafor", email="ben_o@example.org")
    for words, names in (
        ("angstrom", ["Zoë Ångström"]),
        ("LAKESHORE", ["Zoë Ångström"]),
        ("100%", ["Ben 100% Okafor"]),
        ("n_o", ["Ben 100% Okafor"]),
        ("zz", []),
    ):
        page = admin.submit(admin.get("/admin/people"), "main form[role=search]", q=words)
        assert page.texts("main .rows .row-title") == names, words
    assert "Nobody is called that" in admin.get("/admin/people?q=zz").text()
    assert admin.get("/admin/people?q=%00&after=%00").title == "People"


def test_pages_of_people_follow_on_and_cost_the_same(admin, session):
    counts, names = [], []
    for size in (5, 60):
        for number in range(size):
            people.member(f"Same Name {number % 3}", role=Role.COORDINATOR if number % 2 else None)
        with statements() as seen:
            page = admin.get("/admin/people")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
    while True:
        names += [link["href"] for link in page.soup.select("main .rows a")]
        if not page.soup.select("a[href*='after=']"):
            break
        page = admin.get(page.link("More people"))
    assert len(names) == len(set(names)) == session.scalar(sa.select(sa.func.count(Person.id)))


@pytest.mark.parametrize(
    "cursor",
    ["x", "W10", "WzEsMl0", "W251bGwsIDFd", "WyJcdTAwMDAiLDFd", "WyJhIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTld"],
)
def test_a_cursor_that_is_none_of_ours_is_the_beginning(admin, cursor):
    for path in ("/admin/people?after=", "/admin/audit?before=", "/admin/mailbox?before="):
        assert admin.get(path + cursor).status == 200


def test_somebody_is_added_and_invited(admin, session):
    page = admin.submit(admin.get("/admin/people/new"), name="Noor Haddad", email="Noor@Example.org")
    assert page.title == "Noor Haddad"
    assert said(page) == "Noor Haddad is added and invited."
    assert len(people.mails_to("noor@example.org")) == 1
    page = admin.submit(admin.get("/admin/people/new"), name="Other Noor", email="noor@example.org")
    assert "Somebody else has this address already." in page.text(".field-bad .error")
    page = admin.submit(admin.get("/admin/people/new"), name="Uninvited", email="u@example.org", invite=False)
    assert said(page) == "Uninvited is added."
    assert people.mails_to("u@example.org") == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", "email": "x@example.org"}, "Write their name."),
        ({"name": "\u200b", "email": "x@example.org"}, "Write the name"),
        ({"name": "X", "email": "nope"}, "Write an e-mail address"),
        ({"name": "X", "email": "аna@example.org"}, "alphabets that look alike"),
        ({"name": "X" * 201, "email": "x@example.org"}, "At most 200 characters."),
        ({"name": "X", "email": f"{'x' * 250}@example.org"}, "At most 254 characters."),
    ],
)
def test_somebody_who_cannot_be_added(admin, fields, words):
    page = admin.submit(admin.get("/admin/people/new"), **fields)
    assert words in page.text(".field-bad .error")


# Roles --------------------------------------------------------------------------------------------------------------


def give(admin, person, **fields):
    facts = {"role": "auditor", "reason": "asked by the board"} | fields
    return admin.submit(admin.get(file_of(person)), "form[action$='/roles']", facts)


def test_a_role_is_given_and_ended_with_reasons(admin, visit, ana):
    page = give(admin, ana)
    assert said(page) == "Ana Silva has the role auditor."
    assert page.rows("main table")[0][:2] == ["Auditor", "The whole institution"]
    auditor = visit(ana)
    assert auditor.get("/admin/audit").title == "Audit log"
    page = admin.submit(page, "form[action$='/roles/end']", reason="the audit is over")
    assert said(page) == "Ana Silva is no longer auditor."
    assert auditor.open("GET", "/admin/audit").status_code == 403
    story = page.text("main .story")
    assert "End grant" in story
    assert "“the audit is over”" in story
    assert "“asked by the board”" in story
    assert audit.verify().broken_at is None


def test_a_role_holds_from_day_to_day(admin, visit, ana):
    today = clock.now().astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30))).date()
    first, last = today + dt.timedelta(days=2), today + dt.timedelta(days=3)
    page = give(admin, ana, starts_on=first, ends_on=last)
    assert "ahead" in page.text("main table")
    auditor = visit(ana)
    found = []
    for days in (0, 2, 3, 4):
        with clock.at(dt.datetime.combine(today, dt.time(12), dt.UTC) + dt.timedelta(days=days)):
            found.append(auditor.open("GET", "/admin/audit").status_code)
    assert found == [403, 200, 200, 403]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "Say why in a few words"),
        ({"reason": "\u200b"}, "Say why in a few words"),
        ({"reason": "x" * 401}, "At most 400 characters."),
        ({"starts_on": "2026-12-02", "ends_on": "2026-12-01"}, "The last day lies before the first."),
        ({"ends_on": "2020-01-01"}, "The last day"),
        ({"starts_on": "soon"}, "Not a valid date value."),
        ({"role": "learner"}, "Not a valid choice"),
        ({"role": ""}, "Choose a role."),
    ],
)
def test_a_role_that_cannot_be_given(admin, ana, fields, words):
    page = give(admin, ana, **fields)
    assert words in page.text(".summary-errors")
    assert queries.institution_roles_of(ana.id, clock.now()) == frozenset()


def test_a_director_makes_coordinators_and_nobody_above(visit, ana, ada):
    director = visit(people.member("Dora", role=Role.DIRECTOR))
    page = director.get(file_of(ana))
    assert [option["value"] for option in page.soup.select("#grant-role option")] == ["", "coordinator"]
    give(director, ana, role="coordinator")
    assert queries.institution_roles_of(ana.id, clock.now()) == {Role.COORDINATOR}
    for role in ("administrator", "director", "auditor"):
        assert "You may not give or take the role" in give(director, ana, role=role).text(".summary-errors")
    page = director.get(file_of(ada))
    assert not page.has("form[action$='/account/sign-out']")
    token = page.one("header [action='/logout'] [name=csrf_token]")["value"]
    for path in ("account/suspend", "account/unlock", "address", "invitation"):
        response = director.open("POST", f"{file_of(ada)}/{path}", data={"csrf_token": token, "reason": "x"})
        assert response.status_code == 403, path
    data = {"csrf_token": token, "role": "administrator", "reason": "x"}
    assert "You may not give" in director.open("POST", f"{file_of(ada)}/roles/end", data=data).text
    assert queries.institution_roles_of(ada.id, clock.now()) == {Role.ADMINISTRATOR}


def test_nobody_changes_their_own_role_or_account(admin, ada):
    page = admin.get(file_of(ada))
    assert "This is you." in page.text("aside")
    assert not page.has("main form")
    token = page.one("header [action='/logout'] [name=csrf_token]")["value"]
    for path in ("roles", "roles/end", "account/suspend", "account/sign-out", "address", "invitation"):
        data = {"csrf_token": token, "role": "administrator", "reason": "x", "email": "a@b.org"}
        assert admin.open("POST", f"{file_of(ada)}/{path}", data=data).status_code == 403, path


def test_two_administrators_cannot_end_each_other(app, fresh_database):
    ada, bob = people.administrator("Ada"), people.administrator("Bob")
    actors = {ada.id: people.actor(bob), bob.id: people.actor(ada)}
    refused = []

    def end(person_id, action):
        with app.app_context():
            try:
                with unit_of_work() as work:
                    action(person_id, reason="coup", actor=actors[person_id], now=work.now)
            except RuleViolation as why:
                refused.append(why.reason)

    def end_role(person_id, **words):
        actions.end_institution_role(person_id, Role.ADMINISTRATOR, **words)

    threads = [
        threading.Thread(target=end, args=(ada.id, end_role)),
        threading.Thread(target=end, args=(bob.id, actions.suspend)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert refused == [GrantRefusal.LAST_ADMINISTRATOR]
    able = queries.administrators_able_to_sign_in(clock.now(), besides=0)
    assert able == 1


def test_cohorts_have_names_when_somebody_knows_them(admin, ana, monkeypatch):
    cohort = world.cohort()
    with unit_of_work() as work:
        actions.grant(ana.id, Role.LEARNER, cohort_id=cohort.id, actor=None, now=work.now)
    monkeypatch.setattr(ports, "_cohort_names", [lambda ids: dict.fromkeys(ids, "Spring 2027")])
    assert admin.get(file_of(ana)).rows("main table")[0][:2] == ["Learner", "Spring 2027"]
    monkeypatch.setattr(ports, "_cohort_names", [])
    assert admin.get(file_of(ana)).rows("main table")[0][:2] == ["Learner", "A cohort"]
    assert not admin.get(file_of(ana)).has("form[action$='/roles/end']"), (
        "a cohort's role is ended in the cohort"
    )


# Accounts -----------------------------------------------------------------------------------------------------------


def care(admin, person, press, reason="asked by mail"):
    return admin.submit(
        admin.get(file_of(person)), "form[action$='/account/sign-out']", reason=reason, press=press
    )


def act(admin, person, what, **fields):
    token = admin.get(file_of(person)).one("header [action='/logout'] [name=csrf_token]")["value"]
    return admin.open("POST", f"{file_of(person)}/{what}", data={"csrf_token": token, **fields})


def test_suspending_and_reactivating(admin, visit, visitor, ana):
    device = visit(ana)
    assert device.get("/account/profile").url == "/account/profile"
    assert act(admin, ana, "account/suspend", reason="left the company").status_code == 303
    assert device.get("/account/profile").url.startswith("/login")
    assert "Suspended" in admin.get(file_of(ana)).text("main .page-head")
    assert act(admin, ana, "account/reactivate", reason="came back").status_code == 303
    assert device.get("/account/profile").url.startswith("/login"), "the old sign-ins stay ended"
    page = visitor.submit(
        visitor.get("/login?next=/account/profile"), email="ana@example.org", password=people.PASSWORD
    )
    assert page.title == "Your profile"


def test_signing_out_everywhere_and_unlocking(admin, visit, ana):
    people.with_authenticator(ana)
    device = visit(ana)
    page = care(admin, ana, "Sign out everywhere")
    assert said(page) == "Every device is signed out."
    assert device.get("/account/profile").url.startswith("/login")
    assert act(admin, ana, "account/unlock", reason="lost phone, known by voice").status_code == 303
    assert not queries.security_of(ana.id).authenticator
    assert people.mails_to("ana@example.org")[-1].subject == "Your authenticator app was taken off"


@pytest.mark.parametrize("what", ["suspend", "reactivate", "sign-out", "unlock", "revoke-invitation"])
def test_every_act_on_an_account_needs_a_reason(admin, ana, what):
    answer = act(admin, ana, f"account/{what}", reason="")
    assert answer.status_code == 200
    assert "Say why in a few words" in answer.text
    assert queries.security_of(ana.id).active


def test_an_act_that_is_none_is_not_there(admin, ana):
    assert act(admin, ana, "account/delete", reason="x").status_code == 404


def test_an_invitation_is_sent_again_and_taken_back(admin, visitor, session):
    ben = people.person("Ben Okafor", email="ben@example.org")
    page = admin.submit(admin.get(file_of(ben)), "form[action$='/invitation']")
    assert said(page) == "An invitation is on its way to ben@example.org."
    page = admin.submit(page, "form[action$='/invitation']")
    assert said(page).startswith("An invitation went out a moment ago.")
    link = people.link_in(people.mails_to("ben@example.org")[0])
    assert act(admin, ben, "account/revoke-invitation", reason="wrong person").status_code == 303
    assert visitor.get(link, status=410)


def test_an_address_is_corrected(admin, visit, visitor, ana):
    device = visit(ana)
    page = admin.submit(
        admin.get(file_of(ana)), "form[action$='/address']", email="Ana.Silva@Example.org", reason="she moved"
    )
    assert "ana.silva@example.org" in page.text("main .page-head")
    assert device.get("/account/profile").url.startswith("/login")
    assert [letter.subject for letter in people.mails_to("ana@example.org")] == [
        "The address of your account was changed"
    ]
    page = visitor.submit(
        visitor.get("/login?next=/account/profile"), email="ana.silva@example.org", password=people.PASSWORD
    )
    assert page.title == "Your profile"
    people.member(email="taken@example.org")
    for email, words in (
        ("taken@example.org", "Somebody else has this address"),
        ("nope", "Write an e-mail address"),
    ):
        page = admin.submit(admin.get(file_of(ana)), "form[action$='/address']", email=email, reason="x")
        assert words in page.text(".summary-errors")
        assert page.one("#address-email")["value"] == email


def test_files_of_nobody_are_not_there(admin):
    admin.refused("/admin/people/aaaaaaaaaaaa", status=404)


def test_grants_are_not_doubled(session, ana):
    with unit_of_work() as work:
        first = actions.grant(ana.id, Role.AUDITOR, cohort_id=None, actor=None, now=work.now)
        assert actions.grant(ana.id, Role.AUDITOR, cohort_id=None, actor=None, now=work.now) is first
    assert session.scalar(sa.select(sa.func.count()).where(RoleGrant.person_id == ana.id)) == 1
