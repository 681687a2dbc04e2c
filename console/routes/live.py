"""The socket behind every open screen."""

from __future__ import annotations

import asyncio
import contextlib

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from console.parts import Came, Parts, With
from console.policy import INBOX, SOCKET, Door
from console.screen import Screen
from dialog.ending import end

_MALFORMED = 4400
_FIRST_WORD = 10.0
"""Seconds in which a screen has to say how far it has read."""
_MOST_FRAME = 1000


async def live(socket: WebSocket, parts: With, visit: Came) -> None:
    """Hear ``{"after": N}``, answer hello and what was missed, then send every event until one side goes."""
    await socket.accept()
    screen = Screen(visit.key, visit.user.role, visit.user.id)
    parts.live.open(screen)
    try:
        after = await asyncio.wait_for(_after(socket), _FIRST_WORD)
        await _greet(socket, parts, screen, after)
        await _converse(socket, screen)
    except (WebSocketDisconnect, TimeoutError):
        return
    except (ValueError, KeyError, TypeError):
        await socket.close(_MALFORMED)
    finally:
        parts.live.close(screen)
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # closed already, by whichever side
            await socket.close()


async def _greet(socket: WebSocket, parts: Parts, screen: Screen, after: int) -> None:
    missed = await parts.live.missed(after)
    hello = {"type": "hello", "seq": parts.live.seq, "version": parts.assets.version, "reset": missed is None}
    await socket.send_bytes(orjson.dumps(hello))
    for frame in missed or ():
        await socket.send_bytes(screen.body(frame))


async def _converse(socket: WebSocket, screen: Screen) -> None:
    """Send until told to close; hear pings, and nothing else."""
    tasks = [asyncio.create_task(_send(socket, screen)), asyncio.create_task(_hear(socket))]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await end(*tasks)


async def _send(socket: WebSocket, screen: Screen) -> None:
    while True:
        frame = await screen.next()
        if isinstance(frame, int):
            await socket.close(frame)
            return
        await socket.send_bytes(frame)


async def _hear(socket: WebSocket) -> None:
    while True:
        if await _text(socket) != "ping":
            raise ValueError("a screen only pings")
        await socket.send_bytes(b'{"type":"pong"}')


async def _after(socket: WebSocket) -> int:
    word = orjson.loads(await _text(socket))
    after = word["after"]
    if type(after) is not int or not 0 <= after < 2**62 or len(word) != 1:
        raise ValueError("after")
    return after


async def _text(socket: WebSocket) -> str:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if text is None or len(text) > _MOST_FRAME:
        raise ValueError("a frame that no screen sends")
    return str(text)


DOORS = (Door(method=SOCKET, path="/ws", policy=INBOX, handler=live),)
