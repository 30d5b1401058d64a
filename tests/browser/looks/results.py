"""Looks at the pages of marks and results: grid, boards, complaints, lists."""

from __future__ import annotations

from tests.browser.look import C14, C15, C16, DOWNLOAD, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "gradebook.gradebook": (
        *looks("faculty", f"{C14}/gradebook"),
        Look(
            "faculty", f"{C14}/gradebook?show=everything", weight=300
        ),  # 60 learners by everything that is marked
        *looks("coordinator", f"{C16}/gradebook"),
    ),
    "gradebook.cell": looks("faculty", f"{C14}/gradebook/cells/{{place}}/a-1"),
    "gradebook.course": looks("faculty", f"{C14}/gradebook/core"),
    "gradebook.boards": (*looks("coordinator", f"{C14}/boards"), *looks("coordinator", f"{C16}/boards")),
    "gradebook.board": looks("coordinator", f"{C14}/boards/{{board}}", f"{C14}/boards/{{board_called}}"),
    "gradebook.board_item": looks(
        "faculty", f"{C14}/boards/{{board}}/items/1", f"{C14}/boards/{{board_called}}/items/1"
    ),
    "gradebook.minutes": looks("director", f"{C14}/boards/{{board}}/minutes"),
    "gradebook.complaint": looks("coordinator", f"{C14}/complaints/{{mark_complaint}}"),
    "gradebook.import_marks": looks("coordinator", f"{C14}/gradebook-import"),
    "gradebook.statistics": looks(
        "faculty", f"{C14}/gradebook/statistics", f"{C14}/gradebook/statistics?item=a-1"
    ),
    "gradebook.my_results": looks("learner", f"{C14}/results"),
    "gradebook.learner_results": looks("faculty", f"{C14}/learners/{{place}}/results"),
    "gradebook.new_external": looks("faculty", f"{C14}/learners/{{place}}/external-results/new"),
    "gradebook.external_results": (
        *looks("faculty", f"{C14}/external-results"),
        *looks("faculty", f"{C15}/external-results"),
    ),
    "gradebook.import_results": looks("coordinator", f"{C14}/external-results/import"),
    "gradebook.preview_import": looks("coordinator", f"{C14}/external-results/import/{{import}}"),
}
NO_PAGE = {
    "gradebook.gradebook_csv": DOWNLOAD,
    "gradebook.minutes_csv": DOWNLOAD,
    "gradebook.minutes_pdf": DOWNLOAD,
    "gradebook.import_template": DOWNLOAD,
    "gradebook.evidence": DOWNLOAD,
    "gradebook.marks_sheet": DOWNLOAD,
    "gradebook.review": "for the one who was asked: by a notice; tests of complaints look at it",
    "gradebook.preview_marks": "of a list that was brought; like the preview of results from elsewhere",
}
