"""Many results from elsewhere at once: one code path says what each row would do, and does it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lms.assessment.rules import Origin, shown, storable
from lms.cohorts import queries as cohorts
from lms.core import files
from lms.core.errors import RuleViolation
from lms.enrolment.rules import lists
from lms.gradebook import queries, rules
from lms.gradebook.actions.external import External, record_external
from lms.gradebook.queries import Ground
from lms.gradebook.queries.external import stored_file
from lms.gradebook.rules import GradebookRefusal
from lms.gradebook.rules.external import LONGEST_NOTE
from lms.people.rules import Actor

WORDS = {
    "email": ("e-mail", "email address", "mail"),
    "external_id": ("id", "student id", "learner id"),
    "activity": ("code", "item", "assessment"),
    "score": ("points", "mark", "result"),
    "out_of": ("of", "max", "maximum", "possible"),
    "note": ("comment", "remark", "where"),
}
NEEDS = (("email", "external_id"), ("activity",), ("score",), ("out_of",), ("note",))
TEMPLATE = ("email", "activity", "score", "out of", "note")


@dataclass(frozen=True)
class Planned:
    """What a row would do."""

    number: int
    learner: str
    activity: str
    does: str
    """`records`, `replaces`, `nothing` or `refused`."""
    words: str
    external: External | None = None

    @property
    def acts(self) -> bool:
        """Whether it would change something."""
        return self.does in ("records", "replaces")


def plan_import(ground: Ground, body: bytes) -> list[Planned]:
    """Say what each row of a list would do. Reads nothing but the ground.

    Raises RuleViolation when the list cannot be read at all.
    """
    sheet = lists.read(body, WORDS, needs=NEEDS)
    planned: list[Planned] = []
    seen: dict[tuple[int, int, str], int] = {}
    for row in sheet.rows:
        one = _planned(ground, row)
        if one.external is not None:
            key = (one.external.place_id, one.external.activity_id, one.external.part)
            if key in seen:
                words = GradebookRefusal.TWICE.value.format(row=seen[key])
                one = Planned(one.number, one.learner, one.activity, "refused", words)
            else:
                seen[key] = one.number
        planned.append(one)
    return planned


def _planned(ground: Ground, row: lists.Row) -> Planned:
    who = (row["email"] or row["external_id"]).strip()
    code = row["activity"].strip()

    def refused(refusal: GradebookRefusal, **details: object) -> Planned:
        return Planned(row.number, who, code, "refused", refusal.value.format(**details))

    place = ground.learners.get(who.lower())
    if place is None:
        return refused(GradebookRefusal.UNKNOWN_LEARNER, text=who)
    thing = ground.things.get(code.lower())
    if thing is None:
        parts = ground.in_parts.get(code.lower())
        if parts:
            return refused(GradebookRefusal.NEEDS_PART, key=code, parts=", ".join(parts))
        return refused(GradebookRefusal.NOT_GRADED, key=code)
    score, out_of = rules.read_number(row["score"]), rules.read_number(row["out_of"])
    if score is None or out_of is None:
        return refused(GradebookRefusal.NOT_A_NUMBER, text=row["score"] if score is None else row["out_of"])
    refusal = rules.why_not_score(score, out_of)
    if refusal:
        return refused(refusal, score=row["score"], out_of=row["out_of"])
    hidden = ground.hidden(place[0], thing)
    if hidden is not None:
        return refused(hidden)
    note = row["note"].strip()
    if not note or len(note) > LONGEST_NOTE:
        return refused(GradebookRefusal.NO_NOTE if not note else GradebookRefusal.LONG_NOTE)
    external = External(
        place_id=place[0],
        cohort_id=ground.cohort.id,
        activity_id=thing.activity_id,
        part=thing.part,
        score=score,
        out_of=out_of,
        note=note,
    )
    does, words = _does(ground, external)
    return Planned(row.number, place[1], thing.label, does, words, external)


def _does(ground: Ground, external: External) -> tuple[str, str]:
    mark = rules.score_mark(external.score, external.out_of)
    present = ground.present.get((external.place_id, external.activity_id, external.part))
    if present is None:
        return "records", f"mark {shown(mark)}, to be released"
    same = present.value == storable(mark) and present.reason == external.note
    if same and present.origin == Origin.EXTERNAL:
        return "nothing", f"{shown(mark)} is recorded already"
    seen = "which the learner sees" if present.seen else "which is not released"
    return "replaces", f"mark {shown(mark)} after {shown(present.value)}, {seen}"


def apply_import(cohort_id: int, file_id: int, *, actor: Actor, now: dt.datetime) -> list[Planned]:
    """Do what the rows of a kept list would do; rows with something wrong do nothing, and say so.

    The second time the same list changes nothing.
    """
    ground = queries.ground(cohorts.by_id(cohort_id), actor)
    planned = plan_import(ground, body_of(file_id))
    for one in planned:
        if one.acts and one.external is not None:
            record_external(one.external, actor=actor, now=now)
    return planned


def body_of(file_id: int) -> bytes:
    """The bytes of a kept list; RuleViolation where its file is gone from the storage."""
    try:
        return b"".join(files.storage().read(files.blob_key(stored_file(file_id).sha256)))
    except FileNotFoundError:
        raise RuleViolation(GradebookRefusal.LIST_GONE) from None
