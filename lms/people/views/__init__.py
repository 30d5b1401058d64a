"""Pages of `people`, and those of signing in."""

from lms.people.views import (
    account,
    directory,
    errands,
    invitations,
    mail_samples,
    operations,
    own_security,
    settings,
    sign_in,
)
from lms.people.views.frame import bp

blueprints = (bp, sign_in.bp)

__all__ = [
    "account",
    "blueprints",
    "bp",
    "directory",
    "errands",
    "invitations",
    "mail_samples",
    "operations",
    "own_security",
    "settings",
    "sign_in",
]
