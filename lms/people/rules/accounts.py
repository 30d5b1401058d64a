"""Passwords, the pause after wrong ones, and what a sign-in is called."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence

from lms.core.errors import Refusal
from lms.people.rules.names import normal_email, sort_name

SHORTEST, LONGEST = 10, 128
_FIRST_TRIED = """
password passwort passw0rd p@ssword p@ssw0rd letmein welcome changeme qwerty qwertz azerty qwertyuiop asdfghjkl zxcvbnm
abc abcdef abcdefgh abcdefghij iloveyou football baseball dragon monkey sunshine princess admin administrator superman
batman trustno master shadow michael jennifer secret login cadre learning
"""
_COMMON = frozenset(_FIRST_TRIED.split())
_RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
)


class SignInRefusal(Refusal):
    """Why somebody is not let in."""

    WRONG = "The address or the password is not right. Check both, or reset your password."
    PAUSED = "Too many tries. Wait {wait} and try again, or reset your password now."
    SUSPENDED = "This account is suspended. Write to your coordinator; nothing you did is lost."
    WRONG_CODE = "That code is not right, or it was used already. Wait for the next one and type it again."
    WRONG_RECOVERY_CODE = "That recovery code is not right, or it was used already."
    CODE_PAUSED = "Too many wrong codes. Wait {wait}, then sign in again."
    START_AGAIN = "Sign in once more: the time for the code ran out."
    WRONG_PASSWORD = "This is not your present password."  # nosec B105: a sentence  # noqa: S105


class PasswordRefusal(Refusal):
    """Why a password is not taken."""

    SHORT = "Use at least {shortest} characters. Three or four words in a row are easy to remember."
    LONG = "Use at most {longest} characters."
    COMMON = "This is one of the first passwords that people try. Choose one that nobody would guess."
    YOURS = "This is made of your name or address. Choose one that nobody would guess."
    SAME = "This is your present password. Choose a new one."


def why_not_password(password: str, *, email: str = "", name: str = "") -> PasswordRefusal | None:
    """Why this cannot be somebody's password: length first (NIST SP 800-63B), then what attackers try first."""
    if len(password) < SHORTEST:
        return PasswordRefusal.SHORT
    if len(password) > LONGEST:
        return PasswordRefusal.LONG
    plain = sort_name(password).replace(" ", "")
    letters = re.sub(r"[^a-z@]", "", plain)
    if len(set(plain)) <= 3 or letters in _COMMON or any(plain in run for run in _RUNS):
        return PasswordRefusal.COMMON
    if plain.isdigit() and any(plain[:6] in run for run in _RUNS[:2]):
        return PasswordRefusal.COMMON
    own = {
        word for word in re.split(r"[^a-z0-9]+", f"{sort_name(name)} {normal_email(email)}") if len(word) > 2
    }
    rest = plain
    for word in sorted(own, key=len, reverse=True):
        rest = rest.replace(word, "")
    return PasswordRefusal.YOURS if rest != plain and len(re.sub(r"[^a-z]", "", rest)) < 4 else None


def key(kind: str, value: object) -> str:
    """What a counted attempt is kept under: names nobody."""
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def email_key(email: str) -> str:
    """The key of attempts on one account, known or not."""
    return key("email", normal_email(email))


def address_key(address: str) -> str:
    """The key of attempts from one network address."""
    return key("address", address)


def second_factor_key(user_id: int) -> str:
    """The key of wrong codes for one account."""
    return key("code", user_id)


def paused_for(
    failures: Sequence[dt.datetime], *, attempts: int, minutes: int, now: dt.datetime
) -> dt.timedelta | None:
    """How long nobody may try again: `attempts` failures within `minutes` make a pause; None when there is none."""
    window = dt.timedelta(minutes=minutes)
    recent = sorted((at for at in failures if at > now - window), reverse=True)
    if len(recent) < attempts:
        return None
    return recent[attempts - 1] + window - now


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("CrOS", "ChromeOS"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


def device(user_agent: str) -> str:
    """What one would call the device of a sign-in: “Firefox on Android”."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or (f"A browser on {system}" if system else "An unknown device")


def plain_recovery_code(typed: str) -> str:
    """A recovery code as it is kept, however it was typed: `ABCD ef12 3456` is `abcd-ef12-3456`."""
    letters = re.sub(r"[^0-9a-f]", "", typed.lower())
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
