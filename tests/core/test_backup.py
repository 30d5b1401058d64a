"""A backup restores into an empty place with no row's difference; damaged or misplaced ones are refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from lms.core import audit, backup, clock, files
from lms.core.db import db
from lms.core.files import Limits
from lms.core.uow import unit_of_work
from tests.factories import world
from tests.support import database
from tests.support.application import migrate

pytestmark = pytest.mark.db


@pytest.fixture
def archive(app, fresh_database: str, tmp_path: Path) -> tuple[Path, backup.Summary]:
    cohort = world.cohort(weeks_in=3)
    learner = world.learner(cohort, "Lea Łuczak")
    with unit_of_work() as work:
        files.keep(
            io.BytesIO(b"name,mark\nLea,72\n"),
            "marks.csv",
            limits=Limits(types=("csv",), megabytes=1),
            owner_id=learner.id,
            purpose="evidence",
            now=work.now,
        )
    db.session.remove()
    target = tmp_path / "made" / "cadre.tar.gz"
    made = backup.backup(target, data_dir=app.extensions["settings"].data_dir, now=clock.now())
    return target, made


@pytest.mark.slow
def test_restored_into_an_empty_place_nothing_differs(
    app, archive: tuple[Path, backup.Summary], empty_database: str, tmp_path: Path
) -> None:
    source, made = archive
    migrate(empty_database)
    with database.fresh(app, empty_database):
        restored = backup.restore(source, data_dir=tmp_path / "elsewhere")
        assert (restored.rows, restored.files, restored.digest) == (made.rows, 1, made.digest)
        assert backup.digest() == made.digest
        assert audit.verify().broken_at is None
        with unit_of_work():  # new rows get new ids
            world.director()
    assert {path.name for path in (tmp_path / "elsewhere" / "keys").iterdir()}


def test_a_place_that_is_not_empty_is_refused(archive: tuple[Path, backup.Summary], tmp_path: Path) -> None:
    with pytest.raises(backup.RestoreRefused, match="is not empty"):
        backup.restore(archive[0], data_dir=tmp_path / "elsewhere")


def test_a_damaged_archive_is_refused(archive: tuple[Path, backup.Summary], tmp_path: Path) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(archive[0].read_bytes()[:-2000])
    with pytest.raises(backup.RestoreRefused, match="cannot be read"):
        backup.restore(broken, data_dir=tmp_path / "elsewhere")
