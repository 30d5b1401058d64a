"""The words in files that people bring, where they are had without another program: plain text, Word documents."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree.ElementTree import ParseError  # nosec B405: the parser is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from lms.core import zips

LARGEST = 20 * 1024 * 1024
"""Bytes of a document's main part once unpacked; what claims more is not read."""
LONGEST = 1_000_000
"""Characters that are taken of a text."""
READABLE = frozenset(
    {"text/plain", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def of_file(path: Path, content_type: str) -> str | None:
    """The words of a file; None where its kind has none for us, or where it cannot be read."""
    if content_type not in READABLE:
        return None
    try:
        if content_type == "text/plain":
            with path.open(encoding="utf-8", errors="replace") as file:
                return file.read(LONGEST)
        return _of_document(path)
    except zips.UNREADABLE:
        return None
    except (KeyError, ParseError, DefusedXmlException):
        return None  # no Word document, or one that is not well-formed


def _of_document(path: Path) -> str | None:
    with zipfile.ZipFile(path) as archive:
        main = archive.getinfo("word/document.xml")
        if main.file_size > LARGEST:
            return None
        paragraphs: list[str] = []
        words: list[str] = []
        length = 0
        with archive.open(main) as stream:
            for _event, element in iterparse(stream, forbid_dtd=True):
                if element.tag == f"{_W}t":
                    words.append(element.text or "")
                elif element.tag in (f"{_W}tab", f"{_W}br"):
                    words.append(" ")
                elif element.tag == f"{_W}p":
                    paragraphs.append("".join(words))
                    length += len(paragraphs[-1])
                    words.clear()
                    element.clear()
                if length > LONGEST:
                    break
    return "\n\n".join(each for each in paragraphs if each.strip())[:LONGEST]
