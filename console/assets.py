"""Styles and scripts: read once, packed once, served for ever under an address that changes with any of them."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

ROOT = Path(__file__).parent / "static"
SHEETS = {
    "css/door-page.css": ("tokens", "base", "components", "second", "door"),
    "css/quiet-page.css": ("tokens", "base", "components", "frame", "page", "second"),
    "css/studio-page.css": ("tokens", "base", "components", "frame", "page", "studio"),
    "css/inbox-page.css": ("tokens", "base", "components", "frame", "inbox", "chat"),
}
"""The style sheets of one page travel as one file."""
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"
_WORTH_PACKING = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file, plain and packed (empty when packing does not pay)."""

    media_type: str
    plain: bytes
    packed: bytes


class Assets:
    """The whole folder. ``version`` names its content: modules import each other by relative paths below it."""

    def __init__(self, root: Path = ROOT) -> None:
        files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.*"))}
        for name, parts in SHEETS.items() if root == ROOT else ():
            files[name] = b"\n".join(files[f"css/{part}.css"] for part in parts)
        digest = hashlib.sha256()
        for name, body in files.items():
            digest.update(name.encode() + b"\0" + body + b"\0")
        self.version = digest.hexdigest()[:16]
        self._files = {f"{self.version}/{name}": _asset(name, body) for name, body in files.items()}

    def path(self, name: str) -> str:
        """The address of a file below the static folder. KeyError for a file that is not there."""
        address = f"{self.version}/{name}"
        if address not in self._files:
            raise KeyError(name)
        return address

    def modules(self, *folders: str) -> list[str]:
        """All scripts directly in ``folders``, for preloading."""
        names = [address.split("/", 1)[1] for address in self._files]
        return [name for name in names if name.endswith(".js") and name.rpartition("/")[0] in folders]

    def weight(self, name: str) -> int:
        """How many bytes of a file travel."""
        asset = self._files[self.path(name)]
        return len(asset.packed or asset.plain)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one file as an ASGI application."""
        response = self._answer(Request(scope, receive))
        await response(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response(status_code=405, headers={"allow": "GET, HEAD"})
        root = request.scope.get("root_path", "")
        asset = self._files.get(request.scope["path"].removeprefix(root).lstrip("/"))
        if asset is None:
            return Response(status_code=404)
        headers = {"cache-control": _FOREVER, "vary": "accept-encoding"}
        if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(asset.packed, media_type=asset.media_type, headers=headers)
        return Response(asset.plain, media_type=asset.media_type, headers=headers)


def _asset(name: str, body: bytes) -> Asset:
    kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, mtime=0) if len(body) > _WORTH_PACKING else b""
    return Asset(media_type=kind, plain=body, packed=packed)
