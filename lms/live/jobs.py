"""Background work of live sessions: their clock, what they lack, recordings, meetings, long lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import jobs, mail, outbox
from lms.core.db import db
from lms.live import actions, queries
from lms.live.models import Speaker
from lms.live.queries import SpeakerView
from lms.people.models import Person


@jobs.periodic("live.clock", every=5)
def follow_clock(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Note which sessions have begun and which are over."""
    actions.follow_clock(now=now)


@jobs.periodic("live.readiness", every=30)
def escalate(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Say what the sessions of the next days lack: a week before, two days before, on the day."""
    actions.escalate(now=now)


@jobs.periodic("live.recordings", every=15)
def release_recordings(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Tell of recordings that learners may see from today on."""
    actions.release_recordings(now=now)


@jobs.periodic("live.reports", every=30)
def fetch_reports(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Have the participants of meetings that are over fetched."""
    actions.ask_for_reports(now=now)


@outbox.calls("meeting.make")
def make_meeting(payload: dict[str, Any], now: dt.datetime) -> outbox.Call | None:
    """Have the provider make a meeting."""
    return actions.prepared("make", payload, now)


@outbox.calls("meeting.follow")
def follow_session(payload: dict[str, Any], now: dt.datetime) -> outbox.Call | None:
    """Have a meeting move with its session, or end with it."""
    return actions.prepared("follow", payload, now)


@outbox.calls("meeting.report")
def fetch_report(payload: dict[str, Any], now: dt.datetime) -> outbox.Call | None:
    """Fetch who was in a meeting."""
    return actions.prepared("report", payload, now)


@outbox.handles("live.record_list")
def record_list(payload: dict[str, Any], now: dt.datetime) -> None:
    """Record the next rows of a list, and queue what is left."""
    actions.go_on(payload["list_id"], now=now)


# Speakers and office hours --------------------------------------------------------------------------------------------

SUBJECTS = {
    "invitation": "Will you speak with {cohort}?",
    "confirmation": "Confirmed: {title}",
    "reminder": "Soon: {title}",
    "thanks": "Thank you, from {cohort}",
}


@outbox.handles("live.speaker_letter")
def write_speaker_letter(payload: dict[str, Any], now: dt.datetime) -> None:
    """Write a letter to a speaker; nothing when its link was switched off, or the session called off, meanwhile."""
    if db.session.get(Speaker, payload["speaker_id"]) is None:
        return
    view, kind = queries.speaker(payload["speaker_id"]), str(payload["kind"])
    if not view.email or not view.link_opens(now) or view.session.cancelled:
        return
    words = {"cohort": view.session.cohort.name, "title": view.session.line.title}
    subject, bodies = speaker_mail(
        kind, actions.speaker_token(view.id, view.link_issued_at), {**words, **_facts(view)}
    )
    mail.post(
        mail.Letter(
            kind=f"live.speaker_{kind}",
            dedupe_key=f"speaker:{kind}:{view.id}:{now.isoformat()}",
            to_name=view.name,
            to_address=view.email,
            subject=subject,
            text=bodies.text,
            html=bodies.html,
            person_id=view.person_id,
        ),
        now=now,
    )


def speaker_mail(kind: str, token: str, facts: dict[str, Any]) -> tuple[str, mail.Written]:
    """The subject and the bodies of a letter to a speaker."""
    frame = mail.frame(
        SUBJECTS[kind].format(**facts),
        act_label="Open your page",
        act_href=mail.link_to("live.speaking", token=token),
        reason="You get this because you were asked to speak. The link in it is yours alone: please do not pass it on.",
    )
    return frame.subject, mail.written("live/speaker", mail=frame, kind=kind, **facts)


def _facts(view: SpeakerView) -> dict[str, Any]:
    row = db.session.get_one(Speaker, view.id)
    lacking = [
        word
        for word, missing in (
            ("your slides", not view.slides),
            ("what you agree to", not view.consents),
            ("a few words about you", not view.bio),
        )
        if missing
    ]
    return {
        "first_name": view.first_name,
        "inviter": db.session.get_one(Person, row.invited_by_id).name,
        "backup": view.backup,
        "minutes": view.session.line.minutes,
        "until": view.link_expires_at,
        "at": view.slot_starts_at or view.session.starts_at,
        "zone": view.zone,
        "lacking": ", ".join(lacking),
    }


@jobs.periodic("live.speakers", every=60)
def remind_speakers(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Queue what is due to speakers."""
    actions.queue_speaker_letters(now=now)


@jobs.periodic("live.slots", every=15)
def pass_on_slots(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Offer slots that were kept in vain to the next who waits."""
    actions.pass_on_slots(now=now)
