"""Damaged and locked office files: each door says so, and none of them falls over."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from lms.assessment.rules import pack_files
from lms.core import files, texts
from lms.core.nameless import nameless

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def document() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document>" + "We stop the lake. " * 200 + "</w:document>")
    return packed.getvalue()


def damaged() -> bytes:
    """Its table of contents is whole; what it leads to is no deflated stream any more."""
    body = bytearray(document())
    with zipfile.ZipFile(io.BytesIO(bytes(body))) as archive:
        at = archive.getinfo("word/document.xml").header_offset + 30 + len("word/document.xml")
    body[at : at + 12] = b"\xff" * 12
    return bytes(body)


def locked() -> bytes:
    """Every member says that it wants a password."""
    body = bytearray(document())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = body.find(mark)
        while at >= 0:
            body[at + flag] |= 1
            at = body.find(mark, at + 4)
    return bytes(body)


@pytest.mark.parametrize("body", [damaged(), locked(), document()[:200], b"PK\x03\x04"], ids=len)
def test_what_cannot_be_read_is_left_or_refused(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "memo.docx"
    path.write_bytes(body)
    assert nameless(body, "docx") == body
    assert texts.of_file(path, WORD) is None
    assert files.sniff(io.BytesIO(body), "memo.docx") in ("docx", None)
    with pytest.raises(pack_files.Unreadable):
        pack_files.read(body)
