"""Where messengers call: verify, store, answer. Nothing is understood here, and nothing is sent."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router

from channels.directory import Directory
from channels.guards import Network, SizeGuard, client_ip
from channels.hook import Hooks
from channels.limits import limits_of
from channels.port import Call, Messenger
from dialog.errors import StoreBusy


class HookDoor:
    """One web address for each account. A call that is not believed leaves no trace but its answer."""

    def __init__(
        self,
        directory: Directory,
        hooks: Hooks,
        now: Callable[[], datetime],
        trusted: Sequence[Network] = (),
    ) -> None:
        self._directory = directory
        self._hooks = hooks
        self._now = now
        self._trusted = trusted

    def routes(self, channel: str, messenger: Messenger) -> list[BaseRoute]:
        """``/hooks/<channel>/<path>``, with the channel's own limit for bodies."""

        async def called(request: Request) -> Response:
            return await self._take(channel, messenger, request)

        async def asked(request: Request) -> Response:
            return self._greet(channel, messenger, request)

        routes = [Route("/{path:str}", called, methods=["POST"])]
        if messenger.greet is not None:
            routes.append(Route("/{path:str}", asked, methods=["GET"]))
        inner = Router(routes=routes, redirect_slashes=False)
        return [Mount(f"/hooks/{channel}", SizeGuard(inner, limits_of(channel).body_bytes))]

    def _greet(self, channel: str, messenger: Messenger, request: Request) -> Response:
        connection = self._directory.by_path(channel, request.path_params["path"])
        if connection is None or messenger.greet is None:
            return PlainTextResponse("", 404)
        query = request.query_params
        told = dict(query) if len(query.multi_items()) == len(query) else {}
        answer = messenger.greet(connection, told)
        return PlainTextResponse("", 403) if answer is None else PlainTextResponse(answer)

    async def _take(self, channel: str, messenger: Messenger, request: Request) -> Response:
        connection = self._directory.by_path(channel, request.path_params["path"])
        if connection is None:
            return PlainTextResponse("", 404)
        try:
            body = await request.body()
        except ClientDisconnect:
            return PlainTextResponse("", 400)
        headers = _single(request)
        call = Call(headers=headers or {}, body=body, address=client_ip(request.scope, self._trusted))
        if messenger.confirm is not None and (told := messenger.confirm(connection, call)) is not None:
            return PlainTextResponse(told)
        if headers is None or not messenger.verify(connection, call):
            return PlainTextResponse("", 403)
        try:
            await self._hooks.store(messenger.events(connection, call), self._now())
        except StoreBusy as busy:
            # The messenger keeps it and comes again; 410 would make it forget us.
            return PlainTextResponse("", 503, {"Retry-After": str(math.ceil(busy.retry_after))})
        return PlainTextResponse(messenger.answer, 200)


def _single(request: Request) -> dict[str, str] | None:
    """Headers by lower-case name; None when one is there twice: which of them to believe would be a guess."""
    found: dict[str, str] = {}
    for name, value in request.headers.items():
        if name in found and name.startswith("x-") and name != "x-forwarded-for":
            return None
        found[name] = value
    return found
