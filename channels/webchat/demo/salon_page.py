"""The page of a salon at ``/``: what assembly tells about the salon, rendered anew for every request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

_FOLDER = Path(__file__).parent
_FILES = {"page.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self' {sockets}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One service as a guest reads it; ``addon``: only together with another."""

    name: str
    duration: str
    price: str
    popular: bool = False
    addon: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceGroup:
    """A heading of the price list and its lines."""

    name: str
    lines: tuple[PriceLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One address. ``today`` says whether it is open now; ``map_link`` is https."""

    name: str
    address: str
    directions: str
    phone: str
    hours: str
    today: str
    map_link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the staff."""

    name: str
    role: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SalonSite:
    """All that the page says about the salon, as ready words."""

    name: str
    phone: str
    prices: tuple[PriceGroup, ...]
    places: tuple[Place, ...]
    people: tuple[Person, ...]


def demo_page(salon: Callable[[], SalonSite], site: str, script: str) -> list[BaseRoute]:
    """``/`` and its files. ``salon`` is asked at every request, so a changed price shows at once.

    ``site`` is the key in the chat's settings, ``script`` the address of the widget (routes.widget_address).
    """
    versions = {name: hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:12] for name in _FILES}
    pages = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    pages.filters["tel"] = _dialled
    template = pages.get_template("page.html")

    async def page(request: Request) -> Response:
        host = request.headers.get("host", "")
        sockets = f"ws://{host} wss://{host}" if _is_plain(host) else ""
        body = template.render(salon=salon(), site=site, script=script, versions=versions)
        return HTMLResponse(body, headers=_PAGE_HEADERS | {"Content-Security-Policy": _POLICY.format(sockets=sockets)})

    files: list[BaseRoute] = [
        Route(f"/site/{name}", partial(_file, name, versions[name]), methods=["GET"]) for name in _FILES
    ]
    return [Route("/", page, methods=["GET"]), *files]


_PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


async def _file(name: str, version: str, request: Request) -> Response:
    fresh = request.query_params.get("v") == version
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if fresh else "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return Response((_FOLDER / name).read_bytes(), media_type=_FILES[name], headers=headers)


def _dialled(phone: str) -> str:
    """A phone as a ``tel:`` link has it."""
    return "".join(letter for letter in phone if letter.isdigit() or letter == "+")


def _is_plain(host: str) -> bool:
    """Whether a Host header is a name or an address with a port: nothing that could add to the policy."""
    return bool(host) and host.isascii() and all(letter.isalnum() or letter in ".-:[]" for letter in host)
