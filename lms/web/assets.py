"""Names of built files: `asset("app.css")` is the address of the stylesheet whose name carries its hash."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"


class AssetsMissingError(RuntimeError):
    """The stylesheets and scripts were not built, or a template names one that is not among them."""


@dataclass(slots=True)
class Assets:
    """The manifest of one build. In debug mode a new build is noticed without a restart."""

    folder: Path
    prefix: str
    watch: bool = False
    _names: dict[str, str] | None = None
    _stamp: int = 0

    def url(self, name: str) -> str:
        """Return the address of the built file that is called `name` in the sources."""
        names = self._manifest()
        try:
            return f"{self.prefix}{names[name]}"
        except KeyError:
            made = ", ".join(sorted(names))
            raise AssetsMissingError(f"No asset is called {name!r}. The build made: {made}.") from None

    def _manifest(self) -> dict[str, str]:
        path = self.folder / "manifest.json"
        if self._names is not None and not (self.watch and self._changed(path)):
            return self._names
        try:
            text = path.read_text(encoding="utf-8")
            self._stamp = path.stat().st_mtime_ns
        except FileNotFoundError:
            raise AssetsMissingError(
                "The stylesheets and scripts have not been built. "
                "Run `npm ci --ignore-scripts` once, then `node lms/static/build.mjs`."
            ) from None
        self._names = dict(json.loads(text))
        return self._names

    def _changed(self, path: Path) -> bool:
        try:
            return path.stat().st_mtime_ns != self._stamp
        except FileNotFoundError:
            return False


def asset(name: str) -> str:
    """Return the address of a built file, for templates and for early hints."""
    assets: Assets = current_app.extensions["cadre-assets"]
    return assets.url(name)


def register(app: Flask, folder: Path = DIST) -> None:
    """Give the application its assets and templates the function `asset`."""
    prefix = f"{app.static_url_path or '/static'}/dist/"
    app.extensions["cadre-assets"] = Assets(folder=folder, prefix=prefix, watch=app.debug)
    app.jinja_env.globals["asset"] = asset
