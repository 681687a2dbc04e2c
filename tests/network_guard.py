"""Tests talk to this machine only: a socket to anywhere else is an error at once."""

from __future__ import annotations

import ipaddress
import sys


class OutsideWorld(RuntimeError):
    """A test tried to reach another machine."""


_NAMES = frozenset({"", "localhost", "localhost.localdomain"})


def is_local(host: object) -> bool:
    """Whether a host name or an address means this machine."""
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name in _NAMES:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def watch() -> None:
    """Refuse, for the life of this process, every connection and name look-up that leaves the machine."""
    sys.addaudithook(_refuse_outside)


def _refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and address and not is_local(address[0]):
            raise OutsideWorld(f"{event} to {address!r}")
    elif event == "socket.getaddrinfo" and not is_local(arguments[0]):
        raise OutsideWorld(f"name look-up of {arguments[0]!r}")
