"""GET /healthz: is this process ready to take messages?"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


def health_route(ready: Callable[[], bool]) -> Route:
    """200 ``ok`` when ``ready()``, else 503 with Retry-After."""

    async def healthz(request: Request) -> Response:
        if ready():
            return PlainTextResponse("ok")
        return PlainTextResponse("starting", status_code=503, headers={"retry-after": "1"})

    return Route("/healthz", healthz, methods=["GET"])
