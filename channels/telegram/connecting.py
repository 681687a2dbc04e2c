"""Connecting a bot: the token is proved at Telegram before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramNetworkError
from aiogram.methods import GetMe

from channels.connection import Connection
from channels.port import Surroundings, Trouble
from channels.telegram.account import BASE_URL
from channels.telegram.outcomes import outcome
from channels.telegram.session import Session
from dialog.outbox import Failure

_TOKEN = re.compile(r"([0-9]{3,20}):[A-Za-z0-9_-]{20,100}", re.ASCII)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


async def connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    """The connection behind a token. Raises Trouble with the code of what is wrong."""
    token = "".join(given.get("token", "").split())
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise Trouble("token_shape")
    base, proxy = given.get("base_url", "").strip().rstrip("/"), given.get("proxy", "").strip()
    _check_address(base or BASE_URL, "bad_base_url")
    if proxy:
        _check_address(proxy, "bad_proxy", plain=True)
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


def _check_address(address: str, code: str, *, plain: bool = False) -> None:
    parts = urlsplit(address)
    host = parts.hostname or ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and (plain or host in _LOOPBACK))
    if not secure or not host or parts.query or parts.fragment:
        raise Trouble(code)
