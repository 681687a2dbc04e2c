"""The console put together: doors with their guards, answers, headers, live screens."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Sequence

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.desk import ConnectionDesk
from channels.media_store import MediaStore
from console.answers import install_answers
from console.assets import Assets
from console.book_desk import BookDesk
from console.cookies import Cookies
from console.devices import Devices
from console.doorman import Doorman
from console.frames import Frames
from console.guard import policies_of, post_guard
from console.headers import Headers
from console.live import Live
from console.parts import Parts, WordFinder
from console.passwords import Passwords
from console.policy import FILES, SOCKET, Door
from console.render import Pages
from console.routes import (
    account,
    answer_calls,
    answer_pages,
    answer_trials,
    answers_missed,
    bookings,
    channels,
    feedback,
    inbox,
    live,
    login,
    media,
    news,
    people,
    welcome,
)
from console.routes import audit as audit_routes
from console.routes import notebook as notes
from console.routes import pagers as pager_routes
from console.routes import second_factor as second_routes
from console.routes import settings as settings_routes
from console.second_factor import SecondFactor
from console.settings import ConsoleSettings
from console.studio import Studio
from console.trial import Trial
from console.tuning import Tuning
from dialog.bus import Bus
from dialog.clock import Clock, Dice
from dialog.opinion import Opinions
from dialog.transcript import Transcript
from handoff.accounts import Accounts
from handoff.audit import AuditLog
from handoff.client_card import Cards
from handoff.desk import Desk
from handoff.notebook import Notebook
from handoff.pagers import Pagers
from handoff.second_factor import SecondFactors

_log = logging.getLogger(__name__)
_WORTH_PACKING = 1000
_MOST_BODY = 64 * 1024
DOORS: Sequence[Door] = (
    *login.DOORS,
    *welcome.DOORS,
    *account.DOORS,
    *second_routes.DOORS,
    *people.DOORS,
    *pager_routes.DOORS,
    *audit_routes.DOORS,
    *channels.DOORS,
    *inbox.DOORS,
    *notes.DOORS,
    *media.DOORS,
    *news.DOORS,
    *settings_routes.DOORS,
    *bookings.DOORS,
    *feedback.DOORS,
    *answers_missed.DOORS,
    *answer_pages.DOORS,
    *answer_calls.DOORS,
    *answer_trials.DOORS,
    *live.DOORS,
)


class Console:
    """An ASGI application to mount. Its live screens work while ``running()`` does."""

    def __init__(self, app: FastAPI, front: ASGIApp, live: Live) -> None:
        self.app = app
        self._front = front
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._front(scope, receive, send)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the event stream while the block runs: a mounted application has no lifespan of its own."""
        async with self._live.running():
            yield


def create_console(
    *,
    settings: ConsoleSettings,
    accounts: Accounts,
    factors: SecondFactors,
    desk: Desk,
    transcript: Transcript,
    cards: Cards,
    notebook: Notebook,
    audit: AuditLog,
    find_word: WordFinder,
    files: MediaStore,
    tuning: Tuning,
    bus: Bus,
    clock: Clock,
    dice: Dice,
    connections: ConnectionDesk | None = None,
    book: BookDesk | None = None,
    opinions: Opinions | None = None,
    studio: Studio | None = None,
    pagers: Pagers | None = None,
    trial: Trial | None = None,
    doors: Sequence[Door] = DOORS,
) -> Console:
    """Build the console. Raises UnguardedRoute when a route has no policy."""
    assets, cookies = Assets(), Cookies(secure=settings.secure)
    live = Live(
        desk=desk, frames=Frames(desk, transcript), accounts=accounts, bus=bus, clock=clock, limits=settings.sessions
    )
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, max_body_size=_MOST_BODY)
    app.state.parts = Parts(
        settings=settings,
        accounts=accounts,
        second=SecondFactor(
            factors,
            secret=settings.secret,
            wish=settings.second_factor,
            issuer=settings.salon_name or "Zabota",
            dice=dice,
        ),
        desk=desk,
        transcript=transcript,
        cards=cards,
        notebook=notebook,
        audit=audit,
        find_word=find_word,
        media=files,
        connections=connections,
        clock=clock,
        dice=dice,
        passwords=Passwords(settings.hash_cost),
        cookies=cookies,
        devices=Devices(secret=settings.secret, cookies=cookies, dice=dice, life=settings.device_life),
        assets=assets,
        pages=Pages(settings, assets, cookies),
        live=live,
        tuning=tuning,
        opinions=opinions,
        studio=studio,
        pagers=pagers,
        trial=trial,
        book=book,
    )
    install_answers(app)
    if settings.public_url and not settings.secure:
        _log.warning("PUBLIC_URL is not https: cookies are not bound to the host and passwords travel readable")
    doorman = Doorman(settings=settings, accounts=accounts, cookies=cookies, clock=clock, dice=dice)
    _hang_doors(app, doors, doorman)
    app.router.routes.append(Mount("/static", app=assets, name="static"))
    post_guard(app.routes[-1], FILES, doorman)
    policies_of(app.routes)
    packed = GZipMiddleware(Headers(app, https=settings.secure), minimum_size=_WORTH_PACKING, compresslevel=5)
    return Console(app, packed, live)


def _hang_doors(app: FastAPI, doors: Sequence[Door], doorman: Doorman) -> None:
    for door in doors:
        if door.method == SOCKET:
            app.add_api_websocket_route(door.path, door.handler)
        else:
            app.add_api_route(door.path, door.handler, methods=[door.method], response_model=None)
        post_guard(app.routes[-1], door.policy, doorman)
