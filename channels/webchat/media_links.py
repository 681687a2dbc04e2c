"""Short-lived addresses of photos: an ``<img>`` carries no token, so the address itself is signed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from channels.webchat.signatures import Signatures
from dialog.clock import Clock

_MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_LIFE = timedelta(hours=12)


class MediaLinks:
    """``<path>/media/<id>?until=<seconds>&sig=<signature>``, good for half a day."""

    def __init__(self, keys: Sequence[bytes], clock: Clock, path: str) -> None:
        self._signatures = Signatures(keys, "media")
        self._clock = clock
        self._path = path

    def url(self, media_id: str) -> str:
        """A path on our own host."""
        until = int((self._clock.now() + _LIFE).timestamp())
        return f"{self._path}/media/{media_id}?until={until}&sig={self._signatures.sign(f'{media_id}/{until}')}"

    def allows(self, media_id: str, until: str, signature: str) -> bool:
        """Whether an address of this form was made here and has not run out."""
        if not _MEDIA_ID.fullmatch(media_id) or not re.fullmatch(r"[0-9]{1,12}", until, re.ASCII):
            return False
        if int(until) < self._clock.now().timestamp():
            return False
        return self._signatures.verify(f"{media_id}/{until}", signature)
