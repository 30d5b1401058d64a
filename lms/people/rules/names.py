"""Names and addresses: how they are written down, compared and ordered."""

from __future__ import annotations

import re
import unicodedata

from lms.core.errors import Refusal

_ADDRESS = re.compile(
    r"^[^@\s\"(),:;<>\[\\\]]{1,64}@(?:[^@\s.\"(),:;<>\[\\\]]{1,63}\.)+[^@\s.\"(),:;<>\[\\\]]{2,63}$"
)
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Alphabets whose letters look like each other's."""


class EmailRefusal(Refusal):
    """Why an address is not taken."""

    NOT_AN_ADDRESS = "Write an e-mail address like name@example.org."
    MIXED_LETTERS = (
        "This address mixes letters of several alphabets that look alike. Type it again on one keyboard."
    )
    TAKEN = "Somebody else has this address already."


def clean(text: str) -> str:
    """One line of text: no control or direction marks, runs of spaces folded."""
    if _plain(text):
        return " ".join(text.split())
    plain = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if c.isspace() else c for c in plain)
    return " ".join(_seen(spaced).split())


def sort_name(name: str) -> str:
    """Lower case, without accents, runs of spaces folded."""
    plain = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).lower().split())


def normal_email(email: str) -> str:
    """The address as accounts are found by it: NFKC, trimmed, lower case, no control marks."""
    if _plain(email):
        return email.lower().strip()
    lowered = unicodedata.normalize("NFKC", _seen(email)).lower()
    return _seen(unicodedata.normalize("NFKC", lowered)).strip()


def _plain(text: str) -> bool:
    """Whether it is ASCII without control characters: nothing is to be folded or taken out."""
    return text.isascii() and text.isprintable()


def _seen(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] != "C")


def why_not_email(email: str) -> EmailRefusal | None:
    """Why this cannot be somebody's address."""
    address = normal_email(email)
    if len(address) > 254 or ".." in address or not _ADDRESS.match(address):
        return EmailRefusal.NOT_AN_ADDRESS
    for part in () if address.isascii() else re.split(r"[@.]", address):
        if len({script for c in part if (script := _script(c))}) > 1:
            return EmailRefusal.MIXED_LETTERS
    return None


def _script(character: str) -> str:
    name = unicodedata.name(character, "") if character.isalpha() else ""
    return next((script for script in _SCRIPTS if name.startswith(script)), "")


def initials_of(name: str) -> str:
    """The first letters of the first and the last word: what stands where there is no photo."""
    words = [word for word in name.split() if word[0].isalpha()]
    if not words:
        return "·"
    return (words[0][0] if len(words) == 1 else words[0][0] + words[-1][0]).upper()
