"""Messengers in the product: who is connected, the loops that read, fetch and poll, the addresses they call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from starlette.routing import BaseRoute

from bots.keys import load_key
from bots.loops import Loop
from bots.options import Options
from channels.accounts import Accounts
from channels.connection import Connections
from channels.desk import ConnectionDesk, StoredConnectionDesk
from channels.directory import Directory
from channels.fetching import Fetching
from channels.guards import networks
from channels.heard import Parser
from channels.hook_door import HookDoor
from channels.intake import Intake
from channels.links import Links
from channels.polling import Polling
from channels.port import Messenger, Surroundings, channel_keys, load_channel
from config.registry import Value
from dialog.bus import Bus
from dialog.clock import Clock, Dice
from dialog.ending import end
from dialog.journal import Journal
from storage.connections import StoredConnections
from storage.open_store import Store
from storage.seal import KeySeal

KEEP_EVENTS = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Messengers:
    """What a process knows of the salon's messengers."""

    connections: Connections
    directory: Directory
    accounts: Accounts
    around: Surroundings
    desk: ConnectionDesk
    links: Links


@cache
def known() -> Mapping[str, Messenger]:
    """Every channel that is somebody else's messenger, by its key."""
    found = {key: load_channel(key).messenger for key in channel_keys()}
    return {key: messenger for key, messenger in found.items() if messenger is not None}


def make_messengers(
    *,
    options: Options,
    settings: Mapping[str, Value],
    store: Store,
    bus: Bus,
    clock: Clock,
    dice: Dice,
    journal: Journal,
) -> Messengers:
    """Everything but the loops."""
    connections = StoredConnections(store.database, installation_seal(options))
    directory = Directory(connections, bus, journal)
    around = Surroundings(
        clock=clock, dice=dice, public_url=str(settings["public_url"]).rstrip("/"), ticks=time.monotonic
    )
    return Messengers(
        connections=connections,
        directory=directory,
        accounts=Accounts(directory, connections, around, journal),
        around=around,
        desk=StoredConnectionDesk(connections, directory, known, around),
        links=Links(store.people, directory, known, clock, dice),
    )


def installation_seal(options: Options) -> KeySeal:
    """What secrets in the database are sealed with."""
    return KeySeal([load_key(options.data, "channels", options.environment), *_older_key(options)])


def _older_key(options: Options) -> list[bytes]:
    """The key before the present one, while secrets that it sealed are still there."""
    given = options.environment.get("ZABOTA_KEY_CHANNELS_BEFORE", "")
    return [bytes.fromhex(given)] if given else []


def messenger_loops(
    messengers: Messengers, *, store: Store, bus: Bus, clock: Clock, journal: Journal, poll_seconds: float
) -> Mapping[str, Loop]:
    """The loops of a process that works."""
    accounts = messengers.accounts
    connected = _Connected(messengers.directory)
    return {
        "accounts": accounts,
        "intake": Intake(
            hooks=store.hooks,
            inbox=store.inbox,
            clients=store.people,
            receipts=store.outbox,
            files=store.files,
            transcript=store.transcript,
            parsers=connected.parsers,
            kind=lambda: accounts,
            bus=bus,
            clock=clock,
            journal=journal,
            poll_seconds=poll_seconds,
        ),
        "fetching": Fetching(
            jobs=store.files,
            store=store.media,
            find=accounts.find,
            channels=connected.keys,
            bus=bus,
            clock=clock,
            journal=journal,
        ),
        "polling": Polling(accounts, messengers.connections, store.hooks, clock, journal),
    }


class _Connected:
    """Channels that have an account: only their libraries are ever loaded."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.channel for one in self._directory.all()))

    def parsers(self) -> Mapping[str, Parser]:
        return {key: known()[key].parse for key in self.keys() if key in known()}


@asynccontextmanager
async def following_connections(messengers: Messengers, store: Store) -> AsyncIterator[None]:
    """The directory is kept up while the block runs; events that were read long ago are forgotten at the start."""
    await messengers.directory.read()
    await store.hooks.forget(messengers.around.clock.now() - KEEP_EVENTS)
    task = asyncio.create_task(messengers.directory.follow(), name="connections")
    try:
        yield
    finally:
        await end(task)


def hook_routes(messengers: Messengers, store: Store, clock: Clock, trusted: tuple[str, ...]) -> list[BaseRoute]:
    """``/hooks/<channel>/...`` of every messenger that is built."""
    door = HookDoor(messengers.directory, store.hooks, clock.now, networks(trusted))
    return [route for key, messenger in known().items() for route in door.routes(key, messenger)]
