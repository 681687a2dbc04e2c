"""Telegram as a channel. Nothing here needs its library: a salon without Telegram does not pay for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channels.connection import Connection
from channels.heard import Heard
from channels.hook import RawEvent
from channels.port import Account, Channel, Field, Messenger, Surroundings
from channels.rendering.capabilities import CAPABILITIES
from channels.telegram.deep_link import JOIN
from channels.telegram.door import events, verify


def _parse(event: RawEvent) -> Sequence[Heard]:
    from channels.telegram.reading import parse

    return parse(event)


def _open(connection: Connection, around: Surroundings) -> Account:
    from channels.telegram.account import TelegramAccount

    return TelegramAccount(connection, around)


async def _connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    from channels.telegram.connecting import connect

    return await connect(given, around)


def _way_in(connection: Connection, code: str) -> str:
    return f"https://t.me/{connection.title.removeprefix('@')}?start={JOIN}{code}"


CHANNEL = Channel(
    key="telegram",
    capabilities=CAPABILITIES["telegram"],
    publishes=False,
    messenger=Messenger(
        fields=(
            Field(name="token", secret=True),
            Field(name="base_url", optional=True),
            Field(name="proxy", optional=True),
        ),
        verify=verify,
        events=events,
        parse=_parse,
        open=_open,
        connect=_connect,
        library="aiogram",
        way_in=_way_in,
    ),
)
