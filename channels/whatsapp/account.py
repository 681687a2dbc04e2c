"""One number of the salon on WhatsApp, ready to speak."""

from __future__ import annotations

import httpx

from channels.connection import Connection
from channels.guards import Rate
from channels.heard import Courtesy, FileRef
from channels.hook import RawEvent
from channels.intake import TYPING
from channels.line_pause import line_pause
from channels.media_fetch import media_fetch_for
from channels.media_hosts import media_hosts_of
from channels.media_store import Media
from channels.not_fetched import Refused as NoFile
from channels.not_fetched import Unreachable
from channels.pacing import Pacer, postponed
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
_NOT_REACHED = Meaning(outcome=Settled.DEFERRED, failure=Failure.TRANSIENT)
FILE_PAUSE = 30.0
"""Seconds before a file that did not get there is brought once more; others' lines do not wait for it."""


class NotUploaded(Exception):
    """A file did not get to Meta: the message that was to carry it was not sent."""


Failed = httpx.HTTPError | Refused | NotUploaded


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
        self._fetch = media_fetch_for(media_hosts_of("whatsapp"), base)

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
            wait = await self._pacer.moment(outgoing.address.peer, started)
            if wait:
                return postponed(wait, place, called=place > outgoing.parts_sent)
            part = Part(line=mark, number=place + 1, count=len(bubbles))
            try:
                name = await self._say(bubbles[place], outgoing.address.peer, part)
            except (httpx.HTTPError, Refused, NotUploaded) as error:
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
            try:
                file = await self._graph.upload(f"{number}/media", bubble.file.name, bubble.file.content, kind)
            except (httpx.HTTPError, Refused) as error:
                if _meaning(error).outcome is not Settled.UNKNOWN:
                    raise
                raise NotUploaded(_words(error)) from None
        return _name_of(await self._graph.post(f"{number}/messages", call(bubble, peer, part, file)))

    def _settlement(self, error: Failed, parts_sent: int, outgoing: Outgoing) -> Settlement:
        meaning = _meaning(error)
        stumbled = isinstance(error, Refused) and error.code is not None
        if meaning.failure is Failure.TRANSIENT and stumbled and not outgoing.may_repeat:
            # The server may have taken it before it stumbled.
            meaning = UNKNOWN
        return Settlement(
            outcome=meaning.outcome,
            failure=meaning.failure,
            error=_words(error),
            retry_after=self._pause(meaning, error, outgoing),
            parts_sent=parts_sent,
            trouble=meaning.trouble,
        )

    def _pause(self, meaning: Meaning, error: Failed, outgoing: Outgoing) -> float | None:
        """How long nothing may be said: by this line, to this client, or to anybody."""
        if isinstance(error, NotUploaded):
            return FILE_PAUSE
        if meaning.outcome is Settled.RETRY:
            return line_pause(outgoing.attempt)
        if meaning.failure is Failure.TRANSIENT:
            return self._pacer.failed()
        asked = error.retry_after if isinstance(error, Refused) else None
        pause = max(meaning.pause, asked or 0.0) if meaning.pause is not None else None
        if pause is not None and meaning.pair:
            self._pacer.rest(outgoing.address.peer, pause)
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


def _meaning(error: Failed) -> Meaning:
    if isinstance(error, Refused):
        return meaning_of(error.code, error.status)
    return _NOT_REACHED if isinstance(error, (*NEVER_LEFT, NotUploaded)) else UNKNOWN


def _words(error: Failed) -> str:
    return type(error).__name__ if isinstance(error, httpx.HTTPError) else str(error)


def _name_of(answer: Json) -> str:
    found = answer.get("messages")
    first = found[0] if isinstance(found, list) and found else None
    if not isinstance(first, dict):
        raise Refused(200, None, "no message in the answer")
    return text_of(first, "id")
