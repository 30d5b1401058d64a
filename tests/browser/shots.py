"""`python -m tests.browser.shots`: the screenshots that README shows, of the demonstration as it is built today."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright

from lms.app import ROOT, create_app
from lms.core import clock
from lms.curriculum.content import checker
from lms.demo.build import build
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


def main() -> None:
    """Build, serve, shoot."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(demonstration(Path(folder))) as address,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(**launch_arguments())
        for who in PAGES:
            shoot(browser, address, who)
        browser.close()


if __name__ == "__main__":
    main()
