"""Where a request came from, believing only the proxies that the installation names."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.requests import HTTPConnection

_UNKNOWN = "unknown"


def client_address(connection: HTTPConnection, trusted: Sequence[str]) -> str:
    """The client's IPv4 address or the /64 of its IPv6 one (whoever has one address there has them all)."""
    peer = connection.client.host if connection.client else _UNKNOWN
    hops = [hop.strip() for hop in connection.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    while hops and _is_trusted(peer, trusted):
        peer = hops.pop()
    return _countable(peer)


def is_this_machine(host: str) -> bool:
    """Whether a host of an address line is the machine itself: nobody can listen in between."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_trusted(peer: str, trusted: Sequence[str]) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network, strict=False) for network in trusted)


def _countable(peer: str) -> str:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return _UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
