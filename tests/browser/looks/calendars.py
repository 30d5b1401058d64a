"""Looks at one's calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.look import DOWNLOAD, Look, looks

if TYPE_CHECKING:
    from tests.browser.company import Company

LOOKS: dict[str, tuple[Look, ...]] = {
    "integrations.calendar": (
        *looks("learner", "/account/calendar"),
        *looks("stranger", "/account/calendar"),
        *looks("faculty", "/account/calendar"),
        *looks("coordinator", "/account/calendar"),
    ),
}
NO_PAGE = {
    "integrations.feed": "what calendar programs fetch",
    "integrations.session_file": DOWNLOAD,
}


def prepare(company: Company) -> None:
    """Faculty have an address that nothing has fetched yet."""
    faculty = company.visitors["faculty"]
    faculty.submit(faculty.get("/account/calendar"), 'form[action$="/calendar/address"]')
