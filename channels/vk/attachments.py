"""What a client hangs on a message: what it is, and where it can be fetched."""

from __future__ import annotations

from dataclasses import dataclass

from channels.foreign_url import MOST_URL

_KINDS = {
    "photo": "photo",
    "graffiti": "photo",
    "audio_message": "voice",
    "video": "video",
    "video_message": "video",
    "doc": "document",
    "sticker": "sticker",
    "ugc_sticker": "sticker",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """``url`` is empty where there is nothing that we could show."""

    kind: str
    url: str = ""


def attached(given: object) -> Attached | None:
    """None for what is no file: links, wall posts, products, and what VK invents next."""
    if not isinstance(given, dict) or not isinstance(name := given.get("type"), str) or name not in _KINDS:
        return None
    inner = given.get(name)
    return Attached(kind=_KINDS[name], url=_url(name, inner if isinstance(inner, dict) else {}))


def _url(name: str, inner: dict[str, object]) -> str:
    found: object = None
    match name:
        case "photo":
            found = _largest(inner)
        case "graffiti" | "doc":
            found = inner.get("url")
        case "audio_message":
            found = inner.get("link_ogg")
    usable = isinstance(found, str) and found.isascii() and found.isprintable() and len(found) <= MOST_URL
    return str(found) if usable else ""


def _largest(photo: dict[str, object]) -> object:
    original = photo.get("orig_photo")
    if isinstance(original, dict) and original.get("url"):
        return original["url"]
    sizes = photo.get("sizes")
    known = [one for one in sizes if isinstance(one, dict)] if isinstance(sizes, list) else []
    return max(known, key=_area, default={}).get("url")


def _area(size: dict[str, object]) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0
