"""The loops of the managers' bot, when the salon has one; its library is loaded only then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from booking.salon import Salon
from bots.book_desk import StoredBookDesk
from bots.cannot_start import CannotStart
from bots.loops import Loop
from bots.managers.alerting import Alerting
from bots.managers.chat import Chat
from bots.managers.hand import Hand
from bots.managers.knowledge import Knowledge
from bots.managers.listening import Listening
from bots.managers.people import People
from bots.messages import message
from config.registry import Value
from dialog.bus import Bus
from dialog.clock import Clock, Dice
from dialog.journal import Journal
from storage.open_store import Store


def managers_loops(
    chat: Chat,
    *,
    store: Store,
    settings: Mapping[str, Value],
    salon: Callable[[], Salon],
    find_word: Callable[[str, datetime], datetime | None],
    bus: Bus,
    clock: Clock,
    dice: Dice,
    journal: Journal,
) -> Mapping[str, Loop]:
    """One loop that tells, one that hears. Any number of processes may have them."""
    people = People(pagers=store.pagers, accounts=store.accounts, plan=lambda: salon().duty, clock=clock)
    knowledge = Knowledge(salon=salon, book=StoredBookDesk(store), find_word=find_word, clock=clock)
    hand = Hand(
        chat=chat,
        desk=store.desk,
        notebook=store.notebook,
        alerts=store.alerts,
        people=people,
        knowledge=knowledge,
        clock=clock,
    )
    return {
        "alerting": Alerting(
            chat=chat,
            alerts=store.alerts,
            desk=store.desk,
            transcript=store.transcript,
            people=people,
            knowledge=knowledge,
            bus=bus,
            clock=clock,
            journal=journal,
            patience=60.0 * int(settings["alert_after_minutes"]),
            poll_seconds=float(settings["poll_seconds"]),
        ),
        "listening": Listening(chat=chat, hand=hand, pagers=store.pagers, clock=clock, journal=journal, me=dice.seed()),
    }


def telegram_chat(token: str, settings: Mapping[str, Value]) -> Chat:
    """The bot on Telegram. Raises CannotStart without its library, and with a proxy that the library cannot use."""
    try:
        from bots.managers.telegram_chat import TelegramChat
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "telegram":
            raise
        raise CannotStart(message("no_managers_library")) from None
    url, proxy = str(settings["managers_bot_url"]), str(settings["managers_bot_proxy"])
    try:
        return TelegramChat(token, base_url=url, proxy=proxy)
    except (ValueError, RuntimeError):  # a scheme that it does not know, and socks without one more library
        raise CannotStart(message("bad_managers_proxy")) from None
