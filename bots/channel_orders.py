"""Orders about messengers: what `zabota channel` asks for."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from bots.assembly import Parts
from bots.cannot_start import CannotStart
from bots.messages import message
from channels.desk import Standing
from channels.guide import guide
from channels.port import Trouble

Answer = dict[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def listed(parts: Parts, arguments: Mapping[str, Any]) -> Answer:
    """Every messenger and how it is doing."""
    lines: list[str] = []
    for offer in await parts.messengers.desk.offers():
        title = guide(offer.channel).title
        if not offer.standing:
            lines.append(message("channel_offered", title=title, channel=offer.channel))
        for standing in offer.standing:
            lines += _standing(standing)
    return {"lines": lines}


async def fields(parts: Parts, arguments: Mapping[str, Any]) -> Answer:
    """What must be typed in, and how to come by it."""
    channel = str(arguments["channel"])
    for offer in await parts.messengers.desk.offers():
        if offer.channel == channel:
            words = guide(channel)
            asked = [
                {"name": field.name, "label": words.fields[field.name].label, "secret": field.secret}
                for field in offer.fields
                if not field.optional
            ]
            return {"steps": [words.lead, *words.steps], "fields": asked}
    raise CannotStart(message("no_such_channel", name=channel))


async def connect(parts: Parts, arguments: Mapping[str, Any]) -> Answer:
    """Prove and keep a key."""
    channel = str(arguments["channel"])
    given = {str(name): str(value) for name, value in arguments["given"].items()}
    try:
        standing = await parts.messengers.desk.connect(channel, given)
    except Trouble as trouble:
        raise CannotStart(guide(channel).trouble(trouble.code)) from None
    url = parts.messengers.around.public_url
    how = message("channel_asks") if standing.polls else _brought(url)
    return {"lines": [*_standing(standing), how]}


def _brought(url: str) -> str:
    """Where the messenger brings what clients say, or that it cannot yet."""
    return message("channel_brings", url=url) if url.startswith("https://") else message("channel_deaf")


async def check(parts: Parts, arguments: Mapping[str, Any]) -> Answer:
    """Ask the messenger."""
    channel, account = _named(arguments)
    try:
        return {"lines": _standing(await parts.messengers.desk.check(channel, account))}
    except Trouble as trouble:
        raise CannotStart(guide(channel).trouble(trouble.code)) from None
    except LookupError:
        raise CannotStart(message("no_such_channel", name=f"{channel} {account}")) from None


async def switch(parts: Parts, arguments: Mapping[str, Any]) -> Answer:
    """On or off."""
    channel, account = _named(arguments)
    try:
        await parts.messengers.desk.switch(channel, account, on=bool(arguments["on"]))
    except LookupError:
        raise CannotStart(message("no_such_channel", name=f"{channel} {account}")) from None
    return {"lines": [message("channel_done")]}


async def forget(parts: Parts, arguments: Mapping[str, Any]) -> Answer:
    """Take an account away."""
    channel, account = _named(arguments)
    try:
        await parts.messengers.desk.forget(channel, account)
    except LookupError:
        raise CannotStart(message("no_such_channel", name=f"{channel} {account}")) from None
    return {"lines": [message("channel_done")]}


async def ledger(parts: Parts, arguments: Mapping[str, Any]) -> Answer:
    """Every call of the last days as CSV. What a messenger said must not become a formula in a spreadsheet."""
    since = parts.clock.now() - timedelta(days=int(arguments["days"]))
    rows = [asdict(one) for one in await parts.store.ledger.since(since)]
    await asyncio.to_thread(_write, Path(arguments["to"]), rows)
    return {"count": len(rows)}


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        if rows:
            writer.writerow(rows[0])
        writer.writerows([_harmless(value) for value in row.values()] for row in rows)


def _harmless(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _named(arguments: Mapping[str, Any]) -> tuple[str, str]:
    return str(arguments["channel"]), str(arguments["account"])


def _standing(standing: Standing) -> list[str]:
    words = guide(standing.channel)
    who = {"title": words.title, "name": standing.title, "account": standing.account}
    if not standing.enabled:
        lines = [message("channel_off", **who)]
    elif standing.trouble:
        lines = [message("channel_ill", **who, trouble=words.trouble(standing.trouble))]
    else:
        lines = [message("channel_works", **who)]
    pulse = standing.pulse
    if pulse.waiting_in or pulse.waiting_out:
        lines.append(message("channel_waiting", coming=pulse.waiting_in, going=pulse.waiting_out))
    if pulse.error:
        lines.append(message("channel_error", error=pulse.error))
    return lines
