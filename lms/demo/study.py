"""What learners do by themselves: read, answer, hand in, fill in forms, play rounds."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core.db import db
from lms.coursework import actions as coursework
from lms.coursework import queries as coursework_queries
from lms.coursework.actions import ExtensionFacts
from lms.coursework.actions.drafts import DraftChange
from lms.coursework.models import QuizAttempt, ReadingProgress
from lms.coursework.queries import Visit
from lms.coursework.rules import regrade
from lms.coursework.rules.regrade import Past
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.demo import games, words
from lms.demo.world import Seat, Year, at
from lms.enrolment.rules import TeamKind
from lms.scheduling.queries import ItemLine

AI_STATEMENT = "Used to shorten two paragraphs and to check the sums. The choice and the figures are mine."
Doer = Callable[[Year, ActivityLine, ItemLine], None]


def readings(year: Year, line: ActivityLine, item: ItemLine) -> None:
    """Most read, at their own hour; written down for all of them at once."""
    read = []
    for seat in year.seats:
        when = year.moment(seat, item, work=False)
        if when <= year.now and seat.active(when) and year.source.random() < seat.who.persona.reads:
            read.append((seat.place.place_id, when))
    if not read:
        return
    with at(item.ends_at):
        rows = [
            {
                "place_id": place_id,
                "activity_id": line.id,
                "position": 0,
                "seconds": 0,
                "opened_at": when,
                "finished_at": when,
            }
            for place_id, when in read
        ]
        db.session.execute(sa.insert(ReadingProgress), rows)
        for place_id, when in read:
            completion.record(Reached(place_id=place_id, activity_id=line.id, kind=FactKind.DONE), now=when)


def quizzes(year: Year, line: ActivityLine, item: ItemLine) -> None:
    """One attempt, for some a second; right as often as they are good."""
    bank = {each.id: each for each in curriculum.quiz_items(line.id)}
    with at(item.ends_at):
        for seat in year.seats:
            when = min(year.moment(seat, item, work=False), item.ends_at - dt.timedelta(minutes=25))
            if when > year.now or not seat.active(when):
                continue
            if year.source.random() > seat.who.persona.attends + 0.06:
                continue
            again = year.source.random() < 0.3 and when + dt.timedelta(hours=2) < item.ends_at
            goes = 2 if again and year.shows else 1
            for go in range(goes):
                _attempt(year, seat, line, bank, when + dt.timedelta(minutes=45 * go))
    if year.shows and line.key == "q1" and year.now - item.ends_at > dt.timedelta(days=150):
        _key_corrected(year, line, item.ends_at + dt.timedelta(days=2))


def _key_corrected(year: Year, line: ActivityLine, when: dt.datetime) -> None:
    """Faculty found that one question could be read in two ways: everybody has its points."""
    wanted = coursework.Correcting(
        key={},
        past=Past.EVERYBODY,
        no_harm=True,
        reason="The scene can be read in two ways, and both were argued for in class.",
    )
    with at(when):
        page = coursework_queries.item_of(Visit(year.cohort, line, None), "q1-23")
        wanted = replace(wanted, key=regrade.key_of(page.question.item))
        found = coursework_queries.effects(page, [coursework.proposed(page, wanted, when)])
        coursework.correct_item(page, wanted, stamp=found.stamp, actor=year.staff["faculty"], now=when)


def _attempt(year: Year, seat: Seat, line: ActivityLine, bank: dict[int, Any], when: dt.datetime) -> None:
    public_id = coursework.start_attempt(year.visit(seat, line), actor=seat.actor, now=when)
    attempt = db.session.scalars(sa.select(QuizAttempt).where(QuizAttempt.public_id == public_id)).one()
    knows = min(0.97, seat.skill / 100 + 0.08)
    answers = {each["item"]: _answer(year, bank[each["item"]].spec, knows) for each in attempt.items}
    done = when + dt.timedelta(minutes=year.source.randint(9, 19))
    coursework.save_answers(attempt.id, answers, zone=seat.who.zone, now=done)
    coursework.finish_attempt(attempt.id, year.cohort.id, actor=seat.actor, now=done)


def going_on(year: Year, seat: Seat, line: ActivityLine, when: dt.datetime, *, answered: int) -> None:
    """An attempt that somebody is in the middle of."""
    bank = {each.id: each for each in curriculum.quiz_items(line.id)}
    public_id = coursework.start_attempt(year.visit(seat, line), actor=seat.actor, now=when)
    attempt = db.session.scalars(sa.select(QuizAttempt).where(QuizAttempt.public_id == public_id)).one()
    answers = {
        each["item"]: _answer(year, bank[each["item"]].spec, seat.skill / 100)
        for each in attempt.items[:answered]
    }
    coursework.save_answers(attempt.id, answers, zone=seat.who.zone, now=when + dt.timedelta(minutes=2))


def _answer(year: Year, spec: dict[str, Any], knows: float) -> Any:
    right = year.source.random() < knows
    match spec["kind"]:
        case "single":
            places = [at for at, option in enumerate(spec["options"]) if bool(option.get("correct")) == right]
            return year.source.choice(places)
        case "multiple":
            correct = [at for at, option in enumerate(spec["options"]) if option.get("correct")]
            return correct if right else correct[:-1] or correct
        case "numeric":
            return f"{spec['answer'] if right else spec['mistakes'][0]['value']:g}"
        case "short":
            return spec["accept"][0] if right else "margin"
    order = list(range(len(spec.get("pairs") or spec["steps"])))
    if not right:
        order[0], order[1] = order[1], order[0]
    return order


def forms(year: Year, line: ActivityLine, item: ItemLine) -> None:
    """Self-rating, tool check, pledge, peer review."""
    fields = curriculum.activity(line.id).spec["fields"]
    with at(item.ends_at):
        for seat in year.seats:
            when = year.moment(seat, item, work=False)
            if (
                when > year.now
                or not seat.active(when)
                or year.source.random() > seat.who.persona.reads + 0.1
            ):
                continue
            sent = {each["id"]: _filled(year, seat, each) for each in fields}
            coursework.answer_form(year.visit(seat, line), sent, version=0, actor=seat.actor, now=when)


def _filled(year: Year, seat: Seat, each: dict[str, Any]) -> list[str]:
    evidence = words.staff("evidence")
    match each["kind"]:
        case "tick":
            return ["yes"]
        case "scale":
            return [str(year.source.choice((1, 2, 2, 3)))]
        case "choice":
            return [year.source.choice(each["options"])]
        case "choices":
            return [each["options"][0]]
        case "number":
            return [str(year.source.randint(3, 12))]
        case "date":
            return [year.now.date().isoformat()]
        case "link":
            return ["https://meet.example.org/room"]
    code = each["id"].partition("-")[0]
    if code in evidence:
        return [str(year.source.choice(evidence[code]))]
    if each["id"] in ("name", "witness"):
        return [seat.who.name if each["id"] == "name" else "My predecessor, who still reads my papers"]
    if each["id"] == "reach":
        return ["By telephone before eight in the evening"]
    return [words.reply(year.source)]


def work(year: Year, line: ActivityLine, item: ItemLine) -> None:
    """Memos, workbooks, logs and what a team hands in together."""
    if not (words.has_text(_source(line)) or line.key == "a-2"):
        return
    head = curriculum.activity(line.id).spec["head"]
    with at(min(item.ends_at, year.now), told_together=True):
        for seat in _writers(year, line):
            when = year.moment(seat, item)
            if line.key == more_time_for(year) and seat in given_more_time(year):
                continue
            if not seat.active(when) or (seat.who.persona_key == "slipping" and year.source.random() < 0.35):
                continue
            if when <= year.now:
                _hand_in(year, seat, line, head, when)
            elif item.starts_at < year.now and year.source.random() < 0.5 and "text" in head["accepts"]:
                _draft(year, seat, line, year.now - dt.timedelta(hours=year.source.uniform(2, 60)))


MORE_TIME = 6
"""So many learners of a cohort have more time for its latest assignment."""
REASONS = (
    ("illness", "Doctor's note seen. Back at work since Monday."),
    ("family", "A child in hospital; agreed by telephone."),
    ("work", "Quarter close moved into the week of the deadline; their sponsor wrote."),
    ("family", "Bereavement."),
    ("illness", "Two weeks of flu in the house, everybody in turn."),
    ("work", "Sent abroad at two days' notice."),
)


def more_time_for(year: Year) -> str:
    """The latest assignment that was due for everybody: empty before there is one. Of two, not the simulation's."""
    if not year.shows:
        return ""
    ended = [
        (year.items[line.key].ends_at, line.group_key != "simulation", line.key)
        for line in year.outline.activities.values()
        if line.kind.value == "assignment"
        and line.group_key
        and words.has_text(line.key)
        and year.items[line.key].ends_at < year.now - dt.timedelta(days=8)
    ]
    return max(ended)[2] if ended else ""


def given_more_time(year: Year) -> list[Seat]:
    """Those who have more time for it: the reliable ones, so that nobody wonders why they were late."""
    return [seat for seat in year.seats if seat.until is None and seat.who.persona_key != "slipping"][
        3 : 3 + MORE_TIME
    ]


def with_more_time(year: Year) -> None:
    """They were given it before the deadline, and have handed in during the last days: it waits to be marked."""
    key = more_time_for(year)
    if not key:
        return
    line, item = year.outline.by_key[key], year.items[key]
    head = curriculum.activity(line.id).spec["head"]
    until = year.now.replace(minute=0, second=0, microsecond=0) - dt.timedelta(hours=7)
    asked = item.ends_at - dt.timedelta(days=1)
    coordinator = year.staff["coordinator"]
    for seat, (code, note) in zip(given_more_time(year), REASONS, strict=False):
        with at(asked):
            facts = ExtensionFacts(activity_key=key, until=until, reason_code=code, note=note)
            coursework.extend(extending(year, seat), facts, actor=coordinator, now=asked)
    for number, seat in enumerate(given_more_time(year)):
        when = until - dt.timedelta(hours=5 + 19 * number)
        with at(when):
            _hand_in(year, seat, line, head, when)


def extending(year: Year, seat: Seat) -> coursework_queries.Extending:
    """A learner as those know them who give more time."""
    return coursework_queries.Extending(
        cohort=year.cohort,
        place_id=seat.place.place_id,
        public_id="",
        person_id=seat.actor.person_id,
        name=seat.who.name,
        section_id=seat.place.section_id,
        teams=seat.place.teams,
    )


def _writers(year: Year, line: ActivityLine) -> list[Seat]:
    """Everybody; for group work one member of each team."""
    if line.kind.value != "group_work":
        return year.seats
    found: dict[int, Seat] = {}
    for seat in year.seats:
        team = seat.place.team(TeamKind.WORKING)
        if team is not None and seat.who.persona_key != "slipping":
            found.setdefault(team, seat)
    return list(found.values())


def _text(year: Year, seat: Seat, line: ActivityLine) -> str:
    return words.work(_source(line), seat.who, year.quality(seat), year.source)


def _source(line: ActivityLine) -> str:
    return "progress-note" if line.kind.value == "progress_note" else line.key


def _draft(year: Year, seat: Seat, line: ActivityLine, when: dt.datetime) -> None:
    owner = coursework_queries.owner_of(year.visit(seat, line))
    text = _text(year, seat, line)
    if owner is not None:
        half = text[: int(len(text) * 0.6)].rsplit(" ", 1)[0]
        coursework.save_draft(owner, DraftChange(text=half), actor=seat.actor, now=when)


def _hand_in(year: Year, seat: Seat, line: ActivityLine, head: dict[str, Any], when: dt.datetime) -> None:
    visit = year.visit(seat, line)
    owner = coursework_queries.owner_of(visit)
    if owner is None:
        return
    uses = year.source.random() < 0.35
    statement = (
        "Used to shorten two paragraphs and to check the sums. The choice and the figures are mine."
        if uses
        else ""
    )
    text, uploads = "", []
    if line.key == "a-2":
        uploads = [(io.BytesIO(words.workbook(seat.who, year.source)), "investment-case.xlsx")]
    elif "text" in head["accepts"]:
        text = _text(year, seat, line)
    else:
        body = words.docx(line.title, _text(year, seat, line))
        uploads = [(io.BytesIO(body), f"{line.key}-{seat.who.name.split()[-1].lower()}.docx")]
    change = DraftChange(
        text=text, ai="yes" if uses else "no", ai_text=statement, files=coursework.received(line.id, uploads)
    )
    saved = coursework.save_draft(owner, change, actor=seat.actor, now=when)
    coursework.hand_in(visit, draft_version=saved.version, began_at=when, actor=seat.actor, now=when)


DOERS: dict[str, Doer] = {
    "reading": readings,
    "quiz": quizzes,
    "form": forms,
    "assignment": work,
    "group_work": work,
    "role_play": work,
    "progress_note": work,
    "simulation": games.phase,
}
