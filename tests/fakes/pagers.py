"""The managers' chats in memory. Every method yields once before it acts, as a database would."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dialog.ids import UserId
from handoff.pagers import CodeSpent, Pager
from handoff.roles import DESK
from tests.fakes.accounts import FakeAccounts


class FakePagers:
    """Implements handoff.pagers.Pagers."""

    def __init__(self, accounts: FakeAccounts, name: str = "salon_desk_bot") -> None:
        self._accounts = accounts
        self._name = name
        self._codes: dict[str, tuple[UserId, datetime]] = {}
        self._linked: dict[UserId, Pager] = {}
        self._listener: tuple[str, datetime] | None = None

    async def name(self) -> str:
        await asyncio.sleep(0)
        return self._name

    async def introduce(self, name: str) -> None:
        await asyncio.sleep(0)
        self._name = name

    async def listen(self, who: str, now: datetime, until: datetime) -> bool:
        await asyncio.sleep(0)
        if self._listener is not None and self._listener[0] != who and self._listener[1] >= now:
            return False
        self._listener = who, until
        return True

    async def make_code(self, user: UserId, code_hash: str, expires_at: datetime) -> None:
        await asyncio.sleep(0)
        self._codes = {code: held for code, held in self._codes.items() if held[0] != user}
        self._codes[code_hash] = user, expires_at

    async def link(self, code_hash: str, chat: int, now: datetime) -> Pager:
        user_id, expires_at = self._codes.pop(code_hash, (None, now))
        user = await self._accounts.user(user_id) if user_id is not None else None
        if user is None or expires_at <= now or user.disabled_at or user.role not in DESK:
            raise CodeSpent
        self._linked = {one: pager for one, pager in self._linked.items() if pager.chat != chat}
        self._linked[user.id] = Pager(user=user, chat=chat, on_shift=True, linked_at=now)
        return self._linked[user.id]

    async def unlink(self, user: UserId) -> bool:
        await asyncio.sleep(0)
        return self._linked.pop(user, None) is not None

    async def by_chat(self, chat: int) -> Pager | None:
        return next((one for one in await self.all() if one.chat == chat), None)

    async def all(self) -> Sequence[Pager]:
        found = []
        for pager in list(self._linked.values()):
            user = await self._accounts.user(pager.user.id)
            if user is not None and user.disabled_at is None:
                found.append(replace(pager, user=user))
        return found

    async def shift(self, user: UserId, on: bool) -> None:
        await asyncio.sleep(0)
        self._linked[user] = replace(self._linked[user], on_shift=on)
