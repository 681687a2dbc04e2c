"""Files that go with a line of ours (a visit for the calendar): downloaded by a signed address."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from channels.webchat.media_links import MediaLinks
from dialog.ids import ConversationId
from dialog.transcript import Transcript

_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)


class Files:
    """Serves ``/chat/file/<conversation>/<seq>/<number>``."""

    def __init__(self, transcript: Transcript, links: MediaLinks) -> None:
        self._transcript = transcript
        self._links = links

    async def serve(self, request: Request) -> Response:
        """The file of a signed address, to keep. It can never run as a page: attachment, nosniff, empty sandbox."""
        named, query = [request.path_params[name] for name in ("conversation", "seq", "number")], request.query_params
        if not all(_NUMBER.fullmatch(each) for each in named):
            return PlainTextResponse("", 404)
        conversation, seq, number = map(int, named)
        if not self._links.allows_file(conversation, seq, number, query.get("until", ""), query.get("sig", "")):
            return PlainTextResponse("", 404)
        lines = await self._transcript.after(ConversationId(conversation), seq - 1, 1)
        files = lines[0].files if lines and lines[0].seq == seq else ()
        if number >= len(files):
            return PlainTextResponse("", 404)
        headers = {
            "Cache-Control": "private, max-age=43200",
            "Content-Disposition": f'attachment; filename="{files[number].name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(files[number].content, headers=headers, media_type=files[number].content_type)
