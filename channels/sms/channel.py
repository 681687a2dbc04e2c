"""SMS as a channel: text only, paid by the part, and so never sent twice."""

from __future__ import annotations

from channels.port import Channel, Field, Messenger
from channels.rendering.capabilities import CAPABILITIES
from channels.sms.account import SmsAccount, connect
from channels.sms.statuses import events, parse, verify

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
        open=SmsAccount,
        connect=connect,
        answer="100",
    ),
)
