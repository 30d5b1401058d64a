"""Looks at the toolkit."""

from __future__ import annotations

from tests.browser.look import Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "style_guide.index": (Look("nobody", "/style-guide/", weight=200),),  # every component there is
    "style_guide.learner_desk": looks("nobody", "/style-guide/learner-desk"),
    "style_guide.marking_desk": looks("nobody", "/style-guide/marking-desk"),
    "style_guide.cohort_board": looks("nobody", "/style-guide/cohort-board"),
    "notifications.mails": looks("nobody", "/style-guide/mails"),
}
NO_PAGE = {
    "static": "files of the house",
    "status.healthz": "words for a machine",
    "status.readyz": "words for a machine",
    "notifications.mail_sample": "a letter as mail programs show it, without our stylesheet",
}
