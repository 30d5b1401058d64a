"""A quiz survives the death of its server and goes on from another device: real processes, over HTTP."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import clock
from lms.core.db import db
from lms.coursework import queries
from lms.coursework.models import AttemptState, QuizAnswer, QuizAttempt
from lms.scheduling.models import ScheduledItem
from tests.factories import coursework as make
from tests.factories import world
from tests.factories.people import PASSWORD, member
from tests.notifications.test_killed import Browser, House, free_port

pytestmark = pytest.mark.slow
PATIENCE = 150.0


def test_a_quiz_survives_a_killed_server_and_two_devices(
    app: Flask, session: Any, fresh_database: str, tmp_path: Path
) -> None:
    until = time.monotonic() + PATIENCE
    cohort = world.cohort(weeks_in=6)
    now = clock.now()
    spans = {"starts_at": now - dt.timedelta(days=2), "ends_at": now + dt.timedelta(days=2)}
    db.session.execute(
        sa.update(ScheduledItem)
        .where(ScheduledItem.cohort_id == cohort.id, ScheduledItem.key == "q1")
        .values(**spans)
    )
    db.session.commit()
    lea = member("Lea Ito")
    world.place(cohort, lea)
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LMS_")},
        "LMS_MODE": "development",
        "LMS_SECRET_KEY": app.extensions["settings"].key("secret_key"),
        "LMS_DATA_DIR": str(tmp_path),
        "DATABASE_URL": fresh_database,
        "LMS_BASE_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "LMS_PORT": str(port),
        "LMS_WEB_WORKERS": "1",
    }
    house = House(environment, port)
    quiz = f"/cohorts/{cohort.slug}/quizzes/q1"
    try:
        house.start("web")
        house.wait_for_web(until)
        laptop = signed_in(port, lea.email)
        laptop.submit(laptop.get(quiz), "main form", quiz)
        started = attempt()
        path = f"{quiz}/attempts/{started.public_id}"
        old = laptop.get(path)
        laptop.submit(old, "#answers", path, q1="0", **{"q1-0": "0", "act": "save"})
        saved = answers(started.id)
        assert saved, "the first question, whatever its kind, is answered"

        house.kill("web")
        house.start("web")
        house.wait_for_web(until)
        again = laptop.get(path)
        assert "1 of 10 answered" in again.get_text(" ")
        assert attempt().ends_at == started.ends_at, "the clock ran on, and no further"
        assert answers(started.id) == saved

        phone = signed_in(port, lea.email)
        page = phone.get(path)
        assert "1 of 10 answered" in page.get_text(" ")
        phone.submit(page, "#answers", path, q2="0", **{"q2-0": "0", "act": "save"})
        both = answers(started.id)
        assert len(both) == 2
        laptop.submit(old, "#answers", path, q2="1", **{"q2-0": "1", "act": "save"})
        assert answers(started.id) == both, "a page from before both overwrites neither"

        house.kill("web")
        house.start("web")
        house.wait_for_web(until)
        phone.submit(phone.get(f"{path}/finish"), "main form", f"{path}/finish")
        assert attempt().state is AttemptState.FINISHED
        assert answers(started.id) == both
        assert "of 10 points" in phone.get(f"{path}/result").get_text(" ")
        place = make.visit_place(lea, cohort)
        assert len(queries.attempts(place, attempt().activity_id)) == 1
    finally:
        for what in list(house.running):
            house.kill(what)


def signed_in(port: int, email: str | None) -> Browser:
    somebody = Browser(port)
    somebody.submit(somebody.get("/login"), "form.form", "/login", email=email or "", password=PASSWORD)
    return somebody


def attempt() -> QuizAttempt:
    db.session.rollback()
    return db.session.scalars(sa.select(QuizAttempt).execution_options(populate_existing=True)).one()


def answers(attempt_id: int) -> dict[int, Any]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(QuizAnswer.item_id, QuizAnswer.answer, QuizAnswer.saved_at).where(
            QuizAnswer.attempt_id == attempt_id
        )
    )
    return {row.item_id: (row.answer, row.saved_at) for row in rows}
