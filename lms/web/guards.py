"""Who may use a view: decided here and only here.

`@requires(can_x, x_visible_to)` loads the object that the URL names (not visible → 404) and asks `can_x(actor, thing)`
(no → 403). `@signed_in` is for one's own pages, `@public` for everybody. A test fails on a view without a guard.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import Forbidden, NotFound

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Anonymous(Exception):
    """The view needs a sign-in and there is none."""


def current_actor_or_none() -> Any:
    """The actor of this request, or None. Loaded once, on first use, by the loader that `app` plugs in."""
    if "actor" not in g:
        g.actor = _loader()
    return g.actor


def current_actor() -> Any:
    """The actor of this request; the guard has made sure there is one."""
    actor = current_actor_or_none()
    if actor is None:
        raise Anonymous
    return actor


def _nobody() -> Any:
    return None


_loader: Callable[[], Any] = _nobody


def load_actor_with(loader: Callable[[], Any]) -> None:
    """Plug in how the actor is found; the web toolkit knows no persons."""
    global _loader
    _loader = loader


def public(view: View) -> View:
    """Everybody may use this view."""
    view.__guard__ = "public"  # type: ignore[attr-defined]
    return view


def called_by_programs(why: str) -> Callable[[View], View]:
    """A POST of a program without a session; `why` says how it proves itself instead of by a form's token."""

    def decorate(view: View) -> View:
        view.__no_form__ = why  # type: ignore[attr-defined]
        return view

    return decorate


def signed_in(view: View) -> View:
    """Everybody who is signed in may use this view: it shows only what is theirs."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        current_actor()
        return view(*args, **kwargs)

    guarded.__guard__ = "signed in"  # type: ignore[attr-defined]
    return cast(View, guarded)


def requires(
    allowed: Callable[..., bool], loader: Callable[..., Any] | None = None
) -> Callable[[View], View]:
    """Only those may use this view for whom `allowed(actor, thing)` holds.

    `loader(actor, **names)` finds the thing that the URL names, or raises NotFound; the arguments it takes are
    removed from the view's and the thing becomes the view's first argument. Without a loader, `allowed(actor)`
    is asked: only for acts of the whole institution.
    """
    names = tuple(inspect.signature(loader).parameters)[1:] if loader else ()

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            actor = current_actor()
            if loader is None:
                if not allowed(actor):
                    raise Forbidden
                return view(*args, **kwargs)
            thing = loader(actor, **{name: kwargs.pop(name) for name in names if name in kwargs})
            if thing is None:
                raise NotFound
            if not allowed(actor, thing):
                raise Forbidden
            g.thing = thing
            return view(thing, *args, **kwargs)

        guarded.__guard__ = allowed.__name__  # type: ignore[attr-defined]
        guarded.__allowed__, guarded.__loader__ = allowed, loader  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def current_thing() -> Any:
    """What the URL of this request names, as its guard found it for the actor; None where it names nothing."""
    return g.get("thing")


def may_open(endpoint: str, thing: Any) -> bool:
    """Whether the person here passes the guard of a page for a thing: for links to pages of higher domains.

    A page that this installation does not have is open to nobody.
    """
    view: Any = current_app.view_functions.get(endpoint)
    return view is not None and bool(view.__allowed__(current_actor(), thing))


def to_sign_in() -> ResponseReturnValue:
    """Send an anonymous visitor to the sign-in page and back to where they were."""
    if request.method == "GET":
        back = request.full_path.rstrip("?")
    else:
        back = urlsplit(request.referrer or "/").path or "/"
    return redirect(url_for("security.login", next=back), code=303)
