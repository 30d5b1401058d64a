"""Every mail with sample data, as the style guide shows it: no template and no kind of message without one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from jinja2 import Environment

from lms.core import mail_samples
from lms.live.jobs import SUBJECTS
from lms.notifications.rules import KINDS

ROOT = Path(__file__).resolve().parent.parent.parent
TELLING = ROOT / "lms" / "notifications"


@pytest.fixture
def samples(app):
    with app.test_request_context("/"):
        return mail_samples.every()


def test_every_template_of_a_mail_has_a_sample(app, monkeypatch):
    """Whichever application renders: mails are rendered by the one that was made last."""
    load, seen = Environment._load_template, set()

    def noted(self, name, globals_):
        seen.add(name)
        return load(self, name, globals_)

    monkeypatch.setattr(Environment, "_load_template", noted)
    with app.test_request_context("/"):
        mail_samples.every()
    there = {
        path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates" / "mail").rglob("*.*")
    }
    assert there - seen == set()


def keys_of_messages() -> set[str]:
    """What the keys of messages begin with, as they are written in the code of those who tell."""
    found = set()
    for path in [*(TELLING / "subscribers").glob("*.py"), TELLING / "actions" / "urgent.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Message", "_about_guide"):
                values = [each.value for each in node.keywords if each.arg == "key"]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("key", "stack"):
                values = [node.value]
            else:
                continue
            for value in values:
                first = value.values[0] if isinstance(value, ast.JoinedStr) else value
                if isinstance(first, ast.Constant) and ":" in str(first.value):
                    found.add(first.value.partition(":")[0])
    return found


def test_every_kind_of_message_has_a_sample(samples):
    keys = keys_of_messages()
    assert len(keys) > 30
    assert keys - {sample.key for sample in samples.values()} == set()
    assert {sample.key for sample in samples.values()} - {""} - keys == set()


def test_every_kind_that_people_choose_has_a_sample(samples):
    shown = {sample.kind for sample in samples.values()}
    assert {f"notice.{kind.value}" for kind in KINDS} - {"notice.account"} <= shown
    assert {f"live.speaker_{kind}" for kind in SUBJECTS} <= shown


def letters_written() -> set[str]:
    """The kinds of letters, up to what is put in when one is written."""
    found = set()
    for path in (ROOT / "lms").rglob("*.py"):
        text = path.read_text()
        if "Letter(" not in text:
            continue
        tree = ast.parse(text)
        known = {
            each.targets[0].id: each.value.value
            for each in tree.body
            if isinstance(each, ast.Assign)
            and isinstance(each.targets[0], ast.Name)
            and isinstance(each.value, ast.Constant)
        }
        for node in ast.walk(tree):
            name = getattr(
                getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", "")
            )
            if not isinstance(node, ast.Call) or name != "Letter":
                continue
            (kind,) = (each.value for each in node.keywords if each.arg == "kind")
            if isinstance(kind, ast.JoinedStr):
                kind = kind.values[0]
            found.add(known[kind.id] if isinstance(kind, ast.Name) else kind.value)
    return found


def test_every_letter_has_a_sample(samples):
    """But for what Flask-Security itself would write: it has no template of ours."""
    shown = {sample.kind for sample in samples.values()}
    letters = letters_written() - {"security."}
    assert len(letters) > 4
    assert [kind for kind in letters if not any(each.startswith(kind) for each in shown)] == []


def test_the_page_shows_them_all(visitor, samples):
    text = visitor.get("/style-guide/mails").text()
    for sample in samples.values():
        assert sample.title in text


def test_calendars_are_shown_what_they_read(visitor):
    text = visitor.get("/style-guide/mails").text()
    assert "METHOD:REQUEST" in text
    assert "METHOD:CANCEL" in text


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


def test_every_sample_has_both_bodies(samples):
    for sample in samples.values():
        assert sample.title in sample.written.text
        assert sample.written.html.lstrip().lower().startswith("<!doctype html>")
