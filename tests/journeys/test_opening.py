"""From an empty database to a learner's first desk, without any demonstration: what an institution does first.

The command line runs as it is; mails leave by the outbox and are read where administrators read them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from lms.app import create_app
from lms.cli import main
from lms.core import clock, outbox
from lms.core.db import db
from lms.web.filters import day
from tests.support import database
from tests.support.walker import Walker, said

WORDS = "orchard lantern 42"
"""Everybody's password."""
LEARNERS = (
    "name,email,section,employer,job title,time zone\n"
    "Asha Menon,asha@lakeshore.example,A,Lakeshore,Head of Product,Asia/Kolkata\n"
    "Ben Okafor,ben@lakeshore.example,A,Lakeshore,Chief Financial Officer,Europe/London\n"
    "Chen Wei,chen at lakeshore,B,Orchard,Sales Lead,Asia/Singapore\n"
)
Command = Callable[..., str]


@pytest.fixture
def command(empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Type a command on the machine that Cadre is being installed on."""
    for name, value in {
        "DATABASE_URL": empty_database,
        "LMS_DATA_DIR": str(tmp_path),
        "LMS_MODE": "test",
    }.items():
        monkeypatch.setenv(name, value)

    opened: list[Flask] = []

    def create(*args: Any, **settings: Any) -> Flask:
        opened.append(create_app(*args, **settings))
        return opened[-1]

    monkeypatch.setattr("lms.cli.create_app", create)

    def type_(*words: str) -> str:
        result = CliRunner().invoke(main, words, catch_exceptions=False)
        while opened:  # the process of a command ends with it, and its connections too
            with opened.pop().app_context():
                db.engine.dispose()
        assert result.exit_code == 0, result.output
        return result.output

    return type_


@pytest.fixture
def house(app: Flask, empty_database: str, command: Command) -> Iterator[Flask]:
    """The web server on the database that the commands prepared."""
    command("migrate")
    with app.app_context(), database.fresh(app, empty_database):
        yield app


def worker() -> None:
    """What the worker does when it is woken."""
    while outbox.drain():
        pass


def invited(house: Flask, administrator: Walker, name: str) -> Walker:
    """The letter that the administrator finds for somebody is followed by them, in a browser of their own."""
    worker()
    letter = (
        administrator.home()
        .click("Mailbox")
        .click("Your place is ready", within=f"main li:-soup-contains('To {name}')")
    )
    address = letter.page.one("main .as-read a[href*='/invitation/']")["href"]
    guest = Walker(house).open(str(address))
    return guest.press("Set my password and sign in", {"New password": WORDS})


@pytest.mark.slow
def test_from_nothing_to_a_learners_first_desk(house: Flask, command: Command) -> None:
    told = command("admin", "create", "--email", "ada@institute.example", "--name", "Ada Admin")
    ada = Walker(house).open(told.split()[-1]).press("Set my password and sign in", {"New password": WORDS})
    ada.sees("Welcome, Ada").click("Programmes").sees("No programme is published yet")

    assert "published as version 1" in command("content", "publish", "product-leadership")
    ada.again().click("Version 1").sees("Orientation: the year, the rules and you")

    ada.home().click("Add a person")
    ada.press("Add this person", {"Name": "Dora Dean", "E-mail address": "dora@institute.example"})
    ada.press("Give this role", {"Role": "Director", "Reason": "She runs the institute."})
    dora = invited(house, ada, "Dora Dean").sees("Welcome, Dora", "No cohort yet")

    for name in ("Farah Faculty", "Gita Guide", "Cora Coordinator"):
        address = f"{name.split()[0].lower()}@institute.example"
        dora.home().click("People").click("Add a person")
        dora.press("Add this person", {"Name": name, "E-mail address": address})

    starts = clock.now().date() + dt.timedelta(days=8)
    starts -= dt.timedelta(days=starts.weekday())
    dora.home().click("Create a cohort", within="main .empty")
    plan = {
        "Name": "Spring cohort",
        "Short name": "spring",
        "Start": starts.isoformat(),
        "Time zone": "Asia/Kolkata",
        "Sections": "A, B",
        "Public holidays of": "India",
    }
    dora.press("Find", {**plan, "Find people": "institute"})
    tasks = {"Task of Farah Faculty": "Faculty", "Task of Cora Coordinator": "Coordinator"}
    dora.press("Show the year", tasks).sees("Its year", "live sessions on a public holiday")
    dora.press("Create the cohort").sees("The cohort is created", "Cora Coordinator", "Farah Faculty")
    dora.click("Staff and tasks").press("Find", {"Name or address": "gita"}).click("Gita Guide")
    dora.press("Appoint Gita Guide", {"Task": "Guide"}).click("Spring cohort").sees(
        "Gita Guide", within="main"
    )
    dora.click("Open the cohort").press("Open the cohort").sees("Open", "learners see it")

    cora = invited(house, ada, "Cora Coordinator").sees("Welcome, Cora", "Spring cohort")
    cora.click("Spring cohort").click("People", within="nav").sees("Nobody is enrolled yet").click(
        "Bring a list"
    )
    cora.press("See what it would do", {"CSV file": (LEARNERS.encode(), "spring.csv")})
    cora.sees("Only tried: nothing is changed", "would enrol 2 people", "is not an e-mail address")
    cora.click("People", within="nav").sees("Nobody is enrolled yet").click("Bring a list").click(
        "spring.csv"
    )
    cora.press("Enrol 2 people").sees("2 people enrolled. 2 invitations on the way.")
    cora.click("See the people")
    assert standing(cora) == {"Asha Menon": "Invited never", "Ben Okafor": "Invited never"}

    asha = invited(house, ada, "Asha Menon")
    asha.sees("Welcome, Asha", f"Begins on {day(starts)}", "Spring cohort", "Farah Faculty", within="main")
    asha.click("Orientation: the year, the rules and your own gap", within=".next").sees(
        "Which of the five shifts"
    )

    asha.press("Sign out").home().press(
        "Sign in", {"E-mail address": "asha@lakeshore.example", "Password": WORDS}
    )
    asha.sees("Spring cohort", within="main")

    cora.again()
    assert standing(cora) == {"Asha Menon": "Accepted today", "Ben Okafor": "Invited never"}


def standing(coordinator: Walker) -> dict[str, str]:
    """What the people page says of each person's invitation and last visit."""
    rows = coordinator.page.soup.select("#people tbody tr")
    return {
        said(row.select("th a")[0]): " ".join(
            [said(row.select("td")[-2]).split()[0], said(row.select("td")[-1])]
        )
        for row in rows
    }
