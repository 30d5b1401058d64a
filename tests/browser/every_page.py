"""Which pages there are, who looks at them, and what must be there first. `test_every_page.py` walks through them.

Every GET route stands either in `LOOKS`, with at least one example, or in `NO_PAGE`, with the reason why there is
nothing to look at. Names in braces are found in the demonstration's database by `company.WORDS`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """One look at one page."""

    who: str
    path: str
    status: int = 200
    weight: int | None = None
    """Kilobytes of HTML, where the rule of the house does not hold; say why beside it."""


LEARNERS = {"learner", "midway", "newcomer"}
LEARNER_PAGE, STAFF_PAGE = 60, 120
"""Kilobytes of plain HTML that a page may weigh, before compression."""
DESK = 40
DESKS = {"desks.learner", "desks.teaching", "desks.coordination"}

C14, C15, C16 = "/cohorts/cohort-14", "/cohorts/cohort-15", "/cohorts/cohort-16"


def _looks(who: str, *paths: str) -> tuple[Look, ...]:
    return tuple(Look(who, path) for path in paths)


LOOKS: dict[str, tuple[Look, ...]] = {
    # The way in
    "security.login": _looks("nobody", "/login"),
    "security.second_factor": _looks("half", "/login/code"),
    "security.recovery_code": _looks("half", "/login/recovery-code"),
    "security.forgot_password": _looks("nobody", "/reset", "/reset?sent=yes"),
    "security.reset_password": (Look("nobody", "/reset/{reset}"), Look("nobody", "/reset/old", 410)),
    "people.accept_invitation": (
        Look("nobody", "/invitation/{invitation}"),
        Look("nobody", "/invitation/old", 410),
    ),
    # One's account
    "people.profile": (*_looks("learner", "/account/profile"), *_looks("stranger", "/account/profile")),
    "people.zone": _looks("learner", "/account/zone", "/account/zone?q=lon", "/account/zone?zone=Asia/Tokyo"),
    "people.busy_dates": (
        *_looks("faculty", "/account/busy-dates"),
        *_looks("stranger", "/account/busy-dates"),
    ),
    "people.busy_date": _looks("faculty", "/account/busy-dates/{busy}"),
    "people.my_data": _looks("learner", "/account/data"),
    "people.own_security": (*_looks("learner", "/account/security"), *_looks("careful", "/account/security")),
    "people.begin_authenticator": _looks("learner", "/account/security/authenticator"),
    "people.set_up_authenticator": _looks("setting up", "/account/security/authenticator/set-up"),
    "people.end_authenticator": _looks("careful", "/account/security/authenticator/off"),
    "people.recovery_codes": _looks("careful", "/account/security/recovery-codes"),
    "people.change_password": _looks("learner", "/account/security/password"),
    "people.sign_ins": _looks("learner", "/account/sign-ins"),
    "notifications.choices": (
        *_looks("learner", "/account/notifications"),
        *_looks("admin", "/account/notifications"),
    ),
    "notifications.inbox": (
        *_looks("learner", "/notices", "/notices?unread="),
        *_looks("stranger", "/notices"),
        *_looks("coordinator", "/notices"),
    ),
    # A learner's pages
    "desks.learner": (
        *_looks("learner", C14),
        *_looks("midway", C15),
        *_looks("newcomer", C16),
    ),
    "scheduling.schedule": (
        *_looks("learner", f"{C14}/schedule", f"{C14}/schedule?view=month", f"{C14}/schedule?view=year"),
        *_looks("newcomer", f"{C16}/schedule"),
        *_looks("faculty", f"{C14}/schedule"),
    ),
    "scheduling.day": _looks("learner", f"{C14}/schedule/days/{{today}}"),
    "progress.learn": (*_looks("learner", f"{C14}/learn"), *_looks("newcomer", f"{C16}/learn")),
    "progress.course": (*_looks("learner", f"{C14}/courses/core"), *_looks("faculty", f"{C14}/courses/core")),
    "progress.module": (
        *_looks("learner", f"{C14}/modules/a1-strategy-and-vision", f"{C14}/modules/k-capstone"),
        *_looks("newcomer", f"{C16}/modules/a0-orientation"),
        *_looks("faculty", f"{C14}/modules/a1-strategy-and-vision"),
    ),
    "progress.why": _looks(
        "learner", f"{C14}/modules/a1-strategy-and-vision/why", f"{C14}/modules/k-capstone/why"
    ),
    "progress.activity": _looks(
        "learner", f"{C14}/activities/ps-r1", f"{C14}/activities/rp1", f"{C14}/activities/award-board"
    ),
    "progress.overview": (
        *_looks("learner", f"{C14}/progress"),
        *_looks("midway", f"{C15}/progress"),
        *_looks("newcomer", f"{C16}/progress"),
    ),
    "progress.rules": _looks("learner", f"{C14}/rules"),
    "coursework.reading": (
        *_looks("learner", f"{C14}/readings/r-a1-bet-with-reasons"),
        *_looks("faculty", f"{C14}/readings/r-a1-bet-with-reasons"),
    ),
    "coursework.quiz": (
        *_looks("learner", f"{C14}/quizzes/q1"),
        *_looks("midway", f"{C15}/quizzes/q4"),
        *_looks("newcomer", f"{C16}/quizzes/q1"),
        *_looks("faculty", f"{C14}/quizzes/q1"),
    ),
    "coursework.attempt": _looks("midway", f"{C15}/quizzes/q4/attempts/{{running}}"),
    "coursework.finish_quiz": _looks("midway", f"{C15}/quizzes/q4/attempts/{{running}}/finish"),
    "coursework.quiz_result": _looks(
        "learner", f"{C14}/quizzes/{{attempt_quiz}}/attempts/{{attempt}}/result"
    ),
    "coursework.assignment": (
        *_looks("learner", f"{C14}/assignments/a-1", f"{C14}/assignments/c-2", f"{C14}/assignments/pn3"),
        *_looks("newcomer", f"{C16}/assignments/a-1"),
        *_looks("faculty", f"{C14}/assignments/a-1"),
    ),
    "coursework.feedback": _looks("learner", f"{C14}/assignments/a-1/feedback"),
    "coursework.receipt": _looks("learner", f"{C14}/assignments/a-1/versions/{{version}}"),
    "coursework.form": (
        *_looks("learner", f"{C14}/forms/self-rating", f"{C14}/forms/closing-feedback"),
        *_looks("newcomer", f"{C16}/forms/honour-pledge"),
        *_looks("faculty", f"{C14}/forms/self-rating"),
    ),
    "live.session": (
        *_looks("learner", f"{C14}/sessions/s1", f"{C14}/sessions/mc9", f"{C14}/sessions/{{next_session}}"),
        *_looks("newcomer", f"{C16}/sessions/s1"),
        *_looks("faculty", f"{C14}/sessions/s1"),
    ),
    "community.discussion": (
        *_looks("learner", f"{C14}/discussions/th1", f"{C14}/discussions/th6"),
        *_looks("newcomer", f"{C16}/discussions/th0"),
        *_looks("faculty", f"{C14}/discussions/th1"),
    ),
    "community.announcements": (
        *_looks("learner", f"{C14}/announcements"),
        *_looks("newcomer", f"{C16}/announcements"),
        *_looks("coordinator", f"{C14}/announcements"),
    ),
    "community.announcement": (
        *_looks("learner", f"{C14}/announcements/{{announcement}}"),
        *_looks("coordinator", f"{C14}/announcements/{{announcement}}"),
    ),
    "enrolment.my_team": (*_looks("learner", f"{C14}/team"), *_looks("newcomer", f"{C16}/team")),
    "capstone.room": (
        *_looks("learner", f"{C14}/capstone"),
        *_looks("midway", f"{C15}/capstone"),
        *_looks("newcomer", f"{C16}/capstone"),
        *_looks("faculty", f"{C14}/capstone"),
    ),
    "capstone.milestone": (
        *_looks("learner", f"{C14}/capstone/m1", f"{C14}/capstone/m4"),
        *_looks("midway", f"{C15}/capstone/m0"),
    ),
    # Teaching and marking
    "desks.teaching": (*_looks("faculty", "/teaching"), *_looks("guide", "/teaching")),
    "assessment.queue": _looks("faculty", "/marking", "/marking?whose=everybody"),
    "assessment.desk": (Look("marker", "/marking/{draft_task}"), Look("faculty", "/marking/{finished_task}")),
    "assessment.marks": (*_looks("faculty", f"{C14}/marks"), *_looks("coordinator", f"{C16}/marks")),
    "assessment.batch": _looks("faculty", f"{C14}/activities/a-1/marks"),
    "assessment.release": _looks("coordinator", f"{C14}/activities/a-1/marks/release"),
    "assessment.mark": _looks("faculty", f"{C14}/marks/{{mark}}"),
    "assessment.history": _looks("faculty", f"{C14}/marks/{{mark}}/history"),
    "community.participation": (
        *_looks("faculty", f"{C14}/discussions/th1/participation"),
        *_looks("coordinator", f"{C16}/discussions/th0/participation"),
    ),
    "community.course_participation": (
        *_looks("faculty", f"{C14}/courses/core/participation"),
        *_looks("coordinator", f"{C16}/courses/core/participation"),
    ),
    "community.learner_participation": _looks("faculty", f"{C14}/courses/core/participation/{{place}}"),
    "community.contribution": _looks("faculty", f"{C14}/courses/core/contribution"),
    "live.roster": _looks("faculty", f"{C14}/sessions/s1/roster", f"{C14}/sessions/{{next_session}}/roster"),
    "live.ledger": _looks("faculty", f"{C14}/sessions/s1/roster/{{place}}"),
    "live.edit_session": _looks("faculty", f"{C14}/sessions/{{next_session}}/edit"),
    "live.import_attendance": _looks("faculty", f"{C14}/sessions/s1/import"),
    "live.sessions_of_the_week": (
        *_looks("coordinator", f"{C14}/sessions-of-the-week"),
        *_looks("coordinator", f"{C16}/sessions-of-the-week"),
    ),
    "gradebook.gradebook": (
        *_looks("faculty", f"{C14}/gradebook"),
        *_looks("coordinator", f"{C16}/gradebook"),
    ),
    "gradebook.course": _looks("faculty", f"{C14}/gradebook/core"),
    "gradebook.learner_results": _looks("faculty", f"{C14}/learners/{{place}}/results"),
    "gradebook.new_external": _looks("faculty", f"{C14}/learners/{{place}}/external-results/new"),
    "gradebook.external_results": (
        *_looks("faculty", f"{C14}/external-results"),
        *_looks("faculty", f"{C15}/external-results"),
    ),
    "gradebook.import_results": _looks("coordinator", f"{C14}/external-results/import"),
    "gradebook.preview_import": _looks("coordinator", f"{C14}/external-results/import/{{import}}"),
    "coursework.extension": _looks("coordinator", f"{C14}/learners/{{place}}/extensions/new"),
    "capstone.project": (
        *_looks("faculty", "/projects/{project}"),
        *_looks("coordinator", "/projects/{project}"),
    ),
    "capstone.project_milestone": _looks("faculty", "/projects/{project}/milestones/m1"),
    "capstone.meeting": _looks("faculty", "/projects/{project}/meetings/{meeting}"),
    "capstone.guide": _looks("coordinator", "/projects/{project}/guide"),
    "capstone.guides": (*_looks("coordinator", f"{C14}/guides"), *_looks("coordinator", f"{C16}/guides")),
    # Coordinating
    "desks.coordination": (*_looks("coordinator", "/coordination"), *_looks("director", "/coordination")),
    "desks.board": (
        *_looks("coordinator", f"{C14}/board", f"{C14}/board?find=zzzz", f"{C15}/board", f"{C16}/board"),
        *_looks("director", f"{C14}/board"),
    ),
    "cohorts.overview": (*_looks("coordinator", f"{C14}/overview", f"{C16}/overview"),),
    "cohorts.edit": _looks("coordinator", f"{C16}/edit"),
    "cohorts.sections": _looks("coordinator", f"{C16}/sections"),
    "cohorts.state": _looks("coordinator", f"{C16}/state/closed"),
    "cohorts.staff": _looks("coordinator", f"{C14}/staff", f"{C14}/staff?q=an"),
    "cohorts.staff_member": _looks("coordinator", f"{C14}/staff/{{staff_person}}"),
    "scheduling.new_cohort": _looks("coordinator", "/cohorts/new"),
    "scheduling.plan": (
        Look("coordinator", f"{C15}/plan", weight=200),  # every date of a year
        *_looks("coordinator", f"{C15}/plan?kind=quiz"),
        Look("faculty", f"{C15}/plan", weight=200),
    ),
    "scheduling.calendar": _looks("coordinator", f"{C15}/calendar", f"{C16}/calendar"),
    "scheduling.remove_section": _looks("coordinator", f"{C16}/sections/B/remove"),
    "scheduling.item": _looks("coordinator", f"{C15}/plan/s30", f"{C15}/plan/s1", f"{C14}/plan/{{override}}"),
    "scheduling.change": _looks(
        "coordinator", f"{C15}/plan/s31/change?act=cancel", f"{C15}/plan/s31/change?act=move&{{move}}"
    ),
    "scheduling.releases": _looks("coordinator", f"{C15}/releases", f"{C16}/releases"),
    "scheduling.undo": _looks("coordinator", f"{C15}/releases/undo?number=2"),
    "enrolment.people": (
        *_looks("coordinator", f"{C14}/people", f"{C14}/people?find=zzzz", f"{C16}/people"),
        *_looks("faculty", f"{C14}/people"),
    ),
    "enrolment.place": _looks(
        "coordinator",
        f"{C14}/people/{{place}}",
        f"{C14}/people/{{on_leave}}",
        f"{C14}/people/{{withdrawn}}",
        f"{C16}/people/{{new_place}}",
    ),
    "enrolment.change": _looks(
        "coordinator",
        f"{C14}/people/{{place}}/leave",
        f"{C14}/people/{{place}}/withdraw",
        f"{C14}/people/{{on_leave}}/return",
    ),
    "enrolment.seat": _looks("coordinator", f"{C14}/people/{{place}}/seat"),
    "enrolment.enrol": _looks("coordinator", f"{C16}/people/new"),
    "enrolment.import_learners": _looks("coordinator", f"{C16}/import"),
    "enrolment.import_teams": _looks("coordinator", f"{C16}/teams/import"),
    "enrolment.list_report": _looks("coordinator", f"{C16}/import/{{list}}"),
    "enrolment.teams": _looks("coordinator", f"{C14}/teams", f"{C14}/teams?kind=capstone", f"{C16}/teams"),
    "enrolment.team": _looks("coordinator", f"{C14}/teams/{{team}}", f"{C14}/teams/{{capstone_team}}"),
    "enrolment.suggestion": _looks("coordinator", f"{C16}/teams/suggestion"),
    "progress.case_file": (
        *_looks(
            "coordinator",
            f"{C14}/learners/{{place}}",
            f"{C14}/learners/{{risky}}",
            f"{C16}/learners/{{new_place}}",
        ),
        *_looks("faculty", f"{C14}/learners/{{place}}"),
    ),
    "community.new_announcement": _looks("coordinator", f"{C14}/announcements/new"),
    "community.edit_announcement": _looks("coordinator", f"{C14}/announcements/{{draft_announcement}}/edit"),
    "curriculum.programmes": _looks("director", "/programmes"),
    "curriculum.programme": (
        Look("director", "/programmes/product-leadership/1", weight=160),  # everything that a year has
    ),
    # Looking after the house
    "people.directory": _looks("admin", "/admin/people", "/admin/people?q=zzzz"),
    "people.person": _looks("admin", "/admin/people/{person}", "/admin/people/{staff_person}"),
    "people.new_person": _looks("admin", "/admin/people/new"),
    "people.audit_log": _looks("admin", "/admin/audit", "/admin/audit?verify=", "/admin/audit?action=zzzz"),
    "people.mailbox": _looks("admin", "/admin/mailbox"),
    "people.kept_mail": _looks("admin", "/admin/mailbox/{kept_mail}"),
    "people.outbox_page": _looks("admin", "/admin/outbox"),
    # The toolkit
    "style_guide.index": (Look("nobody", "/style-guide/", weight=200),),  # every component there is
    "style_guide.learner_desk": _looks("nobody", "/style-guide/learner-desk"),
    "style_guide.marking_desk": _looks("nobody", "/style-guide/marking-desk"),
    "style_guide.cohort_board": _looks("nobody", "/style-guide/cohort-board"),
    "notifications.mails": _looks("nobody", "/style-guide/mails"),
}
BROKEN = "/broken-for-the-walk"
REFUSALS = (
    Look("nobody", "/no-such-page", 404),
    Look("learner", "/no-such-page", 404),
    Look("learner", "/coordination", 403),
    Look("nobody", BROKEN, 500),
)

_DOWNLOAD = "a file to keep, not a page"
NO_PAGE = {
    "static": "files of the house",
    "status.healthz": "words for a machine",
    "status.readyz": "words for a machine",
    "people.account": "leads to the profile",
    "desks.home": "leads to one's desk",
    "people.photo": "a picture",
    "notifications.mail_sample": "a letter as mail programs show it, without our stylesheet",
    "people.my_data_file": _DOWNLOAD,
    "desks.board_csv": _DOWNLOAD,
    "live.attendance_csv": _DOWNLOAD,
    "community.participation_csv": _DOWNLOAD,
    "gradebook.gradebook_csv": _DOWNLOAD,
    "gradebook.import_template": _DOWNLOAD,
    "gradebook.evidence": _DOWNLOAD,
    "capstone.guides_csv": _DOWNLOAD,
    "capstone.project_file": _DOWNLOAD,
    "coursework.submission_file": _DOWNLOAD,
    "coursework.form_file": _DOWNLOAD,
    "community.course_participation_csv": _DOWNLOAD,
    "assessment.marks_csv": _DOWNLOAD,
    "enrolment.people_csv": _DOWNLOAD,
    "enrolment.list_errors": _DOWNLOAD,
    "enrolment.list_template": _DOWNLOAD,
}


def looks_of(who: str) -> list[tuple[str, Look]]:
    """What one of the company looks at, with the route's name."""
    everything = [*LOOKS.items(), ("refusal", REFUSALS)]
    return [(endpoint, look) for endpoint, looks in everything for look in looks if look.who == who]


def most(endpoint: str, look: Look) -> int:
    """How many kilobytes the HTML of a look may weigh."""
    usual = DESK if endpoint in DESKS else LEARNER_PAGE if look.who in LEARNERS else STAFF_PAGE
    return look.weight or usual
