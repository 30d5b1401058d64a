"""Looks at the pages of those who mark, and of what makes marks fair."""

from __future__ import annotations

from tests.browser.look import C14, C15, C16, DOWNLOAD, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "assessment.queue": looks("faculty", "/marking", "/marking?whose=everybody"),
    "assessment.desk": (Look("marker", "/marking/{draft_task}"), Look("faculty", "/marking/{finished_task}")),
    "assessment.allocation": looks(
        "coordinator", f"{C14}/activities/a-1/allocation", f"{C14}/activities/b-2/allocation?propose=even"
    ),
    "assessment.comments": looks("faculty", "/marking/comments"),
    "assessment.terms": looks("faculty", "/marking/terms"),
    "assessment.pack": looks("faculty", f"{C14}/activities/a-1/pack", f"{C14}/activities/{{packed}}/pack"),
    "assessment.pack_return": looks("faculty", f"{C14}/activities/{{packed}}/pack/{{pack}}"),
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
}
NO_PAGE = {
    "fairness.moderation_csv": DOWNLOAD,
    "fairness.peer_reviews_csv": DOWNLOAD,
    "assessment.marks_csv": DOWNLOAD,
    "assessment.annotated": DOWNLOAD,
    "assessment.feedback_file": DOWNLOAD,
    "assessment.pack_zip": DOWNLOAD,
}
