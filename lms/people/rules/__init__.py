"""Pure decisions about persons: who asks, names and addresses, passwords, lock-out, grants, busy dates, zones."""

from lms.people.rules.accounts import (
    PasswordRefusal,
    SignInRefusal,
    address_key,
    device,
    email_key,
    key,
    paused_for,
    plain_recovery_code,
    second_factor_key,
    why_not_password,
)
from lms.people.rules.actor import STAFF, Actor, Role
from lms.people.rules.grants import (
    INSTITUTION_ROLES,
    GrantRefusal,
    grantable,
    rank,
    why_not_change_grant,
    why_not_grant,
    why_not_manage,
)
from lms.people.rules.names import EmailRefusal, clean, initials_of, normal_email, sort_name, why_not_email
from lms.people.rules.profile import (
    BusyRefusal,
    Days,
    InvitationRefusal,
    SettingsRefusal,
    why_not_busy,
    why_not_invite,
)

__all__ = [
    "INSTITUTION_ROLES",
    "STAFF",
    "Actor",
    "BusyRefusal",
    "Days",
    "EmailRefusal",
    "GrantRefusal",
    "InvitationRefusal",
    "PasswordRefusal",
    "Role",
    "SettingsRefusal",
    "SignInRefusal",
    "address_key",
    "clean",
    "device",
    "email_key",
    "grantable",
    "initials_of",
    "key",
    "normal_email",
    "paused_for",
    "plain_recovery_code",
    "rank",
    "second_factor_key",
    "sort_name",
    "why_not_busy",
    "why_not_change_grant",
    "why_not_email",
    "why_not_grant",
    "why_not_invite",
    "why_not_manage",
    "why_not_password",
]
