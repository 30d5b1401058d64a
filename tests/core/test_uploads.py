"""Files that arrive in pieces: any order of interruptions ends with the same bytes, or with a reason."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import threading
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core import clock, files, uploads
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.files import FileRefusal, Limits
from lms.core.uow import unit_of_work
from lms.core.uploads import Announced, FileUpload, UploadLine, UploadRefusal
from tests.factories import world

LIMITS = Limits(types=("pdf",), megabytes=2)
BODY = b"%PDF-1.7 " + bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def folder(tmp_path):
    kept = dict(uploads._folder)
    uploads.init(tmp_path / "uploads")
    yield tmp_path / "uploads"
    uploads._folder.update(kept)


def line(size: int = len(BODY), public_id: str = "abc") -> UploadLine:
    return UploadLine(1, public_id, 1, "here", "film.pdf", size, clock.now(), None)


def take(to: UploadLine, offset: int, body: bytes, sha256: str = "") -> int:
    return uploads.take(
        to, io.BytesIO(body), offset=offset, sha256=sha256 or hashlib.sha256(body).hexdigest()
    )


@given(st.lists(st.tuples(st.integers(0, len(BODY)), st.integers(1, 4000)), max_size=30))
@settings(max_examples=60)
def test_whatever_is_sent_again_or_out_of_turn_the_bytes_are_the_same(pieces):
    uploads.forget("abc")
    to = line()
    for start, length in pieces:
        here = uploads.arrived("abc")
        body = BODY[start : start + length]
        if start <= here:
            assert take(to, start, body) == max(here, start + len(body))
        else:
            with pytest.raises(RuleViolation) as refused:
                take(to, start, body)
            assert refused.value.reason is UploadRefusal.TOO_FAR
            assert refused.value.details == {"offset": here}
        assert uploads.part_of("abc").read_bytes() == BODY[: uploads.arrived("abc")]
    assert take(to, uploads.arrived("abc"), BODY[uploads.arrived("abc") :]) == len(BODY)
    assert uploads.part_of("abc").read_bytes() == BODY


@pytest.mark.parametrize(
    ("offset", "body", "sha256", "reason"),
    [
        (0, b"abc", "0" * 64, UploadRefusal.DAMAGED),
        (len(BODY) - 1, b"abc", "", UploadRefusal.TOO_MUCH),
        (-1, b"abc", "", UploadRefusal.TOO_MUCH),
        (9, b"abc", "", UploadRefusal.TOO_FAR),
    ],
)
def test_a_piece_that_is_wrong_leaves_nothing(offset, body, sha256, reason):
    with pytest.raises(RuleViolation) as refused:
        take(line(), offset, body, sha256)
    assert refused.value.reason is reason
    assert uploads.arrived("abc") == 0


def test_two_windows_that_send_the_same_file_at_once_send_it_once():
    body = b"%PDF-" + os.urandom(400_000)
    to, failures = line(len(body), "two"), []

    def send() -> None:
        try:
            while (here := uploads.arrived("two")) < len(body):
                take(to, here, body[here : here + 10_000])
        except Exception as failure:  # noqa: BLE001
            failures.append(failure)

    windows = [threading.Thread(target=send) for _ in range(4)]
    for each in windows:
        each.start()
    for each in windows:
        each.join()
    assert failures == []
    assert uploads.part_of("two").read_bytes() == body


@pytest.fixture
def begun(session):
    owner = world.person("Lea Ito")

    def begin(name: str = "film.pdf", size: int = len(BODY)) -> FileUpload:
        announced = Announced(owner_id=owner.id, place="here", name=name, size=size)
        with unit_of_work() as work:
            return uploads.begin(announced, limits=LIMITS, now=work.now)

    return begin


@pytest.mark.db
def test_the_same_file_goes_on_and_another_begins(begun, monkeypatch):
    first = begun()
    assert begun().public_id == first.public_id
    assert begun("../../film.pdf").public_id == first.public_id, "its name without its folders"
    assert begun(size=len(BODY) + 1).public_id != first.public_id
    monkeypatch.setattr(uploads, "QUOTA", 2 * len(BODY))
    with pytest.raises(RuleViolation) as refused:
        begun("other.pdf")
    assert refused.value.reason is UploadRefusal.QUOTA
    for name, size, reason in (
        ("film.exe", 9, FileRefusal.WRONG_TYPE),
        ("film.pdf", 0, FileRefusal.EMPTY),
        ("film.pdf", 3 * 1024 * 1024, FileRefusal.TOO_LARGE),
    ):
        with pytest.raises(RuleViolation) as refused:
            begun(name, size)
        assert refused.value.reason is reason


@pytest.mark.db
def test_what_nobody_goes_on_with_is_swept_and_nothing_else(begun, folder):
    old, going = begun("old.pdf"), begun("going.pdf")
    for each in (old, going):
        take(uploads.by_public_id(each.public_id), 0, BODY[:100])
    stray = folder / "nobody.part"
    stray.write_bytes(b"x")
    long_ago = (clock.now() - dt.timedelta(days=8)).timestamp()
    for path in (uploads.part_of(old.public_id), stray):
        os.utime(path, (long_ago, long_ago))
    with unit_of_work():
        db.session.get_one(FileUpload, old.id).began_at = clock.now() - dt.timedelta(days=9)
        db.session.get_one(FileUpload, going.id).began_at = clock.now() - dt.timedelta(days=9)
    with unit_of_work() as work:
        uploads.sweep({}, work.now)
    assert uploads.by_public_id(old.public_id) is None
    assert sorted(path.name for path in folder.iterdir()) == [f"{going.public_id}.part"]


# What a file is -----------------------------------------------------------------------------------------------------


def archive(*names: str) -> io.BytesIO:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as out:
        for name in names:
            out.writestr(name, "x")
    return body


OFFICE = ("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("stream", "name", "kind"),
    [
        (archive(*OFFICE), "memo.docx", "docx"),
        (archive(*OFFICE), "memo.xlsx", None),
        (archive(*OFFICE), "memo.zip", None),
        (archive(*OFFICE, "word/vbaProject.bin"), "memo.docx", None),
        (archive("word/document.xml"), "memo.docx", None),
        (io.BytesIO(b"PK\x03\x04 word/document.xml [Content_Types].xml"), "memo.docx", None),
        (io.BytesIO(b"%PDF-1.7"), "memo.pdf", "pdf"),
        (io.BytesIO(b"%PDF-1.7"), "memo.docx", None),
        (io.BytesIO(b"<html><script>"), "memo.pdf", None),
        (io.BytesIO(b"a,b\n1,2"), "memo.csv", "csv"),
        (io.BytesIO(b"a,b\n1,\x00"), "memo.csv", None),
        (io.BytesIO(b"\xff\xd8\xff\xe0"), "photo.JPEG", "jpg"),
        (io.BytesIO(b"\x00\x00\x00\x18ftypmp42"), "film.mp4", "mp4"),
        (io.BytesIO(b""), "memo.csv", "csv"),
        (io.BytesIO(b"<svg onload=alert(1)>"), "picture.svg", None),
    ],
)
def test_a_file_is_what_its_content_is(stream, name, kind):
    assert files.sniff(stream, name) == kind


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\work\\memo.docx", "memo.docx"),
        ("a\x00b\x1f\u202ecod.exe", "abcod.exe"),
        ("  .. ", "file"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
        ('ev"il\r\nSet-Cookie: a=b.pdf', 'ev"ilSet-Cookie: a=b.pdf'),
    ],
)
def test_hostile_names_lose_what_hurts(given, kept):
    assert files.safe_name(given) == kept
