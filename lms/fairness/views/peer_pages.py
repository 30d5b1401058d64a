"""What the pages of peer review show to those who take part, made ready. No mark stands on any of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from markupsafe import Markup

from lms.assessment import ports
from lms.assessment.forms import Typed
from lms.cohorts.queries import CohortView
from lms.curriculum.queries import ActivityLine
from lms.fairness import policy, queries
from lms.fairness.queries import OwnReview, OwnRound, PeerRow, RoundView, ToWrite
from lms.fairness.rules import Ended, RoundPhase
from lms.people.rules import Actor
from lms.web.filters import plural
from lms.web.html import stored
from lms.web.shapes import Criterion, FileItem, Level, Tone

USEFUL_WORDS = {3: "very useful", 2: "somewhat useful", 1: "not useful"}
ENDED_WORDS = {
    Ended.CONFLICT: "handed back: you declared a conflict",
    Ended.REVIEWER_GONE: "no longer asked of you",
    Ended.AUTHOR_GONE: "no longer asked: its author left",
    Ended.WITHHELD: "no longer asked: its authors keep it from other teams",
}


@dataclass(frozen=True)
class PeerNote:
    """What the page of an activity says of its peer review."""

    title: str
    text: str
    tone: Tone
    href: str
    act: str


def note(
    cohort: CohortView, line: ActivityLine, place_id: int | None, actor: Actor, now: dt.datetime
) -> PeerNote | None:
    """What an activity's page says of its peer review; None where there is none. At most one statement."""
    settings = queries.peer_settings(cohort.version_id, line.id)
    if settings is None:
        return None
    if place_id is None:
        if not policy.can_see_peer_reviews(actor, _Of(cohort.id)):
            return None
        href = url_for("fairness.peer_reviews", slug=cohort.slug, key=line.key)
        return PeerNote(
            "Peer review", "Learners review each other's work here.", "", href, "Who reviews whom"
        )
    named = (
        "Neither side learns who the other is." if settings.rules.anonymous else "Both sides see the names."
    )
    found = next(iter(queries.peer_lines(place_id, line.id)), None)
    if found is None:
        pieces = plural(settings.rules.each, "piece")
        text = (
            f"After the deadline those who handed in review {pieces} of others' work within"
            f" {plural(settings.rules.days, 'day')}. {named} A review is no mark."
        )
        return PeerNote("Peer review", text, "info", "", "")
    href = url_for("fairness.own_peer_reviews", slug=cohort.slug, key=line.key)
    if found.released_at is not None:
        text = (
            f"{plural(found.received, 'review')} of your work can be read."
            if found.received
            else "Nobody wrote a review of your work that can be read."
        )
        return PeerNote("Peer review", text, "good" if found.received else "", href, "Read the reviews")
    if found.closes_at <= now:
        return PeerNote(
            "Peer review", "The round is closed. The reviews can be read soon.", "", href, "Your reviews"
        )
    if found.left:
        text = f"{plural(found.left, 'review')} of {found.asked} still to submit. {named}"
        return PeerNote("Work of others waits for your review", text, "warn", href, "Open your reviews")
    text = "You have submitted every review." if found.asked else "Nothing is given to you to review yet."
    return PeerNote("Peer review", text, "good" if found.asked else "info", href, "Your reviews")


@dataclass(frozen=True)
class _Of:
    cohort_id: int


@dataclass(frozen=True)
class WritePage:
    """A review with the work beside it."""

    round: RoundView
    review: ToWrite
    others: tuple[tuple[str, str, str, bool], ...]
    """The reviewer's pieces: name, address, state, whether it is this one."""
    html: Markup
    words: int
    files: tuple[FileItem, ...]
    missing: bool
    shut: str
    """Why the work is not shown any more: the round is "closed", or its authors have it "withheld"."""
    criteria: tuple[Criterion, ...]
    open: bool
    list_href: str


def write_page(own: OwnReview, typed: Typed, now: dt.datetime) -> WritePage:
    """Make the page of a review: what the author calls it, who they are and what they say elsewhere stays away."""
    round_, review = own.round, own.review
    slug = round_.cohort.slug
    shut = "" if round_.phase(now) is RoundPhase.OPEN else "closed"
    shut = "withheld" if own.withheld else shut
    work = None if shut else ports.read(review.source, review.source_id)
    return WritePage(
        round=round_,
        review=review,
        others=tuple(
            (
                one.name,
                url_for(".peer_review", slug=slug, public_id=one.public_id),
                "done" if one.submitted_at else "draft" if one.saved_at else "todo",
                one.id == review.id,
            )
            for one in own.all
            if one.ended is None
        ),
        html=stored(work.html if work else ""),
        words=work.words if work else 0,
        files=tuple(
            FileItem(
                name=queries.peer_file_name(review.letter, position, file.name)
                if round_.anonymous
                else file.name,
                href=url_for(file.endpoint, **dict[str, Any](file.values)),
                size=file.size,
                kind=file.kind,
                digest=file.digest,
            )
            for position, file in enumerate(work.files if work else (), start=1)
        ),
        missing=work is None and not shut,
        shut=shut,
        criteria=criteria(queries.peer_criteria(round_.cohort.version_id, round_.activity.id), typed),
        open=round_.phase(now) is RoundPhase.OPEN,
        list_href=url_for(".own_peer_reviews", slug=slug, key=round_.activity.key),
    )


def criteria(rows: tuple[PeerRow, ...], typed: Typed) -> tuple[Criterion, ...]:
    """The criteria with what was typed; levels have words and no points."""
    return tuple(
        Criterion(
            key=row.key,
            title=row.title,
            weight="",
            levels=tuple(Level(str(at), "", words) for at, words in enumerate(row.levels, start=1)),
            chosen=typed.levels.get(row.key, ""),
            comment=typed.comments.get(row.key, ""),
            error=typed.errors.get(row.key, ""),
        )
        for row in rows
    )


def said_rows(rows: tuple[PeerRow, ...], answers: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """What a review says of each criterion: title, words of the level, comment."""
    found = []
    for row in rows:
        level = answers.get("levels", {}).get(row.key, 0)
        words = row.levels[level - 1] if 1 <= level <= len(row.levels) else ""
        found.append((row.title, words, answers.get("comments", {}).get(row.key, "")))
    return tuple(found)


@dataclass(frozen=True)
class TaskRow:
    """A piece that is to be reviewed, in the list."""

    name: str
    href: str
    state: str
    tone: Tone
    meta: str


@dataclass(frozen=True)
class ReadRow:
    """A review of one's own work."""

    public_id: str
    title: str
    rows: tuple[tuple[str, str, str], ...]
    html: Markup
    useful: str
    useful_words: str
    answer: str
    answered_at: dt.datetime | None


@dataclass(frozen=True)
class OwnPage:
    """A round for one who takes part."""

    round: RoundView
    phase: RoundPhase
    tasks: tuple[TaskRow, ...]
    received: tuple[ReadRow, ...]
    activity_href: str
    withheld: bool
    """Their own work is kept from the others."""


def own_page(own: OwnRound, activity_href: str, reader: str, now: dt.datetime) -> OwnPage:
    """Make the page of a round; `reader` is the name of whoever looks."""
    round_ = own.round
    found = round_.phase(now)
    rows = queries.peer_criteria(round_.cohort.version_id, round_.activity.id) if own.received else ()
    return OwnPage(
        round=round_,
        phase=found,
        tasks=tuple(_task(one, round_, found, reader) for one in own.to_write),
        received=tuple(
            ReadRow(
                public_id=one.public_id,
                title=one.reviewer or f"Review {one.position}",
                rows=said_rows(rows, one.answers),
                html=stored(one.html),
                useful=str(one.useful or ""),
                useful_words=USEFUL_WORDS.get(one.useful or 0, ""),
                answer=one.answer,
                answered_at=one.answered_at,
            )
            for one in own.received
        ),
        activity_href=activity_href,
        withheld=own.withheld,
    )


def _task(one: ToWrite, round_: RoundView, found: RoundPhase, reader: str) -> TaskRow:
    state: tuple[str, Tone]
    if one.ended is not None:
        state = (ENDED_WORDS[one.ended], "")
    elif one.submitted_at is not None:
        state = ("submitted", "good")
    elif found is not RoundPhase.OPEN:
        state = ("not submitted", "bad")
    else:
        state = ("begun", "warn") if one.saved_at else ("to do", "warn")
    by = f"last by {one.saved_by}" if one.saved_by not in ("", reader) and one.ended is None else ""
    href = "" if one.ended else url_for(".peer_review", slug=round_.cohort.slug, public_id=one.public_id)
    return TaskRow(one.name, href, state[0], state[1], by)
