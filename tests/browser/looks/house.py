"""Looks at the pages of those who look after the house."""

from __future__ import annotations

from tests.browser.look import Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "people.directory": looks("admin", "/admin/people", "/admin/people?q=zzzz"),
    "people.person": looks("admin", "/admin/people/{person}", "/admin/people/{staff_person}"),
    "people.new_person": looks("admin", "/admin/people/new"),
    "people.audit_log": looks("admin", "/admin/audit", "/admin/audit?verify=", "/admin/audit?action=zzzz"),
    "people.mailbox": looks("admin", "/admin/mailbox"),
    "people.kept_mail": looks("admin", "/admin/mailbox/{kept_mail}"),
    "people.outbox_page": looks("admin", "/admin/outbox"),
}
