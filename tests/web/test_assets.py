"""The built files: their names, their weight, and what is said when they are missing."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask

from lms.web import assets

BUDGET = 60_000
AFTER = 15_000
PAGES = ("/style-guide/learner-desk", "/style-guide/marking-desk", "/style-guide/cohort-board")


def built() -> dict[str, str]:
    return dict(json.loads((assets.DIST / "manifest.json").read_text(encoding="utf-8")))


def sent(name: str) -> int:
    return (assets.DIST / f"{built()[name]}.gz").stat().st_size


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    app = Flask("bare")
    assets.register(app, tmp_path)
    return app


def test_asset_is_the_hashed_name(bare: Flask, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"app.css": "main-ABC.css"}', encoding="utf-8")
    with bare.app_context():
        assert assets.asset("app.css") == "/static/dist/main-ABC.css"


def test_an_unknown_name_lists_what_there_is(bare: Flask, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"app.css": "main-ABC.css"}', encoding="utf-8")
    with bare.app_context(), pytest.raises(assets.AssetsMissingError, match=r"'app.js'.*app\.css"):
        assets.asset("app.js")


def test_a_missing_build_says_what_to_run(bare: Flask) -> None:
    with bare.app_context(), pytest.raises(assets.AssetsMissingError, match=r"node lms/static/build\.mjs"):
        assets.asset("app.css")


def test_a_new_build_is_noticed_in_debug_only(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    for watch, expected in ((True, "/d/b.css"), (False, "/d/a.css")):
        manifest.write_text('{"app.css": "a.css"}', encoding="utf-8")
        found = assets.Assets(tmp_path, "/d/", watch)
        assert found.url("app.css") == "/d/a.css"
        manifest.write_text('{"app.css": "b.css"}', encoding="utf-8")
        found._stamp -= 1
        assert found.url("app.css") == expected


def test_every_built_text_is_compressed_twice() -> None:
    texts = [path for path in assets.DIST.rglob("*") if path.suffix in {".css", ".js", ".svg"}]
    assert texts
    assert [
        p
        for p in texts
        if not (p.with_name(f"{p.name}.gz").exists() and p.with_name(f"{p.name}.br").exists())
    ] == []


def test_every_font_of_the_styles_is_there() -> None:
    for name in ("app.css", "reading.css"):
        css = (assets.DIST / built()[name]).read_text(encoding="utf-8")
        named = re.findall(r"url\(\"?\./(fonts/[^)\"]+)", css)
        assert named
        assert [font for font in named if not (assets.DIST / font).exists()] == []


def test_the_rupee_sign_has_a_file_of_its_own() -> None:
    assert (assets.DIST / built()["fonts/source-sans-3-rupee.woff2"]).stat().st_size < 2_000
    css = (assets.DIST / built()["app.css"]).read_text(encoding="utf-8")
    ranges = re.findall(
        r"url\(\"?\./(fonts/source-sans-3-[a-z-]+)-[0-9a-f]+\.woff2\"?\)[^}]*unicode-range:([^}]*)", css
    )
    assert dict(ranges)["fonts/source-sans-3-rupee"].strip(" ;") == "U+20B9"
    assert "U+20AD-20B8,U+20BA-20C0" in dict(ranges)["fonts/source-sans-3-latin-ext"]


def test_fallback_faces_have_the_measure_of_ours() -> None:
    css = (assets.DIST / built()["app.css"]).read_text(encoding="utf-8")
    for family, system in (("Source Sans 3", "Arial"), ("Newsreader", "Georgia")):
        face = re.search(rf'font-family:"?{family} Fallback"?;src:local\("?{system}"?\);([^}}]*)', css)
        assert face
        assert all(
            word in face[1]
            for word in ("size-adjust", "ascent-override", "descent-override", "line-gap-override")
        )


def test_fonts_of_a_first_visit() -> None:
    first = ("fonts/source-sans-3-latin.woff2", "fonts/newsreader-latin-500.woff2")
    assert sum((assets.DIST / built()[name]).stat().st_size for name in first) <= 53_000


@pytest.mark.parametrize("page", PAGES)
def test_a_first_visit_is_light(app: Flask, page: str) -> None:
    """HTML, CSS and every script, lazy ones too, as a browser without Brotli gets them; fonts are not counted."""
    html = len(gzip.compress(app.test_client().get(page).data, 6))
    styles = sent("app.css") + sent("reading.css")
    scripts = sum(path.stat().st_size for path in assets.DIST.rglob("*.js.gz"))
    assert html <= AFTER
    assert html + styles + scripts <= BUDGET


def test_a_learner_desk_is_small_without_compression_too(app: Flask) -> None:
    assert len(app.test_client().get("/style-guide/learner-desk").data) <= 40_000


def test_the_lock_file_holds_no_address_of_a_registry() -> None:
    lock = json.loads((Path(__file__).resolve().parents[2] / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
