"""Addresses that an owner types in: another server of a messenger, a proxy."""

from __future__ import annotations

from urllib.parse import urlsplit

from channels.port import Trouble

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_address(address: str, code: str, *, plain: bool = False) -> None:
    """Empty, or https with nothing behind it. ``plain``: http will do, as it does on this machine. Raises Trouble."""
    if not address:
        return
    parts = urlsplit(address)
    host = parts.hostname or ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and (plain or host in _LOOPBACK))
    if not secure or not host or parts.query or parts.fragment:
        raise Trouble(code)
