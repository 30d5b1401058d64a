"""What belongs to the sessions of a demonstration: slides, recordings, a lost one with its make-up, a substitute."""

from __future__ import annotations

import datetime as dt
import io

from lms.demo import words
from lms.demo.world import Year, at
from lms.live import actions as live
from lms.live import queries as live_queries
from lms.live.actions import Cancelling, Recording, Substituting
from lms.live.queries import SessionView
from lms.live.rules import Captions, FilePhase, RecordingRelease
from lms.scheduling import queries as scheduling

DAY = dt.timedelta(days=1)
RECORDED = (
    (RecordingRelease.AT_ONCE, Captions.CHECKED),
    (RecordingRelease.CLOSED, Captions.AUTOMATIC),
    (RecordingRelease.MISSED, Captions.NONE),
    (RecordingRelease.NEVER, Captions.AUTOMATIC),
)


def belongings(year: Year) -> None:
    """Everything that belongs to sessions, up to now; the latest ones still lack something."""
    lectures = [
        line
        for line in live_queries.sessions(year.cohort)
        if line.line.required and not line.masterclass and not line.cancelled and line.host_id
    ]
    behind = [line for line in lectures if line.ends_at < year.now - 3 * DAY]
    ahead = [line for line in lectures if line.starts_at > year.now + DAY]
    _slides(year, behind[-3:], ahead[:1])
    _recordings(year, behind[-8:])
    if year.shows and len(ahead) > 6:
        _substitute(year, ahead[3])
        _lost(year, ahead[4])
    with at(year.now):
        live.follow_clock(now=year.now)
        live.escalate(now=year.now)


def _slides(year: Year, behind: list[SessionView], ahead: list[SessionView]) -> None:
    by = year.staff["faculty"]
    for line in (*behind, *ahead):
        when = min(line.starts_at - 2 * DAY, year.now - dt.timedelta(hours=5))
        with at(when):
            live.add_file(
                line.id,
                io.BytesIO(words.pdf(line.line.title)),
                f"{line.line.code or line.key} slides.pdf",
                FilePhase.BEFORE,
                actor=by,
                now=when,
            )
    for line in behind[-1:]:
        when = line.ends_at + dt.timedelta(hours=2)
        with at(when):
            live.add_file(
                line.id,
                io.BytesIO(words.pdf("What we wrote on the board")),
                f"{line.line.code or line.key} board.pdf",
                FilePhase.AFTER,
                actor=by,
                now=when,
            )


def _recordings(year: Year, behind: list[SessionView]) -> None:
    by = year.staff["coordinator"]
    for position, line in enumerate(behind):
        release, captions = RECORDED[position % len(RECORDED)]
        when = line.ends_at + DAY
        parts = ("First half", "Second half") if position == len(behind) - 1 else ("",)
        with at(when):
            for part in parts:
                live.add_recording(
                    line.id,
                    Recording(
                        url=f"https://video.example.org/{year.cohort.slug}/{line.key}{'-2' if part[:1] == 'S' else ''}",
                        title=part,
                        release=RecordingRelease.AT_ONCE if part else release,
                        consent=True,
                        captions=captions,
                    ),
                    actor=by,
                    now=when,
                )


def _lost(year: Year, line: SessionView) -> None:
    """A professor cancels a class; its make-up is on the best date, and one learner cannot come."""
    when = year.now - dt.timedelta(hours=20)
    with at(when):
        on = scheduling.ground(year.cohort)
        best = live_queries.dates_for_make_up(line, on, when)
        cancelling = Cancelling(
            reason="Our professor is called to a board meeting on that day.",
            version=on.version,
            make_up_at=best[0].starts_at if best else line.starts_at + 7 * DAY,
        )
        live.cancel_session(line.id, cancelling, actor=year.staff["faculty"], now=when)
    seat = year.seats[1]
    made = [each for each in live_queries.make_ups(line) if not each.cancelled]
    later = when + dt.timedelta(hours=3)
    if made and seat.active(later):
        with at(later):
            live.cannot_attend(
                made[0].id, seat.place.place_id, "I am at a trade fair.", actor=seat.actor, now=later
            )


def _substitute(year: Year, line: SessionView) -> None:
    """Somebody stands in for the host; the host of the session after it is the backup of the next."""
    when = year.now - dt.timedelta(hours=30)
    found = [one for one in live_queries.candidates(line, "", when) if not one.hosts_then]
    if found:
        with at(when):
            live.substitute(
                line.id,
                Substituting(person_id=found[0].person_id, reason="A conference that was moved."),
                actor=year.staff["coordinator"],
                now=when,
            )
