"""Every class that a template names has a rule in a stylesheet or is woken by a script: a typing error shows."""

from __future__ import annotations

import re
from pathlib import Path

from lms.app import ROOT

COMPUTED = "\0"
STATIC = ROOT / "lms" / "static"
ONLY_NAMES = {"board-list", "change-what", "chart-wide", "grid-box", "release"}
"""Names for readers of the page's source."""


def named() -> dict[str, set[str]]:
    """The classes that templates write out, and where."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "templates").rglob("*.html"):
        if "mail" in path.relative_to(ROOT).parts[1:-1] or path.name == "mail.html":
            continue  # letters carry their own styles
        source = re.sub(r"\{\{.*?\}\}", COMPUTED, path.read_text(encoding="utf-8"), flags=re.DOTALL)
        source = re.sub(r"\{%.*?%\}|\{#.*?#\}", " ", source, flags=re.DOTALL)
        for value in re.findall(r'class="([^"]*)"', source):
            for name in value.split():
                if COMPUTED not in name:
                    found.setdefault(name, set()).add(path.name)
    return found


def ruled() -> set[str]:
    """The classes that stylesheets and scripts know."""
    styles = "".join(path.read_text(encoding="utf-8") for path in (STATIC / "css").glob("*.css"))
    scripts = "".join(path.read_text(encoding="utf-8") for path in (STATIC / "js").glob("*.js"))
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", styles)) | set(re.findall(r"[\w-]+", scripts))


def test_every_class_has_a_rule() -> None:
    known = ruled() | ONLY_NAMES
    assert {name: files for name, files in named().items() if name not in known} == {}


def test_the_names_that_need_none_are_still_there() -> None:
    assert not ONLY_NAMES - named().keys()


def test_templates_are_read() -> None:
    assert len(named()) > 200
    assert Path(STATIC / "css" / "base.css").exists()
