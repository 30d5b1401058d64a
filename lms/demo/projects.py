"""Capstones: teams find a host, hand in milestones, meet their guides."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from lms.capstone import actions as capstone
from lms.capstone import queries as capstone_queries
from lms.capstone.actions import Answering, DraftChange, Handing, Note
from lms.capstone.rules.milestones import Verdict
from lms.curriculum import queries as curriculum
from lms.demo import words
from lms.demo.cast import Learner
from lms.demo.world import Seat, Year, at
from lms.enrolment.rules import TeamKind
from lms.people import queries as people

GUIDES = ("faculty", "joseph", "devika", "farah", "amara", "lars", "sudhir", "hui")
TITLES = (
    "Should {host} open {subject} to others' customers?",
    "{host}: one price for {subject}, or three?",
    "Ending the oldest line of {host}, and when",
    "What {host} should stop doing for {customers}",
)
INTEREST = (
    "We would like to work for {host} on {subject}. The person who loses sleep over it runs operations there and has "
    "promised us one hour every second week. Two of us have worked in the trade, two never have; "
    "we think that is right."
)
ANSWERS = {
    "owner": "Chief operating officer of {host}",
    "host": "{host}",
    "contact": "Head of operations, {host}",
    "raw": "Notes and recordings are in the project's drive, one folder for each conversation.",
    "equal-data": "Not needed; we spoke to enough people.",
    "ai-use": "Transcripts are made by machine and checked by whoever led the talk. Nothing of the host is put "
    "into a public tool.",
    "ethics": "People whom we interview about their employer are named by number only; the list stays with our guide.",
    "unease": "That the owner of the decision changes before the spring.",
    "conflicts": "None that we know of.",
    "members": "As formed by the coordinator.",
}


def projects(year: Year) -> None:
    """Everything up to now: interest, guides, proposals, plans, evidence, meetings."""
    if year.items["m0"].ends_at > year.now:
        return
    opened = year.items["m0"].starts_at + dt.timedelta(days=2)
    with at(opened):
        capstone.create_for_teams(year.cohort.id, actor=year.staff["coordinator"], now=opened)
    leads = _leads(year)
    for number, lead in enumerate(leads):
        _milestone(year, lead, "m0", number)
    _guides(year, leads)
    for key in ("m1", "m2", "m3"):
        for number, lead in enumerate(leads):
            _milestone(year, lead, key, number)
    for number, lead in enumerate(leads):
        _meetings(year, lead, number)


def _leads(year: Year) -> list[Seat]:
    found: dict[int, Seat] = {}
    for seat in year.seats:
        team = seat.place.team(TeamKind.CAPSTONE)
        if team is not None and seat.until is None and seat.who.persona_key != "slipping":
            found.setdefault(team, seat)
    return list(found.values())


def _guides(year: Year, leads: list[Seat]) -> None:
    when = year.items["m1"].ends_at - dt.timedelta(weeks=2)
    if when > year.now:
        return
    with at(when):
        for number, lead in enumerate(leads):
            project = capstone_queries.room_visible_to(lead.actor, year.cohort.slug).project
            guide = year.staff[GUIDES[number % len(GUIDES)]]
            if project is not None:
                capstone.assign_guide(
                    project.id, guide.public_id, "", actor=year.staff["coordinator"], now=when
                )


def _milestone(year: Year, lead: Seat, key: str, number: int) -> None:
    item = year.items[key]
    behind = dt.timedelta(days=4) if number % 5 == 3 and key != "m0" else dt.timedelta()
    when = item.ends_at - dt.timedelta(hours=5 + 7 * number) + behind
    if item.starts_at > year.now or when > year.now:
        return
    with at(when):
        visit = capstone_queries.milestone_visible_to(lead.actor, year.cohort.slug, key)
        if visit.project is None:
            return
        _hand_in(year, lead, visit, key, number, when)
    _answer(year, lead, key, number, when)


def _hand_in(year: Year, lead: Seat, visit: Any, key: str, number: int, when: dt.datetime) -> None:
    spec = curriculum.activity(visit.line.id).spec
    asks_text = "text" in spec.get("head", {}).get("accepts", ())
    text = _text(year, lead, key) if asks_text else ""
    sent = {each["id"]: _field(lead.who, each, number) for each in spec.get("fields", [])}
    saved = capstone.save_draft(
        visit, DraftChange(text=text, sent=sent, version=0), actor=lead.actor, now=when
    )
    version = saved.version
    slots = [each["id"] for each in spec.get("fields", []) if each["kind"] == "file"]
    if "files" in spec.get("head", {}).get("accepts", ()) and not asks_text:
        slots = ["", *slots]
    for slot in slots:
        body = words.docx(
            visit.line.title, _text(year, lead, key) if not slot else f"{slot} for {lead.who.employer}"
        )
        name = f"{slot or key}-{lead.who.employer.lower().replace(' ', '-').replace('&', 'and')}.docx"
        file = capstone.receive(visit, io.BytesIO(body), name, slot)
        capstone.add_file(visit, file, slot, actor=lead.actor, now=when)
    draft = capstone_queries.draft(
        capstone_queries.milestone_visible_to(lead.actor, year.cohort.slug, key).project, visit.line.id
    )
    version = draft.version
    capstone.hand_in(visit, Handing(draft_version=version, seen=0, began_at=when), actor=lead.actor, now=when)


def _text(year: Year, lead: Seat, key: str) -> str:
    if words.has_text(key):
        return words.work(key, lead.who, max(64, year.quality(lead)), year.source)
    return words.filled(INTEREST, lead.who)


def _field(who: Learner, each: dict[str, Any], number: int) -> list[str]:
    match each["kind"]:
        case "tick":
            return ["yes"]
        case "choice":
            return [each["options"][1] if len(each["options"]) > 1 else each["options"][0]]
        case "number":
            return [str(9 + number % 4)]
        case "file":
            return []
    if each["id"] == "decision":
        return [words.filled(TITLES[number % len(TITLES)], who)]
    return [words.filled(ANSWERS.get(each["id"], "See the paper, second page; it concerns {subject}."), who)]


def _answer(year: Year, lead: Seat, key: str, number: int, handed_in: dt.datetime) -> None:
    """Guides answer in three days; the newest ones wait, one is to be revised and comes again."""
    when = handed_in + dt.timedelta(days=3)
    if key == "m0":
        who = year.staff["coordinator"]
    else:
        who = year.staff[GUIDES[number % len(GUIDES)]]
    if when > year.now or (key == "m3" and number % 3 == 0):
        return
    revise = key == "m1" and number % 6 == 4
    _say(year, lead, key, Verdict.REVISE if revise else Verdict.ACCEPT, who, when)
    if revise and (again := when + dt.timedelta(days=5)) < year.now:
        _again(year, lead, key, again)
        if (then := again + dt.timedelta(days=2)) < year.now:
            _say(year, lead, key, Verdict.ACCEPT, who, then)


def _say(year: Year, lead: Seat, key: str, verdict: Any, who: Any, when: dt.datetime) -> None:
    texts = words.staff("milestone")["revise" if verdict is Verdict.REVISE else "accepted"]
    actor = people.actor_for(who.person_id, when)
    with at(when):
        project = capstone_queries.room_visible_to(lead.actor, year.cohort.slug).project
        if project is None:
            return
        latest = capstone_queries.versions(project.id, key)[key][-1]
        view = capstone_queries.project_milestone_visible_to(actor, project.public_id, key)
        answering = Answering(version=latest.public_id, verdict=verdict, text=year.source.choice(texts))
        capstone.answer(view, answering, actor=actor, now=when)


def _again(year: Year, lead: Seat, key: str, when: dt.datetime) -> None:
    with at(when):
        visit = capstone_queries.milestone_visible_to(lead.actor, year.cohort.slug, key)
        draft = capstone_queries.draft(visit.project, visit.line.id)
        spec = curriculum.activity(visit.line.id).spec
        sent = {each["id"]: _field(lead.who, each, 1) for each in spec.get("fields", [])}
        text = (
            _text(year, lead, key)
            + "\n\nRevised after your answer: the question can now be answered with no."
        )
        change = DraftChange(text=text, sent=sent, version=draft.version)
        saved = capstone.save_draft(visit, change, actor=lead.actor, now=when)
        capstone.hand_in(
            visit, Handing(draft_version=saved.version, seen=1, began_at=when), actor=lead.actor, now=when
        )


def _meetings(year: Year, lead: Seat, number: int) -> None:
    notes = words.staff("meetings")
    first = year.items["m2"].ends_at - dt.timedelta(days=3)
    guide = year.staff[GUIDES[number % len(GUIDES)]]
    for meeting in range(4):
        when = first + dt.timedelta(days=14 * meeting, hours=number)
        if when > year.now - dt.timedelta(days=1):
            return
        note = notes[3] if meeting == 0 else notes[(meeting + number) % 3]
        with at(when + dt.timedelta(hours=4)):
            project = capstone_queries.room_visible_to(lead.actor, year.cohort.slug).project
            if project is None:
                return
            there = tuple(one.place_public_id for one in capstone_queries.members(project))
            held = not (number % 7 == 6 and meeting == 2)
            capstone.note_meeting(
                project.id,
                Note(
                    held_at=when,
                    held=held,
                    minutes=45 if held else 0,
                    present=there[: max(2, len(there) - meeting % 2)] if held else (),
                    agenda=note["agenda"],
                    decisions=note["decisions"] if held else "",
                ),
                actor=people.actor_for(guide.person_id, when),
                now=when + dt.timedelta(hours=4),
            )
