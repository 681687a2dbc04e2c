"""Entry by a signed link: whoever holds it is the visitor it names, until it expires."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from channels.webchat.signatures import Signatures
from dialog.clock import Clock

_LINK = re.compile(r"([A-Za-z0-9_-]{3,64})\.([0-9]{1,12})\.([A-Za-z0-9_-]{32})", re.ASCII)
_VISITOR_ID = re.compile(r"[A-Za-z0-9_-]{3,64}", re.ASCII)


class SignedLinks:
    """Values for ``?visitor=``: ``id.expires.signature``, bound to one site."""

    def __init__(self, keys: Sequence[bytes], clock: Clock) -> None:
        self._signatures = Signatures(keys, "link")
        self._clock = clock

    def make(self, site: str, visitor_id: str, expires_at: datetime) -> str:
        """The value of the link's parameter. ``visitor_id``: 3-64 letters, digits, ``-`` and ``_``."""
        if not _VISITOR_ID.fullmatch(visitor_id):
            raise ValueError(f"not a visitor id: {visitor_id!r}")
        seconds = int(expires_at.timestamp())
        return f"{visitor_id}.{seconds}.{self._signatures.sign(f'{site}/{visitor_id}/{seconds}')}"

    def read(self, site: str, value: str) -> str | None:
        """The visitor id, or None for a forged, foreign or expired link."""
        parts = _LINK.fullmatch(value)
        if parts is None:
            return None
        visitor_id, seconds, signature = parts.groups()
        if int(seconds) <= self._clock.now().timestamp():
            return None
        return visitor_id if self._signatures.verify(f"{site}/{visitor_id}/{int(seconds)}", signature) else None
