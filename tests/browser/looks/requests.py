"""Looks at requests: a learner's own, one of them, the inbox of staff; and the run-sheet."""

from __future__ import annotations

from tests.browser.look import C14, C15, C16, DOWNLOAD, looks
from tests.browser.looks.words import OF_LEARNER

_OWN = (
    "select r.public_id from request r join place on place.id = r.place_id"
    f" join person on person.id = place.person_id where {OF_LEARNER}"
)
LOOKS = {
    "desks.run_sheet": (
        *looks("coordinator", "/run-sheet", "/run-sheet?owner=none"),
        *looks("director", "/run-sheet"),
    ),
    "requests.mine": (
        *looks("learner", f"{C14}/requests"),
        *looks("newcomer", f"{C16}/requests"),
    ),
    "requests.choose": looks("learner", f"{C14}/requests/new", f"{C14}/requests/new?about=c-2"),
    "requests.ask": looks(
        "learner",
        f"{C14}/requests/new/question",
        f"{C14}/requests/new/extension",
        f"{C14}/requests/new/complaint",
        f"{C14}/requests/new/leave",
        f"{C14}/requests/new/attendance-dispute?about=s1",
    ),
    "requests.one": (
        *looks("learner", f"{C14}/requests/{{own_open}}", f"{C14}/requests/{{own_decided}}"),
        *looks("coordinator", f"{C14}/requests/{{own_open}}", f"{C14}/requests/{{own_decided}}"),
        *looks("director", f"{C14}/requests/{{own_open}}"),
    ),
    "requests.inbox": (
        *looks("coordinator", "/requests", "/requests?show=all", "/requests?find=zzzz"),
        *looks("faculty", "/requests"),
    ),
    "requests.cohort_inbox": (
        *looks("coordinator", f"{C14}/requests/inbox", f"{C15}/requests/inbox?show=late"),
        *looks("faculty", f"{C14}/requests/inbox"),
    ),
}
NO_PAGE = {
    "requests.request_file": DOWNLOAD,
    "requests.inbox_csv": DOWNLOAD,
    "requests.cohort_inbox_csv": DOWNLOAD,
}
WORDS = {
    "own_open": f"{_OWN} and r.state in ('open', 'waiting') order by r.id desc limit 1",
    "own_decided": f"{_OWN} and r.state in ('granted', 'partly', 'refused') order by r.id limit 1",
}
