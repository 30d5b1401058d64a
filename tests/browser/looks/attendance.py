"""Looks at lists of meetings and the desk for names."""

from __future__ import annotations

from tests.browser.look import C14, C16, DOWNLOAD, Look, looks

_LATEST = "from attendance_list l join live_session s on s.id = l.session_id join activity a on a.id = s.activity_id"
LOOKS: dict[str, tuple[Look, ...]] = {
    "live.attendance_list": looks(
        "coordinator",
        f"{C14}/sessions/{{listed_session}}/lists/{{brought}}",
        f"{C14}/sessions/{{listed_session}}/lists/{{brought}}?show=waits",
    ),
    "live.unknown_names": looks(
        "coordinator",
        f"{C14}/unknown-names",
        f"{C14}/unknown-names?show=guests",
        f"{C14}/unknown-names?session={{listed_session}}",
        f"{C16}/unknown-names",
    ),
    "live.unknown_name": looks("coordinator", f"{C14}/unknown-names/{{unknown}}"),
}
NO_PAGE = {"live.list_rows_csv": DOWNLOAD, "live.unknown_names_csv": DOWNLOAD}
WORDS = {
    "brought": f"select l.public_id {_LATEST} where s.cohort_id = 1 order by l.id limit 1",
    "listed_session": f"select a.key {_LATEST} where s.cohort_id = 1 order by l.id limit 1",
    "unknown": "select n.public_id from unknown_name n join live_session s on s.id = n.session_id"
    " where s.cohort_id = 1 order by n.id limit 1",
}
