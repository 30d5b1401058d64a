"""Tables for spreadsheets: nothing that somebody typed runs, and every export of the house is written by one writer."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.sheets import safe_cell, to_csv, unsafe_cell

LMS = Path(__file__).parents[2] / "lms"


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), min_size=1, max_size=5))
def test_no_cell_of_a_written_list_begins_a_formula(rows):
    text = to_csv(("a", "b"), rows)
    written = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert not [
        cell for row in written for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+49 30", "-5", "@sum", "\tx", "＝A1"])
def test_a_formula_is_defused_and_reads_back_as_it_was(cell):
    assert safe_cell(cell) == f"'{cell}"
    assert unsafe_cell(safe_cell(cell)) == cell
    assert safe_cell("O'Neil = fine") == "O'Neil = fine"
    assert unsafe_cell("'tis") == "'tis"


def test_headings_are_cells_too_and_numbers_stay_numbers():
    assert to_csv(["=a", "b"], [["x", -1]]) == "\ufeff'=a,b\r\nx,-1\r\n"


def test_nothing_else_writes_csv():
    writers = [path for path in LMS.rglob("*.py") if "csv.writer" in path.read_text(encoding="utf-8")]
    assert writers == [LMS / "core" / "sheets.py"]
