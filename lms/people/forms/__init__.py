"""The forms of this domain."""

from lms.people.forms.account import (
    BusyForm,
    NewPasswordForm,
    PasswordForm,
    PhotoForm,
    ProfileForm,
    SetUpForm,
    ZoneForm,
)
from lms.people.forms.admin import AddressForm, AuditForm, CareForm, EndRoleForm, GrantForm, NewPersonForm
from lms.people.forms.sign_in import CodeForm, FirstPasswordForm, RecoverForm, RecoveryCodeForm, SignInForm

__all__ = [
    "AddressForm",
    "AuditForm",
    "BusyForm",
    "CareForm",
    "CodeForm",
    "EndRoleForm",
    "FirstPasswordForm",
    "GrantForm",
    "NewPasswordForm",
    "NewPersonForm",
    "PasswordForm",
    "PhotoForm",
    "ProfileForm",
    "RecoverForm",
    "RecoveryCodeForm",
    "SetUpForm",
    "SignInForm",
    "ZoneForm",
]
