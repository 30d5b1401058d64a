"""`python -m tests.browser.shots`: the screenshots that README shows, of the demonstration as it is built today.

With `games` behind it only those of the simulations are taken.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright

from lms.app import ROOT, create_app
from lms.core import clock
from lms.core.db import db
from lms.curriculum.content import checker
from lms.demo.build import build
from lms.demo.cast import PASSWORD
from tests.support.browser import DESKTOP, PHONE, launch_arguments
from tests.support.server import serving

TARGET = ROOT / "docs" / "shots"
PAGES = {
    "learner": {
        "desk": "/cohorts/cohort-14",
        "schedule": "/cohorts/cohort-14/schedule",
        "module": "/cohorts/cohort-14/modules/k-capstone",
        "progress": "/cohorts/cohort-14/progress",
        "capstone": "/cohorts/cohort-14/capstone",
    },
    "faculty": {"teaching": "/teaching", "marking": "/marking"},
    "coordinator": {
        "coordination": "/coordination",
        "board": "/cohorts/cohort-14/board",
        "people": "/cohorts/cohort-15/people",
        "plan": "/cohorts/cohort-15/plan",
        "run-sheet": "/run-sheet",
        "studio": "/cohorts/cohort-15/studio",
    },
}
THEN = {"studio": "main .rows .row-link"}
"""The first link of a page that leads to the one that is taken."""
WORDS = {"learner": "Learner", "faculty": "Faculty", "coordinator": "Coordinator"}


@dataclass(frozen=True)
class GameShot:
    """A picture of a simulation: who looks at which page, and what stands at the top of the window."""

    title: str
    who: str
    """Whose e-mail address, by the words below; or an address."""
    path: str
    size: str = "wide"
    themes: tuple[str, ...] = ("light",)
    at: str = ""
    """What is brought to the top."""
    down: int = 0
    """Pixels that stay above it."""


_RUN = "/cohorts/{slug}/simulations/{run}"
_TEAM = f"{_RUN}/teams/{{team}}/"
GAMES: dict[str, tuple[GameShot, ...]] = {
    "market": (
        GameShot("game", "{member}", _TEAM),
        GameShot("game", "{member}", f"{_TEAM}#step-product-A", "phone", ("dark",), at=".cockpit"),
        GameShot("game-report", "{member}", f"{_TEAM}rounds/{{told}}/", at="#market-title", down=24),
        GameShot("game-console", "faculty@cadre.example", f"{_RUN}/"),
    ),
    "leadership": (
        GameShot("quarters", "{member}", _TEAM, at=".cockpit", down=28),
        GameShot("quarters", "{member}", _TEAM, "phone", at="#who-stands", down=64),
    ),
    "debrief": (GameShot("game-debrief", "{member}", f"{_RUN}/debrief/?part=compare"),),
}
_SEATED = (
    "select c.slug, r.public_id as run, t.public_id as team, n.email as member,"
    " (select d.public_id from simulation_round d where d.run_id = r.id and d.published_at is not null"
    " order by d.kind desc, d.number desc limit 1) as told"
    " from simulation_run r join cohort c on c.id = r.cohort_id join simulation_team t on t.run_id = r.id"
    " join simulation_member m on m.team_id = t.id and m.left_at is null join place p on p.id = m.place_id"
    " join person n on n.id = p.person_id"
)
_DRAFTED = (
    " left join simulation_sheet s on s.team_id = t.id and s.submission = 0 and s.version > 0"
    " where r.engine = '{engine}' and r.phase = 'competition' order by s.id is null, s.id desc, m.id limit 1"
)
FOUND = {
    "market": _SEATED + _DRAFTED.format(engine="market"),
    "leadership": _SEATED
    + _DRAFTED.format(engine="leadership").replace("s.submission = 0", "s.submission > 0"),
    "debrief": (
        f"{_SEATED} where r.engine = 'market' and r.phase = 'ended' and n.email = 'learner@cadre.example' limit 1"
    ),
}
"""Which run, team and member a picture shows: a team that has begun to decide in the round that is open."""


def demonstration(folder: Path, address: str = "") -> Flask:
    """The application with a fresh demonstration in a folder, or in the empty database at an address."""
    app = create_app(mode="demo", data_dir=folder, **({"database_url": address} if address else {}))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        content, problems = checker.check(ROOT / "content" / "programmes" / "product-leadership")
        if content is None or problems:
            raise SystemExit("The programme has problems; `lms content check` names them.")
        build(content, now=clock.now())
    return app


def shoot(browser: Browser, address: str, who: str) -> None:
    """Sign in as one of the demonstration's people and take their pages, both widths, both themes."""
    for name, size in (("wide", DESKTOP), ("phone", PHONE)):
        for theme in ("light", "dark"):
            window = browser.new_context(
                viewport=size, color_scheme=theme, reduced_motion="reduce", locale="en-GB"
            )
            page = window.new_page()
            page.goto(f"{address}/login")
            page.get_by_role("button", name="Sign in as").filter(has_text=WORDS[who]).first.click()
            for title, path in PAGES[who].items():
                answer = page.goto(address + path)
                if answer is None or not answer.ok:
                    raise SystemExit(f"{path} did not open for {who}")
                if title in THEN:
                    page.locator(THEN[title]).first.click()
                    page.wait_for_load_state()
                page.screenshot(path=TARGET / f"{title}-{name}-{theme}.png")
                sys.stdout.write(f"{title}-{name}-{theme}\n")
            window.close()


def shoot_games(app: Flask, browser: Browser, address: str) -> None:
    """The pictures of the simulations, each as the person who sits there."""
    for kind, shots in GAMES.items():
        with app.app_context():
            row = db.session.execute(sa.text(FOUND[kind])).mappings().first()
        if row is None:
            sys.stdout.write(f"{kind}: the demonstration has none today\n")
            continue
        words = {name: str(value) for name, value in row.items()}
        for one in shots:
            for theme in one.themes:
                window = browser.new_context(
                    viewport=DESKTOP if one.size == "wide" else PHONE,
                    color_scheme="dark" if theme == "dark" else "light",
                    reduced_motion="reduce",
                    locale="en-GB",
                )
                page = window.new_page()
                page.goto(f"{address}/login")
                page.get_by_label("E-mail address").fill(one.who.format(**words))
                page.get_by_role("textbox", name="Password").fill(PASSWORD)
                page.get_by_role("button", name="Sign in", exact=True).click()
                page.wait_for_load_state()
                answer = page.goto(address + one.path.format(**words))
                if answer is None or not answer.ok:
                    raise SystemExit(f"{one.path} did not open")
                if one.at:
                    page.evaluate(
                        "([at, down]) => scrollTo(0, document.querySelector(at).getBoundingClientRect().top"
                        " + scrollY - down)",
                        [one.at, one.down],
                    )
                page.screenshot(path=TARGET / f"{one.title}-{one.size}-{theme}.png")
                sys.stdout.write(f"{one.title}-{one.size}-{theme}\n")
                window.close()


def main() -> None:
    """Build, serve, shoot."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = demonstration(Path(folder))
        with serving(app) as address, sync_playwright() as play:
            browser = play.chromium.launch(**launch_arguments())
            for who in PAGES if "games" not in sys.argv[1:] else ():
                shoot(browser, address, who)
            shoot_games(app, browser, address)
            browser.close()


if __name__ == "__main__":
    main()
