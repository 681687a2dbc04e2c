"""Files on their way to MAX: brought once, then named by a token, which may need a while until it can be used."""

from __future__ import annotations

from collections import OrderedDict

from channels.foreign_url import read_loopback, read_url
from channels.max.door import at
from channels.max.wire import Answer, Wire
from channels.media_hosts import MediaHosts

_MOST_TOKENS = 200


class NotUploaded(Exception):
    """The file is not at MAX. ``answer``: what MAX said instead; None when the network or the answer was no good."""

    def __init__(self, reason: str, answer: Answer | None = None) -> None:
        super().__init__(reason)
        self.answer = answer


class Uploads:
    """One account's. ``hosts``, ``loopback``: where MAX may want files to be brought."""

    def __init__(self, wire: Wire, hosts: MediaHosts, loopback: str) -> None:
        self._wire = wire
        self._hosts = hosts
        self._loopback = loopback
        self._tokens: OrderedDict[tuple[int, int], str] = OrderedDict()

    async def token(self, of: tuple[int, int], name: str, content: bytes) -> str:
        """The file's token; the same line's same file is brought once. Raises NotUploaded."""
        if of not in self._tokens:
            self._tokens[of] = await self._bring(name, content)
            while len(self._tokens) > _MOST_TOKENS:
                self._tokens.popitem(last=False)
        return self._tokens[of]

    async def _bring(self, name: str, content: bytes) -> str:
        try:
            place = await self._wire.call("POST", "/uploads", {"type": "file"})
            url = at(place.body, "url")
            if place.status != 200 or not isinstance(url, str):
                raise NotUploaded(f"upload: {place.status} {place.code}".strip(), place)
            if read_loopback(url, self._loopback) is None and read_url(url, self._hosts.names) is None:
                raise NotUploaded("upload: the place is not MAX's")
            answer = await self._wire.upload(url, name, content)
        except OSError as error:
            raise NotUploaded(f"upload: {error}") from None
        token = at(answer.body, "token")
        if not isinstance(token, str) or not token:
            raise NotUploaded(f"upload: {answer.status}")
        return token
