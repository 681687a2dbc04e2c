"""Connecting a community: the key is proved at VK, and so are its rights, before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError

from channels.connection import Connection
from channels.port import Surroundings, Trouble
from channels.server_address import check_address
from channels.vk.library import API, VKAPIError
from channels.vk.not_captured import NEEDED_RIGHTS
from channels.vk.outcomes import outcome
from channels.vk.wire import Garbled, Wire, open_api
from dialog.outbox import Failure

_TOKEN = re.compile(r"[A-Za-z0-9._-]{40,500}", re.ASCII)


async def connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    """The connection behind a community's key. Raises Trouble with the code of what is wrong."""
    token = "".join(given.get("token", "").split())
    if not _TOKEN.fullmatch(token):
        raise Trouble("token_shape")
    base, proxy = given.get("base_url", "").strip().rstrip("/"), given.get("proxy", "").strip()
    check_address(base, "bad_base_url")
    check_address(proxy, "bad_proxy", plain=True)
    wire = Wire(proxy)
    try:
        group, confirmation = await _asked(open_api(token, base, wire))
    finally:
        await wire.close()
    settings = {"base_url": base, "proxy": proxy, "confirmation": confirmation}
    return Connection(
        channel="vk",
        account=str(int(group["id"])),
        path=around.dice.public_id(),
        title=str(group.get("name") or group.get("screen_name") or group["id"])[:100],
        settings={name: value for name, value in settings.items() if value},
        secrets={"token": token, "hook_secret": around.dice.seed()},
    )


async def _asked(api: API) -> tuple[dict[str, Any], str]:
    """The community whose key it is, and its word of confirmation."""
    try:
        rights = (await api.request("groups.getTokenPermissions", {}))["response"]["permissions"]
        if not {one["name"] for one in rights} >= NEEDED_RIGHTS:
            raise Trouble("missing_rights")
        (group, *_) = (await api.request("groups.getById", {}))["response"]["groups"]
        code = await api.request("groups.getCallbackConfirmationCode", {"group_id": int(group["id"])})
        return group, str(code["response"]["code"])
    except VKAPIError as error:
        refused = outcome(error)[1] is Failure.BAD_CREDENTIALS
        raise Trouble("token_refused" if refused else "unreachable") from None
    except (ClientError, TimeoutError, Garbled, LookupError, TypeError, ValueError):
        raise Trouble("unreachable") from None
