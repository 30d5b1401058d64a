"""What is remembered is what the database says: by version, per database, and never of what may be rolled back."""

from __future__ import annotations

import pytest

from lms.core import remember
from lms.core.db import db
from lms.core.remember import Remembered
from lms.core.uow import unit_of_work


@pytest.fixture
def read(session):
    """A read that counts how often it was carried out."""

    def carry_out() -> int:
        carry_out.times += 1
        return carry_out.times

    carry_out.times = 0
    return carry_out


def test_one_version_is_read_once(read):
    kept: Remembered[int] = Remembered(4)
    assert [kept.get("a", 1, read) for _ in range(3)] == [1, 1, 1]


def test_a_new_version_takes_the_place_of_the_old_one(read):
    kept: Remembered[int] = Remembered(4)
    kept.get("a", 1, read)
    assert kept.get("a", 2, read) == 2
    assert kept.get("a", 2, read) == 2


def test_the_object_used_longest_ago_goes_first(read):
    kept: Remembered[int] = Remembered(2)
    kept.get("a", 1, read)
    kept.get("b", 1, read)
    kept.get("a", 1, read)
    kept.get("c", 1, read)
    assert kept.get("a", 1, read) == 1
    assert kept.get("b", 1, read) == 4


def test_a_unit_of_work_uses_what_is_known(read):
    kept: Remembered[int] = Remembered(4)
    kept.get("a", 1, read)
    with unit_of_work():
        assert kept.get("a", 1, read) == 1


def test_nothing_is_added_inside_a_unit_of_work(read):
    kept: Remembered[int] = Remembered(4)
    with unit_of_work():
        assert [kept.get("a", 2, read) for _ in range(2)] == [1, 2]
    assert kept.get("a", 2, read) == 3


def test_another_database_is_another_object(read, app, monkeypatch):
    kept: Remembered[int] = Remembered(4)
    kept.get("a", 1, read)
    monkeypatch.setitem(db._app_engines[app], None, object())
    assert kept.get("a", 1, read) == 2


def test_all_can_be_forgotten_at_once(read):
    kept: Remembered[int] = Remembered(4)
    kept.get("a", 1, read)
    remember.forget_all()
    assert kept.get("a", 1, read) == 2
