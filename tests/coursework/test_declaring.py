"""What generative tools were used for is said with the work, unless the brief drops it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.core.db import db
from lms.coursework import queries
from lms.curriculum.models import Activity
from tests.factories import assessment as marking
from tests.factories import coursework as make


@pytest.fixture
def undeclared(session):
    """A-1 of a programme whose brief drops the declaration."""
    row = session.get(Activity, marking.activity_id("a-1"))
    row.spec = {**row.spec, "head": {**row.spec["head"], "declare_tools": False}}
    session.flush()
    queries.content.cache_clear()
    yield
    queries.content.cache_clear()


def test_a_brief_that_asks_for_no_declaration_gets_none(cohort, lea, now, visit, undeclared):
    """Nothing is asked, nothing is said on the receipt or at the desk, and what is forged is no statement."""
    here = f"/cohorts/{cohort.slug}/assignments/a-1"
    at = visit(lea)
    page = at.get(here)
    assert not page.has("[name=ai], [name=ai_text]")
    assert "This brief asks for no declaration of generative tools." in page.text("#work")
    token, version = (page.one(f"#work [name={name}]")["value"] for name in ("csrf_token", "version"))
    sent = {"csrf_token": token, "version": version, "text": "What we do.", "ai": "yes", "ai_text": "Forged."}
    assert at.open("POST", here, data={**sent, "act": "hand-in"}).status_code == 303
    (handed,) = queries.work(queries.owner_of(make.visit(lea, cohort, "a-1"))).versions
    assert handed.ai_statement == ""
    receipt = at.get(f"{here}/versions/{handed.public_id}")
    assert "Generative tools" not in receipt.text()
    assert "Worked out over the text and each file." in receipt.text()
    desk = visit(marking.marker(cohort)).get(
        f"/marking/{db.session.scalar(sa.select(MarkingTask.public_id))}"
    )
    assert "What tools were used for" not in desk.text("#work")
    assert "Forged." not in desk.text("#work")
