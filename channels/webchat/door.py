"""Who may come in: the site's Origin allow-list, the visitor's token, and how often."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.requests import HTTPConnection

from channels.guards import Rate, Seats, TokenBuckets, client_ip, networks
from channels.webchat.settings import WebchatSettings, allows
from channels.webchat.visitor import Visitor, VisitorTokens

TOKEN_HEADER = "x-chat-token"


class Door:
    """One per web process; the limits it counts are the process's own."""

    def __init__(
        self, settings: WebchatSettings, tokens: VisitorTokens, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._tokens = tokens
        self._trusted = networks(settings.trusted_proxies)
        rates = settings.rates
        self._sessions = TokenBuckets(Rate(burst=rates.session_burst, per_second=rates.session_per_second), ticks)
        self._messages = TokenBuckets(Rate(burst=rates.message_burst, per_second=rates.message_per_second), ticks)
        self._addresses = TokenBuckets(Rate(burst=rates.address_burst, per_second=rates.address_per_second), ticks)
        self._visitor_seats = Seats(rates.sockets_per_visitor)
        self._address_seats = Seats(rates.sockets_per_address)

    def address(self, connection: HTTPConnection) -> str:
        """The caller's IP, or its /64."""
        return client_ip(connection.scope, self._trusted)

    def may_embed(self, connection: HTTPConnection, site_key: str) -> bool:
        """Whether the page that calls may carry the chat of ``site_key``: a browser always names its Origin."""
        site = self._settings.sites.get(site_key)
        origin = connection.headers.get("origin", "")
        return site is not None and bool(origin) and allows(site, origin, connection.headers.get("host", ""))

    def visitor(self, connection: HTTPConnection, token: str, *, origin_required: bool) -> Visitor | None:
        """The visitor of a token, if the page that calls may use it.

        A same-origin GET carries no Origin, and so ``origin_required`` is False where a token is a header of its own.
        """
        visitor = self._tokens.read(token, tuple(self._settings.sites))
        if visitor is None:
            return None
        if not origin_required and "origin" not in connection.headers:
            return visitor
        return visitor if self.may_embed(connection, visitor.site) else None

    @contextmanager
    def seated(self, connection: HTTPConnection, visitor: Visitor) -> Iterator[bool]:
        """Hold a place for a waiting connection; False when the visitor or the address has no place left."""
        with (
            self._visitor_seats.seat(visitor.id) as one,
            self._address_seats.seat(self.address(connection)) as other,
        ):
            yield one and other

    def session_wait(self, connection: HTTPConnection) -> float:
        """Seconds until this caller may have another session; 0.0 = now."""
        return self._sessions.take(self.address(connection))

    def message_wait(self, connection: HTTPConnection, visitor: Visitor) -> float:
        """Seconds until this visitor may send another line; 0.0 = now."""
        return self._messages.take(visitor.id) or self._addresses.take(self.address(connection))
