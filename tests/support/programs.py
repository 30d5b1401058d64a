"""Programs of other people that read what Cadre writes: where they are, or why a test that needs one is skipped."""

from __future__ import annotations

import os
import shutil

import pytest

REQUIRED = "REQUIRE_CALENDAR_CLIENTS"


def calendar_client(name: str) -> str:
    """Return the path of a calendar program.

    Without it the test is skipped; where REQUIRE_CALENDAR_CLIENTS=1 says that there must be one, it fails.
    """
    found = shutil.which(name)
    if found:
        return found
    why = f"there is no {name} on this machine; install the package {name}"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{REQUIRED}=1, but {why}", pytrace=False)
    pytest.skip(why)
