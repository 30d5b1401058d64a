"""Looks at one's account."""

from __future__ import annotations

from tests.browser.look import DOWNLOAD, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "people.profile": (*looks("learner", "/account/profile"), *looks("stranger", "/account/profile")),
    "people.zone": looks("learner", "/account/zone", "/account/zone?q=lon", "/account/zone?zone=Asia/Tokyo"),
    "people.busy_dates": (
        *looks("faculty", "/account/busy-dates"),
        *looks("stranger", "/account/busy-dates"),
    ),
    "people.busy_date": looks("faculty", "/account/busy-dates/{busy}"),
    "people.my_data": looks("learner", "/account/data"),
    "people.own_security": (*looks("learner", "/account/security"), *looks("careful", "/account/security")),
    "people.begin_authenticator": looks("learner", "/account/security/authenticator"),
    "people.set_up_authenticator": looks("setting up", "/account/security/authenticator/set-up"),
    "people.end_authenticator": looks("careful", "/account/security/authenticator/off"),
    "people.recovery_codes": looks("careful", "/account/security/recovery-codes"),
    "people.change_password": looks("learner", "/account/security/password"),
    "people.sign_ins": looks("learner", "/account/sign-ins"),
    "notifications.choices": (
        *looks("learner", "/account/notifications"),
        *looks("admin", "/account/notifications"),
    ),
    "notifications.inbox": (
        *looks("learner", "/notices", "/notices?unread="),
        *looks("stranger", "/notices"),
        *looks("coordinator", "/notices"),
    ),
}
NO_PAGE = {
    "people.account": "leads to the profile",
    "people.photo": "a picture",
    "people.my_data_file": DOWNLOAD,
}
