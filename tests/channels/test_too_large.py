"""A body over its limit, sent over a real connection, gets an answer and not a broken line."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from channels.webchat.texts import error_text
from tests.e2e.chat_site import ChatSite, chat_site

MEGABYTE = 1 << 20


async def post(
    site: ChatSite, path: str, size: int, token: str, *, chunked: bool = False
) -> tuple[int, dict[str, object]]:
    """Send everything first, as browsers do, then read: (status, JSON)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    how = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Chat-Token: {token}\r\n{how}\r\n\r\n".encode())
    for start in range(0, size, 65_536):
        piece = b"x" * min(65_536, size - start)
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        await writer.drain()
    if chunked:
        writer.write(b"0\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


async def token_of(site: ChatSite) -> str:
    """A visitor's pass: without one nothing of a body is read at all."""
    async with httpx.AsyncClient(base_url=site.url) as client:
        answer = await client.post("/chat/session", json={"site": "lavanda"}, headers={"origin": site.url})
        return str(answer.json()["token"])


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
@pytest.mark.parametrize(
    ("path", "size", "code"),
    [("/chat/send", 2 * MEGABYTE, "too_large"), ("/chat/photo", 12 * MEGABYTE, "large_photo")],
)
async def test_it_is_told_in_the_visitors_language(path: str, size: int, code: str, chunked: bool) -> None:
    async with chat_site(ChatSite(answers=False)) as site:
        token = await token_of(site)
        for language in ("ru", "en"):
            status, answer = await post(
                site, f"{path}?language={language}&client_id=photo-0001", size, token, chunked=chunked
            )
            assert status == 413
            frames = answer["frames"]
            assert isinstance(frames, list)
            assert (frames[0]["code"], frames[0]["text"]) == (code, error_text(code, language))
