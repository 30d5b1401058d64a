"""The channels of what is urgent: devices and text messages. Each is a row of the outbox, said outside by `jobs`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from lms.core import ids, outbox
from lms.core.db import db, insert_ignoring, locked
from lms.notifications import queries, rules
from lms.notifications.models import Delivery, PushDevice
from lms.notifications.queries import Recipient
from lms.notifications.rules import By, DeliveryState, Ending, Ways, webpush
from lms.notifications.rules import links as signed_links

if TYPE_CHECKING:
    from lms.notifications.actions.telling import Message

_secrets: dict[str, str] = {}


def configure(*, secret: str, push_secret: str, texts: bool) -> None:
    """Say what links are signed with, what push services know us by, and whether there is a gateway for texts."""
    key = webpush.encoded(webpush.point(webpush.installation_key(push_secret)))
    _secrets.update(secret=secret, push_key=key, texts="yes" if texts else "")


def push_key() -> str:
    """The public key that a browser is given when it allows our messages."""
    return _secrets["push_key"]


def sends_texts() -> bool:
    """Whether this installation can send text messages."""
    return bool(_secrets.get("texts"))


def signed_ending(ending: Ending) -> str:
    """The token of a link that ends mails."""
    return signed_links.signed(ending, _secrets["secret"])


def read_ending(token: str) -> Ending | None:
    """What such a token ends, or None."""
    return signed_links.read(token, _secrets["secret"])


def signed_arrival(delivery: str) -> str:
    """What a device says back when a message arrived."""
    return signed_links.arrived(delivery, _secrets["secret"])


def read_arrival(token: str) -> str:
    """The delivery that arrived, or empty."""
    return signed_links.read_arrived(token, _secrets["secret"])


@dataclass(frozen=True, slots=True)
class Going:
    """One message on its way to one person."""

    who: Recipient
    message: Message
    telling_id: int
    ways: Ways
    habits: queries.Habits | None = None

    def waits_until(self, now: dt.datetime) -> dt.datetime | None:
        """When it may go out; None: at once."""
        if not self.ways.waits or self.habits is None:
            return None
        return rules.quiet_until(self.habits.quiet, self.who.zone, now)


def delivery(
    one: Going,
    by: By,
    state: DeliveryState,
    now: dt.datetime,
    *,
    mail_id: int | None = None,
    why: str = "",
) -> dict[str, Any]:
    """The row of one channel."""
    return {
        "public_id": ids.public_id(),
        "telling_id": one.telling_id,
        "person_id": one.who.person_id,
        "channel": by,
        "state": state,
        "mail_id": mail_id,
        "at": now,
        "reference": "",
        "why": why,
    }


def carry(going: Sequence[Going], *, now: dt.datetime) -> None:
    """Queue what goes to devices and telephones: to those who have one, in their hours."""
    pushed = _with(going, "push", queries.with_devices)
    texted = _with(going, "text", queries.with_confirmed_phones) if sends_texts() else []
    found = [(one, By.PUSH) for one in pushed] + [(one, By.GATEWAY) for one in texted]
    if not found:
        return
    done = outbox.sealed.get()
    rows = [delivery(one, by, DeliveryState.SENT if done else DeliveryState.QUEUED, now) for one, by in found]
    insert_ignoring(Delivery.__table__, rows)
    outbox.enqueue_all(
        [
            outbox.Effect(
                kind=by.value,
                dedupe_key=f"{by.value}:{one.telling_id}:{one.who.person_id}",
                payload={"telling_id": one.telling_id, "person_id": one.who.person_id},
                run_at=one.waits_until(now),
            )
            for one, by in found
        ],
        now=now,
    )


def _with(going: Sequence[Going], way: str, having: Any) -> list[Going]:
    wanted = [one for one in going if getattr(one.ways, way)]
    have = having([one.who.person_id for one in wanted]) if wanted else frozenset()
    return [one for one in wanted if one.who.person_id in have]


# What the channels report -------------------------------------------------------------------------------------------


def report(
    telling_id: int,
    person_id: int,
    by: By,
    state: DeliveryState,
    *,
    now: dt.datetime,
    reference: str = "",
    why: str = "",
) -> None:
    """Write down how far a message got; reports may come in any order."""
    row = db.session.scalar(
        sa.select(Delivery)
        .where(Delivery.telling_id == telling_id, Delivery.person_id == person_id, Delivery.channel == by)
        .with_for_update()
    )
    if row is not None:
        _note(row, state, now, reference, why)


def report_by_id(public_id: str, state: DeliveryState, *, now: dt.datetime, why: str = "") -> bool:
    """The same by the id that went along; returns whether there is such a message."""
    found = db.session.scalar(sa.select(Delivery.id).where(Delivery.public_id == public_id))
    row: Delivery | None = locked(Delivery, found) if found else None
    if row is None or row.channel not in (By.PUSH, By.GATEWAY):
        return False
    _note(row, state, now, "", why)
    return True


def _note(row: Delivery, state: DeliveryState, now: dt.datetime, reference: str, why: str) -> None:
    reached = rules.after(row.state, state)
    if reached is not row.state:
        row.state, row.at, row.why = reached, now, " ".join(why.split())[:200]
    row.reference = reference[:120] or row.reference
    db.session.flush()


NO_REPORT = "the provider never said whether it arrived"
NOT_HANDED_OVER = "it could not be handed over"


def settle_texts(waits: dt.timedelta, *, now: dt.datetime) -> int:
    """Give up waiting: a text whose report never came is not known to have arrived, and what was never handed over
    was not reached. Returns how many that are.

    A report that comes later still counts. Who was told stands on the call list by the rule as before.
    """
    old = Delivery.at <= now - waits
    unknown = cast(
        "sa.CursorResult[Any]",
        db.session.execute(
            sa.update(Delivery)
            .where(Delivery.channel == By.GATEWAY, Delivery.state == DeliveryState.SENT, old)
            .values(state=DeliveryState.UNKNOWN, at=now, why=NO_REPORT)
        ),
    ).rowcount
    rows = db.session.execute(
        sa.select(Delivery.id, Delivery.telling_id, Delivery.person_id, Delivery.channel).where(
            Delivery.channel.in_([By.GATEWAY, By.PUSH]), Delivery.state == DeliveryState.QUEUED, old
        )
    ).all()
    keys = {f"{row.channel.value}:{row.telling_id}:{row.person_id}": row.id for row in rows}
    lost = sorted(keys[key] for key in keys.keys() - outbox.under_way(keys))
    if lost:
        db.session.execute(
            sa.update(Delivery)
            .where(Delivery.id.in_(lost))
            .values(state=DeliveryState.FAILED, at=now, why=NOT_HANDED_OVER)
        )
    return unknown + len(lost)


def forget_devices(device_ids: Sequence[int]) -> None:
    """Remove devices that do not listen any more."""
    if device_ids:
        db.session.execute(sa.delete(PushDevice).where(PushDevice.id.in_(device_ids)))
