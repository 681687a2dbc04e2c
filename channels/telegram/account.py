"""One Telegram bot, ready to speak."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteWebhook,
    EditMessageReplyMarkup,
    GetFile,
    LeaveChat,
    SendChatAction,
    SendMessage,
    SetWebhook,
)
from aiogram.methods.base import TelegramMethod
from aiogram.types import InlineKeyboardMarkup

from channels.connection import Connection
from channels.guards import Rate
from channels.heard import Courtesy, FileRef
from channels.hook import RawEvent
from channels.intake import TYPING
from channels.media_fetch import media_fetch_for
from channels.media_hosts import MediaHosts, media_hosts_of
from channels.media_store import Media
from channels.not_fetched import NotFetched, Refused, Unreachable
from channels.pacing import CREDENTIALS_PAUSE, Pacer, postponed
from channels.port import Surroundings, Trouble
from channels.rendering.capabilities import CAPABILITIES
from channels.rendering.render import render
from channels.telegram.calls import call
from channels.telegram.outcomes import UNKNOWN, never_left, outcome
from channels.telegram.reading import ANSWER, LEAVE, MARK
from channels.telegram.session import ALLOWED, TIMEOUT, Session
from channels.telegram.texts import text
from dialog.outbox import Failure, Outgoing, Settled, Settlement

BASE_URL = "https://api.telegram.org"
ACCOUNT_RATE = Rate(burst=30, per_second=28)
CHAT_RATE = Rate(burst=5, per_second=1)
Kindness = SendChatAction | AnswerCallbackQuery | EditMessageReplyMarkup | SendMessage | LeaveChat
_REFUSED = (401, 403, 404)
_CONFLICT = 409


class TelegramAccount:
    """See channels.port.Account."""

    def __init__(self, connection: Connection, around: Surroundings, *, timeout: float = TIMEOUT) -> None:
        base = connection.settings.get("base_url") or BASE_URL
        self._connection = connection
        self._around = around
        self._session = Session(base, connection.settings.get("proxy", ""), timeout)
        self._bot = Bot(connection.secrets["token"], session=self._session)
        self._pacer = Pacer(around.ticks, account=ACCOUNT_RATE, chat=CHAT_RATE)
        # Files come from the API server itself.
        relay = MediaHosts(names=(urlsplit(base).hostname or "",))
        self._fetch = media_fetch_for(media_hosts_of("telegram") if base == BASE_URL else relay, base)
        self._leaving: set[str] = set()

    @property
    def _polls(self) -> bool:
        """Without an https address of our own Telegram cannot bring anything here."""
        return not self._around.public_url.startswith("https://")

    async def settle_in(self) -> None:
        """Tell Telegram where to bring updates. Raises Trouble, OSError."""
        method: TelegramMethod[bool] = DeleteWebhook()
        if not self._polls:
            method = SetWebhook(
                url=f"{self._around.public_url.rstrip('/')}/hooks/telegram/{self._connection.path}",
                secret_token=self._connection.secrets["hook_secret"],
                allowed_updates=list(ALLOWED),
                max_connections=40,
            )
        try:
            await self._bot(method)
        except AiogramError as error:
            raise _trouble(error) from None

    async def send(self, outgoing: Outgoing) -> Settlement:
        """Every message of one line, from the first that has not gone out yet."""
        bubbles = render(outgoing.reply, CAPABILITIES["telegram"], outgoing.language)
        chat = int(outgoing.address.peer)
        provider_id, started = "", self._around.ticks()
        for number in range(outgoing.parts_sent, len(bubbles)):
            wait = await self._pacer.moment(outgoing.address.peer, started)
            if wait:
                return postponed(wait, number, called=number > outgoing.parts_sent)
            try:
                sent = await self._bot(call(bubbles[number], chat))
            except Exception as error:
                found = self._settlement(error, number, outgoing)
                if found.outcome is not Settled.ACCEPTED:
                    return found
            else:
                provider_id = f"{chat}:{sent.message_id}"
                self._pacer.reached()
        return Settlement(outcome=Settled.ACCEPTED, provider_id=provider_id, parts_sent=len(bubbles))

    def _settlement(self, error: Exception, parts_sent: int, outgoing: Outgoing) -> Settlement:
        settled, failure = outcome(error)
        retry_after: float | None = None
        if failure is Failure.TRANSIENT and not never_left(error) and not outgoing.may_repeat:
            # The server may have taken it before it stumbled.
            settled, failure = UNKNOWN
        if isinstance(error, TelegramRetryAfter):
            retry_after = float(error.retry_after)
            self._pacer.be_silent(retry_after)
        elif failure is Failure.BAD_CREDENTIALS:
            retry_after = CREDENTIALS_PAUSE
            self._pacer.be_silent(retry_after)
        elif failure is Failure.TRANSIENT:
            retry_after = self._pacer.failed()
        return Settlement(
            outcome=settled,
            failure=failure,
            error=_words(error),
            retry_after=retry_after,
            parts_sent=parts_sent,
        )

    async def be_kind(self, courtesy: Courtesy) -> None:
        """See Account. Nothing is said while Telegram wants silence."""
        if self._pacer.silence():
            return
        try:
            for method in self._kindness(courtesy):
                await method.as_(self._bot)
        except Exception as error:
            if isinstance(error, TelegramRetryAfter):
                self._pacer.be_silent(float(error.retry_after))

    def _kindness(self, courtesy: Courtesy) -> list[Kindness]:
        values = courtesy.values
        found: list[Kindness] = []
        match courtesy.kind:
            case kind if kind == TYPING:
                found = [SendChatAction(chat_id=int(values[0]), action="typing")]
            case kind if kind == ANSWER:
                found = [AnswerCallbackQuery(callback_query_id=values[0])]
            case kind if kind == MARK:
                markup = InlineKeyboardMarkup.model_validate_json(values[2])
                found = [EditMessageReplyMarkup(chat_id=int(values[0]), message_id=int(values[1]), reply_markup=markup)]
            case kind if kind == LEAVE and values[0] not in self._leaving:
                self._leaving.add(values[0])
                group = int(values[0])
                found = [SendMessage(chat_id=group, text=text("group")), LeaveChat(chat_id=group)]
        return found

    async def fetch(self, file: FileRef) -> Media:
        """See Account."""
        if self._pacer.silence():
            raise Unreachable("the messenger wants silence")
        try:
            found = await self._bot(GetFile(file_id=file.ref))
        except AiogramError as error:
            settled, _ = outcome(error)
            kind: type[NotFetched] = Refused if settled in (Settled.REJECTED, Settled.GONE) else Unreachable
            raise kind(_words(error)) from None
        if not found.file_path:
            raise Refused("no such file")
        return await self._fetch.fetch(self._session.api.file_url(self._bot.token, found.file_path))

    async def poll(self, cursor: int) -> tuple[list[RawEvent], int] | None:
        """See Account."""
        if not self._polls:
            return None
        status, answer = await self._session.raw_updates(self._bot, cursor)
        if status == _CONFLICT:
            raise Trouble("two_pollers")
        if status in _REFUSED:
            raise Trouble("bad_credentials")
        updates = answer.get("result") if isinstance(answer, dict) else None
        if status != 200 or not isinstance(updates, list):
            raise OSError(f"status {status}")
        return raw_events(self._connection.account, updates, cursor)

    async def close(self) -> None:
        """See Account."""
        await self._session.close()
        await self._fetch.close()


def raw_events(account: str, updates: list[object], cursor: int) -> tuple[list[RawEvent], int]:
    """Updates of one answer as they are to be stored, and the cursor after them."""
    from orjson import dumps

    events: list[RawEvent] = []
    for update in updates:
        number = update.get("update_id") if isinstance(update, dict) else None
        if isinstance(number, int):
            body = dumps(update).decode()
            events.append(RawEvent(channel="telegram", account=account, key=str(number), body=body))
            cursor = max(cursor, number + 1)
    return events, cursor


def _words(error: Exception) -> str:
    """What Telegram said, never an address: the token is in it."""
    message = getattr(error, "message", "") if isinstance(error, AiogramError) else ""
    return f"{type(error).__name__}: {message}"[:300] if message and "/bot" not in message else type(error).__name__


def _trouble(error: AiogramError) -> Exception:
    settled, failure = outcome(error)
    if failure is Failure.BAD_CREDENTIALS:
        return Trouble("bad_credentials")
    if settled is Settled.REJECTED:
        return Trouble("hook_refused", _words(error))
    return OSError(type(error).__name__)
