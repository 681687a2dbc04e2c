"""The web application: what each address leads to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from bots.health import health_route

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def web_application(
    *, channel_routes: Sequence[BaseRoute], console: ASGIApp, ready: Callable[[], bool], lifespan: Lifespan
) -> Starlette:
    """``/healthz``, the channels' own routes (``/``, ``/chat``, ``/hooks``), ``/console``: each with its own rules."""
    served: list[BaseRoute] = [health_route(ready), Mount("/console", console), *channel_routes]
    return Starlette(routes=served, lifespan=lifespan)
