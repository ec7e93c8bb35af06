"""Which addresses may be asked: those of the public internet, unless all are allowed.

A name is resolved once, every address that it has is checked, and the connection is made to one of
these very addresses. A name that answers otherwise the next time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from semsearch.errors import AddressError, UnknownHostError

_PORTS: Final = {"http": 80, "https": 443}
#: IPv6 networks whose addresses hold an IPv4 address in their last 32 bits: IPv4-compatible ones
#: (RFC 4291), and those of translators (RFC 6052, RFC 8215).
_EMBEDDING: Final = tuple(
    ipaddress.IPv6Network(network) for network in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")
)
_TEREDO: Final = ipaddress.IPv6Network("2001::/32")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The parts of an address on the web; ``target`` is path and query."""

    scheme: str
    host: str
    port: int
    target: str


def read_url(url: str, *, what: str = "the URL") -> Endpoint:
    """The parts of a URL.

    Args:
        url: as given.
        what: what messages call it.

    Raises:
        AddressError: it is no http or https URL, or holds a name and password. The URL is not part
            of the message, because it may hold a secret.
    """
    expected = f"{what} {{}}, expected http:// or https:// and a host, such as https://example.org"
    if not url.isascii() or not url.isprintable() or " " in url:
        raise AddressError(expected.format("holds spaces or characters beyond ASCII"))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise AddressError(expected.format("cannot be read")) from None
    if parts.scheme not in _PORTS or not host:
        raise AddressError(expected.format("has another scheme, or no host"))
    if "@" in parts.netloc:
        raise AddressError(expected.format("holds a user name"))
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    return Endpoint(parts.scheme, host, port or _PORTS[parts.scheme], target)


def resolve(endpoint: Endpoint, *, private: bool) -> list[str]:
    """The addresses of a host, in the order of the resolver.

    Args:
        endpoint: whose host.
        private: whether any address is allowed.

    Raises:
        UnknownHostError: the name is not known now.
        AddressError: one of its addresses is not allowed.
    """
    try:
        found = socket.getaddrinfo(
            endpoint.host, endpoint.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
    except (OSError, UnicodeError) as error:
        raise UnknownHostError(f"the host {endpoint.host} cannot be resolved: {error}") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not private:
        for address in addresses:
            if not is_public(ipaddress.ip_address(address)):
                raise AddressError(
                    f"the host {endpoint.host} has the address {address}, which is not of the"
                    " public internet"
                )
    return addresses


def is_public(address: Address) -> bool:
    """Whether an address, and any IPv4 address inside it, is of the public internet."""
    if address.is_multicast or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    if address in _TEREDO or address.scope_id is not None:
        return False
    inside = [address.ipv4_mapped, address.sixtofour]
    if any(address in network for network in _EMBEDDING):
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return all(is_public(one) for one in inside if one is not None)
