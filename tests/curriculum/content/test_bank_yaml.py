"""A bank leaves and comes back as the same, from the files and from the database."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lms.core.db import db
from lms.curriculum import queries
from lms.curriculum.content import bank_yaml, schema, source
from lms.curriculum.models import Activity
from tests.factories import world

BANKS = sorted((Path(__file__).parents[3] / "content" / "programmes").rglob("quizzes/*.yaml"))


def again(bank):
    return source._parse("bank.yaml", bank_yaml.bank_text(bank), 0)[0]


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_every_bank_of_ours_comes_back(path):
    quiz = schema.QuizFile.model_validate(source.read(path.parent, path.name).data)
    plain = bank_yaml.plain_bank(quiz)
    assert again(plain) == plain
    assert schema.QuizFile.model_validate(again(plain)) == quiz


texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=80)


@given(
    st.recursive(
        texts | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False, width=32),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=12,
    )
)
def test_whatever_stands_in_a_bank_comes_back(value):
    assert again({"intro": value}) == {"intro": value}


ODD = "12|007|089|3.5|true|yes|null|~|=|2026-01-01|18:30|- a|a: b|x\n y\n|\n| a|\x85|\u2028|\ufeff"


@pytest.mark.parametrize("text", ODD.split("|"))
def test_words_that_look_like_something_else_stay_words(text):
    assert again({"intro": text}) == {"intro": text}


def test_what_is_published_is_what_was_written(session):
    cohort = world.cohort(weeks_in=1)
    activity_id = db.session.scalar(
        sa.select(Activity.id).where(Activity.version_id == cohort.version_id, Activity.key == "q1")
    )
    (path,) = [path for path in BANKS if path.name == "q1.yaml"]
    written = schema.QuizFile.model_validate(source.read(path.parent, path.name).data)
    assert queries.quiz_file(activity_id) == written
