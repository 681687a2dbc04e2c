"""The widget as one script: its readable source with the style sheet, the texts and the sites put in as data.

What sends photos and what leads on into a messenger are scripts of their own, which the first one loads when it is in
touch with the server.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from channels.webchat.protocol import language
from channels.webchat.settings import SiteSettings
from channels.webchat.texts import onward_texts, photo_texts, widget_texts

_FOLDER = Path(__file__).parent / "widget"
_YEAR = "public, max-age=31536000, immutable"
_ASK = "public, max-age=300, must-revalidate"
_COMMENT_OR_INDENT = re.compile(r"^\s*(//.*\n)?", re.MULTILINE)
_SPARE_IN_STYLE = re.compile(r";?\s*(\})\s*|\s*([{;,])\s*|(?<=\w:) ")
"""Spaces around signs, and the semicolon after a rule's last property."""


class Script:
    """The script in one language. ``version`` is a hash of its content."""

    def __init__(self, source: str) -> None:
        self.content = source.encode("utf-8")
        self.packed = gzip.compress(self.content, 9, mtime=0)
        self.version = hashlib.sha256(self.content).hexdigest()[:16]


class WidgetFile:
    """Built once at start, one script for each language."""

    def __init__(self, sites: Mapping[str, SiteSettings]) -> None:
        self.scripts = {spoken: Script(_source(texts, sites)) for spoken, texts in widget_texts().items()}
        self.photo = _part("photo.js", photo_texts())
        self.onward = _part("onward.js", onward_texts())

    def path(self, spoken: str = "ru") -> str:
        """Where our own pages load the script from, so that it is fetched once until it changes."""
        return f"widget.js?lang={spoken}&v={self.scripts[spoken].version}"

    async def serve(self, request: Request) -> Response:
        """``widget.js?lang=ru|en``: immutable when asked for by its version, else checked again by ETag."""
        return _served(request, self.scripts[language(request.query_params.get("lang"))])

    async def serve_photo(self, request: Request) -> Response:
        """``photo.js?lang=ru|en``, in the same way."""
        return _served(request, self.photo[language(request.query_params.get("lang"))])

    async def serve_onward(self, request: Request) -> Response:
        """``onward.js?lang=ru|en``, in the same way."""
        return _served(request, self.onward[language(request.query_params.get("lang"))])


def _served(request: Request, script: Script) -> Response:
    headers = {
        "Cache-Control": _YEAR if request.query_params.get("v") == script.version else _ASK,
        "ETag": f'"{script.version}"',
        "Vary": "Accept-Encoding",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if f'"{script.version}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = script.content
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = script.packed
    return Response(body, headers=headers, media_type="text/javascript")


def _source(texts: Mapping[str, object], sites: Mapping[str, SiteSettings]) -> str:
    public = {key: {"title": site.title, "note": site.note, "accent": site.accent} for key, site in sites.items()}
    script = _read("widget.js")
    style = _SPARE_IN_STYLE.sub(r"\1\2", _read("widget.css"))
    for mark, value in (('"STYLE"', style), ('"TEXTS"', texts), ('"SITES"', public)):
        script = _put(script, mark, value)
    return script


def _part(name: str, texts: Mapping[str, Mapping[str, object]]) -> Mapping[str, Script]:
    return {spoken: Script(_put(_read(name), '"TEXTS"', words)) for spoken, words in texts.items()}


def _put(script: str, mark: str, value: object) -> str:
    if script.count(mark) != 1:
        raise ValueError(f"a script of the widget must name {mark} once")
    return script.replace(mark, json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _read(name: str) -> str:
    return _COMMENT_OR_INDENT.sub("", (_FOLDER / name).read_text("utf-8"))
