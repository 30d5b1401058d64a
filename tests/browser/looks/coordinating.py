"""Looks at the pages of those who coordinate."""

from __future__ import annotations

from tests.browser.look import C14, C15, C16, DOWNLOAD, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "desks.coordination": (*looks("coordinator", "/coordination"), *looks("director", "/coordination")),
    "desks.board": (
        *looks("coordinator", f"{C14}/board", f"{C14}/board?find=zzzz", f"{C15}/board", f"{C16}/board"),
        *looks("director", f"{C14}/board"),
    ),
    "cohorts.overview": (*looks("coordinator", f"{C14}/overview", f"{C16}/overview"),),
    "cohorts.edit": looks("coordinator", f"{C16}/edit"),
    "cohorts.sections": looks("coordinator", f"{C16}/sections"),
    "cohorts.state": looks("coordinator", f"{C16}/state/closed"),
    "cohorts.staff": looks("coordinator", f"{C14}/staff", f"{C14}/staff?q=an"),
    "cohorts.staff_member": looks("coordinator", f"{C14}/staff/{{staff_person}}"),
    "scheduling.new_cohort": looks("coordinator", "/cohorts/new"),
    "scheduling.plan": (
        Look("coordinator", f"{C15}/plan", weight=200),  # every date of a year
        *looks("coordinator", f"{C15}/plan?kind=quiz"),
        Look("faculty", f"{C15}/plan", weight=200),
    ),
    "scheduling.calendar": looks("coordinator", f"{C15}/calendar", f"{C16}/calendar"),
    "scheduling.remove_section": looks("coordinator", f"{C16}/sections/B/remove"),
    "scheduling.item": looks("coordinator", f"{C15}/plan/s30", f"{C15}/plan/s1", f"{C14}/plan/{{override}}"),
    "scheduling.change": looks(
        "coordinator", f"{C15}/plan/s31/change?act=cancel", f"{C15}/plan/s31/change?act=move&{{move}}"
    ),
    "scheduling.releases": looks("coordinator", f"{C15}/releases", f"{C16}/releases"),
    "scheduling.undo": looks("coordinator", f"{C15}/releases/undo?number=2"),
    "enrolment.people": (
        *looks("coordinator", f"{C14}/people", f"{C14}/people?find=zzzz", f"{C16}/people"),
        *looks("faculty", f"{C14}/people"),
    ),
    "enrolment.place": looks(
        "coordinator",
        f"{C14}/people/{{place}}",
        f"{C14}/people/{{on_leave}}",
        f"{C14}/people/{{withdrawn}}",
        f"{C16}/people/{{new_place}}",
    ),
    "enrolment.change": looks(
        "coordinator",
        f"{C14}/people/{{place}}/leave",
        f"{C14}/people/{{place}}/withdraw",
        f"{C14}/people/{{on_leave}}/return",
    ),
    "enrolment.seat": looks("coordinator", f"{C14}/people/{{place}}/seat"),
    "enrolment.enrol": looks("coordinator", f"{C16}/people/new"),
    "enrolment.import_learners": looks("coordinator", f"{C16}/import"),
    "enrolment.import_teams": looks("coordinator", f"{C16}/teams/import"),
    "enrolment.list_report": looks("coordinator", f"{C16}/import/{{list}}"),
    "enrolment.teams": looks("coordinator", f"{C14}/teams", f"{C14}/teams?kind=capstone", f"{C16}/teams"),
    "enrolment.team": looks("coordinator", f"{C14}/teams/{{team}}", f"{C14}/teams/{{capstone_team}}"),
    "enrolment.suggestion": looks("coordinator", f"{C16}/teams/suggestion"),
    "progress.case_file": (
        *looks(
            "coordinator",
            f"{C14}/learners/{{place}}",
            f"{C14}/learners/{{risky}}",
            f"{C16}/learners/{{new_place}}",
        ),
        *looks("faculty", f"{C14}/learners/{{place}}"),
    ),
    "community.new_announcement": looks("coordinator", f"{C14}/announcements/new"),
    "community.edit_announcement": looks("coordinator", f"{C14}/announcements/{{draft_announcement}}/edit"),
    "curriculum.programmes": looks("director", "/programmes"),
    "curriculum.programme": (
        Look("director", "/programmes/product-leadership/1", weight=160),  # everything that a year has
    ),
}
NO_PAGE = {
    "desks.home": "leads to one's desk",
    "desks.board_csv": DOWNLOAD,
    "enrolment.people_csv": DOWNLOAD,
    "enrolment.list_errors": DOWNLOAD,
    "enrolment.list_template": DOWNLOAD,
}
