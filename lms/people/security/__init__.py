"""The adapter to Flask-Security: it brings hashing, signed links, the authenticator's codes and the session's cookie.

Its own views are not used: ours (views/sign_in.py) do the same work inside one unit of work, with guards, in constant
statements for known and unknown addresses, and never let a session begin before the second factor. A sign-in is one
row of `account_session`, named by a secret word in the session cookie, so that it can be listed and revoked.
"""

from lms.people.security.attempts import (
    Pending,
    Proof,
    account_by_code,
    address,
    may_ask,
    pending,
    prove_own_password,
    prove_password,
    remember_pending,
)
from lms.people.security.extension import (
    RECOVERY_HOURS,
    account_of_link,
    check_password,
    codes,
    config,
    hash_password,
    init_app,
    new_recovery_codes,
    vault,
)
from lms.people.security.sessions import TOKEN, begin, bind, end, load_actor

__all__ = [
    "RECOVERY_HOURS",
    "TOKEN",
    "Pending",
    "Proof",
    "account_by_code",
    "account_of_link",
    "address",
    "begin",
    "bind",
    "check_password",
    "codes",
    "config",
    "end",
    "hash_password",
    "init_app",
    "load_actor",
    "may_ask",
    "new_recovery_codes",
    "pending",
    "prove_own_password",
    "prove_password",
    "remember_pending",
    "vault",
]
