"""Markdown → safe HTML, rendered once when a text is saved or published, never when it is shown."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "linkify": True, "typographer": True})
    .enable(["table", "strikethrough", "linkify", "replacements", "smartquotes"])
    .use(footnote_plugin)
)
_TAGS = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "del",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "small",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
_ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "th": {"scope"}, "td": {"colspan"}, "ol": {"start"}}


SHORT = 1000
"""Up to so many characters a text is remembered: comments of a bank come again and again."""


def render(text: str, *, heading_from: int = 2) -> str:
    """Render Markdown as HTML that may be shown to others.

    Raw HTML is shown as text; headings start at `heading_from` so that the page keeps its one h1.
    """
    return _remembered(text, heading_from) if len(text) <= SHORT else _rendered(text, heading_from)


def _rendered(text: str, heading_from: int) -> str:
    html = _MARKDOWN.render(text)
    html = re.sub(
        r"<(/?)h([1-6])\b", lambda found: f"<{found[1]}h{_level(int(found[2]), heading_from)}", html
    )
    html = html.replace("<th>", '<th scope="col">')
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener nofollow",
    )


_remembered = lru_cache(maxsize=1024)(_rendered)


def _level(level: int, heading_from: int) -> int:
    return min(4, max(heading_from, level))


def words(text: str) -> int:
    """Count words as a person would: runs of letters and digits with their inner marks."""
    return len(re.findall(r"\w+(?:['’.,\-]\w+)*", text))


def excerpt(text: str, length: int = 160) -> str:
    """The beginning of a Markdown text as plain words, cut at a word."""
    plain = re.sub(r"\s+", " ", re.sub(r"[#*_>`|\[\]]|\]\([^)]*\)", " ", text)).strip()
    plain = re.sub(r" (?=[.,;:!?…])", "", plain)
    return plain if len(plain) <= length else plain[: length - 1].rsplit(" ", 1)[0] + " …"
