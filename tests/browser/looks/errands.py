"""Looks at what takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core.db import db
from lms.core.errands import Errand
from tests.browser.look import C16, Look, looks

if TYPE_CHECKING:
    from tests.browser.company import Company

LOOKS: dict[str, tuple[Look, ...]] = {"people.errand": looks("coordinator", "/errands/{errand}")}
NO_PAGE = {"people.errand_progress": "words for the page's script"}
LONG = "Email,Name\n" + "".join(f"later{n}@example.org,Later Learner {n}\n" for n in range(401))


def prepare(company: Company) -> None:
    """A list of four hundred, asked to be carried out: no worker runs beside this walk."""
    coordinator = company.visitors["coordinator"]
    coordinator.submit(coordinator.get(f"{C16}/edit"), "form.form", seats="500")
    report = coordinator.submit(coordinator.get(f"{C16}/import"), "form.form", text=LONG)
    coordinator.submit(report, "main form.form")
    company.links["errand"] = db.session.query(Errand.public_id).order_by(Errand.id.desc()).first()[0]
