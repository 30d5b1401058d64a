"""The capstone: what waits for a guide, what a guide answered, who guides, meetings that were noted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.capstone.events import (
    GuideAssigned,
    MeetingCorrected,
    MeetingNoted,
    MilestoneAnswered,
    MilestoneSubmitted,
    ProjectChanged,
)
from lms.capstone.models import MilestoneFile, MilestoneSubmission, Project
from lms.capstone.rules import Act, Told
from lms.cohorts import queries as cohorts
from lms.core import afterwards, events, mail, markdown
from lms.core.db import db
from lms.core.files import StoredFile
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.queries import Recipient
from lms.notifications.rules import NoticeKind
from lms.people.models import Person


@afterwards.on(
    MilestoneSubmitted, name="notices.milestone_handed_in", key=lambda event: str(event.submission_id)
)
def milestone_submitted(event: MilestoneSubmitted, now: dt.datetime) -> None:
    """Tell the guide what waits and until when an answer is promised; the members get the hash that is their proof."""
    about = queries.thing(event.cohort_id, event.activity_id)
    project = db.session.get_one(Project, event.project_id)
    told: list[tuple[Recipient, Message]] = []
    for who in queries.people([event.guide_id] if event.guide_id else []):
        text = mail.words(
            "notifications/_milestone",
            project=project.title,
            number=event.number,
            late_days=event.late_days,
            answer_by=event.answer_by,
            zone=who.zone,
            now=now,
        )
        told.append(
            (
                who,
                Message(
                    kind=NoticeKind.CAPSTONE,
                    key=f"milestone:{event.submission_id}:guide",
                    title=f"{about.short} of {project.title} waits for your answer",
                    text=text,
                    link=project_path(event.project_public_id),
                    cohort_id=event.cohort_id,
                    act="Open the project",
                ),
            )
        )
    members = queries.of_places(event.place_ids)
    facts = _receipt_of(event, now)
    receipts = {
        zone: Message(
            kind=NoticeKind.RECEIPT,
            key=f"milestone:{event.submission_id}:receipt",
            title=f"Receipt for {about.title}, version {event.number}",
            text=mail.words("notifications/_receipt", **facts, zone=zone),
            link=about.path,
            cohort_id=event.cohort_id,
            act=f"Open {about.short}",
            template="receipt",
            facts={**facts, "zone": zone},
        )
        for zone in {who.zone for who in members}
    }
    actions.tell([*told, *((who, receipts[who.zone]) for who in members)], now=now)


def _receipt_of(event: MilestoneSubmitted, now: dt.datetime) -> dict[str, Any]:
    version = db.session.get_one(MilestoneSubmission, event.submission_id)
    files = db.session.scalars(
        sa.select(StoredFile.name)
        .join(MilestoneFile, MilestoneFile.file_id == StoredFile.id)
        .where(MilestoneFile.submission_id == version.id)
        .order_by(MilestoneFile.position)
    ).all()
    return {
        "number": version.number,
        "by": db.session.get_one(Person, event.actor_id).name,
        "team": len(event.place_ids) > 1,
        "handed_in_at": version.submitted_at,
        "due_at": version.due_at,
        "late_days": version.late_days,
        "words": markdown.words(version.text),
        "files": list(files),
        "digest": version.digest,
        "answer_by": version.answer_by,
        "now": now,
    }


def project_path(public_id: str) -> str:
    """The page of a project for its guide."""
    return queries.path("capstone.project", public_id=public_id)


@events.on(MilestoneAnswered)
def milestone_answered(event: MilestoneAnswered) -> None:
    """Tell the members what their guide answered: accepted, to be revised, or not accepted. Never a mark."""
    about = queries.thing(event.cohort_id, event.activity_id)
    members = queries.of_places(event.place_ids)
    if event.rejected:
        title = f"{about.title} was not accepted"
    elif event.revise_by is not None:
        title = f"{about.title} came back: revise it"
    else:
        title = f"{about.title} is accepted"
    by = db.session.get_one(Person, event.actor_id).name
    messages = {
        zone: Message(
            kind=NoticeKind.FEEDBACK,
            key=f"milestone:{event.submission_id}:answer:{event.at.isoformat()}",
            title=title,
            text=mail.words(
                "notifications/_answer",
                by=by,
                rejected=event.rejected,
                revise_by=event.revise_by,
                zone=zone,
                now=event.at,
            ),
            link=about.path,
            cohort_id=event.cohort_id,
            act="Read the answer",
        )
        for zone in {who.zone for who in members}
    }
    actions.tell([(who, messages[who.zone]) for who in members], now=event.at)


@events.on(GuideAssigned)
def guide_assigned(event: GuideAssigned) -> None:
    """Tell the new guide, the one before, and the members."""
    project = db.session.get_one(Project, event.project_id)
    slug = cohorts.by_id(event.cohort_id).slug
    people = {who.person_id: who for who in queries.people(_guides(event))}
    guide = people[event.guide_id]
    key = f"guide:{event.project_id}:{event.at.isoformat()}"
    for_guide = _about_guide(
        event,
        f"{key}:guide",
        f"You guide {project.title}",
        f"Its milestones, files and conversation are in its room.{_taken_over(event, people)}",
    )
    for_members = Message(
        kind=NoticeKind.CAPSTONE,
        key=f"{key}:members",
        title=f"{guide.name} guides your project",
        text="Write in your project's room to settle your first meeting.",
        link=queries.path("capstone.room", slug),
        cohort_id=event.cohort_id,
        act="Open your project's room",
    )
    told = [(guide, for_guide), *((who, for_members) for who in queries.of_places(event.place_ids))]
    before = people.get(event.previous_id or 0)
    if before is not None and before is not guide:
        text = f"{guide.name} guides it from now on.{_given(event)} Thank you for what you did."
        told.append(
            (before, _about_guide(event, f"{key}:before", f"You no longer guide {project.title}", text))
        )
    actions.tell(told, now=event.at)


def _taken_over(event: GuideAssigned, people: dict[int, Recipient]) -> str:
    """What waits for the new guide, and whose it was."""
    waits = _waits(event)
    before = people.get(event.previous_id or 0)
    if not waits or before is None:
        return ""
    return f" Handed over from {before.name}: {waits}. Promises stay as they were given."


def _given(event: GuideAssigned) -> str:
    """What went over, and what stays."""
    waits = _waits(event)
    went = f" Handed over: {waits}." if waits else ""
    if not event.drafts:
        return went
    pieces = "1 piece" if event.drafts == 1 else f"{event.drafts} pieces"
    return f"{went} What you have begun to mark stays with you: {pieces}."


def _waits(event: GuideAssigned) -> str:
    parts = []
    if event.milestones:
        parts.append(f"{', '.join(event.milestones)} to answer")
    if event.pieces:
        parts.append("1 piece to mark" if event.pieces == 1 else f"{event.pieces} pieces to mark")
    return " and ".join(parts)


def _guides(event: GuideAssigned) -> list[int]:
    return [event.guide_id, *([event.previous_id] if event.previous_id else [])]


def _about_guide(event: GuideAssigned, key: str, title: str, text: str) -> Message:
    return Message(
        kind=NoticeKind.CAPSTONE,
        key=key,
        title=title,
        text=f"{text} {event.reason}".strip(),
        link=project_path(event.project_public_id),
        cohort_id=event.cohort_id,
        act="Open the project",
    )


PROJECT_TITLES = {
    Act.START.value: "Your project has begun",
    Act.REASSIGN.value: "Your project has a new topic: {project}",
    Told.BACK.value: "One step back in {project}",
    Told.SCOPE.value: "The scope of {project} has changed",
    Act.MERGE.value: "{project} goes on in another project",
    Act.DROP.value: "{project} has ended",
}
"""What is told of a project; the other acts are answers, receipts and marks, which have notices of their own."""
_WORDS = {
    Act.START.value: "start",
    Act.REASSIGN.value: "reassign",
    Told.BACK.value: "back",
    Told.SCOPE.value: "scope",
}


@events.on(ProjectChanged)
def project_changed(event: ProjectChanged) -> None:
    """Tell members and guide what somebody else did to their project."""
    heading = PROJECT_TITLES.get(event.act)
    if heading is None:
        return
    project = db.session.get_one(Project, event.project_id)
    by = db.session.get_one(Person, event.actor_id).name if event.actor_id else "Cadre"
    text = mail.words("notifications/_project", step=_WORDS.get(event.act, "end"), by=by, reason=event.reason)
    title = heading.format(project=project.title)
    key = f"project:{project.id}:{event.act}:{event.at.isoformat()}"
    room = queries.path("capstone.room", cohorts.by_id(event.cohort_id).slug)
    for_members, for_guide = (
        Message(
            kind=NoticeKind.CAPSTONE,
            key=key,
            title=title,
            text=text,
            link=link,
            cohort_id=event.cohort_id,
            act=act,
        )
        for link, act in (
            (room, "Open your project's room"),
            (project_path(event.project_public_id), "Open the project"),
        )
    )
    told = [(who, for_members) for who in queries.of_places(event.place_ids)]
    told += [(who, for_guide) for who in queries.people([event.guide_id] if event.guide_id else [])]
    actions.tell([(who, message) for who, message in told if who.person_id != event.actor_id], now=event.at)


@events.on(MeetingCorrected)
def meeting_corrected(event: MeetingCorrected) -> None:
    """Tell the members and the guide that a note was corrected, and why; what it said before stays on its page."""
    page = queries.path(
        "capstone.meeting", public_id=event.project_public_id, meeting=event.meeting_public_id
    )
    told = [*queries.of_places(event.place_ids), *queries.people([event.guide_id] if event.guide_id else [])]
    people = [who for who in told if who.person_id != event.actor_id]
    by = db.session.get_one(Person, event.actor_id).name
    messages = {
        zone: Message(
            kind=NoticeKind.CAPSTONE,
            key=f"meeting:{event.meeting_id}:corrected:{event.number}",
            title="The note was corrected",
            text=mail.words(
                "notifications/_correction",
                by=by,
                held_at=event.held_at,
                reason=event.reason,
                zone=zone,
                now=event.at,
            ),
            link=page,
            cohort_id=event.cohort_id,
            act="Read both",
        )
        for zone in {who.zone for who in people}
    }
    actions.tell([(who, messages[who.zone]) for who in people], now=event.at)


@events.on(MeetingNoted)
def meeting_noted(event: MeetingNoted) -> None:
    """Tell the members that a meeting was noted, held or missed."""
    cohort = cohorts.by_id(event.cohort_id)
    members = [who for who in queries.of_places(event.place_ids) if who.person_id != event.actor_id]
    title = "Your guide noted your meeting" if event.held else "A meeting with your guide was missed"
    messages = {
        zone: Message(
            kind=NoticeKind.CAPSTONE,
            key=f"meeting:{event.meeting_id}",
            title=title,
            text=mail.words(
                "notifications/_meeting",
                held=event.held,
                held_at=event.held_at,
                missed=event.missed_in_all,
                zone=zone,
                now=event.at,
            ),
            link=queries.path("capstone.room", cohort.slug),
            cohort_id=cohort.id,
            act="Open your project's room",
        )
        for zone in {who.zone for who in members}
    }
    actions.tell([(who, messages[who.zone]) for who in members], now=event.at)
