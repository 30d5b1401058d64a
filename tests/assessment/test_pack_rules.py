"""The marking pack: what goes out comes back the same, what does not belong is refused, and nothing is overwritten."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from fractions import Fraction

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessment.rules import Band, Criterion, Judgement, Rubric
from lms.assessment.rules.pack_files import PackPiece, label_of, page, read, workbook
from lms.assessment.rules.packs import Row, Unreadable, Verdict, digest, read_rows, verdict

RUBRIC = Rubric(
    (Criterion("vision", "Vision", Fraction(60)), Criterion("bet", "The bet", Fraction(40))),
    tuple(
        Band(level, name, Fraction(low), Fraction(high))
        for level, name, low, high in (
            (1, "Weak", 0, 49),
            (2, "Fair", 50, 64),
            (3, "Good", 65, 79),
            (4, "Very good", 80, 100),
        )
    ),
)
WORDS = {"vision": ["a", "b", "c", "d"]}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
KEYS = st.sampled_from(["vision", "bet"])
JUDGEMENTS = st.builds(
    Judgement,
    levels=st.dictionaries(KEYS, st.integers(1, 4)),
    points=st.dictionaries(KEYS, st.integers(0, 100)),
    comments=st.dictionaries(KEYS, TEXTS),
    overall=TEXTS,
)


def book(*judgements: Judgement, version: int = 3) -> bytes:
    pieces = [
        PackPiece(f"4821{number}", f"piece{number}", version, "begun", "", judgement)
        for number, judgement in enumerate(judgements)
    ]
    return workbook("A-1", RUBRIC, WORDS, pieces)


def back(body: bytes) -> list[Row]:
    return read_rows(read(body).lines, RUBRIC)


@settings(max_examples=60, deadline=None)
@given(st.lists(JUDGEMENTS, min_size=1, max_size=3))
def test_what_goes_out_and_comes_back_untouched_changes_nothing(judgements: list[Judgement]) -> None:
    rows = back(book(*judgements))
    assert [row.piece for row in rows] == [f"piece{number}" for number in range(len(judgements))]
    for row, judgement in zip(rows, judgements, strict=True):
        assert row.problems == ()
        for version in (3, 9):
            found = verdict(row, version=version, current=judgement, open_=True, mine=True)
            assert found == (Verdict.UNCHANGED, ())


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", "_x0041_", "a\r\nb", " = x"]
)
def test_a_text_that_looks_like_a_formula_comes_back_as_a_text(text: str) -> None:
    body = book(Judgement(overall=text))
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    assert digest(back(body)[0].judgement) == digest(Judgement(overall=text))


BEFORE = Judgement({"vision": 2}, {}, {}, "First")
AFTER = Judgement({"vision": 3}, {}, {}, "Second")


@pytest.mark.parametrize(
    ("said", "version", "current", "open_", "mine", "expected"),
    [
        (AFTER, 3, BEFORE, True, True, Verdict.TAKEN),
        (AFTER, 4, Judgement(overall="On the desk"), True, True, Verdict.CONFLICT),
        (AFTER, 4, AFTER, True, True, Verdict.UNCHANGED),
        (BEFORE, 9, Judgement(overall="On the desk"), True, True, Verdict.UNCHANGED),
        (AFTER, 3, BEFORE, False, True, Verdict.REFUSED),
        (AFTER, 3, BEFORE, True, False, Verdict.REFUSED),
    ],
)
def test_a_row_is_taken_only_where_nothing_else_was_written_since(
    said, version, current, open_, mine, expected
) -> None:
    row = Row(3, "piece0", 3, digest(BEFORE), said)
    assert verdict(row, version=version, current=current, open_=open_, mine=mine)[0] is expected


def changed(cells: dict[tuple[int, int], object]) -> bytes:
    """The table with some cells typed anew, as a spreadsheet program would save it."""
    lines = read(book(BEFORE)).lines
    out = io.BytesIO()
    fresh = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = fresh.add_worksheet("Marks")
    for at, line in enumerate(lines):
        for column, cell in enumerate(line):
            sheet.write(at, column, cells.get((at, column), cell))
    fresh.close()
    return out.getvalue()


def test_each_bad_cell_is_named_with_its_reason() -> None:
    (row,) = back(changed({(2, 3): 7, (2, 4): "many", (2, 5): "x" * 4001}))
    assert row.problems == (
        "D3: “Vision” has no level 7.",
        "E3: points for “Vision” are whole numbers from 0 to 100.",
        "F3: longer than 4,000 characters.",
    )
    assert verdict(row, version=3, current=BEFORE, open_=True, mine=True) == (Verdict.REFUSED, row.problems)
    (row,) = back(changed({(2, 3): 4.0, (2, 4): "88"}))
    assert (row.judgement.levels, row.judgement.points) == ({"vision": 4}, {"vision": 88})


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(Unreadable, match="hidden second line is gone"):
        back(changed_head())


def changed_head() -> bytes:
    out = io.BytesIO()
    fresh = xlsxwriter.Workbook(out, {"in_memory": True})
    fresh.add_worksheet("Marks").write(0, 0, "hello")
    fresh.close()
    return out.getvalue()


def zipped(*members: tuple[str, bytes], mode: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if mode:
                info.external_attr = mode << 16
            packed.writestr(info, data)
    return out.getvalue()


def test_a_zip_brings_the_table_and_pdf_files_by_folder() -> None:
    body = zipped(
        ("pack/marks.xlsx", book(BEFORE)),
        ("pack/48210/memo annotated.pdf", b"%PDF-1.4 notes"),
        ("pack/48210/fake.pdf", b"MZ"),
        ("__MACOSX/48210/._memo.pdf", b"x"),
        ("pack/.DS_Store", b"x"),
    )
    found = read(body)
    assert found.pdfs == (("48210", "memo annotated.pdf", b"%PDF-1.4 notes"),)
    assert found.left_out == ("fake.pdf: not a PDF file",)
    assert len(read_rows(found.lines, RUBRIC)) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "neither the table"),
        (b"PK\x03\x04broken", "cannot be opened"),
        (lambda: zipped(("a.txt", b"x")), "holds no marks.xlsx"),
        (lambda: zipped(("../marks.xlsx", b"x")), "outside its folder"),
        (lambda: zipped(("/marks.xlsx", b"x")), "outside its folder"),
        (lambda: zipped(("a\\..\\marks.xlsx", b"x")), "outside its folder"),
        (lambda: zipped(("marks.xlsx", b"/etc/passwd"), mode=0o120777), "a link to another place"),
        (lambda: zipped(("bomb.pdf", b"\0" * 30_000_000)), "far more than its size"),
        (lambda: zipped(("a/marks.xlsx", book(BEFORE)), ("b/marks.xlsx", book(BEFORE))), "twice"),
        (lambda: zipped(("marks.xlsx", b"PK\x03\x04no")), "cannot be opened"),
        (lambda: zipped(*[(f"{number}.txt", b"") for number in range(3001)]), "more than a marking pack"),
    ],
)
def test_what_is_no_pack_is_refused_in_words(body: bytes | Callable[[], bytes], words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(body if isinstance(body, bytes) else body())


def test_folders_and_pages_say_nothing_they_should_not() -> None:
    assert label_of(48213, "Zephyrine", "abcdefghjkmn") == "48213"
    assert label_of(None, "../Träume & Co", "abcdefghjkmn") == "Tr-ume-Co-abcd"
    assert label_of(None, "///", "abcdefghjkmn") == "work-abcd"
    shown = page("Candidate <1>", "<p>Memo</p>", [("Tools", "<script>")])
    assert "&lt;1&gt;" in shown
    assert "<script>" not in shown
