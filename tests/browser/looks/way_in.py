"""Looks at the way in."""

from __future__ import annotations

from tests.browser.look import Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "security.login": looks("nobody", "/login"),
    "security.second_factor": looks("half", "/login/code"),
    "security.recovery_code": looks("half", "/login/recovery-code"),
    "security.forgot_password": looks("nobody", "/reset", "/reset?sent=yes"),
    "security.reset_password": (Look("nobody", "/reset/{reset}"), Look("nobody", "/reset/old", 410)),
    "people.accept_invitation": (
        Look("nobody", "/invitation/{invitation}"),
        Look("nobody", "/invitation/old", 410),
    ),
}
