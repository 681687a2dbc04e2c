"""From which machines each messenger serves its clients' files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaHosts:
    """``names``: ``files.example``, or ``.example`` for all names below it.

    ``trusted``: the few of them that may be sent the channel's credentials in headers.
    """

    names: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()


MEDIA_HOSTS: Mapping[str, MediaHosts] = {
    "telegram": MediaHosts(names=("api.telegram.org",)),
    "whatsapp": MediaHosts(names=("lookaside.fbsbx.com",), trusted=("lookaside.fbsbx.com",)),
    "vk": MediaHosts(names=(".userapi.com",)),
    "max": MediaHosts(names=(".oneme.ru", ".okcdn.ru")),
}


def media_hosts_of(channel: str) -> MediaHosts:
    """The hosts of a channel; none for a channel that has no line: it fetches nothing."""
    return MEDIA_HOSTS.get(channel, MediaHosts())
