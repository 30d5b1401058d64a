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
    "live.code": looks("faculty", f"{C14}/sessions/s1/code"),
    "live.absence": (
        *looks("learner", f"{C14}/sessions/{{next_session}}/absence", f"{C14}/sessions/s1/absence"),
        *looks("newcomer", f"{C16}/sessions/s1/absence"),
    ),
    "live.my_attendance": looks(
        "learner", f"{C14}/sessions/s1/my-attendance", f"{C14}/sessions/{{listed_session}}/my-attendance"
    ),
    "live.make_up_task": (
        *looks("learner", f"{C14}/sessions/s1/make-up-task"),
        *looks("newcomer", f"{C16}/sessions/s1/make-up-task"),
    ),
    "live.make_ups": looks(
        "coordinator", f"{C14}/make-ups", f"{C14}/make-ups?show=accepted", f"{C16}/make-ups"
    ),
    "live.judge_make_up": looks(
        "coordinator", f"{C14}/make-ups/{{make_up_waiting}}", f"{C14}/make-ups/{{make_up_accepted}}"
    ),
    "live.make_up_terms": looks("coordinator", f"{C14}/sessions/s1/make-up-terms"),
}
NO_PAGE = {"live.make_ups_csv": DOWNLOAD, "live.list_rows_csv": DOWNLOAD, "live.unknown_names_csv": DOWNLOAD}
WORDS = {
    "make_up_waiting": "select m.public_id from make_up m join live_session s on s.id = m.session_id"
    " where s.cohort_id = 1 and m.state = 'waiting' order by m.id limit 1",
    "make_up_accepted": "select m.public_id from make_up m join live_session s on s.id = m.session_id"
    " where s.cohort_id = 1 and m.state = 'accepted' order by m.id limit 1",
    "brought": f"select l.public_id {_LATEST} where s.cohort_id = 1 order by l.id limit 1",
    "listed_session": f"select a.key {_LATEST} where s.cohort_id = 1 order by l.id limit 1",
    "unknown": "select n.public_id from unknown_name n join live_session s on s.id = n.session_id"
    " where s.cohort_id = 1 order by n.id limit 1",
}
