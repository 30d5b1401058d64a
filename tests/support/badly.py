"""Forms as pages show them, and everything that people, scripts and attackers put into them instead."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.support.pages import LAST_ACTIVITY

LONG = "x" * 100_000
ODD = "a\x00b\x01\x1b[31m\u202e\ufeff\U0001f986\u0301<script>'\";--{{7*7}}%s%n=1+1"
WORD = "Zq typed in "
NUMBERS = (
    "abc",
    "-1",
    "9" * 40,
    "1e999",
    "NaN",
    "\u0661\u0662",
    "0.0000000001",
    "2147483648",
    "9223372036854775808",
)
DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "10000-01-01", "-0001-01-01", "2026-11-23T25:61")
CURSORS = tuple(
    base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    for value in (
        [2**40],
        [10**30],
        [-(10**30), 10**30],
        ["a\x00b", 1],
        ["a", 10**30],
        [None, None],
        [[1]],
        {"a": 1},
        "a",
        [1.5],
    )
)
TEXTS = ("text", "search", "email", "url", "tel", "textarea")


@dataclass(frozen=True)
class Form:
    """A form of a page: where it stands, what a browser would send, and of what kind its fields are."""

    page: str
    action: str
    token: str
    values: Mapping[str, list[str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    room: Mapping[str, int] = field(default_factory=dict)
    """How many characters a browser lets in."""

    def all(self, value: str, *, but: tuple[str, ...] = ()) -> dict[str, Any]:
        """Every field with this value; files stay away."""
        return {
            name: [value]
            for name, kind in self.kinds.items()
            if kind != "file" and name != "csrf_token" and name not in but
        }

    def named(self, *kinds: str) -> list[str]:
        """The fields of some kinds."""
        return [name for name, kind in self.kinds.items() if kind in kinds]


def forms_of(html: str, url: str, app: Flask) -> Iterator[tuple[str, Form]]:
    """Each form of a page that posts, with the endpoint that it posts to; drafts kept by scripts are forms too."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.select("form"):
        if str(tag.get("method", "get")).lower() != "post":
            continue
        form = _form(soup, tag, url)
        for action in {form.action, str(tag.get("data-autosave-url") or form.action)}:
            if endpoint := endpoint_of(app, action):
                yield endpoint, replace(form, action=action)


def endpoint_of(app: Flask, url: str) -> str:
    """What takes a POST at an address."""
    try:
        endpoint, _values = app.url_map.bind("localhost").match(urlsplit(url).path, method="POST")
    except HTTPException:
        return ""
    return str(endpoint)


def _form(soup: BeautifulSoup, tag: Tag, url: str) -> Form:
    controls = tag.select("input, select, textarea, button[name]")
    if tag.get("id"):
        controls += soup.select(
            f'input[form="{tag["id"]}"], select[form="{tag["id"]}"], textarea[form="{tag["id"]}"]'
        )
    values: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    room: dict[str, int] = {}
    token = ""
    for control in controls:
        name = str(control.get("name", ""))
        if not name or control.has_attr("disabled"):
            continue
        kind = control.name if control.name != "input" else str(control.get("type", "text")).lower()
        if name == "csrf_token":
            token = str(control["value"])
            continue
        kinds.setdefault(
            name, "hidden" if control.has_attr("readonly") or control.has_attr("hidden") else kind
        )
        if control.get("maxlength"):
            room[name] = int(str(control["maxlength"]))
        for value in _shown(control, kind):
            values.setdefault(name, []).append(value)
    if not token and (first := soup.select_one("input[name=csrf_token]")):
        token = str(first["value"])
    return Form(url, str(tag.get("action") or url).replace("&amp;", "&"), token, values, kinds, room)


def _shown(control: Tag, kind: str) -> list[str]:
    if kind == "textarea":
        return [control.get_text().removeprefix("\n")]
    if kind == "select":
        options = control.select("option")
        chosen = [one for one in options if one.has_attr("selected")] or options[:1]
        return [str(one.get("value", one.get_text(strip=True))) for one in chosen]
    if kind in ("checkbox", "radio"):
        return [str(control.get("value", "on"))] if control.has_attr("checked") else []
    if kind in ("submit", "button", "image", "reset", "file"):
        return []
    return [str(control.get("value", ""))]


def badly_filled(form: Form) -> Iterator[tuple[str, Any]]:
    """The form in every way in which it should not be filled in, all fields at once."""
    usual = dict(form.values)
    acts = {name: usual[name] for name in form.values if name in ("act", "do", "step")}
    yield "nothing", {}
    yield "too long", {**form.all(LONG), **acts}
    yield (
        "odd characters",
        {**usual, **{name: [ODD] for name in form.named(*TEXTS, "password", "hidden")}, **acts},
    )
    yield "only odd characters", form.all(ODD)
    for number in ("abc", "9" * 40, "-1"):
        yield f"{number[:9]} everywhere", {**form.all(number), **acts}
    for day in DAYS[:3]:
        yield f"{day} everywhere", {**form.all(day), **acts}
    yield "everything thrice", {name: values * 3 for name, values in usual.items()}
    yield "files for texts", {name: [(io.BytesIO(b"%PDF-1.4"), "a.pdf")] for name in form.kinds}
    if form.named("file"):
        names = form.named("file")
        for content, name in (
            (b"", "a.pdf"),
            (b"\x00\xff" * 50, "../../etc/passwd\x00.csv"),
            (b"%PDF-1.4", "n" * 5000 + ".pdf"),
            (b"\xef\xbb\xbf\xff\xfe\x00a,b\n\x00,1\n", "list.csv"),
        ):
            yield f"file {name[:20]!r}", {**usual, **{each: [(io.BytesIO(content), name)] for each in names}}
        yield "texts for files", {**usual, **{each: ["not a file"] for each in names}}


def each_badly(form: Form) -> Iterator[tuple[str, Any]]:
    """One field at a time filled in badly, the others as the page shows them."""
    for name, kind in form.kinds.items():
        if kind == "file":
            continue
        for bad in (LONG, ODD, *NUMBERS, *DAYS, *CURSORS[:3]):
            yield f"{name}={bad[:20]!r}", {**form.values, name: [bad]}


@contextmanager
def kept_writes() -> Iterator[list[str]]:
    """Collect the statements that change something and were not rolled back."""
    kept: list[str] = []
    stack: list[list[str]] = [kept]

    def note(_connection: Any, _cursor: Any, text: str, parameters: Any, *_rest: Any) -> None:
        if re.match(r"\s*(insert|update|delete)\b", text, re.IGNORECASE) and LAST_ACTIVITY not in text:
            stack[-1].append(" ".join(text.split())[:200])

    def opened(_connection: Any, _name: str) -> None:
        stack.append([])

    def undone(_connection: Any, _name: str, _context: Any) -> None:
        if len(stack) > 1:
            stack.pop()

    def released(_connection: Any, _name: str, _context: Any) -> None:
        if len(stack) > 1:
            done = stack.pop()
            stack[-1].extend(done)

    listeners = (
        ("before_cursor_execute", note),
        ("savepoint", opened),
        ("rollback_savepoint", undone),
        ("release_savepoint", released),
    )
    for name, listener in listeners:
        sa.event.listen(sa.Engine, name, listener)
    try:
        yield kept
    finally:
        for name, listener in listeners:
            sa.event.remove(sa.Engine, name, listener)
