"""What people write: composed from `content/demonstration/texts/`, different for each person, the same for a seed."""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from functools import lru_cache
from html import escape
from typing import Any

import xlsxwriter

from lms.demo.cast import Learner, read


@lru_cache(maxsize=8)
def _texts(name: str) -> dict[str, Any]:
    found: dict[str, Any] = read(f"texts/{name}.yaml")
    return found


def masterclasses(what: str) -> list[Any]:
    """What is asked of speakers, and said of a masterclass."""
    return list(_texts("masterclasses")[what])


def speakers() -> dict[str, Any]:
    """Who speaks in masterclasses."""
    return dict(_texts("masterclasses")["speakers"])


def level_of(quality: float) -> str:
    """The standard of a piece of work: s strong, f fair, w weak."""
    return "s" if quality >= 74 else "f" if quality >= 58 else "w"


def _variants(paragraph: dict[str, str], level: str) -> list[str]:
    for wanted in {"s": "sfw", "f": "fsw", "w": "wfs"}[level]:
        found = [text for key, text in paragraph.items() if key[0] == wanted]
        if found:
            return found
    return []


def paragraphs_of(key: str) -> list[dict[str, str]]:
    """The paragraphs that a piece of work may have."""
    if key == "a-1":
        return list(_texts("a-1")["paragraphs"])
    memos = _texts("memos")
    return list(memos[key])


def has_text(key: str) -> bool:
    """Whether anything is written for this activity."""
    return key == "a-1" or key in _texts("memos")


def work(key: str, who: Learner, quality: float, source: random.Random) -> str:
    """What somebody hands in for an activity, as Markdown."""
    level, parts = level_of(quality), []
    for position, paragraph in enumerate(paragraphs_of(key)):
        standard = level
        if level == "s" and position and source.random() < 0.2:
            standard = "f"
        if level == "f" and source.random() < 0.2:
            standard = source.choice("sw")
        if level == "w" and position > 1 and source.random() < 0.35:
            continue
        parts.append(source.choice(_variants(paragraph, standard)).strip())
    return "\n\n".join(filled(part, who) for part in parts)


def filled(text: str, who: Learner) -> str:
    """Fill the braces of a text from a learner's own line."""
    for name, value in who.slots.items():
        text = text.replace("{" + name + "}", value)
    return text


def post(key: str, who: Learner, taken: set[str], source: random.Random) -> str | None:
    """A post for a discussion that nobody has written there yet, or None when all are."""
    free = [text for text in _texts("talk")["posts"].get(key, []) if text not in taken]
    if not free:
        return None
    chosen = source.choice(free)
    taken.add(chosen)
    return filled(chosen, who)


def reply(source: random.Random) -> str:
    """A reply that fits any of the posts."""
    return str(source.choice(_texts("talk")["replies"]))


def halves(key: str) -> tuple[list[str], list[str]]:
    """The first and the second halves of long replies in a discussion."""
    found = _texts("arguments").get(key, {})
    return list(found.get("first", [])), list(found.get("then", []))


def argument(key: str, who: Learner, said: Counter[str], source: random.Random) -> str | None:
    """A reply long enough to count, joined of the halves heard least there; None when every pair has been said.

    `said` counts halves and pairs of the discussion, and is added to.
    """
    first, then = halves(key)
    pairs = [(one, other) for one in first for other in then if not said[one + other]]
    if not pairs:
        return None
    least = min(said[one] + said[other] for one, other in pairs)
    one, other = source.choice([pair for pair in pairs if said[pair[0]] + said[pair[1]] == least])
    said.update((one, other, one + other))
    return filled(f"{one}\n\n{other}", who)


def overall(mark: float, source: random.Random) -> str:
    """What a marker says about a piece of work."""
    return str(source.choice(_texts("staff")["overall"][level_of(mark)]))


def criterion(mark: float, source: random.Random) -> str:
    """What a marker says at one row of the rubric."""
    return str(source.choice(_texts("staff")["criteria"][level_of(mark)]))


def staff(kind: str) -> Any:
    """Texts of staff: milestone, meetings, announcements, cases, evidence."""
    return _texts("staff")[kind]


def forums(cohort: str) -> list[dict[str, Any]]:
    """The threads of a cohort's forums."""
    return list(_texts("forums").get(cohort, []))


def docx(title: str, text: str) -> bytes:
    """A small Word file with a title and paragraphs."""

    def paragraph(words: str, style: str = "") -> str:
        properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r></w:p>'

    body = paragraph(title, "Title") + "".join(
        paragraph(part.replace("**", "")) for part in text.split("\n\n") if part.strip()
    )
    name = "http://schemas.openxmlformats.org"
    files = {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{name}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{name}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{name}/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{name}/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def workbook(who: Learner, source: random.Random) -> bytes:
    """An investment case as a spreadsheet: four years of flows, discounted at twelve per cent."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Case")
    first, growth = source.randint(180, 420), source.uniform(1.15, 1.45)
    sheet.write_row(
        0, 0, [f"{who.product}: investment case", "Year 0", "Year 1", "Year 2", "Year 3", "Year 4"]
    )
    sheet.write_row(1, 0, ["Investment", -source.randint(300, 700)])
    flows = [round(first * growth**year * 0.36) for year in range(4)]
    sheet.write_row(2, 0, ["Contribution", "", *flows])
    sheet.write_row(3, 0, ["Fixed cost", "", *[-source.randint(30, 70) for _ in flows]])
    for column, letter in enumerate("BCDEF", start=1):
        sheet.write_formula(4, column, f"=SUM({letter}2:{letter}4)")
    sheet.write(4, 0, "Cash flow")
    sheet.write(5, 0, "NPV at 12 %")
    sheet.write_formula(5, 1, "=B5+NPV(0.12,C5:F5)")
    book.close()
    return out.getvalue()


def asked() -> dict[str, dict[str, str]]:
    """What learners ask, and what they are told."""
    return dict(_texts("requests"))


def pdf(title: str) -> bytes:
    """A page with a title: small, valid and always the same."""
    words = title.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    text = b"BT /F1 24 Tf 72 480 Td (" + words + b") Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 960 540] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    size = len(parts) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return body + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
