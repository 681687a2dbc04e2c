"""Connecting a bot: the token is proved at MAX before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping

from channels.connection import Connection
from channels.max.door import CHANNEL, at
from channels.max.outcomes import outcome
from channels.max.wire import Wire
from channels.port import Surroundings, Trouble
from channels.server_address import check_address
from dialog.outbox import Failure

_TOKEN = re.compile(r"[!-~]{16,300}", re.ASCII)


async def connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    """The connection behind a token. Raises Trouble with the code of what is wrong."""
    token = "".join(given.get("token", "").split())
    if not _TOKEN.fullmatch(token):
        raise Trouble("token_shape")
    base, proxy = given.get("base_url", "").strip().rstrip("/"), given.get("proxy", "").strip()
    check_address(base, "bad_base_url")
    check_address(proxy, "bad_proxy", plain=True)
    account, title = await _name_of(Wire(token, base_url=base, proxy=proxy))
    return Connection(
        channel=CHANNEL,
        account=account,
        path=around.dice.public_id(),
        title=title,
        settings={name: value for name, value in (("base_url", base), ("proxy", proxy)) if value},
        secrets={"token": token, "hook_secret": around.dice.seed() + around.dice.seed()},
    )


async def _name_of(wire: Wire) -> tuple[str, str]:
    """The bot's id and its name."""
    try:
        answer = await wire.call("GET", "/me")
    except OSError:
        raise Trouble("unreachable") from None
    finally:
        await wire.close()
    if outcome(answer)[1] is Failure.BAD_CREDENTIALS:
        raise Trouble("token_refused")
    number, username, name = (at(answer.body, key) for key in ("user_id", "username", "first_name"))
    if answer.status != 200 or not isinstance(number, int):
        raise Trouble("unreachable")
    if at(answer.body, "is_bot") is False:
        raise Trouble("token_refused")
    return str(number), f"@{username}" if isinstance(username, str) and username else str(name or number)
