"""Who writes from the site: a random id in a signed token that the browser keeps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from channels.webchat.signatures import Signatures
from dialog.clock import Clock, Dice
from dialog.message import Address

CHANNEL = "webchat"

_TOKEN = re.compile(r"([A-Za-z0-9_-]{3,64})\.([0-9]{1,8})\.([A-Za-z0-9_-]{32})", re.ASCII)
_LIFE = timedelta(days=400)
_RENEW = timedelta(days=30)
_HOUR = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One browser on one site. ``issued_at`` is when its token was signed."""

    site: str
    id: str
    issued_at: datetime

    @property
    def address(self) -> Address:
        """Where this visitor is reached."""
        return Address(channel=CHANNEL, account=self.site, peer=self.id)


class VisitorTokens:
    """Tokens ``id.hours.signature``, bound to the site's key; nothing is stored when one is made."""

    def __init__(self, keys: Sequence[bytes], clock: Clock, dice: Dice) -> None:
        self._signatures = Signatures(keys, "visitor")
        self._clock = clock
        self._dice = dice

    def new(self, site: str) -> str:
        """A token for a visitor nobody has seen: 128 random bits."""
        return self.issue(site, self._dice.public_id())

    def issue(self, site: str, visitor_id: str) -> str:
        """A fresh token for a visitor who has proved to be ``visitor_id``."""
        hours = int(self._clock.now().timestamp()) // _HOUR
        return f"{visitor_id}.{hours}.{self._signatures.sign(_signed(site, visitor_id, hours))}"

    def read(self, token: str, sites: Sequence[str]) -> Visitor | None:
        """The visitor of a token for one of ``sites``; None for a forged, foreign or outlived token."""
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            return None
        visitor_id, hours, signature = parts.group(1), int(parts.group(2)), parts.group(3)
        issued_at = datetime.fromtimestamp(hours * _HOUR, tz=UTC)
        if issued_at + _LIFE < self._clock.now():
            return None
        for site in sites:
            if self._signatures.verify(_signed(site, visitor_id, hours), signature):
                return Visitor(site=site, id=visitor_id, issued_at=issued_at)
        return None

    def renewed(self, visitor: Visitor) -> str | None:
        """A new token when the old one is a month old, so that a returning visitor never runs out."""
        if self._clock.now() - visitor.issued_at < _RENEW:
            return None
        return self.issue(visitor.site, visitor.id)


def _signed(site: str, visitor_id: str, hours: int) -> str:
    return f"{site}/{visitor_id}/{hours}"
