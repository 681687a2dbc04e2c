"""Connecting a number: every key and every id is proved at Meta before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping

import httpx

from channels.connection import Connection
from channels.port import Surroundings, Trouble
from channels.server_address import check_address
from channels.whatsapp.codes import meaning_of
from channels.whatsapp.graph import Graph, Json, Refused
from channels.whatsapp.subscribing import app_token_of, reachable

_TOKEN = re.compile(r"[A-Za-z0-9_|-]{20,900}", re.ASCII)
_SECRET = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ID = re.compile(r"[0-9]{5,25}", re.ASCII)
IDS = ("app_id", "number_id", "business_id")


async def connect(given: Mapping[str, str], around: Surroundings) -> Connection:
    """The connection behind what was typed in. Raises Trouble with the code of what is wrong."""
    token, app_secret = ("".join(given.get(name, "").split()) for name in ("token", "app_secret"))
    ids = {name: "".join(given.get(name, "").split()) for name in IDS}
    base, proxy = given.get("base_url", "").strip().rstrip("/"), given.get("proxy", "").strip()
    _check_shapes(token, app_secret, ids)
    check_address(base, "bad_base_url")
    check_address(proxy, "bad_proxy", plain=True)
    if not reachable(around.public_url, base):
        raise Trouble("needs_web")
    graph = Graph(token, base_url=base, proxy=proxy)
    try:
        title = await _number(graph, ids["number_id"])
        await _business(graph, ids)
        await _app(graph, ids["app_id"], app_secret)
    except httpx.HTTPError:
        raise Trouble("unreachable") from None
    finally:
        await graph.close()
    settings = {"app_id": ids["app_id"], "number_id": ids["number_id"], "business_id": ids["business_id"]}
    return Connection(
        channel="whatsapp",
        account=ids["number_id"],
        path=around.dice.public_id(),
        title=title,
        settings=settings | {name: value for name, value in (("base_url", base), ("proxy", proxy)) if value},
        secrets={"token": token, "app_secret": app_secret, "hook_secret": around.dice.seed() + around.dice.seed()},
    )


async def _number(graph: Graph, number_id: str) -> str:
    """The number as clients see it. Without the right to it Meta says that there is none."""
    try:
        found = await graph.get(number_id, {"fields": "display_phone_number,verified_name"})
    except Refused as refused:
        raise Trouble(_refusal(refused, "number_not_found"), str(refused)) from None
    return " · ".join(str(found[name]) for name in ("display_phone_number", "verified_name") if found.get(name))


async def _business(graph: Graph, ids: Mapping[str, str]) -> None:
    """The business account that the number belongs to: events are asked for there."""
    try:
        found = await graph.get(f"{ids['business_id']}/phone_numbers", {"fields": "id", "limit": "100"})
    except Refused as refused:
        raise Trouble(_refusal(refused, "wrong_business"), str(refused)) from None
    if ids["number_id"] not in _ids_in(found):
        raise Trouble("wrong_business")


async def _app(graph: Graph, app_id: str, app_secret: str) -> None:
    """The secret that signs everything that comes in: with a wrong one nothing would ever be believed."""
    try:
        await graph.get(f"{app_id}/subscriptions", token=app_token_of(app_id, app_secret))
    except Refused as refused:
        gone = refused.status >= 500
        raise Trouble("unreachable" if gone else "wrong_app_secret", str(refused)) from None


def _refusal(refused: Refused, otherwise: str) -> str:
    """Code 190 is the key's own; the other codes that concern rights are about what the key may do."""
    if refused.status >= 500:
        return "unreachable"
    if refused.code == 190 or refused.status == 401:
        return "token_refused"
    trouble = meaning_of(refused.code, refused.status).trouble
    return "no_permission" if trouble == "bad_credentials" else trouble or otherwise


def _ids_in(answer: Json) -> list[object]:
    found = answer.get("data")
    return [one.get("id") for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _check_shapes(token: str, app_secret: str, ids: Mapping[str, str]) -> None:
    if not _TOKEN.fullmatch(token):
        raise Trouble("token_shape")
    if not _SECRET.fullmatch(app_secret):
        raise Trouble("secret_shape")
    if not all(_ID.fullmatch(one) for one in ids.values()):
        raise Trouble("id_shape")
