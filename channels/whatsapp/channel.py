"""WhatsApp as a channel. Its client comes with a connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channels.connection import Connection
from channels.heard import Heard
from channels.hook import RawEvent
from channels.port import Account, Channel, Field, Messenger, Surroundings
from channels.rendering.capabilities import CAPABILITIES
from channels.whatsapp.door import events, greet, verify


def _parse(event: RawEvent) -> Sequence[Heard]:
    from channels.whatsapp.reading import parse

    return parse(event)


def _open(connection: Connection, around: Surroundings) -> Account:
    from channels.whatsapp.account import WhatsAppAccount

    return WhatsAppAccount(connection, around)


async def _connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    from channels.whatsapp.connecting import connect

    return await connect(given, around)


CHANNEL = Channel(
    key="whatsapp",
    capabilities=CAPABILITIES["whatsapp"],
    publishes=False,
    messenger=Messenger(
        fields=(
            Field(name="token", secret=True),
            Field(name="app_secret", secret=True),
            Field(name="app_id"),
            Field(name="number_id"),
            Field(name="business_id"),
            Field(name="base_url", optional=True),
            Field(name="proxy", optional=True),
        ),
        verify=verify,
        events=events,
        greet=greet,
        parse=_parse,
        open=_open,
        only_brings=True,
        connect=_connect,
    ),
)
