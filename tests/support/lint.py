"""What every page must be, whatever it shows: called by the visitor on each page that a test fetches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import html5lib
from bs4 import BeautifulSoup, Tag

NOT_TYPED_IN = {"hidden", "submit", "button", "reset", "image"}
DATA_SCRIPTS = {"application/json", "application/ld+json"}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "list", "form", "headers", "popovertarget")


def faults(html: str, soup: BeautifulSoup, *, fragment: bool = False) -> list[str]:
    """Return what is wrong with a page, or with a fragment that a script puts into one."""
    found = [
        *_syntax(html, fragment=fragment),
        *_ids(soup, fragment=fragment),
        *_controls(soup),
        *_inline(soup),
    ]
    found += [*_forms(soup), *_names(soup)]
    return found if fragment else [*found, *_frame(soup)]


def _syntax(html: str, *, fragment: bool) -> Iterator[str]:
    parser = html5lib.HTMLParser()
    parser.parseFragment(html) if fragment else parser.parse(html)
    lines = html.splitlines()
    for (line, _column), code, details in parser.errors:
        context = lines[line - 1].strip()[:120] if 0 < line <= len(lines) else ""
        yield f"invalid HTML in line {line}: {code} {details or ''} near {context!r}"


def _frame(soup: BeautifulSoup) -> Iterator[str]:
    if not soup.html or not soup.html.get("lang"):
        yield "the page does not say its language"
    if not soup.title or not soup.title.get_text(strip=True):
        yield "the page has no title"
    if len(soup.select("h1")) != 1:
        yield f"the page has {len(soup.select('h1'))} h1 headings instead of one"
    if len(soup.select("main")) != 1:
        yield f"the page has {len(soup.select('main'))} main landmarks instead of one"


def _ids(soup: BeautifulSoup, *, fragment: bool) -> Iterator[str]:
    ids = Counter(str(tag["id"]) for tag in soup.select("[id]"))
    yield from (f"the id {id_!r} stands {times} times" for id_, times in ids.items() if times > 1)
    keys = Counter(word for tag in soup.select("[accesskey]") for word in _words(tag["accesskey"]))
    yield from (f"the access key {key!r} is given {times} times" for key, times in keys.items() if times > 1)
    if fragment:
        return
    for name in REFERENCES:
        for tag in soup.select(f"[{name}]"):
            missing = [id_ for id_ in " ".join(_words(tag[name])).split() if id_ not in ids]
            yield from (
                f"{name} of {_show(tag)} refers to the id {id_!r}, which is not there" for id_ in missing
            )
    for tag in soup.select("a[href^='#']"):
        target = str(tag["href"])[1:]
        if target and target not in ids:
            yield f"{_show(tag)} leads to a place that is not on the page"


def _controls(soup: BeautifulSoup) -> Iterator[str]:
    labelled = {str(label["for"]) for label in soup.select("label[for]") if label.get_text(strip=True)}
    for control in soup.select("input, select, textarea"):
        if control.name == "input" and control.get("type", "text") in NOT_TYPED_IN:
            continue
        wrapping = control.find_parent("label")
        if not (
            control.get("aria-label")
            or control.get("aria-labelledby")
            or str(control.get("id")) in labelled
            or (wrapping and wrapping.get_text(strip=True))
        ):
            yield f"{_show(control)} has no label"


def _forms(soup: BeautifulSoup) -> Iterator[str]:
    for form in soup.select("form"):
        if str(form.get("method", "get")).lower() != "post":
            continue
        elsewhere = f'[name=csrf_token][form="{form.get("id")}"]' if form.get("id") else None
        if not form.select_one("[name=csrf_token]") and not (elsewhere and soup.select_one(elsewhere)):
            yield f"{_show(form)} has no CSRF token"
    for tag in soup.select("form form"):
        yield f"{_show(tag)} stands inside another form"


def _names(soup: BeautifulSoup) -> Iterator[str]:
    for tag in soup.select("a[href], button"):
        if not (
            tag.get_text(strip=True) or tag.get("aria-label") or tag.get("aria-labelledby") or _pictured(tag)
        ):
            yield f"{_show(tag)} has no name"
    yield from (f"{_show(tag)} has no alternative text" for tag in soup.select("img:not([alt])"))


def _pictured(tag: Tag) -> bool:
    return any(image.get("alt") for image in tag.select("img")) or bool(
        tag.select("svg title, svg[aria-label]")
    )


def _inline(soup: BeautifulSoup) -> Iterator[str]:
    yield from ("there is an inline style sheet" for _ in soup.select("style"))
    for script in soup.select("script:not([src])"):
        if script.get("type") not in DATA_SCRIPTS:
            yield f"there is an inline script: {script.get_text()[:60]!r}"
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            if name == "style" or name.startswith("on"):
                yield f"{_show(tag)} has the inline attribute {name}"
            elif name in ("href", "src", "action", "formaction") and re.match(
                r"\s*javascript:", str(value), re.IGNORECASE
            ):
                yield f"{_show(tag)} runs a script by its address"


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else [str(value)]


def _show(tag: Tag) -> str:
    return re.match(r"<[^>]*>?", str(tag))[0][:140]  # type: ignore[index]
