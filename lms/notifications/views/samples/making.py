"""How samples of notices are made: the facts of one invented cohort, at one invented hour."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import mail
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind

NOW = dt.datetime(2026, 8, 11, 16, 0, tzinfo=dt.UTC)
ZONE = "Asia/Dubai"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def said(kind: NoticeKind, key: str, title: str, text: str, **more: Any) -> Message:
    """A message in so many words; `key` is what the keys of its kind begin with."""
    return Message(kind=kind, key=f"{key}:sample", title=title, text=text, link="/cohorts/spring", **more)


def worded(
    about: NoticeKind,
    key: str,
    heading: str,
    template: str,
    act: str = "Open it in Cadre",
    /,
    **facts: Any,
) -> Message:
    """A message whose words a template has."""
    text = mail.words(f"notifications/{template}", **facts, zone=ZONE, now=NOW)
    return said(about, key, heading, text, act=act)
