"""SMS as a channel: text only, paid by the part, and so never sent twice. Its client comes with a connection."""

from __future__ import annotations

from collections.abc import Mapping

from channels.connection import Connection
from channels.port import Account, Channel, Field, Messenger, Surroundings
from channels.rendering.capabilities import CAPABILITIES
from channels.sms.statuses import events, parse, verify


def _open(connection: Connection, around: Surroundings) -> Account:
    from channels.sms.account import SmsAccount

    return SmsAccount(connection, around)


async def _connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    from channels.sms.account import connect

    return await connect(given, around)


CHANNEL = Channel(
    key="sms",
    capabilities=CAPABILITIES["sms"],
    publishes=False,
    messenger=Messenger(
        fields=(
            Field(name="api_id", secret=True),
            Field(name="sender", optional=True),
            Field(name="base_url", optional=True),
            Field(name="proxy", optional=True),
        ),
        verify=verify,
        events=events,
        parse=parse,
        open=_open,
        connect=_connect,
        answer="100",
    ),
)
