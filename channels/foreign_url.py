"""Reads the address of a client's file, as a messenger gave it, so strictly that nobody can read it otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_URL = 2_048
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_URL = re.compile(
    rf"(?i:https)://(?P<host>(?:{_LABEL}\.)+{_LABEL})(?P<port>:443)?(?P<target>(?:/[!-~]*)?)", re.ASCII | re.IGNORECASE
)
# What other readers of addresses take for something else: a path ends at "#", "\" is a slash to some.
_DOUBTFUL = re.compile(r"[\\#\"<>^`{|}]")
_BASE = re.compile(r"http://127\.0\.0\.1:([1-9][0-9]{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignUrl:
    """``host`` in lower case; ``target``: path and query as they go over the wire."""

    host: str
    port: int
    target: str
    secure: bool = True


def read_url(url: str, hosts: Sequence[str]) -> ForeignUrl | None:
    """An https address on port 443 of one of ``hosts``; None for every other.

    ``hosts``: ``files.example`` is that name, ``.example`` any name below it.
    """
    found = _URL.fullmatch(url) if len(url) <= MOST_URL else None
    if found is None or _DOUBTFUL.search(url):
        return None
    host = found["host"].lower()
    if not is_among(host, hosts):
        return None
    return ForeignUrl(host=host, port=443, target=found["target"] or "/")


def read_loopback(url: str, base: str) -> ForeignUrl | None:
    """An address below ``base`` (``http://127.0.0.1:8123``), where a rehearsal's fake messenger is."""
    if not base or len(url) > MOST_URL or not url.startswith(f"{base}/") or _DOUBTFUL.search(url):
        return None
    target = url.removeprefix(base)
    if not re.fullmatch(r"/[!-~]*", target, re.ASCII):
        return None
    return ForeignUrl(host="127.0.0.1", port=loopback_port(base), target=target, secure=False)


def loopback_port(base: str) -> int:
    """The port of a base on this machine. Raises ValueError for any other base."""
    found = _BASE.fullmatch(base)
    if found is None:
        raise ValueError(f"{base!r} is not like http://127.0.0.1:8123")
    return int(found[1])


def is_among(host: str, hosts: Sequence[str]) -> bool:
    """Whether ``host`` is one of the names, or below one that starts with a dot."""
    return any(host == name or (name.startswith(".") and host.endswith(name)) for name in hosts)
