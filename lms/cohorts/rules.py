"""Pure decisions about cohorts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from zoneinfo import available_timezones

from lms.core.errors import Refusal


class CohortRefusal(Refusal):
    """Why a cohort is refused."""

    SLUG_TAKEN = "Another cohort has the short name “{slug}”. Choose another."
    BAD_SLUG = "A short name has lower-case letters, digits and hyphens, 3 to 40 of them."
    UNKNOWN_ZONE = "“{zone}” is not an IANA time zone. Choose one from the list."
    IN_THE_PAST = "A cohort starts today or later."
    BAD_BREAKS = "Breaks are calendar weeks from 2 to {weeks}, and as many as the programme plans ({count})."
    ALREADY_STAFF = "{name} already has this task."
    NOT_STAFF = "That person does not have this task."


def slug_of(name: str) -> str:
    """A short name for the address bar, from a name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]


def why_not_create(
    *,
    slug: str,
    taken: bool,
    zone: str,
    starts_on: dt.date,
    today: dt.date,
    breaks: list[int],
    planned: int,
    weeks: int,
) -> tuple[CohortRefusal, dict[str, object]] | None:
    """Why a cohort with these facts is refused, or None."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or not 3 <= len(slug) <= 40:
        return CohortRefusal.BAD_SLUG, {}
    if taken:
        return CohortRefusal.SLUG_TAKEN, {"slug": slug}
    if zone not in available_timezones():
        return CohortRefusal.UNKNOWN_ZONE, {"zone": zone}
    if starts_on < today:
        return CohortRefusal.IN_THE_PAST, {}
    if len(set(breaks)) != planned or any(not 2 <= week <= weeks for week in breaks):
        return CohortRefusal.BAD_BREAKS, {"weeks": weeks, "count": planned}
    return None
