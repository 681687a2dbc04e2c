"""Our webhook at MAX: made, and looked after, for MAX ends it after eight hours without an answer and tells nobody."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from channels.connection import Connection
from channels.max.door import CHANNEL, at
from channels.max.outcomes import outcome
from channels.max.wire import Answer, Wire
from channels.port import Trouble
from dialog.outbox import Failure

KINDS = (
    "message_created", "message_edited", "message_callback", "bot_started", "bot_stopped", "dialog_removed",
    "dialog_muted", "dialog_unmuted", "dialog_cleared", "bot_added",
)  # fmt: skip
LOOK_EVERY = 300.0
_PORTS = (None, 443)


class Subscription:
    """One account's. ``wanted``: we have an https address; without one, updates are asked for."""

    def __init__(self, wire: Wire, connection: Connection, public_url: str) -> None:
        self._wire = wire
        self._base = public_url.rstrip("/")
        self._path = f"/hooks/{CHANNEL}/{connection.path}"
        self._secret = connection.secrets.get("hook_secret", "")
        self.wanted = public_url.startswith("https://")

    async def settle_in(self) -> None:
        """Make it as it should be. Raises Trouble, OSError."""
        if self.wanted and urlsplit(self._base).port not in _PORTS:
            raise Trouble("hook_port")
        known = await self._known()
        if not self.wanted:
            # As long as there is any, nothing can be asked for.
            for url in known:
                await self._drop(url)
            return
        await self._make()
        await self._tidy(known)

    async def watch(self) -> None:
        """Look after a while whether it is still there; make it again when not. Raises Trouble, OSError."""
        await asyncio.sleep(LOOK_EVERY)
        await self.look()

    async def look(self) -> None:
        """Raises Trouble: also when it was lost and is there again, for something kept MAX away for hours."""
        known = await self._known()
        if self._url not in known:
            await self._make()
            raise Trouble("hook_lost")
        await self._tidy(known)

    @property
    def _url(self) -> str:
        return self._base + self._path

    async def _known(self) -> list[str]:
        answer = await self._wire.call("GET", "/subscriptions")
        _must(answer)
        listed = at(answer.body, "subscriptions")
        if not isinstance(listed, list):
            raise OSError("no list of subscriptions")
        return [url for one in listed if isinstance(url := at(one, "url"), str)]

    async def _make(self) -> None:
        wanted = {"url": self._url, "update_types": list(KINDS), "secret": self._secret}
        answer = await self._wire.call("POST", "/subscriptions", body=wanted)
        _must(answer)
        if at(answer.body, "success") is not True:
            raise Trouble("hook_refused")

    async def _tidy(self, known: list[str]) -> None:
        """Our own former addresses go. Somebody else's means that two answer one client. Raises Trouble."""
        others = [url for url in known if url != self._url]
        for url in others:
            if url.endswith(self._path):
                await self._drop(url)
        if any(not url.endswith(self._path) for url in others):
            raise Trouble("two_listeners")

    async def _drop(self, url: str) -> None:
        _must(await self._wire.call("DELETE", "/subscriptions", {"url": url}))


def _must(answer: Answer) -> None:
    """Raises Trouble for what a person must mend, OSError for what passes."""
    if answer.status == 200:
        return
    if outcome(answer)[1] is Failure.BAD_CREDENTIALS:
        raise Trouble("bad_credentials")
    if answer.status >= 500 or answer.status == 429 or not answer.code:
        raise OSError(f"status {answer.status}")
    raise Trouble("hook_refused", answer.code)
