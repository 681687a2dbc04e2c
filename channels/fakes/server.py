"""A small HTTP server that can also behave badly: answer late, in drops, with rubbish, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from urllib.parse import parse_qsl

LONGEST_BODY = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request. ``form``: its fields, texts only; ``files`` by field, and what they are called."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer. ``drip``: seconds over which the body goes out, a little at a time."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    drip: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Asked], Awaitable[Answered | None]]
"""None: the connection ends without an answer."""


class FakeServer:
    """``async with FakeServer(handler) as server``: it listens on 127.0.0.1, on a free port unless one is given."""

    def __init__(self, handler: Handler, port: int = 0) -> None:
        self._handler = handler
        self._port = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> FakeServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, limit=1 << 20)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while (asked := await _read(reader)) is not None:
                answered = await self._handler(asked)
                if answered is None:
                    break
                await _write(writer, answered)
        except (OSError, ValueError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            with suppress(OSError):
                writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    line = await reader.readline()
    if not line.strip():
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (header := (await reader.readline()).decode("latin-1").strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = await _body(reader, headers)
    form, files, names = _form(headers.get("content-type", ""), body)
    return Asked(method=method, path=target, headers=headers, body=body, form=form, files=files, names=names)


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(min(int(headers.get("content-length", "0")), LONGEST_BODY))
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def _form(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, bytes], dict[str, str]]:
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)), {}, {}
    if not content_type.startswith("multipart/form-data"):
        return {}, {}, {}
    whole = message_from_bytes(b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + body, policy=HTTP)
    form: dict[str, str] = {}
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for part in whole.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        content = part.get_payload(decode=True)
        raw = content if isinstance(content, bytes) else b""
        file_name = part.get_filename()
        if file_name is None:
            form[name] = raw.decode("utf-8", "replace")
        else:
            files[name], names[name] = raw, file_name
    return form, files, names


async def _write(writer: asyncio.StreamWriter, answered: Answered) -> None:
    head = (
        f"HTTP/1.1 {answered.status} x\r\nContent-Type: {answered.content_type}\r\n"
        f"Content-Length: {len(answered.body)}\r\n"
        + "".join(f"{name}: {value}\r\n" for name, value in answered.headers.items())
        + "\r\n"
    )
    writer.write(head.encode("latin-1"))
    if answered.drip:
        for byte in answered.body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(answered.drip / max(len(answered.body), 1))
    else:
        writer.write(answered.body)
    await writer.drain()
