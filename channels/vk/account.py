"""One VK community, ready to speak."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientError

from channels.connection import Connection
from channels.guards import Rate
from channels.heard import Courtesy, FileRef
from channels.hook import RawEvent
from channels.intake import TYPING
from channels.line_pause import line_pause
from channels.media_fetch import media_fetch_for
from channels.media_hosts import media_hosts_of
from channels.media_store import Media
from channels.pacing import CREDENTIALS_PAUSE, LONGEST_WAIT, Pacer, postponed
from channels.port import Surroundings, Trouble
from channels.rendering.bubbles import Bubble
from channels.rendering.render import render
from channels.vk.able import ABLE, Abilities
from channels.vk.callback_server import make_sure
from channels.vk.calls import fields, part_number
from channels.vk.library import VKAPIError
from channels.vk.outcomes import EVERYBODY, PAUSES, TROUBLES, NotUploaded, outcome, words
from channels.vk.reading import ANSWER
from channels.vk.wire import TIMEOUT, Garbled, Wire, open_api
from dialog.outbox import Failure, Outgoing, Settled, Settlement
from dialog.reply import Attachment

ACCOUNT_RATE = Rate(burst=4, per_second=16)
"""Never more than 20 calls in any second: VK counts, and vkbottle does not."""
CHAT_RATE = Rate(burst=5, per_second=2)

LOOK_EVERY = 300.0
"""Seconds after which it is made sure once more that VK brings events."""


class VkAccount:
    """See channels.port.Account."""

    def __init__(self, connection: Connection, around: Surroundings, *, timeout: float = TIMEOUT) -> None:
        base = connection.settings.get("base_url", "")
        self._connection = connection
        self._around = around
        self._wire = Wire(connection.settings.get("proxy", ""), timeout)
        self._api = open_api(connection.secrets["token"], base, self._wire)
        self._pacer = Pacer(around.ticks, account=ACCOUNT_RATE, chat=CHAT_RATE)
        self._able = Abilities()
        self._resting: dict[str, float] = {}
        """Kind calls that VK has had enough of, and until when."""
        self._fetch = media_fetch_for(media_hosts_of("vk"), base)

    async def settle_in(self) -> None:
        """Tell VK where to bring events. Raises Trouble, OSError."""
        try:
            await make_sure(self._api, self._connection, self._around.public_url)
        except VKAPIError as error:
            failure = outcome(error)[1]
            code = "bad_credentials" if failure is Failure.BAD_CREDENTIALS else "hook_refused"
            raise Trouble(code, words(error)) from None
        except (Garbled, ClientError, LookupError, TypeError, ValueError) as error:
            raise OSError(type(error).__name__) from None

    async def send(self, outgoing: Outgoing) -> Settlement:
        """Every message of one line, from the first that has not gone out yet, each under its own number."""
        peer = outgoing.address.peer
        able = self._able.of(peer)
        bubbles = render(outgoing.reply, able.capabilities, outgoing.language)
        provider_id, started = "", self._around.ticks()
        for number in range(outgoing.parts_sent, len(bubbles)):
            wait = await self._pacer.moment(peer, started)
            if wait:
                return postponed(wait, number, called=number > outgoing.parts_sent)
            random_id = part_number(outgoing.random_id, number)
            try:
                sent = await self._say(bubbles[number], int(peer), random_id, callback=able.callback)
            except Exception as error:
                return self._settlement(error, number, outgoing.attempt)
            provider_id = f"{peer}:{sent}"
            self._pacer.reached()
        return Settlement(outcome=Settled.ACCEPTED, provider_id=provider_id, parts_sent=len(bubbles))

    async def _say(self, bubble: Bubble, peer: int, random_id: int, *, callback: bool) -> int:
        """The message's id at VK; for a number that it knows, the id of the first."""
        call = fields(bubble, peer, random_id, callback=callback)
        if bubble.file is not None:
            call["attachment"] = await self._uploaded(bubble.file, peer)
        answer = await self._api.request("messages.send", dict(call))
        return int(answer["response"])

    async def _uploaded(self, file: Attachment, peer: int) -> str:
        """The file as VK names it. Raises NotUploaded, VKAPIError."""
        try:
            place = (await self._api.request("docs.getMessagesUploadServer", {"type": "doc", "peer_id": peer}))[
                "response"
            ]
            told = await self._wire.upload(str(place["upload_url"]), file.name, file.content, file.content_type)
            kept = await self._api.request("docs.save", {"file": told["file"], "title": file.name})
            document = kept["response"]["doc"]
            return f"doc{int(document['owner_id'])}_{int(document['id'])}"
        except VKAPIError:
            raise
        except Exception as error:
            raise NotUploaded(type(error).__name__) from None

    def _settlement(self, error: Exception, parts_sent: int, attempt: int) -> Settlement:
        settled, failure = outcome(error)
        code = error.code if isinstance(error, VKAPIError) else 0
        retry_after = PAUSES.get(code)
        if retry_after is not None and code in EVERYBODY:
            self._pacer.be_silent(retry_after)
        elif failure is Failure.BAD_CREDENTIALS:
            retry_after = CREDENTIALS_PAUSE
            self._pacer.be_silent(retry_after)
        elif settled is Settled.RETRY:
            retry_after = line_pause(attempt)
        elif failure is Failure.TRANSIENT:
            retry_after = self._pacer.failed()
        return Settlement(
            outcome=settled,
            failure=failure,
            error=words(error),
            retry_after=retry_after,
            parts_sent=parts_sent,
            trouble=TROUBLES.get(code, ""),
        )

    async def be_kind(self, courtesy: Courtesy) -> None:
        """See Account. Nothing is said while VK wants silence."""
        values = courtesy.values
        match courtesy.kind:
            case kind if kind == ABLE:
                self._able.remember(values[0], values[1])
            case kind if kind == TYPING:
                await self._kindly("messages.setActivity", {"peer_id": values[0], "type": "typing"}, patience=0.0)
            case kind if kind == ANSWER:
                press = {"event_id": values[0], "user_id": values[1], "peer_id": values[2]}
                await self._kindly("messages.sendMessageEventAnswer", press, patience=LONGEST_WAIT)

    async def _kindly(self, method: str, call: dict[str, Any], *, patience: float) -> None:
        """``patience``: so many seconds it is worth waiting for; a typing sign is worth none."""
        if self._pacer.silence() or self._resting.get(method, 0.0) > self._around.ticks():
            return
        if (wait := self._pacer.reserve(f"kind:{call['peer_id']}", patience)) > patience:
            return
        await asyncio.sleep(wait)
        try:
            await self._api.request(method, call)
        except VKAPIError as error:
            pause = PAUSES.get(error.code, 0.0)
            if error.code in EVERYBODY:
                self._pacer.be_silent(pause)
            elif pause:
                self._resting[method] = self._around.ticks() + pause
        except Exception:
            return

    async def fetch(self, file: FileRef) -> Media:
        """See Account. The file's name is its address, which VK gave with the message."""
        return await self._fetch.fetch(file.ref)

    async def poll(self, cursor: int) -> tuple[Sequence[RawEvent], int] | None:
        """VK brings its events, and pauses a server that did not answer for a while: so it is looked after."""
        await asyncio.sleep(LOOK_EVERY)
        await self.settle_in()
        return (), cursor

    async def close(self) -> None:
        """See Account."""
        await self._wire.close()
        await self._fetch.close()
