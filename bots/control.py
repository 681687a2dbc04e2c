"""The command line's way to the running server: a socket in the data folder that only its owner may use."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import orjson

from bots.assembly import Parts
from bots.orders import carry_out
from bots.refusals import refusal_of

LONGEST_ORDER = 1 << 20


def socket_path(data: Path) -> Path:
    """Where the server listens for orders."""
    return data / "control.sock"


@asynccontextmanager
async def taking_orders(parts: Parts) -> AsyncIterator[None]:
    """Carry out orders while the block runs. One line of JSON in, one out."""
    path = socket_path(parts.options.data)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readline()
            writer.write(orjson.dumps(await _answer(parts, line)) + b"\n")
            await writer.drain()
        except (OSError, ValueError) as error:
            parts.journal.warning("order_lost", error=repr(error))
        finally:
            writer.close()

    # The folder may hold the socket of a server that was killed.
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(serve, str(path), limit=LONGEST_ORDER)
    finally:
        os.umask(before)
    try:
        yield
    finally:
        server.close()
        with suppress(OSError):
            path.unlink(missing_ok=True)


async def _answer(parts: Parts, line: bytes) -> dict[str, object]:
    try:
        order = orjson.loads(line)
        return await carry_out(parts, order["order"], order["arguments"])
    except Exception as error:
        words = refusal_of(error)
        if words is None:
            parts.journal.error("order_failed", error=repr(error))
        return {"refused": words or repr(error)}
