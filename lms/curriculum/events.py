"""What happened to programmes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ProgrammePublished:
    """A new version of a programme can be used by new cohorts."""

    programme_id: int
    version_id: int
