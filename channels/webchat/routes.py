"""What this channel adds to the web application: everything under ``/chat``, without cookies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, Route, Router, WebSocketRoute

from channels.guards import SizeGuard
from channels.limits import limits_of
from channels.port import Ports
from channels.webchat.door import TOKEN_HEADER, Door
from channels.webchat.files import Files
from channels.webchat.going_on import GoingOn
from channels.webchat.http import Pages, too_large
from channels.webchat.media_links import MediaLinks
from channels.webchat.photos import Photos
from channels.webchat.settings import WebchatSettings
from channels.webchat.signed_links import SignedLinks
from channels.webchat.socket import Sockets
from channels.webchat.visitor import VisitorTokens
from channels.webchat.visits import Visits
from channels.webchat.widget_file import WidgetFile

PATH = "/chat"


def routes(ports: Ports, settings: Mapping[str, object]) -> Sequence[BaseRoute]:
    """One mount at ``/chat``. Raises pydantic's ValidationError (a ValueError) for settings that cannot be."""
    return [mount(ports, WebchatSettings.model_validate(settings))]


def widget_address(settings: Mapping[str, object], language: str = "ru") -> str:
    """Where our own pages load the widget from: with its version, so that browsers keep it until it changes."""
    return f"{PATH}/{WidgetFile(WebchatSettings.model_validate(settings).sites).path(language)}"


def mount(ports: Ports, settings: WebchatSettings) -> Mount:
    """Everything under ``/chat`` behind its size limits and the cross-origin rules of its sites."""
    tokens = VisitorTokens(ports.keys, ports.clock, ports.dice)
    media_links = MediaLinks(ports.keys, ports.clock, PATH)
    door = Door(settings, tokens)
    visits = Visits(ports, tokens, media_links)
    signed_links = SignedLinks(ports.keys, ports.clock)
    sockets = Sockets(visits, door, ports.bus, settings.look_every, settings.ping_every)
    pages = Pages(visits, door, tokens, signed_links, ports.bus, settings.look_every, settings.poll_for)
    photos = Photos(visits, door, ports.media, media_links)
    files = Files(ports.transcript, media_links)
    going_on = GoingOn(door, ports.onward)
    widget = WidgetFile(settings.sites)
    served: list[BaseRoute] = [
        Route("/widget.js", widget.serve, methods=["GET"]),
        Route("/photo.js", widget.serve_photo, methods=["GET"]),
        Route("/session", pages.session, methods=["POST"]),
        Route("/send", pages.send, methods=["POST"]),
        Route("/poll", pages.poll, methods=["GET", "POST"]),
        Route("/photo", photos.accept, methods=["POST"]),
        Route("/onward.js", widget.serve_onward, methods=["GET"]),
        Route("/onward", going_on.look, methods=["POST"]),
        Route("/onward/link", going_on.link, methods=["POST"]),
        Route("/onward/part", going_on.part, methods=["POST"]),
        Route("/media/{media_id}", photos.show, methods=["GET"]),
        Route("/file/{conversation}/{seq}/{number}", files.serve, methods=["GET"]),
        WebSocketRoute("/ws", sockets.serve),
    ]
    guarded = SizeGuard(Router(served), limits_of("webchat").body_bytes, {"/photo": settings.photo_bytes}, too_large)
    cors = CORSMiddleware(
        guarded,
        allow_origins=sorted({origin for site in settings.sites.values() for origin in site.origins}),
        allow_methods=["GET", "POST"],
        allow_headers=["content-type", TOKEN_HEADER],
        max_age=3600,
    )
    return Mount(PATH, cors)
