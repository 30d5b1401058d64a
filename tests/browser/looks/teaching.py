"""Looks at the pages of those who teach and guide."""

from __future__ import annotations

from tests.browser.look import C14, C16, DOWNLOAD, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "desks.teaching": (*looks("faculty", "/teaching"), *looks("guide", "/teaching")),
    "community.participation": (
        *looks("faculty", f"{C14}/discussions/th1/participation"),
        *looks("coordinator", f"{C16}/discussions/th0/participation"),
    ),
    "community.course_participation": (
        *looks("faculty", f"{C14}/courses/core/participation"),
        *looks("coordinator", f"{C16}/courses/core/participation"),
    ),
    "community.learner_participation": looks("faculty", f"{C14}/courses/core/participation/{{place}}"),
    "community.contribution": looks("faculty", f"{C14}/courses/core/contribution"),
    "live.roster": looks("faculty", f"{C14}/sessions/s1/roster", f"{C14}/sessions/{{next_session}}/roster"),
    "live.ledger": looks("faculty", f"{C14}/sessions/s1/roster/{{place}}"),
    "live.edit_session": looks("faculty", f"{C14}/sessions/{{next_session}}/edit"),
    "live.import_attendance": looks("faculty", f"{C14}/sessions/s1/import"),
    "live.sessions_of_the_week": (
        *looks("coordinator", f"{C14}/sessions-of-the-week"),
        *looks("coordinator", f"{C16}/sessions-of-the-week"),
    ),
    "coursework.overlaps": looks("faculty", f"{C14}/assignments/{{overlap_of}}/overlaps"),
    "coursework.overlap": looks("faculty", f"{C14}/assignments/{{overlap_of}}/overlaps/{{overlap}}"),
    "coursework.extension": looks("coordinator", f"{C14}/learners/{{place}}/extensions/new"),
    "coursework.extra_time": looks("coordinator", f"{C14}/learners/{{place}}/extra-time"),
    "capstone.project": (
        *looks("faculty", "/projects/{project}"),
        *looks("coordinator", "/projects/{project}"),
    ),
    "capstone.project_milestone": looks("faculty", "/projects/{project}/milestones/m1"),
    "capstone.meeting": looks("faculty", "/projects/{project}/meetings/{meeting}"),
    "capstone.guide": looks("coordinator", "/projects/{project}/guide"),
    "capstone.guides": (*looks("coordinator", f"{C14}/guides"), *looks("coordinator", f"{C16}/guides")),
}
NO_PAGE = {
    "live.attendance_csv": DOWNLOAD,
    "community.participation_csv": DOWNLOAD,
    "capstone.guides_csv": DOWNLOAD,
    "capstone.project_file": DOWNLOAD,
    "community.course_participation_csv": DOWNLOAD,
}
