"""Lines of JSON between a process that will be killed and the one that survives it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import orjson

Line = list[Any]
"""The kind of the line first, then what belongs to it."""


class Lines:
    """Splits a stream of bytes into lines; the half line of a dead writer is dropped."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Line]:
        """The whole lines so far."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        for line in whole:
            yield orjson.loads(line)


def packed(line: Line) -> bytes:
    """One line for the wire."""
    return orjson.dumps(line) + b"\n"


class ChildEnd:
    """The mortal side: what it told is known to the survivor even if it dies at once."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._lines = Lines()
        self._answers: dict[int, asyncio.Future[Line]] = {}
        self._number = 0
        connection.setblocking(True)
        asyncio.get_running_loop().add_reader(connection.fileno(), self._heard)

    def tell(self, *line: Any) -> None:
        """Say it now; the bytes are out of this process when this returns."""
        self._socket.sendall(packed(list(line)))

    async def ask(self, kind: str, *line: Any) -> Line:
        """Say it and wait for the answer."""
        self._number += 1
        future: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        self._answers[self._number] = future
        self.tell(kind, self._number, *line)
        return await future

    def close(self) -> None:
        """Hang up."""
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    def _heard(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            return
        for number, *answer in self._lines.feed(data):
            self._answers.pop(number).set_result(answer)
