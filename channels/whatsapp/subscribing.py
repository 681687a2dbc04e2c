"""Where Meta is to bring events: told by ourselves, so that nobody has to copy an address into a form."""

from __future__ import annotations

from channels.connection import Connection
from channels.port import Trouble
from channels.whatsapp.graph import Graph

OBJECT = "whatsapp_business_account"
FIELD = "messages"


def reachable(public_url: str, base_url: str) -> bool:
    """Whether Meta can call us: by https only. A fake on this machine can do without."""
    return public_url.startswith("https://") or (bool(public_url) and base_url.startswith("http://127.0.0.1:"))


async def bring_here(graph: Graph, connection: Connection, public_url: str) -> None:
    """The app hears of messages, the business account tells the app, and this number's events come to this address.

    What an app is told already stays as it is: other programs may live on it. Raises Trouble, graph.Refused,
    httpx.HTTPError.
    """
    settings, secrets = connection.settings, connection.secrets
    if not reachable(public_url, settings.get("base_url", "")):
        raise Trouble("needs_web")
    address = f"{public_url.rstrip('/')}/hooks/whatsapp/{connection.path}"
    word = secrets["hook_secret"]
    app, app_token = settings["app_id"], app_token_of(settings["app_id"], secrets["app_secret"])
    told = _told(await graph.get(f"{app}/subscriptions", token=app_token))
    if told and FIELD not in told:
        raise Trouble("app_taken")
    if not told:
        subscription = {"object": OBJECT, "callback_url": address, "verify_token": word, "fields": FIELD}
        await graph.post(f"{app}/subscriptions", subscription, token=app_token)
    await graph.post(f"{settings['business_id']}/subscribed_apps", {})
    own = {"override_callback_uri": address, "verify_token": word}
    await graph.post(connection.account, {"webhook_configuration": own})


def app_token_of(app_id: str, app_secret: str) -> str:
    """The key of the app itself, as opposed to that of whoever uses it."""
    return f"{app_id}|{app_secret}"


def _told(answer: dict[str, object]) -> list[object]:
    """What the app is told of already; there may be another program behind it."""
    known = answer.get("data")
    for one in known if isinstance(known, list) else ():
        if isinstance(one, dict) and one.get("object") == OBJECT and one.get("active", True):
            fields = one.get("fields")
            return [f.get("name") if isinstance(f, dict) else f for f in fields] if isinstance(fields, list) else []
    return []
