"""MAX as a channel. Nothing here needs its library: a salon without MAX does not pay for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channels.connection import Connection
from channels.heard import Heard
from channels.hook import RawEvent
from channels.max.deep_link import JOIN
from channels.max.door import CHANNEL as KEY
from channels.max.door import events, verify
from channels.port import Account, Channel, Field, Messenger, Surroundings
from channels.rendering.capabilities import CAPABILITIES


def _parse(event: RawEvent) -> Sequence[Heard]:
    from channels.max.reading import parse

    return parse(event)


def _open(connection: Connection, around: Surroundings) -> Account:
    from channels.max.account import MaxAccount

    return MaxAccount(connection, around)


async def _connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    from channels.max.connecting import connect

    return await connect(given, around)


def _way_in(connection: Connection, code: str) -> str:
    return f"https://max.ru/{connection.title.removeprefix('@')}?start={JOIN}{code}"


CHANNEL = Channel(
    key=KEY,
    capabilities=CAPABILITIES[KEY],
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
        library="maxapi",
        way_in=_way_in,
    ),
)
