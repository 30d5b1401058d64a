"""Every mail with sample data, as the style guide shows it."""

from __future__ import annotations

import pytest

from lms.notifications.rules import KINDS
from lms.notifications.views.samples import every_mail


def test_the_page_of_mails_shows_every_kind(visitor):
    page = visitor.get("/style-guide/mails")
    shown = {text.split(" · ")[0] for text in page.texts(".section-head .meta")}
    assert shown | {"account"} == {kind.value for kind in KINDS} | {"digest"}


@pytest.mark.parametrize(
    "name",
    ["changes", "receipt", "announcement", "reply", "mark", "leave", "answer", "daily-digest", "closing"],
)
def test_each_mail_looks_like_one_and_runs_nothing(visitor, name):
    response = visitor.open("GET", f"/style-guide/mails/{name}")
    html = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "default-src 'none'; style-src 'sha256-" in response.headers["Content-Security-Policy"]
    assert "/account/notifications" in html
    assert "<script" not in html


def test_an_unknown_sample_is_not_there(visitor):
    visitor.refused("/style-guide/mails/nonsense", status=404)


def test_every_sample_has_both_bodies(app):
    with app.test_request_context("/"):
        for sample in every_mail().values():
            assert sample.title in sample.written.text
            assert sample.written.html.lstrip().lower().startswith("<!doctype html>")
