"""The product in one process, and its halves: web application and worker loops over the same parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bots.answer_studio import AnswerStudio
from bots.answer_trial import AnswerTrial
from bots.assembly import Parts, make_book_keeping, make_dispatch, make_drain, make_housekeeping
from bots.book_desk import StoredBookDesk
from bots.cannot_start import CannotStart
from bots.given_words import WordFinder
from bots.keys import load_key
from bots.loops import Loop, Loops
from bots.managers.chat import Chat
from bots.managers.starting import managers_loops, telegram_chat
from bots.messages import message
from bots.messengers import following_connections, hook_routes, installation_seal, messenger_loops
from bots.secret_settings import opened
from bots.site import SITE, chat_settings, demo_page_of, proxies
from bots.tuning import RegistryTuning
from bots.web_application import web_application
from channels.port import Ports, load_channel
from console.app import Console, create_console
from console.settings import ConsoleSettings, SessionLimits
from dialog.ending import end

GRACE_SECONDS = 10.0


def worker_loops(parts: Parts) -> Loops:
    """The inbox and the outbox worker."""
    loops: Mapping[str, Loop] = {
        "drain": make_drain(parts),
        "dispatch": make_dispatch(parts),
        "book": make_book_keeping(parts),
        "housekeeping": make_housekeeping(parts),
        **messenger_loops(
            parts.messengers,
            store=parts.store,
            bus=parts.bus,
            clock=parts.clock,
            journal=parts.journal,
            poll_seconds=float(parts.settings["poll_seconds"]),
        ),
        **managers_bot(parts),
    }
    return Loops(loops, parts.journal)


def managers_bot(parts: Parts) -> Mapping[str, Loop]:
    """The loops of the managers' bot, when it has a token. The product runs without one that cannot work."""
    try:
        chat = managers_chat(parts)
    except CannotStart as refused:
        parts.journal.error("managers_bot_cannot_start", reason=str(refused))
        return {}
    if chat is None:
        return {}
    return managers_loops(
        chat,
        store=parts.store,
        settings=parts.settings,
        salon=lambda: parts.rules.view().salon,
        find_word=WordFinder(parts.rules),
        bus=parts.bus,
        clock=parts.clock,
        dice=parts.dice,
        journal=parts.journal,
    )


def managers_chat(parts: Parts) -> Chat | None:
    """The managers' bot on its messenger; None: it has no token. Raises CannotStart."""
    try:
        token = opened(parts.settings["managers_bot_token"], installation_seal(parts.options))
    except ValueError:
        raise CannotStart(message("lost_managers_token")) from None
    return telegram_chat(token, parts.settings) if token else None


def managers_trouble(parts: Parts) -> str:
    """Why the managers' bot cannot work, in words for whoever can mend it; empty: it can, or there is none."""
    try:
        managers_chat(parts)
    except CannotStart as refused:
        return str(refused)
    return ""


@asynccontextmanager
async def following_rules(parts: Parts) -> AsyncIterator[None]:
    """Rules are replaced while the block runs."""
    task = asyncio.create_task(parts.rules.follow(), name="rules")
    try:
        yield
    finally:
        await end(task)


def console_settings(parts: Parts) -> ConsoleSettings:
    """What the console is told."""
    salon = parts.rules.view().salon
    return ConsoleSettings(
        secret=key(parts, "sessions"),
        public_url=str(parts.settings["public_url"]),
        trusted_proxies=proxies(parts),
        salon_name=salon.name.ru,
        sessions=SessionLimits(
            idle=timedelta(hours=int(parts.settings["session_idle_hours"])),
            absolute=timedelta(days=int(parts.settings["session_days"])),
        ),
        managers_sight=timedelta(hours=int(parts.settings["managers_sight_hours"])),
        zone=str(salon.zone),
        second_factor=str(parts.settings["second_factor"]),
    )


def key(parts: Parts, name: str) -> bytes:
    """One of the installation's secrets."""
    data: Path = parts.options.data
    return load_key(data, name, parts.options.environment)


def channel_routes(parts: Parts) -> list[BaseRoute]:
    """The site's chat, the messengers' addresses and the demo salon's page."""
    ports = Ports(
        inbox=parts.store.inbox,
        transcript=parts.store.transcript,
        bus=parts.bus,
        clock=parts.clock,
        dice=parts.dice,
        keys=[key(parts, "visitors")],
        media=parts.store.media,
        onward=parts.messengers.links,
    )
    channel = load_channel("webchat")
    routes = channel.routes(ports, chat_settings(parts)) if channel.routes else ()
    hooks = hook_routes(parts.messengers, parts.store, parts.clock, proxies(parts))
    return [*routes, *hooks, *demo_page_of(parts, SITE)]


def make_console(parts: Parts) -> Console:
    """The console over this process's parts."""
    trouble = managers_trouble(parts)
    return create_console(
        settings=console_settings(parts),
        accounts=parts.store.accounts,
        factors=parts.store.second_factors,
        desk=parts.store.desk,
        transcript=parts.store.transcript,
        cards=parts.store.cards,
        notebook=parts.store.notebook,
        audit=parts.store.audit,
        find_word=WordFinder(parts.rules),
        files=parts.store.media,
        connections=parts.messengers.desk,
        tuning=RegistryTuning(
            rows=parts.store.settings,
            environment=parts.options.environment,
            seal=installation_seal(parts.options),
            troubles={"managers_bot_token": trouble},
        ),
        opinions=parts.store.opinions,
        book=StoredBookDesk(parts.store),
        studio=AnswerStudio(
            parts.store.revisions, parts.store.given_answers.since, parts.store.missed_questions, parts.rules.load
        ),
        pagers=parts.store.pagers if parts.settings["managers_bot_token"] and not trouble else None,
        trial=AnswerTrial(parts.rules, parts.store.book, parts.dice),
        bus=parts.bus,
        clock=parts.clock,
        dice=parts.dice,
    )


def application(parts: Parts, *, with_worker: bool) -> Starlette:
    """The web application; ``with_worker``: the loops run in the same process."""
    console = make_console(parts)
    loops = worker_loops(parts) if with_worker else None

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(following_rules(parts))
            await stack.enter_async_context(following_connections(parts.messengers, parts.store))
            await stack.enter_async_context(console.running())
            if loops is not None:
                loops.start()
                stack.push_async_callback(loops.stop, GRACE_SECONDS)
            yield

    def ready() -> bool:
        return loops is None or loops.alive

    return web_application(channel_routes=channel_routes(parts), console=console, ready=ready, lifespan=lifespan)
