"""The store's own limits and choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.rendering.capabilities import WINDOWS


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Times in seconds."""

    burst_wait: float = 1.2
    """A text waits this long for the next one of the same burst..."""
    burst_most: float = 3.0
    """...but never longer than this since the first."""
    lease: float = 30.0
    """How long a claimed conversation is kept for its worker."""
    attempts: int = 5
    """A row that was tried so often without success goes into quarantine."""
    retry_pause: float = 0.25
    """The pause after the first failed attempt; doubled with each further one."""
    rows_per_turn: int = 32
    send_attempts: int = 10
    """A line that surely was not sent is tried so often."""
    send_hours: float = 24.0
    """A line that could not be sent for so long, for no fault of its own, is too old to be said."""
    send_lease: float = 150.0
    """A line in flight for longer has lost its sender: longer than any attempt, of a line of several messages and files
    whose last one goes at the latest moment."""
    repeat_after: float = 20.0
    """The earliest moment for the one blind repeat of a line of unknown fate, counted from the end of its attempt..."""
    told_after: Mapping[str, float] = field(default_factory=lambda: {"whatsapp": 60.0})
    """...and where the messenger tells by itself which lines have arrived: for so long at least that is waited for."""
    publishing: frozenset[str] = field(default_factory=lambda: frozenset({"webchat"}))
    """Channels whose "send" is a row that screens read."""
    never_repeated: frozenset[str] = field(default_factory=lambda: frozenset({"sms"}))
    """Channels on which a double costs money: a line of unknown fate is never sent again by itself."""
    keyed: frozenset[str] = field(default_factory=lambda: frozenset({"max", "vk"}))
    """Channels that drop a repeat by the line's own number, or whose account first looks whether the line stands in the
    chat: a line of unknown fate is sent again, in its place."""
    keyed_hours: float = 1.0
    """A line may be repeated so until so long after its first attempt: no messenger has promised how long it remembers
    a number."""
    windows: Mapping[str, int] = field(default_factory=lambda: WINDOWS)
    """Channels on which a line reaches a client only for so many hours after he wrote."""
    default_language: str = "ru"
    write_batch: int = 64
    """SQLite: so many waiting writes are committed together."""
    reserve_bytes: int = 0
    """SQLite: room kept on the disk, to be given up when it is full; 0: none."""
    connections: int = 10
    """PostgreSQL: connections of one process."""

    def pause_before_repeat(self, channel: str) -> float:
        """So long a line of unknown fate rests before it is said again blindly."""
        return max(self.repeat_after, self.told_after.get(channel, 0.0))

    @property
    def longest_doubt(self) -> float:
        """From the start of an attempt of unknown fate until its line is said again: at the latest after so long."""
        return self.send_lease + max(self.repeat_after, *self.told_after.values())
