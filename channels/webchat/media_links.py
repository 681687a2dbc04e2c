"""Addresses of photos and files: an ``<img>`` or a link carries no token, so the address itself is signed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from channels.webchat.signatures import Signatures
from dialog.clock import Clock

_MEDIA_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_LIFE = timedelta(hours=12)
_FILE_LIFE = timedelta(days=30)
"""A link to a file is pressed when it is needed, on a page that may have been open for days."""


class MediaLinks:
    """``<path>/media/<id>?until=<seconds>&sig=<signature>``, and ``/file/...`` for what goes with a line of ours."""

    def __init__(self, keys: Sequence[bytes], clock: Clock, path: str) -> None:
        self._signatures = Signatures(keys, "media")
        self._clock = clock
        self._path = path

    def url(self, media_id: str) -> str:
        """A path on our own host."""
        return f"{self._path}/{self._signed(f'media/{media_id}', media_id, _LIFE)}"

    def file_place(self, conversation: int, seq: int, number: int) -> str:
        """Where one of the files of a line is, under the chat's own address."""
        place = _file(conversation, seq, number)
        return self._signed(place, place, _FILE_LIFE)

    def allows(self, media_id: str, until: str, signature: str) -> bool:
        """Whether an address of this form was made here and has not run out."""
        return bool(_MEDIA_ID.fullmatch(media_id)) and self._verified(media_id, until, signature)

    def allows_file(self, conversation: int, seq: int, number: int, until: str, signature: str) -> bool:
        """The same of a file's address."""
        return self._verified(_file(conversation, seq, number), until, signature)

    def _signed(self, place: str, what: str, life: timedelta) -> str:
        until = int((self._clock.now() + life).timestamp())
        return f"{place}?until={until}&sig={self._signatures.sign(f'{what}/{until}')}"

    def _verified(self, what: str, until: str, signature: str) -> bool:
        if not re.fullmatch(r"[0-9]{1,12}", until, re.ASCII) or int(until) < self._clock.now().timestamp():
            return False
        return self._signatures.verify(f"{what}/{until}", signature)


def _file(conversation: int, seq: int, number: int) -> str:
    # The slashes keep it apart from every photo's name.
    return f"file/{conversation}/{seq}/{number}"
