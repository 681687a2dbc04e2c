"""Upkeep from the command line: done by the running server when there is one, else here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from bots.assembly import assembled
from bots.cannot_start import CannotStart
from bots.control import socket_path
from bots.messages import message
from bots.options import Options
from bots.orders import carry_out
from storage.backup import restore


async def order(options: Options, name: str, arguments: Mapping[str, object]) -> dict[str, Any]:
    """The answer to an order. Raises CannotStart with the words of a refusal."""
    asked = await _ask_server(options, name, arguments)
    if asked is not None:
        if "refused" in asked:
            raise CannotStart(asked["refused"])
        return asked
    async with assembled(options) as parts:
        return await carry_out(parts, name, arguments)


async def _ask_server(options: Options, name: str, arguments: Mapping[str, object]) -> dict[str, Any] | None:
    """What the server that works on this data folder says; None when none runs."""
    path = socket_path(options.data)
    if not path.exists():
        return None
    try:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=1 << 24)
    except OSError:
        return None
    writer.write(orjson.dumps({"order": name, "arguments": dict(arguments)}) + b"\n")
    await writer.drain()
    answer: dict[str, Any] = orjson.loads(await reader.readline())
    writer.close()
    return answer


async def restore_from(options: Options, source: Path) -> None:
    """Put a copy in the place of the data. Only while nothing runs. Raises CannotStart, DataLocked."""
    if await _ask_server(options, "ping", {}) is not None:
        raise CannotStart(message("restore_running"))
    await restore(options.database_url, options.data, source)
