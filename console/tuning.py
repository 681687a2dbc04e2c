"""The salon's settings as the console shows and changes them: the port that the installation fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dialog.errors import ZabotaError

Value = bool | int | float | str


class BadValue(ZabotaError):
    """The setting does not take this value; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One setting as it is now. ``least`` and ``most`` are set for numbers only."""

    name: str
    label: str
    group: str
    value: Value
    default: Value
    least: float | None
    most: float | None
    among: tuple[Value, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    """What values of ``among`` are called; one without words is shown as it is."""
    folded: bool = False
    """Needed seldom, by people who know why: its group stays shut until somebody opens it."""
    live: bool
    """Takes effect at the next turn of a conversation, else at the next start."""
    source: str
    """``default | database``, or the name of the environment variable that wins over both."""

    def called(self, value: Value) -> str:
        """A value of ``among`` as people read it."""
        return self.words.get(str(value), str(value))

    owners: bool = False
    """Nobody below an owner may change it."""

    address: bool = False
    """Of a server, with ``http://`` or ``https://`` in front; may be empty."""

    trouble: str = ""
    """What does not work because of it, in words for whoever can mend it."""

    @property
    def fixed(self) -> bool:
        """Whether a value given here would not count."""
        return self.source not in ("default", "database")


class Tuning(Protocol):
    """Reads and changes the installation's settings. StoreBusy: nothing was changed."""

    async def all(self, language: str) -> Sequence[Knob]:
        """Every setting, those of a group together, labels and groups in ``language`` where there are any."""
        ...

    async def put(self, name: str, given: str, author: str, now: datetime) -> None:
        """Store a value as somebody wrote it; every process hears of it. Raises BadValue, KeyError for no such name."""
        ...
