"""The chat over a WebSocket: one reader, one writer of what is new."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from contextlib import aclosing

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from channels.webchat.door import Door
from channels.webchat.protocol import SUBPROTOCOL, BadFrame, Frame, Hello, Older, Pressed, Said, read_frame
from channels.webchat.texts import error_text
from channels.webchat.visitor import Visitor
from channels.webchat.visits import Visits
from channels.webchat.wakes import Wakes, waking
from dialog.bus import Bus
from dialog.ending import end
from dialog.errors import StoreBusy

NEW_TOKEN = 4401
"""Close code: the token is not ours, ask for a session."""
TOO_MANY = 4429
"""Close code: too many connections of one visitor or address, come back later."""
NO_HELLO = 4408
"""Close code: the first frame was not a hello, or never came."""

_HELLO_WITHIN = 15.0
_BAD_FRAMES = 20

_log = logging.getLogger(__name__)


class Sockets:
    """Serves ``/chat/ws``."""

    def __init__(self, visits: Visits, door: Door, bus: Bus, look_every: float, ping_every: float) -> None:
        self._visits = visits
        self._door = door
        self._bus = bus
        self._look_every = look_every
        self._ping_every = ping_every

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from the handshake to the end."""
        offered = socket.scope.get("subprotocols", [])
        if SUBPROTOCOL not in offered or "origin" not in socket.headers:
            await socket.close()
            return
        token = next((one for one in offered if one != SUBPROTOCOL), "")
        visitor = self._door.visitor(socket, token, origin_required=True)
        await socket.accept(SUBPROTOCOL)
        if visitor is None:
            await socket.close(NEW_TOKEN)
            return
        with self._door.seated(socket, visitor) as seated:
            if not seated:
                await socket.close(TOO_MANY)
                return
            await self._talk(socket, visitor)

    async def _talk(self, socket: WebSocket, visitor: Visitor) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            try:
                async with asyncio.timeout(_HELLO_WITHIN):
                    hello = read_frame(await _receive(socket))
            except (BadFrame, TimeoutError):
                hello = None
            if not isinstance(hello, Hello):
                await socket.close(NO_HELLO)
                return
            async with waking(self._bus, self._look_every) as wakes:
                writer = asyncio.create_task(self._write(socket, visitor, hello, wakes))
                try:
                    await self._read(socket, visitor, hello, wakes)
                finally:
                    await end(writer)

    async def _write(self, socket: WebSocket, visitor: Visitor, hello: Hello, wakes: Wakes) -> None:
        ticks = asyncio.get_running_loop().time
        last = ticks()
        try:
            async with aclosing(self._visits.follow(visitor, hello.after, wakes, hello.language)) as stream:
                async for frame in stream:
                    if frame is None and ticks() - last < self._ping_every:
                        continue
                    await socket.send_json(frame or {"type": "ping"})
                    last = ticks()
        except WebSocketDisconnect:
            return
        except Exception:
            _log.exception("writing to a chat failed")
            await _close(socket, 1011)

    async def _read(self, socket: WebSocket, visitor: Visitor, hello: Hello, wakes: Wakes) -> None:
        bad = 0
        while bad < _BAD_FRAMES:
            try:
                frame = read_frame(await _receive(socket))
                answers = await self._answer(socket, visitor, frame, hello.language)
            except BadFrame as refused:
                bad += 1
                answers = [error_frame(refused.code, hello.language, refused.client_id)]
            for answer in answers:
                await socket.send_json(answer)
            wakes.nudge()
        await _close(socket, 1008)

    async def _answer(
        self, socket: WebSocket, visitor: Visitor, frame: Hello | Older | Said | Pressed, language: str
    ) -> list[Frame]:
        client_id = frame.client_id if isinstance(frame, Said | Pressed) else ""
        wait = self._door.message_wait(socket, visitor)
        if wait:
            return [error_frame("slow", language, client_id, wait)]
        try:
            match frame:
                case Hello():
                    return []
                case Older():
                    return [await self._visits.history(visitor, frame.before)]
                case _:
                    return await self._visits.take(visitor, frame, language)
        except StoreBusy as busy:
            return [error_frame("busy", language, client_id, busy.retry_after)]


def error_frame(code: str, language: str, client_id: str = "", retry_after: float = 0.0) -> Frame:
    """Why a frame was not taken. With ``retry_after`` (seconds) the browser keeps the line and sends it again."""
    frame: Frame = {"type": "error", "code": code, "text": error_text(code, language)}
    if client_id:
        frame["client_id"] = client_id
    if retry_after:
        frame["retry_after"] = round(retry_after, 2)
    return frame


async def _receive(socket: WebSocket) -> str | bytes:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text: str | None = message.get("text")
    data: bytes | None = message.get("bytes")
    return text if text is not None else data or b""


async def _close(socket: WebSocket, code: int) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(code)
