"""Reading lists: encodings, delimiters, headings, nasty inputs."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import RuleViolation
from lms.enrolment.rules import cells, learners, lists
from lms.enrolment.rules.cells import Unreadable
from lms.enrolment.rules.lists import ListRefusal

TEXT = "Name;E-Mail;Straße\nZoë Müller;zoe@example.org;Ährenweg 1\n"


def read(body: bytes | str) -> lists.Sheet:
    return lists.read(body.encode() if isinstance(body, str) else body, learners.WORDS, needs=learners.NEEDS)


def refused(body: bytes | str) -> ListRefusal:
    with pytest.raises(RuleViolation) as why:
        read(body)
    return why.value.reason


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_encoding_and_delimiter_reads_the_same(encoding, found, delimiter):
    sheet = read(TEXT.replace(";", delimiter).encode(encoding))
    assert (sheet.encoding, sheet.delimiter) == (found, delimiter)
    assert dict(sheet.rows[0].cells) == {"name": "Zoë Müller", "email": "zoe@example.org"}
    assert sheet.unread == ("Straße",)


def test_headings_stand_in_any_order_and_have_synonyms():
    sheet = read(
        "Time Zone,PRONOUNS,Company,Student-ID,Work e-mail,Surname,Given name,Joined on,Position,Working team,Class,"
        "Country code\n"
        "UTC,she/her,Acme,7,a@example.org,Rao,Asha,2026-01-05,CPO,Fig,B,IN\n"
    )
    assert sheet.fields == (
        "zone", "pronoun", "employer", "external id", "email", "last name", "first name", "join date", "job title",
        "team", "section", "country",
    )  # fmt: skip
    assert dict(sheet.rows[0].cells)["last name"] == "Rao"


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    sheet = read('\nname,email\n"Two\nlines",a@example.org\n,\n\nB,b@example.org\n')
    assert [(row.number, row["name"]) for row in sheet.rows] == [(3, "Two lines"), (6, "B")]


def test_quotes_commas_and_missing_cells():
    sheet = read('name,email,employer\n"Rao, ""Ash""",a@example.org,"Smith; Sons"\nB,b@example.org\n')
    assert [row["name"] for row in sheet.rows] == ['Rao, "Ash"', "B"]
    assert [row["employer"] for row in sheet.rows] == ["Smith; Sons", ""]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", ListRefusal.EMPTY),
        (b" \r\n\t\n", ListRefusal.EMPTY),
        (b"\x00\x00\x00", ListRefusal.EMPTY),
        (b"name,email\n", ListRefusal.NO_ROWS),
        (b"name,email\n,\n ,\n", ListRefusal.NO_ROWS),
        (b"PK\x03\x04\x00\x00", ListRefusal.SPREADSHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ListRefusal.SPREADSHEET),
        (b"name,email\na\x00b,a@example.org\n", ListRefusal.NOT_TEXT),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ListRefusal.NOT_TEXT),
        (b"\xff\xfea\x00b", ListRefusal.NOT_TEXT),
        (b"colour,shape\nred,round\n", ListRefusal.NO_HEADINGS),
        (b"name,section\nA,B\n", ListRefusal.MISSING),
        (b"email,e-mail\na@b.co,a@b.co\n", ListRefusal.TWICE),
        (b'name,email\n"Asha,a@example.org\nB,b@example.org\n', ListRefusal.QUOTE),
        (b'name,email\n"' + b"x" * 200_000 + b'",a@example.org\n', ListRefusal.LONG_CELL),
        (b"name,email\n" + b"A,a@example.org\n" * 20_001, ListRefusal.TOO_MANY_ROWS),
        (b"name,email\n" + b"x" * lists.MOST_BYTES, ListRefusal.TOO_LARGE),
        (b",".join([b"email", *[b"x"] * 100]) + b"\na@b.co\n", ListRefusal.TOO_MANY_COLUMNS),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(body, why):
    assert refused(body) is why


def test_twenty_thousand_rows_are_read():
    sheet = read(b"name,email\n" + b"A,a@example.org\n" * 20_000)
    assert len(sheet.rows) == 20_000


@given(st.binary(max_size=400))
def test_no_bytes_do_worse_than_be_refused(body):
    with suppress(RuleViolation):
        read(body)


# Cells --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-08-31", (2026, 8, 31)),
        ("2026-08-31 00:00:00", (2026, 8, 31)),
        ("31.8.2026", (2026, 8, 31)),
        ("31 Aug 2026", (2026, 8, 31)),
        ("1-Sep-2026", (2026, 9, 1)),
        ("31/08/2026", (2026, 8, 31)),
        ("08/31/2026", (2026, 8, 31)),
        ("05/05/2026", (2026, 5, 5)),
        ("", None),
    ],
)
def test_dates(cell, day):
    assert cells.day(cell) == (dt.date(*day) if day else None)


@pytest.mark.parametrize("cell", ["03/04/2026", "2026-02-30", "31 Foo 2026", "soon", "46265", "31.31.2026"])
def test_dates_that_can_be_read_in_no_or_two_ways(cell):
    with pytest.raises(Unreadable, match=r"Write"):
        cells.day(cell)


@pytest.mark.parametrize(
    ("cell", "zone"),
    [
        ("Asia/Kolkata", "Asia/Kolkata"),
        ("asia/kolkata", "Asia/Kolkata"),
        ("Mumbai", "Asia/Kolkata"),
        ("new york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("UTC", "UTC"),
        ("gmt", "UTC"),
        ("", ""),
    ],
)
def test_zones(cell, zone):
    assert cells.zone(cell) == zone


@pytest.mark.parametrize("cell", ["IST", "EST", "CET", "Nowhere", "+05:30", "../etc/passwd"])
def test_what_is_no_zone(cell):
    with pytest.raises(Unreadable):
        cells.zone(cell)


@pytest.mark.parametrize(
    ("cell", "code"), [("India", "IN"), ("in", "IN"), ("UK", "GB"), ("Côte d’Ivoire", "CI"), ("", "")]
)
def test_countries(cell, code):
    assert cells.country(cell) == code


@pytest.mark.parametrize(
    ("cell", "found"),
    [("A@Example.ORG", "a@example.org"), ("mailto:a@b.co", "a@b.co"), ("ａ@example.org", "a@example.org")],
)
def test_addresses(cell, found):
    assert cells.address(cell) == found


@pytest.mark.parametrize(
    "cell", ["", "nobody", "a@b", "a b@c.org", "аsha@example.org", "a@exаmple.org", "a@b.co,c@d.org", "x@" + "y" * 300]
)  # fmt: skip
def test_what_is_no_address(cell):
    with pytest.raises(Unreadable):
        cells.address(cell)
