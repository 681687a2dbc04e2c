"""The widget as one script: its readable source with the style sheet, the texts and the sites put in as data."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from channels.webchat.settings import SiteSettings
from channels.webchat.texts import widget_texts

_FOLDER = Path(__file__).parent / "widget"
_YEAR = "public, max-age=31536000, immutable"
_ASK = "public, max-age=300, must-revalidate"


class WidgetFile:
    """Built once at start. ``version`` is a hash of the content, for ``?v=`` on our own pages."""

    def __init__(self, sites: Mapping[str, SiteSettings]) -> None:
        self.script = _script(sites).encode("utf-8")
        self.packed = gzip.compress(self.script, 9, mtime=0)
        self.version = hashlib.sha256(self.script).hexdigest()[:16]

    async def serve(self, request: Request) -> Response:
        """``/chat/widget.js``: immutable when asked for by its version, else checked again by ETag."""
        versioned = request.query_params.get("v") == self.version
        headers = {
            "Cache-Control": _YEAR if versioned else _ASK,
            "ETag": f'"{self.version}"',
            "Vary": "Accept-Encoding",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }
        if f'"{self.version}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = self.script
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = self.packed
        return Response(body, headers=headers, media_type="text/javascript")


def _script(sites: Mapping[str, SiteSettings]) -> str:
    public = {key: {"title": site.title, "note": site.note, "accent": site.accent} for key, site in sites.items()}
    parts = {
        '"STYLE"': _literal((_FOLDER / "widget.css").read_text("utf-8")),
        '"TEXTS"': _literal(widget_texts()),
        '"SITES"': _literal(public),
    }
    script = (_FOLDER / "widget.js").read_text("utf-8")
    for mark, value in parts.items():
        if script.count(mark) != 1:
            raise ValueError(f"widget.js must name {mark} once")
        script = script.replace(mark, value)
    return script


def _literal(value: object) -> str:
    """A JavaScript literal of a JSON value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("\u2028", "\\u2028")
