"""Cells for spreadsheets: a text that a spreadsheet would run as a formula is written as a text."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with, full-width signs included (OWASP, CSV injection)."""


def safe_cell(value: object) -> object:
    """The value as it may stand in a CSV: a text that begins like a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
