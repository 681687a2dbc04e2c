"""What the console must be told: addresses, keys, the salon's zone, limits of sessions and of guessing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from handoff.accounts import GuessLimits, RevealLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long a session lives: unused, at all, and how often its use is written down."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=7)
    note_every: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class HashCost:
    """Cost of argon2id: passes, KiB of memory, lanes (the second recommendation of RFC 9106)."""

    passes: int = 3
    memory: int = 65536
    lanes: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """``secret``: 32 random bytes that outlive a restart. ``public_url`` empty: any address the browser used."""

    secret: bytes
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    salon_name: str = ""
    zone: str = "Europe/Moscow"
    language: str = "ru"
    sessions: SessionLimits = field(default_factory=SessionLimits)
    guesses: GuessLimits = field(default_factory=GuessLimits)
    reveals: RevealLimits = field(default_factory=RevealLimits)
    """How many phones a manager may look at; leaders may look at all, and leave a trace as well."""
    hash_cost: HashCost = field(default_factory=HashCost)
    invite_life: timedelta = timedelta(days=3)
    managers_sight: timedelta = timedelta(hours=72)
    """How long a conversation that the bot leads stays in a manager's sight after its last line."""
    device_life: timedelta = timedelta(days=180)
    second_factor: str = "wish"
    """Who comes in with a second factor: ``off | wish | owners | leaders``; see SecondFactor."""

    @property
    def secure(self) -> bool:
        """Whether people come over https."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def origin(self) -> str:
        """Scheme, host and port of the public address; empty when none is set."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
