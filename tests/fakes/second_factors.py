"""Second factors in memory. Every method yields once before it acts, as a database would."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dialog.ids import UserId
from handoff.second_factor import Factor


@dataclass(slots=True)
class _Kept:
    sealed: str
    since: datetime | None = None
    step: int = 0
    codes: set[str] = field(default_factory=set)


class FakeSecondFactors:
    """Implements handoff.second_factor.SecondFactors."""

    def __init__(self) -> None:
        self._kept: dict[UserId, _Kept] = {}

    async def of(self, user: UserId) -> Factor | None:
        await asyncio.sleep(0)
        kept = self._kept.get(user)
        return Factor(sealed=kept.sealed, since=kept.since, codes_left=len(kept.codes)) if kept else None

    async def having(self) -> Sequence[UserId]:
        await asyncio.sleep(0)
        return [user for user, kept in self._kept.items() if kept.since]

    async def begin(self, user: UserId, sealed: str) -> bool:
        await asyncio.sleep(0)
        kept = self._kept.get(user)
        if kept is not None and kept.since:
            return False
        self._kept[user] = _Kept(sealed)
        return True

    async def confirm(self, user: UserId, sealed: str, step: int, codes: Sequence[str], now: datetime) -> bool:
        await asyncio.sleep(0)
        kept = self._kept.get(user)
        if kept is None or kept.since or kept.sealed != sealed:
            return False
        kept.since, kept.step, kept.codes = now, step, set(codes)
        return True

    async def use_step(self, user: UserId, step: int) -> bool:
        await asyncio.sleep(0)
        kept = self._kept.get(user)
        if kept is None or not kept.since or kept.step >= step:
            return False
        kept.step = step
        return True

    async def use_code(self, user: UserId, code_hash: str) -> bool:
        await asyncio.sleep(0)
        kept = self._kept.get(user)
        if kept is None or code_hash not in kept.codes:
            return False
        kept.codes.remove(code_hash)
        return True

    async def end(self, user: UserId) -> bool:
        await asyncio.sleep(0)
        return self._kept.pop(user, None) is not None
