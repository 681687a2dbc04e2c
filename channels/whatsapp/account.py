"""One number of the salon on WhatsApp, ready to speak."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import httpx

from channels.connection import Connection
from channels.foreign_url import loopback_port
from channels.guards import Rate
from channels.heard import Courtesy, FileRef
from channels.hook import RawEvent
from channels.intake import TYPING
from channels.media_fetch import MediaFetch
from channels.media_hosts import MediaHosts, media_hosts_of
from channels.media_store import Media
from channels.not_fetched import Refused as NoFile
from channels.not_fetched import Unreachable
from channels.pacing import Pacer
from channels.port import Surroundings, Trouble
from channels.rendering.bubbles import Bubble
from channels.rendering.capabilities import CAPABILITIES
from channels.rendering.render import render
from channels.whatsapp.calls import call, content_type
from channels.whatsapp.codes import UNKNOWN, Meaning, meaning_of
from channels.whatsapp.graph import BASE_URL, NEVER_LEFT, TIMEOUT, Graph, Json, Refused, text_of
from channels.whatsapp.mark import Part
from channels.whatsapp.subscribing import bring_here
from dialog.outbox import Failure, Mark, Outgoing, Settled, Settlement

ACCOUNT_RATE = Rate(burst=40, per_second=75)
PAIR_RATE = Rate(burst=40, per_second=1 / 6)
LONGEST_WAIT = 3.0
"""A line waits so long for its moment with the sender; for longer it goes back into the queue."""
LONGEST_ATTEMPT = 25.0
"""After so long the rest of a long line goes back into the queue: else its sender would be taken for dead."""
_NOT_REACHED = Meaning(outcome=Settled.DEFERRED, failure=Failure.TRANSIENT)


class WhatsAppAccount:
    """See channels.port.Account."""

    def __init__(self, connection: Connection, around: Surroundings, *, timeout: float = TIMEOUT) -> None:
        base = connection.settings.get("base_url") or BASE_URL
        self._connection = connection
        self._around = around
        self._graph = Graph(
            connection.secrets["token"], base_url=base, proxy=connection.settings.get("proxy", ""), timeout=timeout
        )
        self._pacer = Pacer(around.ticks, account=ACCOUNT_RATE, chat=PAIR_RATE)
        self._fetch = _media_fetch(base)

    async def settle_in(self) -> None:
        """Tell Meta where to bring events. Raises Trouble, OSError."""
        try:
            await bring_here(self._graph, self._connection, self._around.public_url)
        except httpx.HTTPError as error:
            raise OSError(type(error).__name__) from None
        except Refused as refused:
            trouble = meaning_of(refused.code, refused.status).trouble
            raise Trouble(trouble or "hook_refused", str(refused)) from None

    async def send(self, outgoing: Outgoing) -> Settlement:
        """Every message of one line, from the first that has not gone out yet."""
        bubbles = render(outgoing.reply, CAPABILITIES["whatsapp"], outgoing.language)
        mark = Mark(id=outgoing.id, random_id=outgoing.random_id)
        name, started = "", self._around.ticks()
        for place in range(outgoing.parts_sent, len(bubbles)):
            late = self._around.ticks() - started > LONGEST_ATTEMPT
            wait = 1.0 if late else await self._moment(outgoing.address.peer)
            if wait:
                return _postponed(wait, place, place > outgoing.parts_sent)
            part = Part(line=mark, number=place + 1, count=len(bubbles))
            try:
                name = await self._say(bubbles[place], outgoing.address.peer, part)
            except (httpx.HTTPError, Refused) as error:
                found = self._settlement(error, place, outgoing)
                if found.outcome is Settled.REJECTED and bubbles[place].file is not None and place:
                    # The words have arrived; a file that WhatsApp does not take does not undo them.
                    continue
                return found
            self._pacer.reached()
        return Settlement(outcome=Settled.ACCEPTED, provider_id=name, parts_sent=len(bubbles))

    async def _say(self, bubble: Bubble, peer: str, part: Part) -> str:
        """One message; its name at WhatsApp."""
        number = self._connection.account
        file = ""
        if bubble.file is not None:
            kind = content_type(bubble.file.content_type)
            file = await self._graph.upload(f"{number}/media", bubble.file.name, bubble.file.content, kind)
        return _name_of(await self._graph.post(f"{number}/messages", call(bubble, peer, part, file)))

    async def _moment(self, peer: str) -> float:
        """Wait for the next moment for a call; the seconds that are left when that is too long."""
        if silence := self._pacer.silence():
            return silence
        wait = self._pacer.reserve(peer, LONGEST_WAIT)
        if wait > LONGEST_WAIT:
            return wait
        await asyncio.sleep(wait)
        # Somebody else's call may have been answered with a wish for silence meanwhile.
        return self._pacer.silence()

    def _settlement(self, error: httpx.HTTPError | Refused, parts_sent: int, outgoing: Outgoing) -> Settlement:
        meaning = _meaning(error)
        if meaning.failure is Failure.TRANSIENT and isinstance(error, Refused) and not outgoing.may_repeat:
            # The server may have taken it before it stumbled.
            meaning = UNKNOWN
        return Settlement(
            outcome=meaning.outcome,
            failure=meaning.failure,
            error=str(error) if isinstance(error, Refused) else type(error).__name__,
            retry_after=self._pause(meaning, error, outgoing.address.peer),
            parts_sent=parts_sent,
            trouble=meaning.trouble,
        )

    def _pause(self, meaning: Meaning, error: httpx.HTTPError | Refused, peer: str) -> float | None:
        """How long nothing may be said, to this client or to anybody."""
        if meaning.failure is Failure.TRANSIENT:
            return self._pacer.failed()
        asked = error.retry_after if isinstance(error, Refused) else None
        pause = max(meaning.pause, asked or 0.0) if meaning.pause is not None else None
        if pause is not None and meaning.pair:
            self._pacer.rest(peer, pause)
        elif pause is not None:
            self._pacer.be_silent(pause)
        return pause

    async def be_kind(self, courtesy: Courtesy) -> None:
        """Read, and an answer is being written: WhatsApp shows both by one call."""
        if courtesy.kind != TYPING or self._pacer.silence():
            return
        body: Json = {"messaging_product": "whatsapp", "status": "read", "message_id": courtesy.values[0]}
        try:
            await self._graph.post(
                f"{self._connection.account}/messages", body | {"typing_indicator": {"type": "text"}}
            )
        except httpx.HTTPError:
            return
        except Refused as refused:
            meaning = meaning_of(refused.code, refused.status)
            if meaning.failure is Failure.THROTTLED and not meaning.pair:
                self._pacer.be_silent(max(meaning.pause or 0.0, refused.retry_after or 0.0))

    async def fetch(self, file: FileRef) -> Media:
        """See Account. The address that Meta gives is good for minutes, and needs our key as well."""
        if self._pacer.silence():
            raise Unreachable("the messenger wants silence")
        try:
            url = text_of(await self._graph.get(file.ref), "url")
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from None
        except Refused as refused:
            gone = meaning_of(refused.code, refused.status).outcome is Settled.REJECTED
            raise (NoFile if gone else Unreachable)(str(refused)) from None
        return await self._fetch.fetch(url, self._graph.headers)

    async def poll(self, cursor: int) -> tuple[list[RawEvent], int] | None:
        """See Account: WhatsApp brings its events and cannot be asked for them."""
        return None

    async def close(self) -> None:
        """See Account."""
        await self._graph.close()
        await self._fetch.close()


def _meaning(error: httpx.HTTPError | Refused) -> Meaning:
    if isinstance(error, Refused):
        return meaning_of(error.code, error.status)
    return _NOT_REACHED if isinstance(error, NEVER_LEFT) else UNKNOWN


def _name_of(answer: Json) -> str:
    found = answer.get("messages")
    first = found[0] if isinstance(found, list) and found else None
    if not isinstance(first, dict):
        raise Refused(200, None, "no message in the answer")
    return text_of(first, "id")


def _postponed(wait: float, parts_sent: int, called: bool) -> Settlement:
    return Settlement(
        outcome=Settled.DEFERRED,
        failure=Failure.THROTTLED,
        error="it is not its turn yet",
        retry_after=wait,
        parts_sent=parts_sent,
        called=called,
    )


def _media_fetch(base: str) -> MediaFetch:
    """Files come from Meta's own hosts; a server on this machine is a fake one."""
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    try:
        loopback_port(origin)
    except ValueError:
        return MediaFetch(media_hosts_of("whatsapp"))
    return MediaFetch(MediaHosts(), loopback_base=origin)
