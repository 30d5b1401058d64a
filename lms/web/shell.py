"""What every page's frame shows, as one value, `shell`; and the one act of the frame itself: the theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from lms.web.guards import public

Theme = Literal["auto", "light", "dark"]
THEME_COOKIE = "theme"
YEAR = 365 * 24 * 3600

bp = Blueprint("web", __name__)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place to go. `href` is resolved already; `badge` is a number that waits there."""

    label: str
    href: str
    icon: str
    current: bool = False
    badge: int = 0


@dataclass(frozen=True, slots=True)
class RoleSwitch:
    """One hat of the person: what they are, where, and the desk that goes with it."""

    label: str
    place: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """All that the layouts need to know. Pages look no further than this and their own model."""

    product: str = "Cadre"
    institution: str = ""
    actor_name: str = ""
    actor_initials: str = ""
    signed_in: bool = False
    nav: tuple[NavItem, ...] = ()
    roles: tuple[RoleSwitch, ...] = ()
    account: tuple[NavItem, ...] = ()
    theme: Theme = "auto"
    notice_count: int = 0
    notices_href: str = ""
    home_href: str = "/"
    sign_in_href: str = "/login"
    sign_out_href: str = "/logout"
    zone_href: str = ""
    demo: bool = False
    zone: str = "UTC"
    path: str = "/"
    accent_href: str = ""


def theme_of(cookies: Mapping[str, str]) -> Theme:
    """Read the theme from the cookie; anything unknown follows the device."""
    chosen = cookies.get(THEME_COOKIE)
    return cast("Theme", chosen) if chosen in ("light", "dark") else "auto"


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = [word for word in name.split() if word[0].isalpha()]
    if not words:
        return "·"
    letters = words[0][0] if len(words) == 1 else words[0][0] + words[-1][0]
    return letters.upper()


def local_path(path: str) -> str:
    """Return `path` when it is a place on this site, else the front page."""
    safe = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if safe and path.isprintable() else "/"


@bp.post("/theme")
@public
def theme() -> ResponseReturnValue:
    """Remember light, dark or the device's own theme in a cookie, and go back to the page."""
    chosen = theme_of({THEME_COOKIE: request.form.get("theme", "")})
    response = redirect(local_path(request.form.get("next", "/")), code=303)
    if chosen == "auto":
        response.delete_cookie(THEME_COOKIE, samesite="Lax", secure=request.is_secure, httponly=True)
    else:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure, httponly=True
        )
    return response
