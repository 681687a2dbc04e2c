"""Calls of Meta's Graph API: one attempt each, and what it answered in words that hold neither key nor phone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import httpx

from channels.guards import BadJson, read_json

BASE_URL = "https://graph.facebook.com/v23.0"
TIMEOUT = 20.0
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.PoolTimeout)
"""Without a connection nothing was said; whatever broke later may have been heard."""
Json = dict[str, object]
_SECRET = re.compile(r"EAA[A-Za-z0-9]*|[A-Za-z0-9_|-]{32,}|\+?[0-9]{7,}", re.ASCII)
"""Meta repeats what it did not like: keys and phones are cut out of its words."""


class Refused(Exception):
    """An answer that is no success. ``code``: Meta's own, None where the answer has none."""

    def __init__(self, status: int, code: int | None = None, words: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{status} {code or ''} {words}".strip())
        self.status = status
        self.code = code
        self.retry_after = retry_after


class Graph:
    """``base_url`` with its version; ``proxy`` is an http address, or empty."""

    def __init__(self, token: str, *, base_url: str = "", proxy: str = "", timeout: float = TIMEOUT) -> None:
        self._token = token
        self._base = (base_url or BASE_URL).rstrip("/")
        self._timeout = timeout
        # Where nobody can be reached at all, that must be told from an answer that does not come.
        patience = httpx.Timeout(timeout, connect=timeout / 2, pool=timeout / 2)
        self._client = httpx.AsyncClient(timeout=patience, proxy=proxy or None, trust_env=False)

    @property
    def headers(self) -> Mapping[str, str]:
        """By which we are known."""
        return {"Authorization": f"Bearer {self._token}"}

    async def get(self, path: str, asked: Mapping[str, str] | None = None, *, token: str = "") -> Json:
        """Raises Refused, httpx.HTTPError. ``token``: another one than the account's."""
        return await self._ask("GET", path, token, params=dict(asked or {}))

    async def post(self, path: str, body: Mapping[str, object], *, token: str = "") -> Json:
        """Raises Refused, httpx.HTTPError."""
        return await self._ask("POST", path, token, json=dict(body))

    async def upload(self, path: str, name: str, content: bytes, content_type: str) -> str:
        """The id of the file there. Raises Refused, httpx.HTTPError."""
        form = {"messaging_product": "whatsapp", "type": content_type}
        files = {"file": (name, content, content_type)}
        return text_of(await self._ask("POST", path, "", data=form, files=files), "id")

    async def _ask(self, method: str, path: str, token: str, **more: Any) -> Json:
        """The client's own time-outs begin anew with every byte: a server that drips would be waited for all day."""
        headers = {"Authorization": f"Bearer {token}"} if token else self.headers
        try:
            async with asyncio.timeout(self._timeout):
                return _read(await self._client.request(method, f"{self._base}/{path}", headers=headers, **more))
        except TimeoutError:
            raise httpx.ReadTimeout("no whole answer in time") from None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


def text_of(answer: Json, name: str) -> str:
    """A text that must be there. Raises Refused."""
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise Refused(200, None, f"no {name} in the answer")
    return found


def _read(response: httpx.Response) -> Json:
    try:
        answer = read_json(response.content)
    except BadJson as error:
        raise Refused(response.status_code, None, str(error)) from None
    told = answer.get("error") if isinstance(answer, dict) else None
    if response.is_success and isinstance(answer, dict) and told is None:
        return answer
    code = told.get("code") if isinstance(told, dict) else None
    words = told.get("message") if isinstance(told, dict) else ""
    raise Refused(
        response.status_code,
        code if isinstance(code, int) and not isinstance(code, bool) else None,
        _SECRET.sub("…", words)[:200] if isinstance(words, str) else "",
        _seconds(response.headers.get("retry-after", "")),
    )


def _seconds(header: str) -> float | None:
    return float(header) if header.isascii() and header.isdigit() and len(header) < 6 else None
