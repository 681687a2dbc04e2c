"""The people behind the chats: linking them, who is on shift, how a refusal names a colleague."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from booking.duty_plan import DutyPlan
from bots.managers.buttons import SHIFT, data_of
from bots.managers.chat import Button, Card, Said
from bots.managers.words import LANGUAGE, line, named
from console.visit import token_hash
from dialog.clock import Clock
from dialog.errors import Conflict
from dialog.ids import UserId
from handoff.accounts import Accounts
from handoff.desk import QueueItem
from handoff.duty import on_duty
from handoff.pagers import CodeSpent, Pager, Pagers

ADDRESS = "telegram"
"""Where the audit log says that an act came from."""


_CODE = re.compile("[0-9a-f]{32}")


class People:
    """``plan`` gives the front desk's duty plan in force."""

    def __init__(self, *, pagers: Pagers, accounts: Accounts, plan: Callable[[], DutyPlan], clock: Clock) -> None:
        self._pagers = pagers
        self._accounts = accounts
        self._plan = plan
        self._clock = clock

    async def of(self, chat: int) -> Pager | None:
        """Whose chat this is, looked up anew each time: who was shut out is a stranger at once."""
        return await self._pagers.by_chat(chat)

    async def welcome(self, event: Said) -> str:
        """What to say to whoever is not linked, or comes with a code."""
        code = event.text.removeprefix("/start").strip()
        if not _CODE.fullmatch(code):
            return line("stranger")
        now = self._clock.now()
        try:
            pager = await self._pagers.link(token_hash(code), event.chat, now)
        except CodeSpent:
            return line("bad_code")
        await self._accounts.note(pager.user.id, "messenger linked", f"user {pager.user.id}", ADDRESS, now)
        return line("hello", name=pager.user.name)

    async def shift(self, pager: Pager, *, on: bool) -> None:
        """On shift, or resting."""
        await self._pagers.shift(pager.user.id, on)

    async def shift_card(self, chat: int) -> Card:
        """Who answers now by the plan, and who is called here."""
        pagers = await self._pagers.all()
        who = on_duty(self._plan(), self._clock.now())
        working = [one.user.name for one in pagers if one.on_shift]
        resting = [one.user.name for one in pagers if not one.on_shift]
        lines = [
            line("duty_now", who=who.said_in(LANGUAGE)) if who else line("duty_nobody"),
            line("on_shift", names=", ".join(working)) if working else line("nobody_on_shift"),
        ]
        if resting:
            lines.append(line("resting", names=", ".join(resting)))
        mine = next((one for one in pagers if one.chat == chat), None)
        label, word = ("rest", "off") if mine is None or mine.on_shift else ("work", "on")
        button = Button(label=named("buttons", label), data=data_of(SHIFT, word=word))
        return Card(text="\n".join(lines), rows=((button,),))

    async def holder(self, conflict: Conflict, pager: Pager) -> str:
        """Why a conversation cannot be taken."""
        name = await self._name(conflict.holder)
        return line("taken_by", name=name) if name and conflict.holder != pager.user.id else line("changed")

    async def not_yours(self, conflict: Conflict) -> str:
        """Why nothing can be done in a conversation."""
        name = await self._name(conflict.holder)
        return line("not_yours", name=name) if name else line("nobodys")

    async def note(self, pager: Pager, what: str, item: QueueItem, now: datetime) -> None:
        """A line of the audit log."""
        await self._accounts.note(pager.user.id, what, f"conversation {item.public_id}", ADDRESS, now)

    async def gone(self, user: UserId, chat: int) -> None:
        """Somebody has blocked the bot: the chat is nobody's."""
        pager = await self._pagers.by_chat(chat)
        if pager is not None and pager.user.id == user:
            await self._pagers.unlink(user)
            await self._accounts.note(user, "messenger unlinked", f"user {user}", ADDRESS, self._clock.now())

    async def _name(self, user: int | None) -> str:
        found = await self._accounts.user(UserId(user)) if user is not None else None
        return found.name if found else ""
