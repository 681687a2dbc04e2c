"""What the bot knows beside the conversation itself: the salon, the client's next visit, ready words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.salon import Salon
from bots.managers.cards import About
from bots.managers.words import LANGUAGE
from console.book_desk import BookDesk
from console.book_words import visit_in_words
from dialog.clock import Clock
from handoff.desk import QueueItem
from handoff.pagers import Pager
from handoff.reply_texts import filled, first_lines, ready_replies

_DIGITS_OF_A_PHONE = 7


class Knowledge:
    """``find_word`` tells when a line's promise is due, None when it promises nothing."""

    def __init__(
        self,
        *,
        salon: Callable[[], Salon],
        book: BookDesk,
        find_word: Callable[[str, datetime], datetime | None],
        clock: Clock,
    ) -> None:
        self._salon = salon
        self._book = book
        self._clock = clock
        self.find_word = find_word

    async def about(self, item: QueueItem, pager: Pager) -> About:
        """What a card tells beside the conversation."""
        now, salon = self._clock.now(), self._salon()
        visits = await self._book.visits(item.conversation_id, now)
        first = first_lines().get(item.label, "")
        return About(
            now=now,
            zone=ZoneInfo(str(salon.zone)),
            visit=visit_in_words(salon, visits[0], LANGUAGE) if visits else "",
            first=filled(first, self._values(item, pager)) if first else "",
        )

    def ready(self, key: str, item: QueueItem, pager: Pager) -> str:
        """A ready reply with its variables; empty when there is none of this key."""
        found = next((one for one in ready_replies() if one.key == key), None)
        return filled(found.text, self._values(item, pager)) if found else ""

    def _values(self, item: QueueItem, pager: Pager) -> dict[str, str]:
        return {
            "name": _called(item.client_name),
            "me": pager.user.name.split()[0],
            "salon": self._salon().name.said_in(LANGUAGE),
        }


def _called(name: str) -> str:
    """How a client is addressed; empty for what is no name: a phone, a sign."""
    first = next(iter(name.split()), "")
    digits = sum(letter.isdigit() for letter in first)
    return first if any(letter.isalpha() for letter in first) and digits < _DIGITS_OF_A_PHONE else ""
