"""What stands before every parser: the size of a body, the depth of JSON, who is calling and how often."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channels.limits import JSON_DEPTH, JSON_DIGITS

Network = IPv4Network | IPv6Network

_STRINGS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
"""A string, or its unfinished rest: always matches at a quote, so that scanning stays linear."""
_BRACKETS = re.compile(r"[\[\]{}]")


class BadJson(ValueError):
    """The text is not JSON that we take. The message names the reason and is safe to show."""


def read_json(raw: bytes | str) -> object:
    """Parse UTF-8 JSON. Raises BadJson for anything broken, too deep, or with numbers beyond 64 bits."""
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson("not UTF-8") from None
    if _too_deep(text):
        raise BadJson(f"nested deeper than {JSON_DEPTH}")
    try:
        return json.loads(text, parse_int=_whole_number, parse_constant=_no_constant)
    except BadJson:
        raise
    except (ValueError, RecursionError):
        raise BadJson("not JSON") from None


def _whole_number(digits: str) -> int:
    if len(digits.lstrip("-")) > JSON_DIGITS:
        raise BadJson(f"a number of more than {JSON_DIGITS} digits")
    return int(digits)


def _no_constant(name: str) -> object:
    raise BadJson(f"{name} is not a number")


def _too_deep(text: str) -> bool:
    """Whether brackets outside strings nest deeper than allowed; linear, no recursion."""
    if text.count("[") + text.count("{") <= JSON_DEPTH:
        return False
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > JSON_DEPTH:
            return True
    return False


class _TooLarge(Exception):
    """The body went over its limit while it was being read."""


_MOST_DRAINED = 32 * 1_048_576
_DRAIN_SECONDS = 10.0

Refuse = Callable[[Scope, int], Response]
"""The answer to a body over its limit, given the request and the limit in bytes."""


def _plain_refusal(scope: Scope, most: int) -> Response:
    return JSONResponse({"error": "too_large", "most_bytes": most}, 413)


class SizeGuard:
    """ASGI middleware: a body over the limit is answered with 413 before anybody parses it, whatever its type.

    An application that turns the interruption into an answer of its own (a 500, say) is overruled.

    The rest of a refused body is read and thrown away (up to 32 MB in 10 s): a server that hangs up on a client in
    mid-sentence is answered with a broken connection, and nobody reads why.

    ``larger`` gives other limits, in bytes, to paths that end with its keys; ``refuse`` makes the answer.
    """

    def __init__(
        self,
        app: ASGIApp,
        most: int,
        larger: Mapping[str, int] | None = None,
        refuse: Refuse = _plain_refusal,
    ) -> None:
        self._app = app
        self._most = most
        self._larger = dict(larger or {})
        self._answer = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._limit(scope["path"])
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared[:20]) > most:
            await self._refuse(scope, receive, send, most, unread=True)
            return
        await self._count(scope, receive, send, most)

    async def _count(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        read, answered, unread = 0, False, True

        async def counted() -> Message:
            nonlocal read, unread
            message = await receive()
            unread = bool(message.get("more_body", False))
            read += len(message.get("body", b""))
            if read > most:
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal answered
            if answered or read <= most:
                answered = True
                await send(message)

        with suppress(_TooLarge):
            await self._app(scope, counted, watched)
        if read > most and not answered:
            await self._refuse(scope, receive, send, most, unread=unread)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, most: int, *, unread: bool) -> None:
        if unread and (b"expect", b"100-continue") not in scope["headers"]:  # who asks first has sent nothing yet
            with suppress(TimeoutError):
                await asyncio.wait_for(_drain(receive), _DRAIN_SECONDS)
        answer = self._answer(scope, most)
        answer.headers["Connection"] = "close"
        await answer(scope, receive, send)

    def _limit(self, path: str) -> int:
        return next((most for end, most in self._larger.items() if path.endswith(end)), self._most)


async def _drain(receive: Receive) -> None:
    """Read the rest of a body, as far as that is reasonable."""
    drained = 0
    while drained < _MOST_DRAINED:
        message = await receive()
        drained += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


def networks(values: Sequence[str]) -> tuple[Network, ...]:
    """Addresses and networks of our own proxies, as written in the settings. Raises ValueError."""
    return tuple(ip_network(value, strict=False) for value in values)


def client_ip(scope: Scope, trusted: Sequence[Network]) -> str:
    """The caller's address: X-Forwarded-For is believed only as far as our own proxies wrote it.

    Walks the header from the right and stops at the first address that is not ours. An IPv6 caller is
    known by its /64, which one household or one attacker holds as a whole.
    """
    peer = scope.get("client")
    address = str(peer[0]) if peer else ""
    forwarded = [
        part.strip()
        for name, value in scope["headers"]
        if name == b"x-forwarded-for"
        for part in value.decode("latin-1").split(",")
    ]
    while forwarded and _within(address, trusted):
        candidate = forwarded.pop()
        if not _is_address(candidate):
            break
        address = candidate
    return _household(address)


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def _within(value: str, trusted: Sequence[Network]) -> bool:
    return _is_address(value) and any(ip_address(value) in network for network in trusted)


def _household(value: str) -> str:
    if not _is_address(value):
        return "unknown"
    address = ip_address(value)
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``burst`` at once, then ``per_second`` more every second."""

    burst: float
    per_second: float


class TokenBuckets:
    """A token bucket per key; memory is bounded by ``most_keys``, the key unused for longest is forgotten first."""

    def __init__(self, rate: Rate, ticks: Callable[[], float], most_keys: int = 20_000) -> None:
        self._rate = rate
        self._ticks = ticks
        self._most_keys = most_keys
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one token: 0.0 when there was one, else the seconds until there will be."""
        now = self._ticks()
        level, since = self._levels.pop(key, (self._rate.burst, now))
        level = min(self._rate.burst, level + (now - since) * self._rate.per_second)
        wait = 0.0 if level >= 1 else (1 - level) / self._rate.per_second
        self._levels[key] = (level if wait else level - 1, now)
        if len(self._levels) > self._most_keys:
            self._levels.popitem(last=False)
        return wait

    def __len__(self) -> int:
        return len(self._levels)


class Seats:
    """How many connections each key holds at this moment."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    @contextmanager
    def seat(self, key: str) -> Iterator[bool]:
        """Hold a place for the length of the block; False when all of the key's places are taken."""
        free = self._taken[key] < self._most
        if free:
            self._taken[key] += 1
        try:
            yield free
        finally:
            if free:
                self._taken[key] -= 1
            if not self._taken[key]:
                del self._taken[key]
