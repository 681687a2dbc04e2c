"""Browsers in which somebody has logged in before: strangers who guess at a login do not lock them out.

After a right password the browser keeps a signed cookie that names this browser and fits this one login.
Guesses that come with it are counted by the browser, all others by login and by address; so the wait that a
stranger earns for a login falls on strangers, and whoever steals the cookie gets a brake of their own.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from console.cookies import Cookies
from dialog.clock import Dice

_MARK = re.compile(r"([0-9a-f]{16,64})\.(\d{1,12})\.([0-9a-f]{64})", re.ASCII)
_NAME_LENGTH = 12


class Devices:
    """Knows browsers by a cookie of their own for each login, so that a shared front desk stays known to all."""

    def __init__(self, *, secret: bytes, cookies: Cookies, dice: Dice, life: timedelta) -> None:
        self._secret = secret
        self._cookies = cookies
        self._dice = dice
        self._life = life

    def known(self, connection: HTTPConnection, login: str, now: datetime) -> str:
        """The name of this browser if ``login`` (casefolded) came in by it before; empty for a stranger."""
        found = _MARK.fullmatch(self._cookies.device(connection, self._name(login)))
        if found is None:
            return ""
        device, until, signature = found.groups()
        fits = hmac.compare_digest(signature, self._signed("device", login, device, until))
        return device if fits and now.timestamp() < int(until) else ""

    def remember(self, connection: HTTPConnection, response: Response, login: str, now: datetime) -> None:
        """From now on ``login`` is known in this browser."""
        device = self.known(connection, login, now) or self._dice.seed()
        until = str(int((now + self._life).timestamp()))
        mark = f"{device}.{until}.{self._signed('device', login, device, until)}"
        self._cookies.set_device(response, self._name(login), mark, self._life.total_seconds())

    def _name(self, login: str) -> str:
        return self._signed("device-name", login)[:_NAME_LENGTH]

    def _signed(self, *parts: str) -> str:
        return hmac.new(self._secret, "\0".join(parts).encode(), hashlib.sha256).hexdigest()
