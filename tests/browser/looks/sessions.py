"""Looks at what belongs to a session: cancelling it, hosting it, its files and recordings, its console and rooms."""

from __future__ import annotations

from tests.browser.look import C14, C15, C16, DOWNLOAD, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "live.cancel_session": (
        *looks("faculty", f"{C14}/sessions/{{next_session}}/cancel", f"{C14}/sessions/s1/cancel"),
        *looks("coordinator", f"{C15}/sessions/{{lost_session}}/cancel"),
    ),
    "live.make_up": looks("coordinator", f"{C15}/sessions/{{lost_session}}/make-up"),
    "live.reinstate_session": looks(
        "coordinator", f"{C15}/sessions/{{lost_session}}/reinstate", f"{C14}/sessions/s1/reinstate"
    ),
    "live.materials": looks(
        "faculty", f"{C14}/sessions/{{recorded}}/materials", f"{C14}/sessions/{{next_session}}/materials"
    ),
    "live.add_recording": looks("faculty", f"{C14}/sessions/{{recorded}}/recordings/new"),
    "live.recording": looks("faculty", f"{C14}/sessions/{{recorded}}/recordings/{{recording}}"),
    "live.substitute": looks(
        "coordinator",
        f"{C15}/sessions/{{stood_in}}/substitute",
        f"{C14}/sessions/{{next_session}}/substitute?find=zzzz",
    ),
    "live.console": (
        *looks("faculty", f"{C14}/sessions/{{next_session}}/console", f"{C14}/sessions/{{recorded}}/console"),
        *looks("coordinator", f"{C16}/sessions/s1/console"),
    ),
    "live.rooms": (
        Look(
            "faculty", f"{C14}/sessions/{{next_session}}/rooms", weight=200
        ),  # a choice of rooms for everybody
        Look("coordinator", f"{C16}/sessions/s1/rooms", weight=200),
    ),
    "live.rooms_slide": looks("faculty", f"{C14}/sessions/{{next_session}}/rooms/slide"),
}
NO_PAGE = {
    "live.rooms_csv": DOWNLOAD,
    "live.session_file": DOWNLOAD,
}
_IN_15 = "i.cohort_id = (select id from cohort where slug = 'cohort-15')"
_IN_14 = "i.cohort_id = (select id from cohort where slug = 'cohort-14')"
WORDS = {
    "lost_session": "select i.replaces from scheduled_item i"
    f" where i.replaces <> '' and {_IN_15} order by i.id limit 1",
    "make_up": f"select i.key from scheduled_item i where i.replaces <> '' and {_IN_15} order by i.id limit 1",
    "recorded": "select i.key from scheduled_item i join live_session s on s.item_id = i.id"
    f" join session_recording r on r.session_id = s.id where r.title = 'First half' and {_IN_14} limit 1",
    "recording": "select r.public_id from session_recording r join live_session s on s.id = r.session_id"
    f" join scheduled_item i on i.id = s.item_id where r.title = 'First half' and {_IN_14} limit 1",
    "stood_in": "select i.key from scheduled_item i join live_session s on s.item_id = i.id"
    f" join session_substitute u on u.session_id = s.id where {_IN_15} limit 1",
}
