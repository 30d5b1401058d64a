"""Cursors come back from addresses, where anybody may have written them."""

from __future__ import annotations

import base64
import json

import pytest

from lms.core.paging import cursor_of, read_cursor


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert read_cursor(cursor_of(["Meera", 2**31 - 1, None])) == ["Meera", 2**31 - 1, None]


@pytest.mark.parametrize(
    "values",
    [[2**31], [2**63], [-(2**64)], ["a\x00b"], [[1]], [{"a": 1}], {"a": 1}, "text", 7, [float("inf")]],
)
def test_what_no_database_compares_with_reads_as_the_first_page(values: object) -> None:
    assert read_cursor(base64.urlsafe_b64encode(json.dumps(values).encode()).decode()) is None


@pytest.mark.parametrize("text", [None, "", "=", "a", "\u0661", "AAAA", "%%%"])
def test_nonsense_reads_as_the_first_page(text: str | None) -> None:
    assert read_cursor(text) is None
