"""Looks at the pages of those who teach and guide."""

from __future__ import annotations

from tests.browser.look import C14, C16, DOWNLOAD, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "desks.teaching": (*looks("faculty", "/teaching"), *looks("guide", "/teaching")),
    "assessment.queue": looks("faculty", "/marking", "/marking?whose=everybody"),
    "assessment.desk": (Look("marker", "/marking/{draft_task}"), Look("faculty", "/marking/{finished_task}")),
    "assessment.allocation": looks(
        "coordinator", f"{C14}/activities/a-1/allocation", f"{C14}/activities/b-2/allocation?propose=even"
    ),
    "assessment.comments": looks("faculty", "/marking/comments"),
    "assessment.terms": looks("faculty", "/marking/terms"),
    "assessment.pack": looks("faculty", f"{C14}/activities/a-1/pack"),
    "assessment.marks": (*looks("faculty", f"{C14}/marks"), *looks("coordinator", f"{C16}/marks")),
    "assessment.batch": looks("faculty", f"{C14}/activities/a-1/marks"),
    "assessment.release": looks("coordinator", f"{C14}/activities/a-1/marks/release"),
    "assessment.mark": looks("faculty", f"{C14}/marks/{{mark}}"),
    "assessment.history": looks("faculty", f"{C14}/marks/{{mark}}/history"),
    "assessment.class_feedback": (
        *looks("faculty", f"{C14}/activities/a-1/class-feedback", f"{C14}/activities/b-2/class-feedback"),
        *looks("coordinator", f"{C14}/activities/a-1/class-feedback"),
    ),
    "fairness.calibration": (
        *looks("coordinator", f"{C14}/activities/{{begin_with}}/calibration"),
        *looks("coordinator", f"{C14}/activities/a-1/calibration"),
    ),
    "fairness.calibrate": (
        *looks("marker", "/calibrations/{calibration}"),
        *looks("faculty", "/calibrations/{calibration}"),
    ),
    "fairness.reference": looks("faculty", "/calibrations/{calibration}/reference"),
    "fairness.moderation": looks(
        "coordinator", f"{C14}/activities/a-1/moderation", f"{C15}/activities/a-1/moderation"
    ),
    "fairness.peer_reviews": looks(
        "coordinator", f"{C14}/activities/a-2/peer-reviews", f"{C14}/activities/m3/peer-reviews"
    ),
    "fairness.second_looks": looks("faculty", "/second-looks"),
    "fairness.second_look": looks("faculty", "/second-looks/{own_look}"),
    "fairness.team_ratings": (
        *looks("coordinator", f"{C14}/team-ratings", f"{C16}/team-ratings"),
        *looks("faculty", f"{C14}/team-ratings"),
    ),
    "fairness.review": looks("coordinator", f"{C14}/team-ratings/{{closed_rating}}/review"),
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
    "fairness.moderation_csv": DOWNLOAD,
    "fairness.peer_reviews_csv": DOWNLOAD,
    "gradebook.gradebook_csv": DOWNLOAD,
    "gradebook.minutes_csv": DOWNLOAD,
    "gradebook.minutes_pdf": DOWNLOAD,
    "gradebook.import_template": DOWNLOAD,
    "gradebook.evidence": DOWNLOAD,
    "gradebook.marks_sheet": DOWNLOAD,
    "gradebook.review": "for the one who was asked: by a notice; tests of complaints look at it",
    "gradebook.preview_marks": "of a list that was brought; like the preview of results from elsewhere",
    "capstone.guides_csv": DOWNLOAD,
    "capstone.project_file": DOWNLOAD,
    "community.course_participation_csv": DOWNLOAD,
}
