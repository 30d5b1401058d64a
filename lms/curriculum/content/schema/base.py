"""Field types that several schema modules share."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from lms.curriculum.content import anchors


class Strict(BaseModel):
    """Unknown keys, wrong types and empty texts are errors: a misspelt key never passes in silence."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _anchor(value: str) -> str:
    anchors.parse(value)
    return value


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""Lower-case words joined by hyphens. An id never changes once published."""
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9-]{0,7}$")]
"""What people call the thing: S7, Q1, A-1, MC3, M2."""
CompetencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")]
Line = Annotated[str, StringConstraints(min_length=2, max_length=200, pattern=r"^[^\n]+$")]
"""One line of text."""
Prose = Annotated[str, StringConstraints(min_length=10)]
"""Markdown: paragraphs, lists, emphasis, tables, links."""
AnchorText = Annotated[str, AfterValidator(_anchor)]
"""An anchor expression, see `lms.curriculum.content.anchors`."""
Minutes = Annotated[int, Field(ge=1, le=3000)]
Week = Annotated[int, Field(ge=1, le=104)]
Percent = Annotated[float, Field(ge=0, le=100)]
Fraction01 = Annotated[float, Field(ge=0, le=1)]
Path = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9/.-]*\.(md|yaml)$")]
"""A file beside the one that names it."""
