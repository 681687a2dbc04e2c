"""Connecting a bot: the token is proved at Telegram before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramNetworkError
from aiogram.methods import GetMe

from channels.connection import Connection
from channels.port import Surroundings, Trouble
from channels.server_address import check_address
from channels.telegram.account import BASE_URL
from channels.telegram.outcomes import outcome
from channels.telegram.session import Session
from dialog.outbox import Failure

_TOKEN = re.compile(r"([0-9]{3,20}):[A-Za-z0-9_-]{20,100}", re.ASCII)


async def connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    """The connection behind a token. Raises Trouble with the code of what is wrong."""
    token = "".join(given.get("token", "").split())
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise Trouble("token_shape")
    base, proxy = given.get("base_url", "").strip().rstrip("/"), given.get("proxy", "").strip()
    check_address(base, "bad_base_url")
    check_address(proxy, "bad_proxy", plain=True)
    username = await _name_of(Session(base or BASE_URL, proxy), token)
    return Connection(
        channel="telegram",
        account=found[1],
        path=around.dice.public_id(),
        title=username,
        settings={name: value for name, value in (("base_url", base), ("proxy", proxy)) if value},
        secrets={"token": token, "hook_secret": around.dice.seed() + around.dice.seed()},
    )


async def _name_of(session: Session, token: str) -> str:
    try:
        me = await Bot(token, session=session)(GetMe())
    except TelegramNetworkError:
        raise Trouble("unreachable") from None
    except AiogramError as error:
        refused = outcome(error)[1] is Failure.BAD_CREDENTIALS
        raise Trouble("token_refused" if refused else "unreachable") from None
    finally:
        await session.close()
    return f"@{me.username}" if me.username else me.first_name
