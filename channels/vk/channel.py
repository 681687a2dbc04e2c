"""VK as a channel. Nothing here needs its library: a salon without VK does not pay for it."""

from __future__ import annotations

from collections.abc import Mapping

from channels.connection import Connection
from channels.port import Account, Channel, Field, Messenger, Surroundings
from channels.rendering.capabilities import CAPABILITIES
from channels.vk.deep_link import JOIN
from channels.vk.door import confirm, events, verify
from channels.vk.reading import parse


def _open(connection: Connection, around: Surroundings) -> Account:
    from channels.vk.account import VkAccount

    return VkAccount(connection, around)


async def _connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    from channels.vk.connecting import connect

    return await connect(given, around)


def _way_in(connection: Connection, code: str) -> str:
    return f"https://vk.me/club{connection.account}?ref={JOIN}{code}"


CHANNEL = Channel(
    key="vk",
    capabilities=CAPABILITIES["vk"],
    publishes=False,
    messenger=Messenger(
        fields=(
            Field(name="token", secret=True),
            Field(name="base_url", optional=True),
            Field(name="proxy", optional=True),
        ),
        verify=verify,
        events=events,
        parse=parse,
        open=_open,
        connect=_connect,
        answer="ok",
        confirm=confirm,
        only_brings=True,
        library="vkbottle",
        way_in=_way_in,
    ),
)
