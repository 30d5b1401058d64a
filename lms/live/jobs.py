"""Background work of live sessions: their clock, what they lack, recordings, meetings, long lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lms.core import jobs, outbox
from lms.live import actions


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


@outbox.handles("meeting.make")
def make_meeting(payload: dict[str, Any], now: dt.datetime) -> None:
    """Have the provider make a meeting."""
    actions.carry_out("make", payload, now)


@outbox.handles("meeting.follow")
def follow_session(payload: dict[str, Any], now: dt.datetime) -> None:
    """Have a meeting move with its session, or end with it."""
    actions.carry_out("follow", payload, now)


@outbox.handles("meeting.report")
def fetch_report(payload: dict[str, Any], now: dt.datetime) -> None:
    """Fetch who was in a meeting."""
    actions.carry_out("report", payload, now)


@outbox.handles("live.record_list")
def record_list(payload: dict[str, Any], now: dt.datetime) -> None:
    """Record the next rows of a list, and queue what is left."""
    actions.go_on(payload["list_id"], now=now)
