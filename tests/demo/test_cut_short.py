"""A demonstration that was cut short is never shown: it is begun anew."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms.cli import main
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.demo.build import is_built
from lms.people import actions as people

pytestmark = pytest.mark.slow


def test_it_is_begun_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {"LMS_DATA_DIR": str(tmp_path), "LMS_MODE": "test", "DATABASE_URL": ""}.items():
        monkeypatch.setenv(name, value)
    begun: list[bool] = []

    def builds(*, whole: bool) -> None:
        def build(_content: Any, *, now: dt.datetime, **_more: Any) -> None:
            begun.append(is_built())
            with unit_of_work():
                facts = people.PersonFacts(name="Asha Rao", email="asha@cadre.example", zone="UTC")
                people.add_person(facts, actor=None, now=now)
            db.session.remove()
            db.engine.dispose()
            if not whole:
                raise KeyboardInterrupt

        monkeypatch.setattr("lms.demo.commands.building.build", build)

    def typed() -> Result:
        return CliRunner().invoke(main, ["demo"])

    builds(whole=False)
    assert typed().exit_code == 1
    builds(whole=True)
    again = typed()
    assert "cut short" in again.output
    assert again.exit_code == 0
    assert typed().output == ""
    assert begun == [False, False], "twice on an empty database, and never again"
