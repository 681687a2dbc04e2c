"""A visitor's photo: told by its first bytes, kept by the media store, shown by a signed address."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from channels.file_type import file_type
from channels.media_store import Media, MediaFull, MediaStore
from channels.webchat.door import TOKEN_HEADER, Door
from channels.webchat.http import refusal
from channels.webchat.media_links import MediaLinks
from channels.webchat.protocol import BadFrame, client_id_of, language
from channels.webchat.visits import Photo, Visits
from dialog.errors import StoreBusy

_PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})


class Photos:
    """Serves ``/chat/photo`` and ``/chat/media/<id>``."""

    def __init__(self, visits: Visits, door: Door, store: MediaStore | None, links: MediaLinks) -> None:
        self._visits = visits
        self._door = door
        self._store = store
        self._links = links

    async def accept(self, request: Request) -> Response:
        """The body is the file itself, ``?client_id=`` names the line -> ``{frames}`` with its ack."""
        spoken = language(request.query_params.get("language"))
        visitor = self._door.visitor(request, request.headers.get(TOKEN_HEADER, ""), origin_required=False)
        if visitor is None or self._store is None:
            return refusal("no_entry", spoken, status=401 if self._store else 403)
        try:
            client_id = client_id_of(request.query_params.get("client_id"))
            content = await request.body()
            content_type = image_type(content)
            if content_type is None:
                return refusal("bad_photo", spoken, client_id)
            wait = self._door.message_wait(request, visitor)
            if wait:
                return refusal("slow", spoken, client_id, wait)
            owner = f"{visitor.site}/{visitor.id}"
            media_id = await self._store.put(owner, Media(content=content, content_type=content_type))
            frames = await self._visits.take(visitor, Photo(client_id=client_id, media_id=media_id), spoken)
            return JSONResponse({"frames": frames}, headers={"Cache-Control": "no-store"})
        except (BadFrame, ClientDisconnect):
            return refusal("bad_frame", spoken)
        except MediaFull:
            return refusal("full", spoken, client_id)
        except StoreBusy as busy:
            return refusal("busy", spoken, client_id, busy.retry_after)

    async def show(self, request: Request) -> Response:
        """The photo of a signed address. It can never run as a page: fixed type, nosniff, empty sandbox."""
        media_id = request.path_params["media_id"]
        query = request.query_params
        if self._store is None or not self._links.allows(media_id, query.get("until", ""), query.get("sig", "")):
            return PlainTextResponse("", 404)
        media = await self._store.get(media_id)
        if media is None:
            return PlainTextResponse("", 404)
        headers = {
            "Cache-Control": "private, max-age=43200",
            "Content-Disposition": "inline",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(media.content, headers=headers, media_type=media.content_type)


def image_type(content: bytes) -> str | None:
    """``image/jpeg``, ``image/png`` or ``image/webp`` by the first bytes; None for anything else."""
    found = file_type(content)
    return found if found in _PHOTO_TYPES else None
