"""The managers' bot on Telegram: the only place that knows python-telegram-bot."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.constants import ChatType
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bots.managers.chat import BadToken, Card, Fate, NotSent, Pressed, Said
from bots.managers.words import commands
from channels.rendering.capabilities import Unit
from channels.rendering.measure import shorten

# Without it the library warns of its own next version with every "try later".
os.environ.setdefault("PTB_TIMEDELTA", "true")

BASE_URL = "https://api.telegram.org"
POLL_SECONDS = 25
_TIMEOUT = 15.0
_MOST_ALERT = 200
_MOST_TEXT = 4096
"""UTF-16 units."""
_NOT_BEGUN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_SAME = "message is not modified"
_TOO_OLD = "query is too old"
_NO_CHAT = ("chat not found", "user is deactivated")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramChat:
    """See bots.managers.chat.Chat. ``poll_seconds``: how long one question for news may wait at Telegram."""

    def __init__(
        self,
        token: str,
        *,
        base_url: str = "",
        proxy: str = "",
        poll_seconds: int = POLL_SECONDS,
        timeout: float = _TIMEOUT,
    ) -> None:
        base = (base_url or BASE_URL).rstrip("/")
        self._poll_seconds = poll_seconds
        self._timeout = timeout

        # Two: the long question for news must not stand in the way of what is sent.
        self._ways = [
            HTTPXRequest(connection_pool_size=8, proxy=proxy or None, read_timeout=timeout, connect_timeout=timeout)
            for _ in range(2)
        ]
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._ways[0],
            get_updates_request=self._ways[1],
        )

    async def open(self) -> str:
        """See Chat. Also tells Telegram which commands there are."""
        async with _outcomes():
            await self._bot.initialize()
            await self._bot.set_my_commands([BotCommand(name, said) for name, said in commands().items()])
            return self._bot.username

    async def close(self) -> None:
        """See Chat. The library closes only what it has opened; a connection made without is closed here."""
        await self._bot.shutdown()
        for way in self._ways:
            await way.shutdown()

    async def send(self, chat: int, card: Card) -> int:
        """See Chat."""
        async with _outcomes():
            sent = await self._bot.send_message(
                chat, _said(card), reply_markup=_keyboard(card), link_preview_options=_NO_PREVIEW
            )
            return sent.message_id

    async def edit(self, chat: int, message: int, card: Card) -> None:
        """See Chat."""
        async with _outcomes(fine=_SAME):
            await self._bot.edit_message_text(
                _said(card),
                chat_id=chat,
                message_id=message,
                reply_markup=_keyboard(card),
                link_preview_options=_NO_PREVIEW,
            )

    async def remove(self, chat: int, message: int) -> None:
        """See Chat."""
        async with _outcomes():
            await self._bot.delete_message(chat, message)

    async def nod(self, chat: int, message: int) -> None:
        """See Chat."""
        async with _outcomes():
            await self._bot.set_message_reaction(chat, message, "\N{THUMBS UP SIGN}")

    async def answer(self, query: str, text: str = "") -> None:
        """See Chat."""
        async with _outcomes(fine=_TOO_OLD):
            await self._bot.answer_callback_query(query, text[:_MOST_ALERT] or None, show_alert=bool(text))

    async def heard(self, cursor: int) -> tuple[Sequence[Said | Pressed], int]:
        """See Chat."""
        async with _outcomes():
            updates = await self._bot.get_updates(
                offset=cursor,
                timeout=self._poll_seconds,
                read_timeout=self._timeout,
                allowed_updates=[Update.MESSAGE, Update.CALLBACK_QUERY],
            )
        if not updates:
            return (), cursor
        found = [event for update in updates if (event := _event(update)) is not None]
        return found, updates[-1].update_id + 1


def _said(card: Card) -> str:
    """A text that is too long is told in part: Telegram would refuse it, and nobody would be called."""
    return shorten(card.text, _MOST_TEXT, Unit.UTF16)


def _event(update: Update) -> Said | Pressed | None:
    """What a manager did in the chat with the bot alone; groups are nobody's."""
    query, message = update.callback_query, update.message
    if query is not None and query.message is not None and query.message.chat.type == ChatType.PRIVATE:
        return Pressed(
            chat=query.message.chat.id, message=query.message.message_id, query=query.id, data=query.data or ""
        )
    if message is None or message.chat.type != ChatType.PRIVATE:
        return None
    answered = message.reply_to_message
    return Said(
        chat=message.chat.id,
        message=message.message_id,
        text=message.text or "",
        answers=answered.message_id if answered else 0,
    )


def _keyboard(card: Card) -> InlineKeyboardMarkup | None:
    if not card.rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in card.rows]
    )


@asynccontextmanager
async def _outcomes(fine: str = "") -> AsyncIterator[None]:
    """The library's errors as fates. ``fine``: words of a refusal that is none for us."""
    try:
        yield
    except RetryAfter as error:
        wait = error.retry_after
        raise NotSent(Fate.LATER, float(wait if isinstance(wait, int) else wait.total_seconds())) from None
    except InvalidToken:
        raise BadToken from None
    except TelegramError as error:
        if fine and fine in error.message.lower():
            return
        raise NotSent(_fate(error)) from None


def _fate(error: TelegramError) -> Fate:
    match error:
        case Forbidden() | ChatMigrated():
            return Fate.GONE
        case BadRequest():
            return Fate.GONE if any(words in error.message.lower() for words in _NO_CHAT) else Fate.REJECTED
        case Conflict():
            return Fate.LATER
        case TimedOut():
            return Fate.LATER if isinstance(error.__cause__, _NOT_BEGUN) else Fate.UNKNOWN
        case NetworkError():
            # An answer of the server's own is a refusal; a connection that broke may have carried the message.
            broken = isinstance(error.__cause__, httpx.HTTPError) and not isinstance(error.__cause__, _NOT_BEGUN)
            return Fate.UNKNOWN if broken else Fate.LATER
        case _:
            return Fate.UNKNOWN
