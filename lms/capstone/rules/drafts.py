"""What is being written for a milestone: the form's answers, each member's own ones, a text, files in their slots."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.capstone.rules.milestones import own_fields
from lms.coursework.rules import forms

LONGEST_TEXT = 200_000
LONGEST_ANSWER = 40_000

Sent = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft. Answers are kept as they were sent, so that nothing half-written is lost."""

    text: str = ""
    answers: Mapping[str, list[str]] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    """Field → place id → answer, for fields that each member answers alone."""
    files: tuple[dict[str, Any], ...] = ()
    """{"id", "public_id", "name", "size", "sha256", "field"} in order; field is empty for the deliverable itself."""

    def mine(self, place_id: int) -> dict[str, list[str]]:
        """What one member has answered alone."""
        return {name: list(kept[str(place_id)]) for name, kept in self.own.items() if str(place_id) in kept}

    def seen_by(self, place_id: int | None) -> dict[str, list[str]]:
        """All answers that a member may see: the shared ones and their own."""
        return {**self.answers, **(self.mine(place_id) if place_id is not None else {})}


def read_sent(spec: Mapping[str, Any], sent: Sent) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Part what a page sent into shared answers and the sender's own; other names and files are left out."""
    alone = own_fields(spec)
    shared: dict[str, list[str]] = {}
    mine: dict[str, list[str]] = {}
    for each in spec.get("fields", ()):
        if each["kind"] == "file":
            continue
        values = [value.replace("\x00", "")[:LONGEST_ANSWER] for value in sent.get(each["id"], ())][:50]
        kept = [value for value in values if value.strip()]
        if kept:
            (mine if each["id"] in alone else shared)[each["id"]] = kept
    return shared, mine


def asks_text(spec: Mapping[str, Any]) -> bool:
    """Whether a text field stands beside the form: where only text is accepted, the form itself is the text."""
    accepts = spec.get("head", {}).get("accepts", ["text"])
    return "text" in accepts and ("files" in accepts or not spec.get("fields"))


def slots(spec: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a file can be: (field, label), the deliverable itself first where there is room for it."""
    head = spec.get("head", {})
    named = [(each["id"], each["label"]) for each in spec.get("fields", ()) if each["kind"] == "file"]
    if "files" not in head.get("accepts", ()):
        return named
    return [("", head.get("deliverable", "The work itself")), *named] if wants_general(spec) else named


def wants_general(spec: Mapping[str, Any]) -> bool:
    """Whether files beside the named ones are expected: not where the named ones are all that is allowed."""
    head = spec.get("head", {})
    named = sum(each["kind"] == "file" for each in spec.get("fields", ()))
    return "files" in head.get("accepts", ()) and head.get("max_files", 5) > named


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft judged: answers as they are kept, and what is missing by field (`text` and `files` included)."""

    answers: dict[str, Any]
    own: dict[str, dict[str, Any]]
    problems: dict[str, str]


def judge(spec: Mapping[str, Any], draft: Draft, place_id: int) -> Reading:
    """Read a draft as it would be handed in by this member."""
    fields = [each for each in spec.get("fields", ()) if each["kind"] != "file"]
    alone = own_fields(spec)
    checked = forms.check(fields, draft.seen_by(place_id))
    problems = dict(checked.problems)
    for each in spec.get("fields", ()):
        missing = each["kind"] == "file" and each.get("required", True)
        if missing and not any(one["field"] == each["id"] for one in draft.files):
            problems[each["id"]] = f"Add the file: {each['label']}."
    problem = _deliverable(spec, draft)
    if problem:
        problems["text" if asks_text(spec) else "files"] = problem
    answers = {name: value for name, value in checked.answers.items() if name not in alone}
    for each in spec.get("fields", ()):
        found = [one["public_id"] for one in draft.files if one["field"] == each["id"]]
        if each["kind"] == "file" and found:
            answers[each["id"]] = found
    own = {
        name: {
            place: text
            for place, kept in draft.own.get(name, {}).items()
            if (text := " ".join(kept).strip() if len(kept) > 1 else (kept[0].strip() if kept else ""))
        }
        for name in alone
    }
    return Reading(answers, own, problems)


def _deliverable(spec: Mapping[str, Any], draft: Draft) -> str:
    general = any(not one["field"] for one in draft.files)
    if asks_text(spec):
        return "" if draft.text.strip() or general else "Write the text or add it as a file."
    if wants_general(spec) and not general:
        return "Add the file with the work itself."
    return ""


def digest(text: str, answers: Mapping[str, Any], own: Mapping[str, Any], hashes: Sequence[str]) -> str:
    """The receipt: SHA-256 over the text, the answers in canonical form and the files' own hashes."""
    parts = [text, json.dumps({"shared": answers, "own": own}, sort_keys=True, ensure_ascii=False), *hashes]
    whole = "\n".join(hashlib.sha256(part.encode()).hexdigest() for part in parts)
    return hashlib.sha256(whole.encode()).hexdigest()


def told(answer: Any) -> str:
    """An answer in words."""
    if answer is True:
        return "yes"
    return "; ".join(answer) if isinstance(answer, list) else str(answer)
