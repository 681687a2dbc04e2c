"""Going on in a messenger: what the chat offers, a link for whoever asks, and the way back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from channels.port import Onward
from channels.webchat.door import TOKEN_HEADER, Door
from channels.webchat.http import refusal
from channels.webchat.protocol import language
from channels.webchat.visitor import Visitor
from dialog.errors import StoreBusy


class GoingOn:
    """Serves ``/chat/onward``: POST, the visitor by his token, answers ``{joined, url?}``."""

    def __init__(self, door: Door, onward: Onward | None) -> None:
        self._door = door
        self._onward = onward

    async def look(self, request: Request) -> Response:
        """Whether the visitor has gone on."""
        return await self._served(request, _look)

    async def link(self, request: Request) -> Response:
        """``url``: a link of his own into the messenger."""
        return await self._served(request, _link)

    async def part(self, request: Request) -> Response:
        """The messenger's address is another person's again."""
        return await self._served(request, _part)

    async def _served(self, request: Request, what: _Doing) -> Response:
        spoken = language(request.query_params.get("language"))
        visitor = self._door.visitor(request, request.headers.get(TOKEN_HEADER, ""), origin_required=False)
        if visitor is None:
            return refusal("no_entry", spoken, status=401)
        if wait := self._door.message_wait(request, visitor):
            return refusal("slow", spoken, retry_after=wait)
        try:
            found = await what(self._onward, visitor) if self._onward is not None else None
        except StoreBusy as busy:
            return refusal("busy", spoken, retry_after=busy.retry_after)
        if found is None:
            return refusal("no_way_on", spoken)
        return JSONResponse(found, headers={"Cache-Control": "no-store"})


_Answer = dict[str, object] | None
_Doing = Callable[[Onward, Visitor], Awaitable[_Answer]]


async def _look(onward: Onward, visitor: Visitor) -> _Answer:
    return {"joined": await onward.joined(visitor.address)}


async def _link(onward: Onward, visitor: Visitor) -> _Answer:
    url = await onward.link(visitor.address)
    return {"joined": False, "url": url} if url else None


async def _part(onward: Onward, visitor: Visitor) -> _Answer:
    await onward.part(visitor.address)
    return {"joined": False}
