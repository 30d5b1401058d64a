"""Calls to other servers: https to public addresses only, no redirects, short, with a bounded answer.

Where an address comes from a browser or a person, it may point at our own network; the name is therefore resolved
once, every address it has is judged, and the connection goes to the one that was judged.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 8
LARGEST = 64 * 1024
"""Bytes of an answer that are read."""

near: ContextVar[bool] = ContextVar("calls_near", default=False)
"""True in tests against a double on this machine: plain http to the loopback address is allowed."""


class NotCalled(Exception):
    """The call was not made, or nothing answered; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What another server answered."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def post(url: str, body: bytes, headers: Mapping[str, str], *, trusted: bool = False) -> Answer:
    """Send a body and read the answer, whatever its status.

    `trusted`: the address is a setting of this installation and may lie in its own network. Raises NotCalled.
    """
    address = urlsplit(url)
    host = address.hostname or ""
    plain = address.scheme == "http" and (near.get() or trusted)
    if address.scheme != "https" and not plain:
        raise NotCalled("only https addresses are called")
    if not host or address.username is not None:
        raise NotCalled("the address has no host, or a password in it")
    try:
        port = address.port or (80 if plain else 443)
        target = _judged(host, port, trusted=trusted or near.get())
        connection = _connection(host, port, target, plain=plain)
    except (OSError, ValueError) as failure:
        raise NotCalled(f"{host} cannot be found: {failure}") from failure
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection.request("POST", path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(LARGEST), dict(answer.getheaders()))
    except (OSError, http.client.HTTPException) as failure:
        raise NotCalled(f"{host} did not answer: {failure}") from failure
    finally:
        connection.close()


def _judged(host: str, port: int, *, trusted: bool) -> str:
    """The address of a host that is called; every address it has must be a public one."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found:
        raise NotCalled(f"{host} has no address")
    if not trusted and not all(is_public(one) for one in found):
        raise NotCalled(f"{host} lies in a private network")
    return found[0]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet at large."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (inside := ip.ipv4_mapped or ip.sixtofour):
        return is_public(str(inside))
    return ip.is_global and not ip.is_multicast


class _Pinned(http.client.HTTPSConnection):
    """A connection to an address that was judged, with the certificate of the name that was asked for."""

    def __init__(self, host: str, port: int, target: str) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, port, timeout=SECONDS, context=self.tls)
        self.target = target

    def connect(self) -> None:
        """Connect to the address, not to whatever the name means by now."""
        plain = socket.create_connection((self.target, self.port), self.timeout)
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)


def _connection(host: str, port: int, target: str, *, plain: bool) -> http.client.HTTPConnection:
    if plain:
        return http.client.HTTPConnection(target, port, timeout=SECONDS)
    return _Pinned(host, port, target)
