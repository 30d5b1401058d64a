"""Devices and text messages: what goes out, what comes back, never twice; against local doubles."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec

from lms.core import calls, clock
from lms.core.db import db
from lms.core.outbox import OutboxRow, OutboxState
from lms.core.uow import unit_of_work
from lms.notifications import actions, queries
from lms.notifications.actions import NumberWanted, Subscription
from lms.notifications.models import Delivery
from lms.notifications.rules import By, DeliveryState, gateway, webpush
from tests.factories import world
from tests.notifications.doubles import SECRET, device_of, drained, phone_of, states, told

# Devices ------------------------------------------------------------------------------------------------------------


def test_the_encryption_is_that_of_the_rfc():
    """The example of RFC 8291, section 5 and appendix A."""
    sender = ec.derive_private_key(
        int.from_bytes(webpush.decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    body = webpush.encrypted(
        b"When I grow up, I want to be a watermelon",
        public_key="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        secret="BTBZMqHH6r4Tts7J_aSIgg",
        sender=sender,
        salt=webpush.decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert webpush.encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@pytest.mark.db
def test_an_urgent_message_goes_to_a_device_which_says_that_it_came(visitor, rhea, double):
    device_of(rhea, double)
    told(rhea)
    told(rhea, title="Not urgent", urgent=False, key="test:2")
    drained()
    ((path, headers, body),) = double.got
    assert path == "/push/1"
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Urgency"] == "high"
    assert headers["Authorization"].startswith("vapid t=")
    assert b"does not take place" not in body, "nobody on the way reads it"
    assert states() == {By.PUSH: DeliveryState.SENT}
    delivery = db.session.scalar(sa.select(Delivery.public_id).where(Delivery.channel == By.PUSH))
    token = actions.signed_arrival(delivery)
    assert visitor.client.post(f"/push/{token}").status_code == 204
    assert states() == {By.PUSH: DeliveryState.DELIVERED}
    assert visitor.client.post(f"/push/{token}x").status_code == 404


def test_a_device_that_listens_no_more_is_removed_and_the_person_is_not_reached(rhea, double):
    device_of(rhea, double)
    double.status = 410
    told(rhea)
    drained()
    assert states() == {By.PUSH: DeliveryState.FAILED}
    assert queries.devices_of(rhea.id) == []


def test_a_push_service_that_is_down_is_tried_again_and_nothing_goes_twice(rhea, double):
    device_of(rhea, double)
    double.status = 503
    told(rhea)
    drained()
    row = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.kind == "push")).one()
    assert (row.state, row.attempts) == (OutboxState.QUEUED, 1)
    double.status = 201
    with clock.at(clock.now() + dt.timedelta(minutes=1)):
        drained()
    with unit_of_work():
        db.session.execute(sa.update(OutboxRow).values(state=OutboxState.QUEUED))
    drained()
    assert len(double.got) == 2
    assert states() == {By.PUSH: DeliveryState.SENT}


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/x",
        "ftp://push.example/x",
        "https://user@push.example/x",
        "https:///x",
        "https://push.example/" + "x" * 1000,
    ],
)
def test_an_address_that_no_push_service_has_is_refused(endpoint):
    key = webpush.encoded(webpush.point(ec.generate_private_key(ec.SECP256R1())))
    assert webpush.is_device("https://push.example/x", key, webpush.encoded(b"0" * 16))
    assert not webpush.is_device(endpoint, key, webpush.encoded(b"0" * 16))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1",
     "0.0.0.0", "100.64.0.1", "224.0.0.1", "2002:7f00:1::"],
)  # fmt: skip
def test_private_addresses_are_never_called(address):
    assert not calls.is_public(address)


def test_a_name_that_means_this_machine_is_not_called():
    for url in ("https://localhost/x", "https://127.0.0.1/x", "http://127.0.0.1/x"):
        with pytest.raises(calls.NotCalled):
            calls.post(url, b"", {})


def test_somebody_elses_device_is_not_theirs_to_remove(visit, rhea, sanjay, double):
    device_of(rhea, double)
    (device,) = queries.devices_of(rhea.id)
    page = visit(rhea).get("/account/notifications")
    assert "Firefox on Android" in page.text("#devices-title ~ ul")
    other = visit(sanjay)
    token = other.get("/account/notifications").soup.select_one("input[name=csrf_token]")["value"]
    other.open("POST", f"/account/notifications/devices/{device.public_id}", data={"csrf_token": token})
    assert len(queries.devices_of(rhea.id)) == 1
    hers = visit(rhea)
    hers.submit(hers.get("/account/notifications"), f"form[action$='{device.public_id}']")
    assert queries.devices_of(rhea.id) == []


def test_the_same_device_given_again_is_theirs_who_is_signed_in_there(rhea, sanjay):
    key = webpush.encoded(webpush.point(ec.generate_private_key(ec.SECP256R1())))
    given = Subscription(
        endpoint="https://push.example/1", public_key=key, secret=webpush.encoded(b"0" * 16), name="Firefox"
    )
    for who in (rhea, rhea, sanjay):
        with unit_of_work() as work:
            actions.add_device(given, actor=world.actor(who), now=work.now)
    assert queries.devices_of(rhea.id) == []
    assert len(queries.devices_of(sanjay.id)) == 1


# Text messages ------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_an_urgent_message_goes_through_the_gateway_signed_and_once(rhea, with_texts):
    phone_of(rhea)
    with_texts.body = b'{"id": "provider-7"}'
    told(rhea)
    drained()
    ((path, headers, body),) = with_texts.got
    said = json.loads(body)
    assert (path, said["to"]) == ("/texts", "+971501234567")
    assert said["text"].startswith("S5 does not take place. http")
    assert headers["Idempotency-Key"] == said["id"]
    now = clock.now()
    stamp, given = headers["Cadre-Timestamp"], headers["Cadre-Signature"]
    assert gateway.is_signed(body, stamp=stamp, given=given, secret=SECRET, now=now)
    assert not gateway.is_signed(body + b" ", stamp=stamp, given=given, secret=SECRET, now=now)
    later = now + dt.timedelta(minutes=6)
    assert not gateway.is_signed(body, stamp=stamp, given=given, secret=SECRET, now=later)
    row = db.session.scalars(sa.select(Delivery).where(Delivery.channel == By.GATEWAY)).one()
    assert (row.state, row.reference) == (DeliveryState.SENT, "provider-7")


def test_without_configuration_no_text_goes(rhea, double):
    phone_of(rhea)
    told(rhea)
    drained()
    assert double.got == []
    assert states() == {}


def reported(client, delivery, state, secret=SECRET, at=None):
    at = at or clock.now()
    body = json.dumps({"id": delivery, "state": state, "why": "switched off"}).encode()
    headers = {
        "Cadre-Timestamp": str(int(at.timestamp())),
        "Cadre-Signature": gateway.signature(body, at=at, secret=secret),
    }
    return client.post("/gateway/reports", data=body, headers=headers).status_code


def test_the_gateway_reports_back_and_only_the_gateway(app, visitor, rhea, with_texts, monkeypatch):
    monkeypatch.setitem(
        app.extensions, "settings", app.extensions["settings"].model_copy(update={"gateway_secret": SECRET})
    )
    phone_of(rhea)
    told(rhea)
    drained()
    delivery = db.session.scalar(sa.select(Delivery.public_id).where(Delivery.channel == By.GATEWAY))
    assert reported(visitor.client, delivery, "failed", secret="wrong" * 8) == 403
    assert reported(visitor.client, delivery, "failed", at=clock.now() - dt.timedelta(hours=1)) == 403
    assert reported(visitor.client, delivery, "lost") == 422
    assert reported(visitor.client, "nosuch", "failed") == 404
    assert reported(visitor.client, delivery, "failed") == 200
    assert states() == {By.GATEWAY: DeliveryState.FAILED}
    assert reported(visitor.client, delivery, "delivered") == 200
    assert reported(visitor.client, delivery, "failed") == 200
    assert states() == {By.GATEWAY: DeliveryState.DELIVERED}, "what arrived stays arrived"


def test_a_number_is_confirmed_by_a_code_that_is_sent_there(visit, rhea, with_texts):
    hers = visit(rhea)
    page = hers.submit(
        hers.get("/account/notifications"), "form[action$=number]", number="00971 50-123 4567", texts=True
    )
    assert "A code is on its way" in page.messages[0]
    drained()
    said = json.loads(with_texts.got[0][2])
    assert said["to"] == "+971501234567"
    told(rhea)
    drained()
    assert len(with_texts.got) == 1, "nothing else is sent before it is confirmed"
    page = hers.submit(page, "form[action$=code]", code="000000" if said["text"][:6] != "000000" else "1")
    assert "not the code" in page.text(".summary-errors")
    page = hers.submit(page, "form[action$=code]", code=said["text"][:6])
    assert page.texts("#phone-title ~ p .pill") == ["confirmed"]
    told(rhea, key="test:2")
    drained()
    assert len(with_texts.got) == 2


def test_a_code_is_over_after_five_wrong_ones_and_four_are_sent_a_day(rhea, with_texts):
    actor = world.actor(rhea)
    wanted = NumberWanted(number="+971501234567", calls=False, texts=True)
    with unit_of_work() as work:
        actions.give_number(wanted, actor=actor, now=work.now)
    found = []
    for _ in range(6):
        with unit_of_work() as work:
            found.append(actions.confirm_number("nope", actor=actor, now=work.now).name)
    assert found == ["WRONG_CODE"] * 5 + ["CODE_OVER"]
    for _ in range(3):
        with unit_of_work() as work:
            actions.give_number(wanted, actor=actor, now=work.now)
    with pytest.raises(Exception, match="Four codes"), unit_of_work() as work:
        actions.give_number(wanted, actor=actor, now=work.now)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+91 98765 43210", "+919876543210"),
        ("0044 (20) 7946-0018", "+442079460018"),
        ("98765 43210", ""),
        ("+0 123", ""),
        ("call me", ""),
        ("+1" + "2" * 20, ""),
    ],
)
def test_what_a_telephone_number_is(typed, kept):
    assert gateway.normal_number(typed) == kept
