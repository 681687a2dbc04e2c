"""How vkbottle's calls travel: the token in the body, one pool of connections, no repeats, an answer or an error."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientSession, ClientTimeout, FormData

from channels.guards import BadJson, read_json
from channels.vk.library import API, ABCHTTPClient, ABCRequestRescheduler

BASE_URL = "https://api.vk.ru"
TIMEOUT = 20.0
VERSION = "5.199"


class Garbled(Exception):
    """What came back is no answer of VK's: a gateway's page, half a line. The call may have been heard."""


class _NeverAgain(ABCRequestRescheduler):
    """vkbottle would make the call again by itself, for as long as the answer cannot be read."""

    async def reschedule(self, ctx_api: Any, method: str, data: dict[str, Any], recent_response: Any) -> dict[str, Any]:
        """See ABCRequestRescheduler."""
        raise Garbled(method)


class Wire(ABCHTTPClient):
    """vkbottle's HTTP client. ``proxy`` is an http address, or empty."""

    def __init__(self, proxy: str = "", timeout: float = TIMEOUT) -> None:
        self._proxy = proxy or None
        # Where nobody can be reached at all, that must be told from an answer that does not come.
        self._timeout = ClientTimeout(total=timeout, connect=timeout / 2)
        self._session: ClientSession | None = None

    async def request_text(
        self, url: str, method: str = "GET", data: dict[str, Any] | None = None, **kwargs: Any
    ) -> str:
        """The body of an answer that has the form of VK's answers. vkbottle gives the token with the address, where
        every log would keep it: it goes with the other fields. Raises Garbled, aiohttp's errors."""
        fields = {**(data or {}), **kwargs.get("params", {})}
        async with self._opened().post(url, data={name: str(value) for name, value in fields.items()}) as answer:
            body = await answer.read()
        _check(body)
        return body.decode("utf-8")

    async def upload(self, url: str, name: str, content: bytes, content_type: str) -> dict[str, Any]:
        """Bring a file where VK said. Raises Garbled, aiohttp's errors."""
        form = FormData()
        form.add_field("file", content, filename=name, content_type=content_type)
        async with self._opened().post(url, data=form) as answer:
            body = await answer.read()
        return _json(body)

    async def request_raw(
        self, url: str, method: str = "GET", data: dict[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """The same, whichever form is wished."""
        return await self.request_text(url, method, data, **kwargs)

    async def request_json(
        self, url: str, method: str = "GET", data: dict[str, Any] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """The same as JSON."""
        return _json((await self.request_text(url, method, data, **kwargs)).encode())

    async def request_content(
        self, url: str, method: str = "GET", data: dict[str, Any] | None = None, **kwargs: Any
    ) -> bytes:
        """The same as bytes."""
        return (await self.request_text(url, method, data, **kwargs)).encode()

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None and not self._session.closed:
            await self._session.close()

    def _opened(self) -> ClientSession:
        if self._session is None or self._session.closed:
            self._session = ClientSession(timeout=self._timeout, proxy=self._proxy)
        return self._session


def open_api(token: str, base_url: str, wire: Wire) -> API:
    """vkbottle's client of one community."""
    api = API(token, http_client=wire, request_rescheduler=_NeverAgain())
    api.API_URL = f"{(base_url or BASE_URL).rstrip('/')}/method/"
    api.API_VERSION = VERSION
    return api


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = read_json(body)
    except BadJson as error:
        raise Garbled(str(error)) from None
    if not isinstance(found, dict):
        raise Garbled("not an object")
    return found


def _check(body: bytes) -> None:
    found = _json(body)
    error = found.get("error")
    if isinstance(error, dict):
        well = isinstance(error.get("error_code"), int) and isinstance(error.get("error_msg"), str)
    else:
        well = "response" in found and error is None
    if not well:
        raise Garbled("neither an answer nor an error")
