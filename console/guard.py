"""The wall: every route of the console is wrapped in its policy, and one without a policy stops the start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from console.doorman import Doorman
from console.policy import Policy
from dialog.errors import StoreBusy


class UnguardedRoute(RuntimeError):
    """A route without a policy."""


class Guard:
    """Stands before one route. HTTP is refused by an exception, a socket by closing it before it is accepted."""

    def __init__(self, app: ASGIApp, policy: Policy, doorman: Doorman) -> None:
        self.policy = policy
        self._app = app
        self._doorman = doorman

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.policy.plain:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        visit = await self._doorman.meet(connection)
        scope.setdefault("state", {})["visit"] = visit
        refusal = self._doorman.judge(connection, visit, self.policy)
        if refusal:
            raise refusal
        await self._app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        try:
            visit = await self._doorman.meet(connection)
        except StoreBusy:
            await send({"type": "websocket.close", "code": 1013, "reason": ""})
            return
        if self._doorman.judge(connection, visit, self.policy):
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        scope.setdefault("state", {})["visit"] = visit
        await self._app(scope, receive, send)


def post_guard(route: BaseRoute, policy: Policy, doorman: Doorman) -> None:
    """Stand ``policy`` before ``route``."""
    if not isinstance(route, Route | WebSocketRoute | Mount):
        _refuse(route)
    route.app = Guard(route.app, policy, doorman)


def policies_of(routes: Iterable[BaseRoute]) -> list[tuple[BaseRoute, Policy]]:
    """The policy that stands before each route. Raises UnguardedRoute for a route that has none."""
    found: list[tuple[BaseRoute, Policy]] = []
    for route in routes:
        guard = getattr(route, "app", None)
        if not isinstance(guard, Guard):
            _refuse(route)
        found.append((route, guard.policy))
    return found


def _refuse(route: BaseRoute) -> NoReturn:
    raise UnguardedRoute(f"{getattr(route, 'path', route)!r} has no policy: say who may pass (console/policy.py)")
