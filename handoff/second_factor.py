"""The second factor of a person's login: a secret in the phone, codes on paper. The port that a store fills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dialog.ids import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """``sealed`` is the secret, closed. ``since`` None: begun and not proved yet, asked for by nobody."""

    sealed: str
    since: datetime | None
    codes_left: int


class SecondFactors(Protocol):
    """Every change is one transaction. Codes are stored as hashes."""

    async def of(self, user: UserId) -> Factor | None:
        """This person's factor, if one was begun."""
        ...

    async def having(self) -> Sequence[UserId]:
        """Everybody who is asked for a second factor."""
        ...

    async def begin(self, user: UserId, sealed: str) -> bool:
        """Keep a secret until it is proved; an older one that was not is gone. False: one is in force already."""
        ...

    async def confirm(self, user: UserId, sealed: str, step: int, codes: Sequence[str], now: datetime) -> bool:
        """This secret was proved by the code of ``step``: in force from now on, with these codes.

        False: it is not the one begun last, or one is in force already.
        """
        ...

    async def use_step(self, user: UserId, step: int) -> bool:
        """Spend the code of a moment. False: it, or a later one, was used already."""
        ...

    async def use_code(self, user: UserId, code_hash: str) -> bool:
        """Spend one of the codes on paper. False: there is no such one any more."""
        ...

    async def end(self, user: UserId) -> bool:
        """No second factor any more. False: there was none."""
        ...
