"""What happens while nobody asks: digests, messages to devices, text messages."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.community import actions as community
from lms.core import calls, errands, mail, outbox
from lms.core.db import db
from lms.core.errands import Ended, GoesOn, Teller
from lms.core.jobs import periodic
from lms.notifications import actions, queries
from lms.notifications.models import Delivery, Notice
from lms.notifications.queries import Device
from lms.notifications.rules import By, DeliveryState, gateway, webpush
from lms.notifications.subscribers import parts

_settings: dict[str, str] = {"gateway_url": "", "gateway_secret": "", "push_secret": "", "contact": ""}  # nosec B105: names of settings
GONE = (404, 410)
"""What a push service answers for a device that does not listen any more."""
HOLDS = "43200"
"""Seconds for which a push service keeps a message for a device that is off: half a day."""


_waits = {"report": dt.timedelta(hours=2)}


def configure(
    *, gateway_url: str, gateway_secret: str, push_secret: str, contact: str, report_minutes: int = 120
) -> None:
    """Say where text messages go, by which key and address push services know us, and how long reports may take."""
    _settings.update(
        gateway_url=gateway_url, gateway_secret=gateway_secret, push_secret=push_secret, contact=contact
    )
    _waits["report"] = dt.timedelta(minutes=report_minutes)


# Very many ----------------------------------------------------------------------------------------------------------


@errands.does(community.TELLS)
def tell_very_many(
    payload: dict[str, Any], _owner_id: int, _teller: Teller, now: dt.datetime
) -> Ended | GoesOn:
    """Tell the next few hundred of those whom an announcement goes to."""
    return parts.tell_next(payload, now)


# Digests ------------------------------------------------------------------------------------------------------------


@periodic("digests", every=5)
def digests_due(payload: dict[str, Any], now: dt.datetime) -> None:
    """Queue the digests whose hour has come."""
    actions.queue_digests(slot=int(payload["slot"]), now=now)


@outbox.handles("digests")
def write_digests(payload: dict[str, Any], now: dt.datetime) -> None:
    """Write a batch of them."""
    actions.write_digests(payload["people"], now=now)


# What cannot wait ---------------------------------------------------------------------------------------------------


@periodic("urgent", every=5)
def what_cannot_wait(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Tell of rounds that close within two hours, and coordinators of people who were not reached."""
    actions.tell_of_rounds_that_close(now=now)
    actions.tell_of_call_lists(now=now)


@periodic("reports", every=10)
def reports_that_never_come(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Say of texts that nobody will tell whether they arrived."""
    actions.settle_texts(_waits["report"], now=now)


# Devices ------------------------------------------------------------------------------------------------------------


@dataclass
class Push:
    """One message to every device of one person."""

    telling_id: int
    person_id: int
    delivery: str
    devices: list[Device]
    body: bytes
    urgent: bool
    at: dt.datetime
    gone: list[int] = field(default_factory=list)
    taken: int = 0
    why: str = ""

    def send(self) -> None:
        """Hand it to each device's push service; what fails on every device is tried again by the outbox."""
        for device in self.devices:
            try:
                self._to(device)
            except (calls.NotCalled, ValueError) as failure:
                self.why = str(failure)
        if not self.taken and len(self.gone) < len(self.devices):
            raise calls.NotCalled(self.why or "no push service took it")

    def _to(self, device: Device) -> None:
        key = webpush.installation_key(_settings["push_secret"])
        answer = calls.post(
            device.endpoint,
            webpush.encrypted(self.body, public_key=device.public_key, secret=device.secret),
            {
                "Authorization": webpush.authorization(
                    device.endpoint, key=key, contact=_settings["contact"], now=self.at
                ),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": HOLDS,
                "Urgency": "high" if self.urgent else "normal",
                "Topic": hashlib.sha256(self.delivery.encode()).hexdigest()[:32],
            },
        )
        if answer.status in GONE:
            self.gone.append(device.id)
        elif 200 <= answer.status < 300:
            self.taken += 1
        else:
            self.why = f"the push service answered {answer.status}"

    def note(self, now: dt.datetime) -> None:
        """Write down that it was taken, or that no device listens; dead devices are removed."""
        actions.forget_devices(self.gone)
        state = DeliveryState.SENT if self.taken else DeliveryState.FAILED
        why = "" if self.taken else "no device of theirs listens any more"
        actions.report(self.telling_id, self.person_id, By.PUSH, state, now=now, why=why)


@outbox.calls(By.PUSH.value)
def push(payload: dict[str, Any], now: dt.datetime) -> Push | None:
    """Prepare a message to the devices of one person; the words are those of the notice as it is now."""
    found = _found(payload, By.PUSH)
    if found is None:
        return None
    delivery, notice = found
    said = {
        "title": notice.title,
        "link": notice.link or "/notices",
        "tag": delivery.public_id,
        "told": mail.path_to("notifications.arrived", token=actions.signed_arrival(delivery.public_id)),
        "urgent": notice.urgent,
    }
    return Push(
        telling_id=delivery.telling_id,
        person_id=delivery.person_id,
        delivery=delivery.public_id,
        devices=queries.devices_of(delivery.person_id),
        body=json.dumps(said, ensure_ascii=False).encode(),
        urgent=notice.urgent,
        at=now,
    )


def _found(payload: dict[str, Any], by: By) -> tuple[Delivery, Notice] | None:
    """What is to be said, unless it was said or read meanwhile."""
    row = db.session.execute(
        sa.select(Delivery, Notice)
        .join(
            Notice,
            sa.and_(Notice.telling_id == Delivery.telling_id, Notice.person_id == Delivery.person_id),
        )
        .where(
            Delivery.telling_id == payload["telling_id"],
            Delivery.person_id == payload["person_id"],
            Delivery.channel == by,
            Delivery.state == DeliveryState.QUEUED,
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


# Text messages ------------------------------------------------------------------------------------------------------


@dataclass
class Text:
    """One text message, through the gateway."""

    key: str
    to: str
    text: str
    at: dt.datetime
    telling_id: int = 0
    person_id: int = 0
    reference: str = ""

    def send(self) -> None:
        """Call the gateway; the key makes it send once however often it is called."""
        call = gateway.text_call(
            self.key, to=self.to, text=self.text, at=self.at, secret=_settings["gateway_secret"]
        )
        answer = calls.post(_settings["gateway_url"], call.body, call.headers, trusted=True)
        if not 200 <= answer.status < 300:
            raise calls.NotCalled(f"the gateway answered {answer.status}")
        try:
            said = json.loads(answer.body or b"{}")
        except ValueError:
            said = {}
        self.reference = str(said.get("id", "")) if isinstance(said, dict) else ""

    def note(self, now: dt.datetime) -> None:
        """Write down that the provider took it; whether it arrived it reports later."""
        if self.telling_id:
            actions.report(
                self.telling_id,
                self.person_id,
                By.GATEWAY,
                DeliveryState.SENT,
                now=now,
                reference=self.reference,
            )


@outbox.calls(By.GATEWAY.value)
def text(payload: dict[str, Any], now: dt.datetime) -> Text | None:
    """Prepare a text message: the notice's title and where to read on."""
    found = _found(payload, By.GATEWAY)
    phone = queries.phone_of(payload["person_id"])
    if found is None or phone is None or phone.confirmed_at is None or phone.texts_asked_at is None:
        return None
    delivery, notice = found
    words = f"{notice.title}. {mail.link(notice.link or '/notices')}"
    return Text(
        key=delivery.public_id,
        to=phone.number,
        text=words,
        at=now,
        telling_id=delivery.telling_id,
        person_id=delivery.person_id,
    )


@outbox.calls("phone code")
def phone_code(payload: dict[str, Any], now: dt.datetime) -> Text:
    """Prepare the text with the code that confirms a number."""
    words = f"{payload['code']} is your code for Cadre. It holds for 15 minutes."
    return Text(key=payload["key"], to=payload["to"], text=words, at=now)
