"""Web push: a message encrypted for one device (RFC 8291, RFC 8188) and signed for its push service (RFC 8292)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import secrets
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LONGEST = 3000
"""Bytes of a message; push services take 4,096 with what encryption adds."""
RECORD = 4096
HOLDS = dt.timedelta(hours=12)
"""So long a signature for a push service holds; at most 24 hours are allowed."""
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256."""


def encoded(raw: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of such a text. Raises ValueError when it is none."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def installation_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The key by which push services know this installation, made from a secret that is kept."""
    number = int.from_bytes(hashlib.sha512(f"cadre web push {secret}".encode()).digest(), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half of a key, as an uncompressed point."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def is_device(endpoint: str, public_key: str, secret: str) -> bool:
    """Whether a browser's subscription can be one: an https address, a point of P-256, 16 bytes of secret."""
    try:
        address = urlsplit(endpoint)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(public_key))
        return (
            address.scheme == "https"
            and bool(address.hostname)
            and address.username is None
            and len(endpoint) <= 1000
            and len(decoded(secret)) == 16
        )
    except (ValueError, TypeError, InvalidKey):
        return False


def encrypted(
    text: bytes,
    *,
    public_key: str,
    secret: str,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push message, in the content encoding aes128gcm. Key and salt are new for each message."""
    if len(text) > LONGEST:
        raise ValueError("the message is too long for a push service")
    sender = sender or ec.generate_private_key(ec.SECP256R1())
    salt = salt or secrets.token_bytes(16)
    theirs = decoded(public_key)
    shared = sender.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    ours = point(sender)
    keyed = _derived(shared, decoded(secret), b"WebPush: info\x00" + theirs + ours, 32)
    key = _derived(keyed, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(keyed, salt, b"Content-Encoding: nonce\x00", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


def authorization(endpoint: str, *, key: ec.EllipticCurvePrivateKey, contact: str, now: dt.datetime) -> str:
    """The header by which a push service knows who sends: a token signed with ES256, and the key it is signed with."""
    address = urlsplit(endpoint)
    claims = {
        "aud": f"{address.scheme}://{address.netloc}",
        "exp": int((now + HOLDS).timestamp()),
        "sub": contact,
    }
    body = ".".join(
        encoded(json.dumps(part, separators=(",", ":")).encode())
        for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    )
    one, two = decode_dss_signature(key.sign(body.encode(), ec.ECDSA(hashes.SHA256())))
    signature = encoded(one.to_bytes(32, "big") + two.to_bytes(32, "big"))
    return f"vapid t={body}.{signature}, k={encoded(point(key))}"
