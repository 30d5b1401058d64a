"""Zoom, by its documented REST interface (version 2) and server-to-server OAuth."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from lms.integrations.meetings.http import Answer, Client, Unreachable
from lms.live.ports import MeetingBusy, MeetingMade, MeetingRefused, MeetingWanted, Participation

SCHEDULED = 2
"""Zoom's number for a meeting at a fixed time."""
PAGE = 300
MOST_PAGES = 40
LATER = 30
"""Seconds to wait where Zoom asks for time and does not say how much."""
LONGEST_TOPIC = 200
UNAUTHORISED, GONE, TOO_MANY = 401, 404, 429


class Zoom:
    """The meetings of one Zoom account, held by one of its users."""

    name = "Zoom"

    def __init__(
        self, *, api: Client, sign_in: Client, account_id: str, client_id: str, client_secret: str, user: str
    ) -> None:
        self._api, self._sign_in, self._account = api, sign_in, account_id
        self._secret = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._user = quote(user, safe="")
        self._token = ""  # nosec B105 - none yet

    def create(self, wanted: MeetingWanted) -> MeetingMade:
        """Make a meeting, or find the one that was made for this reference when an answer was lost."""
        known = self._known(wanted.reference)
        if known is None:
            known = self._ask("POST", f"/users/{self._user}/meetings", document=_document(wanted)).document
        elif not known.get("start_url"):
            known = self._ask("GET", f"/meetings/{known['id']}").document
        try:
            return MeetingMade(str(known["id"]), str(known["join_url"]), str(known.get("start_url", "")))
        except KeyError as missing:
            raise Unreachable(f"Zoom's answer has no {missing}") from None

    def update(self, external_id: str, wanted: MeetingWanted) -> None:
        """Move a meeting, or call it otherwise."""
        self._ask("PATCH", f"/meetings/{quote(external_id, safe='')}", document=_document(wanted))

    def cancel(self, external_id: str) -> None:
        """Take a meeting away; Zoom tells nobody, since Cadre does."""
        self._ask(
            "DELETE",
            f"/meetings/{quote(external_id, safe='')}",
            query={"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"},
            gone=True,
        )

    def participants(self, external_id: str) -> list[Participation]:
        """Who was in a meeting, over all the times it was begun."""
        found = self._ask("GET", f"/past_meetings/{quote(external_id, safe='')}/instances", gone=True)
        instances = [str(each["uuid"]) for each in found.document.get("meetings", [])] or [external_id]
        people: list[Participation] = []
        for instance in instances:
            path = f"/report/meetings/{_twice_where_needed(instance)}/participants"
            for page in self._pages(path):
                people += [one for each in page.get("participants", []) if (one := _participation(each))]
        return people

    def _known(self, reference: str) -> Mapping[str, Any] | None:
        for page in self._pages(f"/users/{self._user}/meetings", type="upcoming"):
            for meeting in page.get("meetings", []):
                if reference in str(meeting.get("agenda", "")):
                    return dict(meeting)
        return None

    def _pages(self, path: str, **query: str) -> Iterator[Mapping[str, Any]]:
        token = ""  # nosec B105 - the first page has none
        for _page in range(MOST_PAGES):
            more = {"next_page_token": token} if token else {}
            page = self._ask("GET", path, query={**query, "page_size": str(PAGE), **more}, gone=True).document
            yield page
            token = str(page.get("next_page_token") or "")
            if not token:
                return
        raise Unreachable(f"Zoom gave more than {MOST_PAGES} pages of {path}")

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        document: Mapping[str, Any] | None = None,
        gone: bool = False,
    ) -> Answer:
        """One request with a valid token; a token that ran out is replaced once.

        Raises MeetingBusy, MeetingRefused, or Unreachable where it is worth trying again.
        """

        def once(token: str) -> Answer:
            bearer = {"Authorization": f"Bearer {token}"}
            return self._api.call(method, path, query=query, document=document, headers=bearer)

        answer = once(self._token or self._fresh_token())
        if answer.status == UNAUTHORISED:
            answer = once(self._fresh_token())
        if gone and answer.status == GONE:
            return Answer(answer.status, {}, answer.headers)
        return _judged(answer, f"{method} {path}")

    def _fresh_token(self) -> str:
        answer = self._sign_in.call(
            "POST",
            query={"grant_type": "account_credentials", "account_id": self._account},
            headers={"Authorization": f"Basic {self._secret}"},
        )
        found = _judged(answer, "signing in").document
        self._token = str(found.get("access_token", ""))
        if not self._token:
            raise Unreachable("Zoom gave no token")
        return self._token


def _judged(answer: Answer, what: str) -> Answer:
    """The answer, where it is one; else why there is none."""
    if answer.status == TOO_MANY:
        said = answer.headers.get("retry-after", "")
        raise MeetingBusy(min(int(said), 86_400) if said.isdigit() and int(said) else LATER)
    if answer.status >= 500:
        raise Unreachable(f"Zoom answers {answer.status} to {what}")
    if answer.status >= 300:
        words = answer.document.get("message", "") if isinstance(answer.document, dict) else ""
        raise MeetingRefused(f"Zoom answers {answer.status} to {what}: {words}".rstrip(": "))
    if not isinstance(answer.document, dict):
        raise Unreachable(f"Zoom's answer to {what} cannot be read")
    return answer


def _document(wanted: MeetingWanted) -> dict[str, Any]:
    return {
        "topic": wanted.topic[:LONGEST_TOPIC],
        "type": SCHEDULED,
        "start_time": f"{wanted.starts_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "duration": wanted.minutes,
        "timezone": wanted.zone,
        "agenda": wanted.reference,
        "settings": {"join_before_host": False, "waiting_room": True, "approval_type": 2},
    }


def _twice_where_needed(uuid: str) -> str:
    """As Zoom asks: an id that begins with a slash, or holds two, is encoded twice."""
    once = quote(uuid, safe="")
    return quote(once, safe="") if uuid.startswith("/") or "//" in uuid else once


def _participation(row: Mapping[str, Any]) -> Participation | None:
    """One line of a report; None where its times cannot be read."""
    try:
        joined, left = (dt.datetime.fromisoformat(str(row[name])) for name in ("join_time", "leave_time"))
    except (KeyError, ValueError):
        return None
    if joined.tzinfo is None or left.tzinfo is None:
        return None
    return Participation(
        name=str(row.get("name", ""))[:200],
        address=str(row.get("user_email", "")).strip(),
        joined_at=joined.astimezone(dt.UTC),
        left_at=left.astimezone(dt.UTC),
    )
