"""The console over a filled store, in a process of its own: what the benchmark of the inbox looks at.

``python -m benchmarks.inbox_server FOLDER PORT [BUG]`` is that process. Clients' messages come in at POST /say, as the
site's chat hands them over; no bot answers them, so that nothing but the way to the screens is measured.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

import config
from benchmarks.inbox_filling import FRAME_FOR_EACH
from benchmarks.opened_store import opened
from benchmarks.real_time import RealClock, SeededDice
from booking.book_rules import BookRules
from booking.book_terms import BookTerms
from booking.salon_files import load_salon
from bots.book_desk import StoredBookDesk
from bots.tuning import RegistryTuning
from console.app import create_console
from console.frames import Frame, Frames
from console.live import Live
from console.settings import ConsoleSettings
from dialog.local_bus import LocalBus
from dialog.message import Address, InboundMessage, Kind
from handoff.desk import ScreenEvent
from storage.seal import KeySeal
from storage.store import Store
from storage.store_settings import StoreSettings

SEED = 7


class CountingFrames(Frames):
    """Counts the frames that were made: each reads the conversation and its last lines."""

    made = 0

    async def of(self, events: Sequence[ScreenEvent]) -> Sequence[Frame]:
        """See Frames."""
        frames = await super().of(events)
        self.made += len(frames)
        return frames


class FrameForEach(Live):
    """Makes every frame anew for every screen."""

    async def _hand_out(self, events: Sequence[ScreenEvent]) -> None:
        for screen in list(self._screens):
            screen.put(await self._frames.of(events))
        await super()._hand_out(events)


def application(store: Store, bus: LocalBus, bug: str) -> Starlette:
    """The console at /console, the client's way in at /say, the count at /made."""
    terms = BookTerms.of(load_salon(Path(config.__file__).parent / "demo", datetime.now(UTC).date()), BookRules())
    store.book.goes_by(lambda: terms)
    console = create_console(
        settings=ConsoleSettings(secret=b"b" * 32, salon_name="Zabota"),
        accounts=store.accounts,
        factors=store.second_factors,
        desk=store.desk,
        transcript=store.transcript,
        cards=store.cards,
        notebook=store.notebook,
        audit=store.audit,
        find_word=lambda text, now: None,
        files=store.media,
        tuning=RegistryTuning(rows=store.settings, environment={}, seal=KeySeal([b"k" * 32])),
        book=StoredBookDesk(store),
        bus=bus,
        clock=RealClock(),
        dice=SeededDice(SEED),
    )
    live: Live = console.app.state.parts.live
    frames = CountingFrames(store.desk, store.transcript)
    live._frames = frames
    if bug == FRAME_FOR_EACH:
        live.__class__ = FrameForEach

    async def say(request: Request) -> JSONResponse:
        told = await request.json()
        address = Address(channel="webchat", account="site", peer=told["peer"])
        message = InboundMessage(address=address, event_key=told["key"], kind=Kind.TEXT, text=told["text"])
        await store.inbox.accept([message], datetime.now(UTC))
        return JSONResponse({})

    async def made(_: Request) -> JSONResponse:
        return JSONResponse({"made": frames.made})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with console.running():
            yield

    routes = [Route("/say", say, methods=["POST"]), Route("/made", made), Mount("/console", app=console)]
    return Starlette(routes=routes, lifespan=lifespan)


async def main(arguments: Sequence[str]) -> None:
    """The process itself."""
    folder, port, *bug = arguments
    bus = LocalBus()
    store = await opened(folder, clock=RealClock(), dice=SeededDice(SEED), bus=bus, settings=StoreSettings())
    try:
        app = application(store, bus, "".join(bug))
        settings = uvicorn.Config(app, port=int(port), log_level="error", access_log=False)
        await uvicorn.Server(settings).serve()
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
