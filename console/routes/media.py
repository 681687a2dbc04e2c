"""What clients sent: a photo is reached through the line that carries it, so whoever may read the line may see it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from channels.media_store import Media
from console.headers import FILE_POLICY
from console.parts import Came, Parts, With
from console.policy import INBOX, Door
from console.refusals import not_found
from console.visit import Visit

SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""Types that a browser may draw; everything else is downloaded, never opened here."""
_MOST_ID = 40
Seq = Annotated[int, Path(ge=1, le=2**62)]


async def media(parts: With, visit: Came, public_id: str, seq: Seq) -> Response:
    """The file of line ``seq`` of a conversation."""
    found = await _media_of(parts, visit, public_id, seq)
    if found is None:
        raise not_found()
    drawn = found.content_type in SHOWN_TYPES
    headers = {
        "cache-control": "no-store",
        "content-disposition": "inline" if drawn else "attachment",
        "content-security-policy": FILE_POLICY,
    }
    return Response(found.content, headers=headers, media_type=found.content_type)


async def _media_of(parts: Parts, visit: Visit, public_id: str, seq: int) -> Media | None:
    if len(public_id) > _MOST_ID or "\0" in public_id:
        return None
    item = await parts.desk.item(public_id)
    if item is None or not parts.reach_of(visit).reads(item.owner, item.owner_id, item.last_at):
        return None
    lines = await parts.transcript.before(item.conversation_id, seq + 1, 1)
    if not lines or lines[0].seq != seq or not lines[0].media_id:
        return None
    return await parts.media.get(lines[0].media_id)


DOORS = (Door(method="GET", path="/media/{public_id}/{seq}", policy=INBOX, handler=media),)
