"""What single components take."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from lms.web.shapes.common import Tone


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One event of a story; `now` marks the present state."""

    at: dt.datetime
    title: str
    words: str = ""
    by: str = ""
    symbol: str = "circle"
    now: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """One post of a thread. `html` was made safe when it was saved."""

    name: str
    initials: str
    at: dt.datetime
    html: Markup
    href: str
    role: str = ""
    replies: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class RowItem:
    """One row of a list."""

    title: str
    href: str = ""
    meta: str = ""
    symbol: str = "circle"
    tone: Tone = ""
    end: str = ""
    end_note: str = ""
