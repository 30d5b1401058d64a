"""Looks at a learner's pages."""

from __future__ import annotations

from tests.browser.look import C14, C15, C16, DOWNLOAD, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "desks.learner": (
        *looks("learner", C14),
        *looks("midway", C15),
        *looks("newcomer", C16),
    ),
    "scheduling.schedule": (
        *looks("learner", f"{C14}/schedule", f"{C14}/schedule?view=month", f"{C14}/schedule?view=year"),
        *looks("newcomer", f"{C16}/schedule"),
        *looks("faculty", f"{C14}/schedule"),
    ),
    "scheduling.day": looks("learner", f"{C14}/schedule/days/{{today}}"),
    "progress.learn": (*looks("learner", f"{C14}/learn"), *looks("newcomer", f"{C16}/learn")),
    "progress.course": (*looks("learner", f"{C14}/courses/core"), *looks("faculty", f"{C14}/courses/core")),
    "progress.module": (
        *looks("learner", f"{C14}/modules/a1-strategy-and-vision", f"{C14}/modules/k-capstone"),
        *looks("newcomer", f"{C16}/modules/a0-orientation"),
        *looks("faculty", f"{C14}/modules/a1-strategy-and-vision"),
    ),
    "progress.why": looks(
        "learner", f"{C14}/modules/a1-strategy-and-vision/why", f"{C14}/modules/k-capstone/why"
    ),
    "progress.activity": looks(
        "learner", f"{C14}/activities/ps-r1", f"{C14}/activities/rp1", f"{C14}/activities/award-board"
    ),
    "progress.overview": (
        *looks("learner", f"{C14}/progress"),
        *looks("midway", f"{C15}/progress"),
        *looks("newcomer", f"{C16}/progress"),
    ),
    "progress.rules": looks("learner", f"{C14}/rules"),
    "coursework.reading": (
        *looks("learner", f"{C14}/readings/r-a1-bet-with-reasons"),
        *looks("faculty", f"{C14}/readings/r-a1-bet-with-reasons"),
    ),
    "coursework.quiz": (
        *looks("learner", f"{C14}/quizzes/q1"),
        *looks("midway", f"{C15}/quizzes/q4"),
        *looks("newcomer", f"{C16}/quizzes/q1"),
        *looks("faculty", f"{C14}/quizzes/q1"),
    ),
    "coursework.quiz_bank": (
        *looks("faculty", f"{C14}/quizzes/q1/bank"),
        *looks("coordinator", f"{C16}/quizzes/q1/bank"),
    ),
    "coursework.bank_item": (
        *looks("faculty", f"{C14}/quizzes/q1/bank/q1-01", f"{C14}/quizzes/q1/bank/q1-01?undo=1"),
    ),
    "coursework.attempt": looks("midway", f"{C15}/quizzes/q4/attempts/{{running}}"),
    "coursework.finish_quiz": looks("midway", f"{C15}/quizzes/q4/attempts/{{running}}/finish"),
    "coursework.quiz_result": looks("learner", f"{C14}/quizzes/{{attempt_quiz}}/attempts/{{attempt}}/result"),
    "coursework.assignment": (
        *looks("learner", f"{C14}/assignments/a-1", f"{C14}/assignments/c-2", f"{C14}/assignments/pn3"),
        *looks("newcomer", f"{C16}/assignments/a-1"),
        *looks("faculty", f"{C14}/assignments/a-1"),
    ),
    "coursework.feedback": looks("learner", f"{C14}/assignments/a-1/feedback"),
    "coursework.receipt": looks("learner", f"{C14}/assignments/a-1/versions/{{version}}"),
    "coursework.form": (
        *looks("learner", f"{C14}/forms/self-rating", f"{C14}/forms/closing-feedback"),
        *looks("newcomer", f"{C16}/forms/honour-pledge"),
        *looks("faculty", f"{C14}/forms/self-rating"),
    ),
    "live.session": (
        *looks("learner", f"{C14}/sessions/s1", f"{C14}/sessions/mc9", f"{C14}/sessions/{{next_session}}"),
        *looks(
            "learner",
            f"{C14}/sessions/{{lost_session}}",
            f"{C14}/sessions/{{recorded}}",
        ),
        *looks("newcomer", f"{C16}/sessions/s1"),
        *looks("midway", f"{C15}/sessions/{{make_up}}"),
        *looks("faculty", f"{C14}/sessions/s1", f"{C14}/sessions/{{next_session}}"),
    ),
    "community.discussion": (
        *looks("learner", f"{C14}/discussions/th1", f"{C14}/discussions/th6"),
        *looks("newcomer", f"{C16}/discussions/th0"),
        *looks("faculty", f"{C14}/discussions/th1"),
    ),
    "community.announcements": (
        *looks("learner", f"{C14}/announcements"),
        *looks("newcomer", f"{C16}/announcements"),
        *looks("coordinator", f"{C14}/announcements"),
    ),
    "community.announcement": (
        *looks("learner", f"{C14}/announcements/{{announcement}}"),
        *looks("coordinator", f"{C14}/announcements/{{announcement}}"),
    ),
    "fairness.own_peer_reviews": looks(
        "learner", f"{C14}/activities/a-2/peer-reviews/mine", f"{C14}/activities/m3/peer-reviews/mine"
    ),
    "fairness.peer_review": looks("learner", f"{C14}/peer-reviews/{{own_peer_review}}"),
    "fairness.own_ratings": looks("learner", f"{C14}/team-ratings/mine"),
    "fairness.rate": looks("learner", f"{C14}/team-ratings/{{own_rating}}"),
    "enrolment.my_team": (*looks("learner", f"{C14}/team"), *looks("newcomer", f"{C16}/team")),
    "capstone.room": (
        *looks("learner", f"{C14}/capstone"),
        *looks("midway", f"{C15}/capstone"),
        *looks("newcomer", f"{C16}/capstone"),
        *looks("faculty", f"{C14}/capstone"),
    ),
    "capstone.milestone": (
        *looks("learner", f"{C14}/capstone/m1", f"{C14}/capstone/m4"),
        *looks("midway", f"{C15}/capstone/m0"),
    ),
}
NO_PAGE = {
    "coursework.submission_file": DOWNLOAD,
    "coursework.form_file": DOWNLOAD,
    "coursework.quiz_bank_csv": DOWNLOAD,
}
