"""The site's chat as a channel: it publishes, its screens read."""

from __future__ import annotations

from channels.port import Channel
from channels.rendering.capabilities import CAPABILITIES
from channels.webchat.routes import routes

CHANNEL = Channel(
    key="webchat",
    capabilities=CAPABILITIES["webchat"],
    publishes=True,
    routes=routes,
)
