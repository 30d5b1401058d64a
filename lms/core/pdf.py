"""Printed matter: Typst sources of ours, filled with data handed over as JSON, never spliced into the source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "print"


def typeset(name: str, data: dict[str, Any]) -> bytes:
    """The PDF that `templates/print/<name>.typ` makes of the data: tagged, and byte for byte the same each time."""
    made: bytes = typst.compile(
        str(FOLDER / f"{name}.typ"),
        root=str(FOLDER),
        sys_inputs={"data": json.dumps(data)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return made
