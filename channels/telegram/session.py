"""How aiogram's calls travel: another server, a proxy, and the raw answer where the raw answer is wanted."""

from __future__ import annotations

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import GetUpdates
from aiohttp import ClientError, ClientSession, ClientTimeout

from channels.guards import BadJson, read_json

TIMEOUT = 20.0
POLL_SECONDS = 25
_MORE = 10


class Session(AiohttpSession):
    """``base_url`` of the API server; ``proxy`` is an http address, or empty."""

    def __init__(self, base_url: str, proxy: str = "", timeout: float = TIMEOUT) -> None:
        super().__init__(api=TelegramAPIServer.from_base(base_url), timeout=timeout)
        self._web_proxy = proxy or None

    async def create_session(self) -> ClientSession:
        """The one connection pool of the account."""
        if self._session is None or self._session.closed:
            connector = self._connector_type(**self._connector_init)
            self._session = ClientSession(connector=connector, proxy=self._web_proxy)
            self._should_reset_connector = False
        return self._session

    async def close(self) -> None:
        """At once: aiogram's own waits a quarter of a second for what a pool without traffic does not need."""
        if self._session is not None and not self._session.closed:
            await self._session.close()

    async def raw_updates(self, bot: Bot, cursor: int) -> tuple[int, object]:
        """Status and JSON of one long question for updates from ``cursor`` on. Raises OSError."""
        method = GetUpdates(offset=cursor, timeout=POLL_SECONDS, allowed_updates=list(ALLOWED))
        session = await self.create_session()
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=self.build_form_data(bot=bot, method=method),
                timeout=ClientTimeout(total=POLL_SECONDS + _MORE),
            ) as answer:
                return answer.status, read_json(await answer.read())
        except (ClientError, TimeoutError, BadJson) as error:
            # The address is left out: the token is in it.
            raise OSError(type(error).__name__) from None


ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
