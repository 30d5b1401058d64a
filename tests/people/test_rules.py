"""Names, addresses, passwords, pauses, roles, busy dates, zones, photos."""

from __future__ import annotations

import datetime as dt
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people import rules
from lms.people.rules import (
    Actor,
    BusyRefusal,
    Days,
    EmailRefusal,
    GrantRefusal,
    InvitationRefusal,
    PasswordRefusal,
    Role,
)
from lms.people.rules.photos import without_metadata
from lms.people.rules.zones import countries, found_zones, known_zone, nearest_zone, zones

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ana@Example.ORG ", "ana@example.org"),
        ("ＡＮＡ@example.org", "ana@example.org"),
        ("ana@example.org\x00", "ana@example.org"),
        ("\u212aim@example.org", "kim@example.org"),
        ("a\u202ena@example.org", "ana@example.org"),
    ],
)
def test_addresses_that_look_the_same_are_kept_the_same(typed, kept):
    assert rules.normal_email(typed) == kept


@given(st.text(max_size=60))
def test_a_kept_address_stays_as_it_is(text):
    assert rules.normal_email(rules.normal_email(text)) == rules.normal_email(text)


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("ana@example.org", None),
        ("a.b+c@mail.example.co.in", None),
        ("añа@example.org".replace("а", "a"), None),
        ("почта@example.org", None),
        ("аna@example.org", EmailRefusal.MIXED_LETTERS),
        ("ana@exаmple.org", EmailRefusal.MIXED_LETTERS),
        ("ana", EmailRefusal.NOT_AN_ADDRESS),
        ("ana@example", EmailRefusal.NOT_AN_ADDRESS),
        ("ana@@example.org", EmailRefusal.NOT_AN_ADDRESS),
        ("ana..b@example.org", EmailRefusal.NOT_AN_ADDRESS),
        ("ana b@example.org", EmailRefusal.NOT_AN_ADDRESS),
        ("a@b.c, d@example.org", EmailRefusal.NOT_AN_ADDRESS),
        (f"{'a' * 250}@example.org", EmailRefusal.NOT_AN_ADDRESS),
        ("", EmailRefusal.NOT_AN_ADDRESS),
    ],
)
def test_what_is_an_address(address, refusal):
    assert rules.why_not_email(address) is refusal


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Ana \n Maria ", "Ana Maria"), ("Ana\x00", "Ana"), ("\u202eanA", "anA"), ("\u200b", ""), ("é", "é")],
)
def test_a_name_is_one_line_of_what_can_be_seen(typed, kept):
    assert rules.clean(typed) == kept


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("short", PasswordRefusal.SHORT),
        ("x" * 129, PasswordRefusal.LONG),
        ("password12", PasswordRefusal.COMMON),
        ("P a s s w o r d 2026!", PasswordRefusal.COMMON),
        ("aaaaaaaaaaaa", PasswordRefusal.COMMON),
        ("1234567890", PasswordRefusal.COMMON),
        ("qwertyuiop", PasswordRefusal.COMMON),
        ("ana.silva2026", PasswordRefusal.YOURS),
        ("SilvaSilva1", PasswordRefusal.YOURS),
        ("orchard lantern 42", None),
        ("correct horse battery", None),
        ("ana likes the autumn", None),
        ("пароль из слов", None),
    ],
)
def test_what_is_a_password(password, refusal):
    assert rules.why_not_password(password, email="ana.silva@example.org", name="Ana Silva") is refusal


@pytest.mark.parametrize(
    ("ages", "left"),
    [
        ([], None),
        ([1, 2], None),
        ([1, 2, 3], 12),
        ([1, 2, 3, 14], 12),
        ([1, 2, 16], None),
        ([14.5, 14.6, 14.7], 0.3),
        ([0, 0, 0], 15),
    ],
)
def test_three_failures_in_a_quarter_of_an_hour_make_a_pause(ages, left):
    failures = [NOW - dt.timedelta(minutes=age) for age in ages]
    pause = rules.paused_for(failures, attempts=3, minutes=15, now=NOW)
    assert pause == (
        None if left is None else pytest.approx(dt.timedelta(minutes=left), abs=dt.timedelta(seconds=1))
    )


@given(st.lists(st.integers(0, 3600), max_size=30), st.integers(1, 10))
def test_a_pause_is_never_longer_than_its_window_and_ends(ages, attempts):
    failures = [NOW - dt.timedelta(seconds=age) for age in ages]
    pause = rules.paused_for(failures, attempts=attempts, minutes=15, now=NOW)
    if pause is not None:
        assert dt.timedelta() < pause <= dt.timedelta(minutes=15)
        assert rules.paused_for(failures, attempts=attempts, minutes=15, now=NOW + pause) is None


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Gecko/121.0 Firefox/121.0", "Firefox on Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) Version/17.1 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/120 Safari/537", "Chrome on Mac"),
        ("curl/8", "An unknown device"),
        ("<script>", "An unknown device"),
        ("", "An unknown device"),
    ],
)
def test_what_a_device_is_called(agent, words):
    assert rules.device(agent) == words


@pytest.mark.parametrize("typed", ["12ab-34cd-56ef", "12AB 34CD 56EF", " 12ab34cd56ef ", "12ab–34cd–56ef"])
def test_a_recovery_code_may_be_typed_in_many_ways(typed):
    assert rules.plain_recovery_code(typed) == "12ab-34cd-56ef"


def who(*roles: Role, person_id: int = 1) -> Actor:
    return Actor(person_id, "p", "P", grants=frozenset((role, None) for role in roles))


@pytest.mark.parametrize(
    ("roles", "role", "refusal"),
    [
        ((Role.ADMINISTRATOR,), Role.ADMINISTRATOR, None),
        ((Role.ADMINISTRATOR,), Role.AUDITOR, None),
        ((Role.DIRECTOR,), Role.COORDINATOR, None),
        ((Role.DIRECTOR,), Role.DIRECTOR, GrantRefusal.NOT_YOURS_TO_GIVE),
        ((Role.DIRECTOR,), Role.ADMINISTRATOR, GrantRefusal.NOT_YOURS_TO_GIVE),
        ((Role.DIRECTOR,), Role.AUDITOR, GrantRefusal.NOT_YOURS_TO_GIVE),
        ((Role.COORDINATOR,), Role.COORDINATOR, GrantRefusal.NOT_YOURS_TO_GIVE),
        ((Role.AUDITOR,), Role.COORDINATOR, GrantRefusal.NOT_YOURS_TO_GIVE),
        ((), Role.COORDINATOR, GrantRefusal.NOT_YOURS_TO_GIVE),
        ((Role.ADMINISTRATOR,), Role.FACULTY, GrantRefusal.IN_A_COHORT),
        ((Role.ADMINISTRATOR,), Role.LEARNER, GrantRefusal.IN_A_COHORT),
    ],
)
def test_roles_are_never_given_upwards(roles, role, refusal):
    assert rules.why_not_grant(who(*roles), 2, role) is refusal


@pytest.mark.parametrize("role", rules.INSTITUTION_ROLES)
def test_nobody_changes_their_own_role(role):
    assert rules.why_not_grant(who(Role.ADMINISTRATOR), 1, role) is GrantRefusal.OWN
    assert (
        rules.why_not_change_grant(who(Role.ADMINISTRATOR), 1, role, administrators_left=5)
        is GrantRefusal.OWN
    )


def test_the_last_administrator_stays():
    admin = who(Role.ADMINISTRATOR)
    for left, refusal in ((0, GrantRefusal.LAST_ADMINISTRATOR), (1, None)):
        assert rules.why_not_change_grant(admin, 2, Role.ADMINISTRATOR, administrators_left=left) is refusal
    assert rules.why_not_change_grant(admin, 2, Role.AUDITOR, administrators_left=0) is None


@pytest.mark.parametrize(
    ("roles", "theirs", "refusal"),
    [
        ((Role.ADMINISTRATOR,), (Role.ADMINISTRATOR,), None),
        ((Role.DIRECTOR,), (), None),
        ((Role.DIRECTOR,), (Role.COORDINATOR,), None),
        ((Role.DIRECTOR,), (Role.DIRECTOR,), GrantRefusal.ABOVE),
        ((Role.DIRECTOR,), (Role.ADMINISTRATOR,), GrantRefusal.ABOVE),
        ((Role.DIRECTOR,), (Role.AUDITOR,), GrantRefusal.ABOVE),
    ],
)
def test_accounts_are_managed_downwards(roles, theirs, refusal):
    assert rules.why_not_manage(who(*roles), 2, theirs) is refusal


def days(first: int, last: int) -> Days:
    return Days(DAY + dt.timedelta(days=first), DAY + dt.timedelta(days=last))


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (days(0, 0), None),
        (days(-3, 1), None),
        (days(2, 1), BusyRefusal.ORDER),
        (days(-3, -1), BusyRefusal.OVER),
        (days(0, 400), BusyRefusal.LONG),
        (days(1200, 1201), BusyRefusal.FAR),
        (days(9, 10), BusyRefusal.OVERLAP),
        (days(12, 20), BusyRefusal.OVERLAP),
        (days(5, 30), BusyRefusal.OVERLAP),
        (days(13, 14), None),
    ],
)
def test_which_days_may_be_noted(wanted, refusal):
    found = rules.why_not_busy(wanted, [days(10, 12)], today=DAY)
    assert (found and found[0]) == refusal


@given(*[st.integers(0, 30)] * 4)
def test_days_meet_when_they_share_one(a, b, c, d):
    first, second = days(min(a, b), max(a, b)), days(min(c, d), max(c, d))
    shared = set(range(min(a, b), max(a, b) + 1)) & set(range(min(c, d), max(c, d) + 1))
    assert first.meets(second) == second.meets(first) == bool(shared)


@pytest.mark.parametrize(
    ("known", "refusal"),
    [
        ({}, None),
        ({"email": None}, InvitationRefusal.NO_ADDRESS),
        ({"has_password": True}, InvitationRefusal.HAS_PASSWORD),
        ({"active": False}, InvitationRefusal.SUSPENDED),
        ({"last_sent_at": NOW - dt.timedelta(minutes=9)}, InvitationRefusal.TOO_SOON),
        ({"last_sent_at": NOW - dt.timedelta(minutes=10)}, None),
    ],
)
def test_who_is_invited(known, refusal):
    facts = {"email": "a@b.org", "has_password": False, "active": True, "last_sent_at": None} | known
    assert rules.why_not_invite(**facts, now=NOW) is refusal


def test_zones_are_found_by_city_and_country():
    assert nearest_zone("india", found_zones("india")).name == "Asia/Kolkata"
    assert nearest_zone("indiana", found_zones("indiana")).region == "America"
    assert [zone.name for zone in found_zones("buenos aires")] == ["America/Argentina/Buenos_Aires"]
    assert found_zones("no such place") == ()
    assert len(zones()) > 300
    assert known_zone("Asia/Calcutta")
    assert not known_zone("../../etc/passwd")
    assert not known_zone("Factory")
    assert countries()["IN"] == "India"
    assert len(countries()) == 249


# Photos -------------------------------------------------------------------------------------------------------------


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + b"".join(more)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def jpeg(*segments: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(segments) + b"\xff\xda\x00\x08\x01\x01\x00\x00?\x00\xd2\xff\xd9"


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def exif(turned: int, order: str = "<") -> bytes:
    head = {"<": b"II*\0", ">": b"MM\0*"}[order]
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, turned, 0)
    return segment(
        0xE1,
        b"Exif\0\0"
        + head
        + struct.pack(order + "IH", 8, 1)
        + entry
        + struct.pack(order + "I", 0)
        + b"Bengaluru",
    )


def test_a_png_loses_its_words():
    assert without_metadata(png(chunk(b"tEXt", b"Location\0Bengaluru"), chunk(b"eXIf", b"x"))) == png()


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_jpeg_loses_where_it_was_taken_but_not_which_way_is_up(order):
    table = segment(0xDB, b"\0" * 65)
    found = without_metadata(jpeg(exif(6, order), segment(0xFE, b"Bengaluru"), table))
    assert b"Bengaluru" not in found
    assert found.endswith(jpeg(table)[2:])
    assert without_metadata(found) == found
    assert without_metadata(jpeg(exif(1, order), table)) == jpeg(table)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(noise):
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe1"):
        found = without_metadata(start + noise)
        assert found is None or len(found) <= len(start + noise) + 36
