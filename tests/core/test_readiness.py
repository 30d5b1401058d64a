"""/readyz says what is wrong, and with which status."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.uow import unit_of_work

pytestmark = pytest.mark.db


def test_all_is_well(app, session) -> None:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "checks": {"database": "ok", "revision": "ok", "outbox": "ok"}}


def test_another_revision_is_not_ready(app, session) -> None:
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = 'older'"))
    db.session.commit()
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["revision"].startswith("at revision older")


def test_effects_that_nobody_carries_out(app, session) -> None:
    with clock.at(clock.now() - dt.timedelta(minutes=11)), unit_of_work() as work:
        outbox.enqueue(outbox.Effect(kind="mail", dedupe_key="old", payload={"mail_id": 0}), now=work.now)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "is a worker running?" in answer.json["checks"]["outbox"]
