"""What every page must be, whatever it shows: called by the visitor on each page that a test fetches."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import html5lib
from bs4 import BeautifulSoup, Tag

NOT_TYPED_IN = {"hidden", "submit", "button", "reset", "image"}
DATA_SCRIPTS = {"application/json", "application/ld+json"}
ADDRESSES = {"href", "src", "action", "formaction"}
SCRIPT = re.compile(r"\s*javascript:", re.IGNORECASE)
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "list", "form", "headers", "popovertarget")


class _Tags:
    """The tags of a page, gone through once: what is asked again and again would otherwise walk the page each time."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.soup = soup
        self.all: list[Tag] = soup.find_all(True)

    @cached_property
    def _by_name(self) -> dict[str, list[Tag]]:
        found: dict[str, list[Tag]] = defaultdict(list)
        for tag in self.all:
            found[tag.name].append(tag)
        return found

    @cached_property
    def _by_attribute(self) -> dict[str, list[Tag]]:
        found: dict[str, list[Tag]] = defaultdict(list)
        for tag in self.all:
            for name in tag.attrs:
                found[name].append(tag)
        return found

    def named(self, *names: str) -> list[Tag]:
        """Return those of some names, name after name."""
        return [tag for name in names for tag in self._by_name.get(name, ())]

    def having(self, attribute: str) -> list[Tag]:
        """Return those that have an attribute, in the page's order."""
        return self._by_attribute.get(attribute, [])


def faults(html: str, soup: BeautifulSoup, *, fragment: bool = False) -> list[str]:
    """Return what is wrong with a page, or with a fragment that a script puts into one."""
    tags = _Tags(soup)
    found = [
        *_syntax(html, fragment=fragment),
        *_ids(tags, fragment=fragment),
        *_controls(tags),
        *_inline(tags),
    ]
    found += [*_forms(tags), *_names(tags)]
    return found if fragment else [*found, *_frame(tags)]


def _syntax(html: str, *, fragment: bool) -> Iterator[str]:
    halves = _halves(_bones(html), fragment=fragment)
    if all(_is_sound(bones, fragment=apart) for bones, apart in halves):
        return
    lines = html.splitlines()
    for (line, _column), code, details in _errors(html, fragment=fragment):
        context = lines[line - 1].strip()[:120] if 0 < line <= len(lines) else ""
        yield f"invalid HTML in line {line}: {code} {details or ''} near {context!r}"


def _halves(bones: str, *, fragment: bool) -> list[tuple[str, bool]]:
    """What a page is about, and the frame around it, which is the same on many: each with whether it is a fragment."""
    main = None if fragment else MAIN.search(bones)
    if main is None:
        return [(bones, fragment)]
    return [(f"{bones[: main.start()]}<main></main>{bones[main.end() :]}", False), (main[0], True)]


def _is_sound(bones: str, *, fragment: bool) -> bool:
    skeleton = hashlib.sha256(f"{fragment} {bones}".encode()).digest()
    if _sound.knows(skeleton):
        return True
    if _errors(bones, fragment=fragment):
        return False
    _sound.add(skeleton)
    return True


def _errors(html: str, *, fragment: bool) -> list[Any]:
    parser = html5lib.HTMLParser()
    parser.parseFragment(html) if fragment else parser.parse(html)
    return parser.errors


class _Sound:
    """The skeletons found to be valid: parsing by the standard's rules would be a good part of a test's time.

    A file hands them on, to the other processes of a run and to the next run.
    """

    def __init__(self) -> None:
        self._known: set[bytes] = set()
        self._file: BinaryIO | None = None

    def share(self, folder: Path) -> None:
        """Read what was found before from a file in a folder, and add to it what will be."""
        stamp = hashlib.sha256(Path(__file__).read_bytes() + html5lib.__version__.encode()).hexdigest()[:16]
        path = folder / stamp
        if path.exists() and path.stat().st_size > MOST_KEPT * SIZE:
            path.unlink(missing_ok=True)
        self._file = path.open("a+b", buffering=0)
        self._file.seek(0)

    def close(self) -> None:
        """Share no more."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def knows(self, skeleton: bytes) -> bool:
        """Whether it was found to be valid, here or in another process."""
        if skeleton not in self._known and self._file is not None:
            found = self._file.read()
            whole = len(found) - len(found) % SIZE
            self._known.update(found[at : at + SIZE] for at in range(0, whole, SIZE))
        return skeleton in self._known

    def add(self, skeleton: bytes) -> None:
        """Remember that it is valid."""
        self._known.add(skeleton)
        if self._file is not None:
            at = self._file.tell()
            self._file.write(skeleton)
            self._file.seek(at)


MOST_KEPT = 200_000
SIZE = hashlib.sha256().digest_size
_sound = _Sound()
share, close = _sound.share, _sound.close

MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
PLAIN_VALUE = re.compile(r'="[^"&<>]*"')
PLAIN_TEXT = re.compile(r">([^<>&]*[^<>&\s][^<>&]*)<")


def _bones(html: str) -> str:
    """Return what decides whether HTML is valid: its tags and attributes, without values and words that are plain.

    Quoted values and texts without a markup character are never at fault by themselves; where a text stands may be.
    """
    return PLAIN_TEXT.sub(">x<", PLAIN_VALUE.sub('=""', html))


def _frame(tags: _Tags) -> Iterator[str]:
    soup = tags.soup
    if not soup.html or not soup.html.get("lang"):
        yield "the page does not say its language"
    if not soup.title or not soup.title.get_text(strip=True):
        yield "the page has no title"
    if (headings := len(tags.named("h1"))) != 1:
        yield f"the page has {headings} h1 headings instead of one"
    if (landmarks := len(tags.named("main"))) != 1:
        yield f"the page has {landmarks} main landmarks instead of one"


def _ids(tags: _Tags, *, fragment: bool) -> Iterator[str]:
    ids = Counter(str(tag["id"]) for tag in tags.having("id"))
    yield from (f"the id {id_!r} stands {times} times" for id_, times in ids.items() if times > 1)
    keys = Counter(word for tag in tags.having("accesskey") for word in _words(tag["accesskey"]))
    yield from (f"the access key {key!r} is given {times} times" for key, times in keys.items() if times > 1)
    if fragment:
        return
    for name in REFERENCES:
        for tag in tags.having(name):
            missing = [id_ for id_ in " ".join(_words(tag[name])).split() if id_ not in ids]
            yield from (
                f"{name} of {_show(tag)} refers to the id {id_!r}, which is not there" for id_ in missing
            )
    for tag in tags.named("a", "use"):
        target = str(tag.get("href", ""))
        if target.startswith("#") and target[1:] and target[1:] not in ids:
            yield f"{_show(tag)} leads to a place that is not on the page"


def _controls(tags: _Tags) -> Iterator[str]:
    labelled = {
        str(label["for"]) for label in tags.named("label") if label.get("for") and label.get_text(strip=True)
    }
    for control in tags.named("input", "select", "textarea"):
        if control.name == "input" and control.get("type", "text") in NOT_TYPED_IN:
            continue
        if (
            control.get("aria-label")
            or control.get("aria-labelledby")
            or str(control.get("id")) in labelled
            or ((wrapping := control.find_parent("label")) and wrapping.get_text(strip=True))
        ):
            continue
        yield f"{_show(control)} has no label"


def _forms(tags: _Tags) -> Iterator[str]:
    tokens = [tag for tag in tags.having("name") if tag["name"] == "csrf_token"]
    inside = {id(form) for token in tokens for form in token.find_parents("form")}
    elsewhere = {str(token["form"]) for token in tokens if token.get("form")}
    for form in tags.named("form"):
        if form.find_parent("form"):
            yield f"{_show(form)} stands inside another form"
        if str(form.get("method", "get")).lower() != "post":
            continue
        if id(form) not in inside and str(form.get("id")) not in elsewhere:
            yield f"{_show(form)} has no CSRF token"


def _names(tags: _Tags) -> Iterator[str]:
    for tag in tags.named("a", "button"):
        if tag.name == "a" and not tag.has_attr("href"):
            continue
        if not (
            tag.get_text(strip=True) or tag.get("aria-label") or tag.get("aria-labelledby") or _pictured(tag)
        ):
            yield f"{_show(tag)} has no name"
    yield from (
        f"{_show(tag)} has no alternative text" for tag in tags.named("img") if not tag.has_attr("alt")
    )


def _pictured(tag: Tag) -> bool:
    return any(image.get("alt") for image in tag.select("img")) or bool(
        tag.select("svg title, svg[aria-label]")
    )


def _inline(tags: _Tags) -> Iterator[str]:
    yield from ("there is an inline style sheet" for _ in tags.named("style"))
    for script in tags.named("script"):
        if not script.has_attr("src") and script.get("type") not in DATA_SCRIPTS:
            yield f"there is an inline script: {script.get_text()[:60]!r}"
    for tag in tags.all:
        for name, value in tag.attrs.items():
            if name == "style" or name.startswith("on"):
                yield f"{_show(tag)} has the inline attribute {name}"
            elif name in ADDRESSES and SCRIPT.match(str(value)):
                yield f"{_show(tag)} runs a script by its address"


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else [str(value)]


def _show(tag: Tag) -> str:
    return re.match(r"<[^>]*>?", str(tag))[0][:140]  # type: ignore[index]
