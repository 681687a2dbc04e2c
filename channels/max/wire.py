"""MAX's HTTP: one call is one request, and nothing is ever repeated here.

maxapi's own client repeats a POST after 502-504, and a client would read the line twice. Its trusted certificates are
used all the same: MAX's servers show one of the Russian authority that no system brings along.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import httpx
from maxapi.client.ssl import create_default_ssl_context

from channels.guards import BadJson, read_json

BASE_URL = "https://platform-api2.max.ru"
TIMEOUT = 20.0
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class NeverLeft(OSError):
    """There was no connection: nothing was said."""


class NoAnswer(OSError):
    """The request went out and no answer came: it may have been heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``body`` is None when it was no JSON. ``retry_after`` in seconds, where MAX says so."""

    status: int
    body: object = None
    retry_after: float | None = None

    @property
    def code(self) -> str:
        """MAX's own word for what is wrong; empty where it gives none."""
        code = self.body.get("code") if isinstance(self.body, Mapping) else None
        return code if isinstance(code, str) else ""


@cache
def trusted() -> ssl.SSLContext:
    """The system's certificates and the Russian authority's."""
    return create_default_ssl_context()


class Wire:
    """The connections of one account."""

    def __init__(self, token: str, *, base_url: str = "", proxy: str = "", timeout: float = TIMEOUT) -> None:
        self.base_url = base_url or BASE_URL
        self._client = httpx.AsyncClient(
            timeout=timeout / 2, proxy=proxy or None, trust_env=False, follow_redirects=False, verify=self._verify()
        )
        self._most_seconds = timeout
        self._token = {"Authorization": token}

    def _verify(self) -> ssl.SSLContext | bool:
        return trusted() if self.base_url.startswith("https://") else False

    async def call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None = None,
        body: object = None,
        most_seconds: float = 0.0,
    ) -> Answer:
        """One call of the Bot API. Raises NeverLeft, NoAnswer."""
        more: dict[str, object] = {"params": dict(params or {})} | ({"json": body} if body is not None else {})
        if most_seconds:
            more["timeout"] = most_seconds
        most = most_seconds or self._most_seconds
        return await self._ask(method, self.base_url + path, most, headers=self._token, **more)

    async def upload(self, url: str, name: str, content: bytes) -> Answer:
        """A file to where MAX wants it. Raises NeverLeft, NoAnswer."""
        return await self._ask("POST", url, self._most_seconds, files={"data": (name, content)})

    async def _ask(self, method: str, url: str, most_seconds: float, **more: object) -> Answer:
        """The whole of it within ``most_seconds``: an answer that comes in drops is none."""
        try:
            async with asyncio.timeout(most_seconds):
                response = await self._client.request(method, url, **more)  # type: ignore[arg-type]
        except _NEVER_LEFT as error:
            raise NeverLeft(type(error).__name__) from None
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            # The address is left out of what is told: there may be names of files and people in it.
            raise NoAnswer(type(error).__name__) from None
        return Answer(status=response.status_code, body=_json(response.content), retry_after=_wish(response))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


def _json(content: bytes) -> object:
    try:
        return read_json(content)
    except BadJson:
        return None


def _wish(response: httpx.Response) -> float | None:
    told = response.headers.get("retry-after", "")
    return min(float(told), 3600.0) if told.isascii() and told.isdecimal() else None
