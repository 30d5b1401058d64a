"""Files without what programs note of their author: what a marker gets of work that is marked blind.

Office files lose authors of the document, of comments and of changes; PDF files the words of their information
dictionary and their XMP packet, in place, so that nothing moves; JPEG pictures their EXIF data. What an author writes
into the text, and what a PDF keeps in compressed objects, stays: nothing here reads a text.
"""

from __future__ import annotations

import io
import re
import zipfile

from lms.core import zips

MOST = 60_000_000
"""What an office file may come to when it is unpacked; a larger one is left as it is."""
_TAGS = re.compile(
    rb"(<(dc:creator|cp:lastModifiedBy|Company|Manager)(?:\s[^>]*)?>)[^<]*(</\2>)", re.IGNORECASE
)
_AUTHORS = re.compile(rb"((?:\bw:author|\bw:initials|\buserId|\bdisplayName|\bname)=\")[^\"]*(\")")
_SHEET_AUTHORS = re.compile(rb"(<author>)[^<]*(</author>)")
_INFO = re.compile(rb"/(?:Author|Creator|Company|Manager)\s*\((?:\\.|[^\\()])*\)|/Author\s*<[0-9A-Fa-f\s]*>")
_XMP = re.compile(rb"(<(dc:creator|pdf:Author|xmp:CreatorTool)>)(.*?)(</\2>)", re.DOTALL)


def nameless(body: bytes, ending: str) -> bytes:
    """The file without its author's name where programs keep it; unchanged where nothing is known of its kind."""
    if ending in ("docx", "xlsx", "pptx"):
        return _office(body)
    if ending == "pdf":
        return _pdf(body)
    if ending == "jpg":
        return _jpeg(body)
    return body


def _office(body: bytes) -> bytes:
    try:
        packed = zipfile.ZipFile(io.BytesIO(body))
        if sum(member.file_size for member in packed.infolist()) > MOST:
            return body
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
            for member in packed.infolist():
                fresh.writestr(member.filename, _part(member.filename, packed.read(member)))
    except zips.UNREADABLE:
        return body
    return out.getvalue()


def _part(name: str, data: bytes) -> bytes:
    if name.startswith("docProps/"):
        return _TAGS.sub(rb"\1\3", data)
    if name.endswith(".xml") and ("comment" in name.lower() or "people" in name or "persons" in name):
        data = _SHEET_AUTHORS.sub(rb"\1Author\2", data)
        return _AUTHORS.sub(rb"\1Author\2", data)
    if name.startswith("word/") and name.endswith(".xml"):
        return re.sub(rb"(\bw:author=\")[^\"]*(\")", rb"\1Author\2", data)
    return data


def _pdf(body: bytes) -> bytes:
    """Blank the words where they stand: a PDF names its parts by where they begin."""

    def blank(found: re.Match[bytes]) -> bytes:
        whole = found.group(0)
        opens = whole.index(b"(") if b"(" in whole else whole.index(b"<")
        inside = len(whole) - opens - 2
        filler = b" " if whole[opens : opens + 1] == b"(" else b"0"
        return whole[: opens + 1] + filler * inside + whole[-1:]

    body = _INFO.sub(blank, body)
    return _XMP.sub(lambda found: found.group(1) + b" " * len(found.group(3)) + found.group(4), body)


def _jpeg(body: bytes) -> bytes:
    """Leave out the segments that cameras and programs write about a picture, not the picture."""
    out, at = bytearray(body[:2]), 2
    while at + 4 <= len(body) and body[at] == 0xFF and body[at + 1] not in (0xDA, 0xD9):
        size = 2 + int.from_bytes(body[at + 2 : at + 4], "big")
        if body[at + 1] not in (0xE1, 0xED, 0xFE):
            out += body[at : at + size]
        at += size
    return bytes(out) + body[at:]
