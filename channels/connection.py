"""One account of the salon on a messenger: what it is connected by, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """``path``: the random part of the web address at which the messenger calls us. ``secrets`` are never shown.

    ``trouble``: code of a text that says what is wrong and what to do; empty when nothing is.
    ``cursor``: where a channel that fetches its events has come to.
    """

    channel: str
    account: str
    path: str
    title: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    enabled: bool = True
    trouble: str = ""
    troubled_at: datetime | None = None
    cursor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How an account is doing. ``waiting_in`` events and ``waiting_out`` lines wait, the oldest since ``since``."""

    heard_at: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""
    error_at: datetime | None = None
    waiting_in: int = 0
    waiting_out: int = 0
    since: datetime | None = None


class Connections(Protocol):
    """What is kept of the accounts. Secrets are sealed before they are written and opened after they are read."""

    async def all(self) -> Sequence[Connection]:
        """Every account, by channel and account. One whose secrets cannot be opened comes without, in trouble."""
        ...

    async def put(self, connection: Connection, now: datetime) -> None:
        """Make the account, or replace everything but its cursor. Every process hears of it."""
        ...

    async def forget(self, channel: str, account: str) -> None:
        """The account and its secrets; conversations stay. Every process hears of it."""
        ...

    async def troubled(self, channel: str, account: str, trouble: str, now: datetime) -> None:
        """Say what is wrong, or with an empty ``trouble`` that all is well again. The same once more does nothing."""
        ...

    async def move(self, channel: str, account: str, cursor: int) -> None:
        """The cursor only grows."""
        ...

    async def pulse(self, channel: str, account: str) -> Pulse:
        """What its page shows."""
        ...
