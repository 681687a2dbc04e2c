"""Our address in the community's Callback API: put there by ourselves, with the events that we want."""

from __future__ import annotations

from typing import Any

from channels.connection import Connection
from channels.port import Trouble
from channels.vk.library import API, VKAPIError
from channels.vk.not_captured import CONFIRMED, REJECTED, TOO_MANY_SERVERS
from channels.vk.wire import VERSION

TITLE = "Zabota"
"""14 characters at most."""
WANTED = ("message_new", "message_edit", "message_event", "message_allow", "message_deny", "message_read")
NOT_WANTED = ("message_typing_state", "message_reply")


async def make_sure(api: API, connection: Connection, public_url: str) -> None:
    """VK knows our address, has confirmed it, and brings what we want. A repeat changes nothing. Raises Trouble,
    VKAPIError, Garbled, OSError."""
    if not public_url.startswith("https://"):
        raise Trouble("no_public_url")
    group = int(connection.account)
    code = await api.request("groups.getCallbackConfirmationCode", {"group_id": group})
    if code["response"]["code"] != connection.settings.get("confirmation"):
        raise Trouble("confirmation_changed")
    address = f"{public_url.rstrip('/')}/hooks/vk/{connection.path}"
    server = await _server(api, group, address, connection.secrets["hook_secret"])
    wishes = dict.fromkeys(WANTED, 1) | dict.fromkeys(NOT_WANTED, 0)
    await api.request(
        "groups.setCallbackSettings", {"group_id": group, "server_id": server, "api_version": VERSION, **wishes}
    )
    await api.request("groups.setSettings", {"group_id": group, "messages": 1, "bots_capabilities": 1})
    status = next((one.get("status") for one in await _servers(api, group) if one["id"] == server), "")
    if status != CONFIRMED:
        raise Trouble("hook_refused" if status == REJECTED else "hook_waiting")


async def _server(api: API, group: int, address: str, secret: str) -> int:
    """The number of our server there, made or mended."""
    same = {"group_id": group, "url": address, "title": TITLE, "secret_key": secret}
    for one in await _servers(api, group):
        if one.get("url") == address:
            if one.get("secret_key") != secret or one.get("status") == REJECTED:
                # Whatever is written anew is confirmed anew.
                await api.request("groups.editCallbackServer", {**same, "server_id": one["id"]})
            return int(one["id"])
    try:
        added = await api.request("groups.addCallbackServer", same)
    except VKAPIError as error:
        if error.code == TOO_MANY_SERVERS:
            raise Trouble("servers_full") from None
        raise
    return int(added["response"]["server_id"])


async def _servers(api: API, group: int) -> list[dict[str, Any]]:
    found = await api.request("groups.getCallbackServers", {"group_id": group})
    return [one for one in found["response"]["items"] if isinstance(one, dict)]
