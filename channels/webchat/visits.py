"""What a visitor may do, over whatever transport: speak, press, catch up, wait for what is new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from channels.port import Ports
from channels.webchat.media_links import MediaLinks
from channels.webchat.protocol import Frame, Pressed, Said, messages_frame, shown, state_frame
from channels.webchat.visitor import Visitor, VisitorTokens
from channels.webchat.wakes import Wakes
from dialog.errors import StoreBusy
from dialog.message import InboundMessage, Kind
from dialog.transcript import ConversationHead, ShownMessage

PAGE = 50
"""Lines sent at once, and shown after a reload."""

_GLANCE = 5.0
"""Longest a look without waiting may take while the store is busy, in seconds."""

_POLL_FRAMES = 5
"""Most frames in one answer of a long poll; the browser asks again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A stored photo that the visitor sends."""

    client_id: str
    media_id: str


class Visits:
    """The channel's use of the ports, free of HTTP. Raises StoreBusy where the store does."""

    def __init__(self, ports: Ports, tokens: VisitorTokens, links: MediaLinks) -> None:
        self._ports = ports
        self._tokens = tokens
        self._links = links

    async def take(self, visitor: Visitor, said: Said | Pressed | Photo, language: str) -> list[Frame]:
        """Store one line, durably, and answer it: an ack, and a typing sign while the bot is going to answer.

        The same client id again stores nothing and is acknowledged again.
        """
        message = await self._inbound(visitor, said, language)
        accepted = (await self._ports.inbox.accept([message], self._ports.clock.now()))[0]
        ack: Frame = {"type": "ack", "client_id": said.client_id, "seq": accepted.shown_seq}
        if isinstance(said, Said) and said.clipped:
            ack["clipped"] = True
        head = await self._ports.transcript.head(visitor.address)
        if accepted.fresh and head is not None and head.owner == "bot":
            return [ack, {"type": "typing"}]
        return [ack]

    async def history(self, visitor: Visitor, before: int) -> Frame:
        """The page of lines above ``before``."""
        head = await self._ports.transcript.head(visitor.address)
        lines = await self._ports.transcript.before(head.id, before, PAGE) if head else ()
        return messages_frame([self._shown(head, line) for line in lines] if head else [], older=True)

    async def follow(
        self, visitor: Visitor, after: int, wakes: Wakes, spoken: str
    ) -> AsyncGenerator[Frame | None, None]:
        """The state, what came after ``after``, then whatever is new, for ever; None each time there was nothing.

        ``after`` 0, or beyond the end (the database went back to a backup), means the last page.
        """
        last_owner: str | None = None
        while True:
            try:
                head = await self._ports.transcript.head(visitor.address)
                owner = head.owner if head else "bot"
                if owner != last_owner:
                    renewed = self._tokens.renewed(visitor) if last_owner is None else None
                    yield state_frame(head, renewed, self._onward(spoken))
                    last_owner = owner
                if head is not None:
                    wakes.listen(head.id)
                    after = _starting_point(head, after)
                    while after < head.last_seq and (lines := await self._lines(head, after)):
                        after = lines[-1].seq
                        yield messages_frame([self._shown(head, line) for line in lines])
                yield None
            except StoreBusy as busy:
                await asyncio.sleep(min(busy.retry_after, 5.0))
            await wakes.wait()

    def _onward(self, spoken: str) -> str:
        return self._ports.onward.title(spoken) if self._ports.onward is not None else ""

    async def _lines(self, head: ConversationHead, after: int) -> Sequence[ShownMessage]:
        return await self._ports.transcript.after(head.id, after, PAGE)

    async def _inbound(self, visitor: Visitor, said: Said | Pressed | Photo, language: str) -> InboundMessage:
        kind, text, token = Kind.TEXT, "", ""
        data: Mapping[str, str] = {}
        match said:
            case Said():
                text = said.text
                data = {"clipped": "yes"} if said.clipped else {}
            case Pressed():
                kind, token = Kind.PRESS, said.token
                text = await self._label(visitor, said.token)
            case Photo():
                kind, data = Kind.MEDIA, {"media": "photo", "media_id": said.media_id}
        if not isinstance(said, Photo) and said.source:
            data = {**data, "source": said.source}
        return InboundMessage(
            address=visitor.address,
            event_key=f"{visitor.id}:{said.client_id}",
            kind=kind,
            text=text,
            token=token,
            data=data,
            language=language,
            cuts_burst=kind is Kind.PRESS,
        )

    async def _label(self, visitor: Visitor, token: str) -> str:
        """What stood on the button, from our own transcript: the browser is not believed."""
        head = await self._ports.transcript.head(visitor.address)
        if head is None:
            return ""
        lines = await self._ports.transcript.before(head.id, head.last_seq + 1, PAGE * 4)
        labels = {choice.token: choice.label for line in lines for choice in line.choices}
        return labels.get(token, "")

    def _shown(self, head: ConversationHead, line: ShownMessage) -> Frame:
        files = [self._links.file_place(head.id, line.seq, at) for at in range(len(line.files))]
        return shown(line, self._links.url(line.media_id) if line.media_id else "", files)


def _starting_point(head: ConversationHead, after: int) -> int:
    return max(0, head.last_seq - PAGE) if after == 0 or after > head.last_seq else after


async def one_round(
    visits: Visits, visitor: Visitor, after: int, wakes: Wakes, seconds: float, spoken: str
) -> list[Frame]:
    """For long poll: the state and what came after ``after``; waits up to ``seconds`` for the first new line."""
    frames: list[Frame] = []
    try:
        async with (
            asyncio.timeout(seconds or _GLANCE),
            aclosing(visits.follow(visitor, after, wakes, spoken)) as stream,
        ):
            async for frame in stream:
                if frame is not None:
                    frames.append(frame)
                if len(frames) >= _POLL_FRAMES or (frame is None and (len(frames) > 1 or not seconds)):
                    break
    except TimeoutError:
        pass
    return frames
