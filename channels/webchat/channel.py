"""The site's chat as a channel: it publishes, its screens read."""

from __future__ import annotations

from channels.limits import limits_of
from channels.port import Capabilities, Channel
from channels.webchat.routes import routes

CHANNEL = Channel(
    key="webchat",
    capabilities=Capabilities(
        buttons=40, button_label=60, list_rows=0, text_limit=limits_of("webchat").text_shown, photos_in=True
    ),
    publishes=True,
    routes=routes,
)
