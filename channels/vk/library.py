"""vkbottle, as it has to be imported: it puts a writer of its own on standard error, and shows warnings in its way."""

from __future__ import annotations

import logging
import warnings

_show = warnings.showwarning
from vkbottle import API, VKAPIError  # noqa: E402
from vkbottle.api import ABCRequestRescheduler  # noqa: E402
from vkbottle.http import ABCHTTPClient  # noqa: E402
from vkbottle.tools import Callback, Keyboard, Location, OpenLink, Text  # noqa: E402

warnings.showwarning = _show
_log = logging.getLogger("vkbottle")
_log.handlers.clear()
_log.setLevel(logging.CRITICAL + 1)
"""It would write what clients say."""

__all__ = [
    "API",
    "ABCHTTPClient",
    "ABCRequestRescheduler",
    "Callback",
    "Keyboard",
    "Location",
    "OpenLink",
    "Text",
    "VKAPIError",
]
