"""The chat over plain HTTP: sessions, and sending and long polling where WebSockets are blocked."""

from __future__ import annotations

import math

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from channels.guards import BadJson, read_json
from channels.webchat.door import TOKEN_HEADER, Door
from channels.webchat.protocol import BadFrame, Frame, Older, Pressed, Said, language, number, read_frame
from channels.webchat.signed_links import SignedLinks
from channels.webchat.socket import error_frame
from channels.webchat.visitor import VisitorTokens
from channels.webchat.visits import Visits, one_round
from channels.webchat.wakes import waking
from dialog.bus import Bus
from dialog.errors import StoreBusy

_STATUS = {
    "too_large": 413,
    "slow": 429,
    "busy": 503,
    "no_entry": 403,
    "full": 409,
    "bad_photo": 415,
    "large_photo": 413,
}


class Pages:
    """Serves ``/chat/session``, ``/chat/send`` and ``/chat/poll``."""

    def __init__(
        self,
        visits: Visits,
        door: Door,
        tokens: VisitorTokens,
        links: SignedLinks,
        bus: Bus,
        look_every: float,
        poll_for: float,
    ) -> None:
        self._visits = visits
        self._door = door
        self._tokens = tokens
        self._links = links
        self._bus = bus
        self._look_every = look_every
        self._poll_for = poll_for

    async def session(self, request: Request) -> Response:
        """``{site, link?}`` -> ``{token, linked}``. Nothing is stored. A valid signed link names the visitor."""
        wait = self._door.session_wait(request)
        if wait:
            return refusal("slow", "ru", retry_after=wait)
        try:
            asked = read_json(await request.body())
        except (BadJson, ClientDisconnect):
            return refusal("bad_frame", "ru")
        if not isinstance(asked, dict):
            return refusal("bad_frame", "ru")
        site, link = asked.get("site"), asked.get("link")
        if not isinstance(site, str) or not self._door.may_embed(request, site):
            return refusal("no_entry", language(asked.get("language")))
        named = self._links.read(site, link) if isinstance(link, str) else None
        token = self._tokens.issue(site, named) if named else self._tokens.new(site)
        return JSONResponse({"token": token, "linked": named is not None}, headers=_UNCACHED)

    async def send(self, request: Request) -> Response:
        """One frame -> its answers, as ``{frames}``. 401 asks for a new session."""
        spoken = language(request.query_params.get("language"))
        visitor = self._door.visitor(request, request.headers.get(TOKEN_HEADER, ""), origin_required=False)
        if visitor is None:
            return refusal("no_entry", spoken, status=401)
        client_id = ""
        try:
            frame = read_frame(await request.body())
            client_id = frame.client_id if isinstance(frame, Said | Pressed) else ""
            wait = self._door.message_wait(request, visitor)
            if wait:
                return refusal("slow", spoken, client_id, wait)
            if isinstance(frame, Older):
                return _frames([await self._visits.history(visitor, frame.before)])
            if not isinstance(frame, Said | Pressed):
                return refusal("unknown_type", spoken)
            return _frames(await self._visits.take(visitor, frame, spoken))
        except BadFrame as refused:
            return refusal(refused.code, spoken, refused.client_id)
        except ClientDisconnect:
            return refusal("bad_frame", spoken, client_id)
        except StoreBusy as busy:
            return refusal("busy", spoken, client_id, busy.retry_after)

    async def poll(self, request: Request) -> Response:
        """``?after=N&wait=0|1`` -> ``{frames}``: the state, then lines; waits for the first new one."""
        spoken = language(request.query_params.get("language"))
        visitor = self._door.visitor(request, request.headers.get(TOKEN_HEADER, ""), origin_required=False)
        if visitor is None:
            return refusal("no_entry", spoken, status=401)
        try:
            after = number(_digits(request.query_params.get("after", "0")))
        except BadFrame as refused:
            return refusal(refused.code, spoken)
        seconds = 0.0 if request.query_params.get("wait") == "0" else self._poll_for
        with self._door.seated(request, visitor) as seated:
            if not seated:
                return refusal("slow", spoken, retry_after=5.0)
            async with waking(self._bus, self._look_every) as wakes:
                return _frames(await one_round(self._visits, visitor, after, wakes, seconds, spoken))


_UNCACHED = {"Cache-Control": "no-store"}


def _frames(frames: list[Frame]) -> Response:
    return JSONResponse({"frames": frames}, headers=_UNCACHED)


def _digits(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 16:
        raise BadFrame("bad_frame")
    return int(value)


def too_large(scope: Scope, most: int) -> Response:
    """A body over its limit, answered in the chat's own words."""
    request = Request(scope)
    spoken = language(request.query_params.get("language"))
    return refusal("large_photo", spoken) if request.url.path.endswith("/photo") else refusal("too_large", spoken)


def refusal(
    code: str, spoken: str, client_id: str = "", retry_after: float = 0.0, status: int | None = None
) -> JSONResponse:
    """An error frame as an HTTP answer, with Retry-After where trying again helps."""
    headers = dict(_UNCACHED)
    if retry_after:
        headers["Retry-After"] = str(math.ceil(retry_after))
    frame = error_frame(code, spoken, client_id, retry_after)
    return JSONResponse({"frames": [frame]}, status or _STATUS.get(code, 400), headers)
