"""What the command line may order of an installation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

import config
from booking.salon_diff import diff
from booking.salon_documents import KINDS, salon_from_documents, salon_to_documents
from booking.salon_export import save_salon
from booking.salon_files import load_salon
from bots import channel_orders
from bots.answerer import SalonAnswerer
from bots.assembly import Parts
from bots.cannot_start import CannotStart
from bots.messages import message
from bots.messengers import installation_seal
from bots.preview import preview
from bots.secret_settings import closed
from bots.setting_words import expected
from config.registry import BY_NAME, ENVIRONMENT_PREFIX, SETTINGS, resolve
from handoff.audit_csv import audit_csv
from storage.backup import backup
from storage.doctor import examine
from storage.revisions import Draft

Order = Callable[[Parts, Mapping[str, Any]], Awaitable[dict[str, Any]]]
AUTHOR = "command line"


async def carry_out(parts: Parts, name: str, arguments: Mapping[str, object]) -> dict[str, Any]:
    """Carry out one order. Raises CannotStart for an order nobody knows."""
    order = ORDERS.get(name)
    if order is None:
        raise CannotStart(name)
    return await order(parts, arguments)


async def _ping(parts: Parts, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {}


async def _backup(parts: Parts, arguments: Mapping[str, Any]) -> dict[str, Any]:
    await backup(parts.store, Path(arguments["to"]))
    return {}


async def _doctor(parts: Parts, arguments: Mapping[str, Any]) -> dict[str, Any]:
    report = await examine(parts.store)
    return {"facts": list(report.facts), "troubles": list(report.troubles)}


async def _audit_verify(parts: Parts, arguments: Mapping[str, Any]) -> dict[str, Any]:
    state = await parts.store.audit.verify()
    return {"lines": state.lines, "head": state.head, "broken": list(state.broken), "missing": state.missing}


async def _audit_export(parts: Parts, arguments: Mapping[str, Any]) -> dict[str, Any]:
    lines = [line async for line in parts.store.audit.lines()]
    text = await asyncio.to_thread(audit_csv, lines)
    await asyncio.to_thread(Path(arguments["to"]).write_text, text, encoding="utf-8-sig", newline="")
    return {"count": len(lines)}


async def _settings(parts: Parts, arguments: Mapping[str, Any]) -> dict[str, Any]:
    stored = await parts.store.settings.all()
    values = resolve(parts.options.environment, stored, {})
    labels = yaml.safe_load((Path(config.__file__).parent / "settings.ru.yaml").read_text(encoding="utf-8"))
    rows = [
        {
            "name": setting.name,
            "value": "" if setting.secret else values[setting.name],
            "label": labels[setting.name],
            "allowed": expected(setting),
            "live": setting.live,
            "source": _source(parts, setting.name, stored),
        }
        for setting in SETTINGS
    ]
    return {"settings": rows}


def _source(parts: Parts, name: str, stored: Mapping[str, object]) -> str:
    if ENVIRONMENT_PREFIX + name.upper() in parts.options.environment:
        return ENVIRONMENT_PREFIX + name.upper()
    return "database" if name in stored else "default"


async def _set(parts: Parts, arguments: Mapping[str, Any]) -> dict[str, Any]:
    name = str(arguments["setting"])
    setting = BY_NAME.get(name)
    if setting is None:
        raise CannotStart(message("unknown_setting", name=name))
    value = setting.read(arguments["value"])
    setting.check(value)
    stored = closed(setting, value, installation_seal(parts.options))
    await parts.store.settings.put(name, stored, AUTHOR, parts.clock.now())
    variable = ENVIRONMENT_PREFIX + name.upper()
    return {
        "value": "" if setting.secret else value,
        "overridden_by": variable if variable in parts.options.environment else "",
    }


async def _salon_export(parts: Parts, arguments: Mapping[str, Any]) -> dict[str, Any]:
    save_salon(parts.rules.view().salon, Path(arguments["to"]))
    return {}


async def _salon_import(parts: Parts, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The difference in words; published only when ``apply`` is true."""
    zone = parts.rules.view().salon.zone
    new = load_salon(Path(arguments["source"]), parts.clock.now().astimezone(zone).date())
    heads = {(h.kind, h.key): h for h in await parts.store.revisions.heads() if h.kind in KINDS}
    old = salon_from_documents({name: head.body for name, head in heads.items()})
    changes = list(diff(old, new))
    if changes and arguments.get("apply"):
        documents = salon_to_documents(new)
        drafts = [
            Draft(kind=kind, key=key, body=body, base=heads[kind, key].revision if (kind, key) in heads else 0)
            for (kind, key), body in documents.items()
            if (kind, key) not in heads or heads[kind, key].body != body
        ]
        gone = [
            Draft(kind=kind, key=key, body=None, base=head.revision)
            for (kind, key), head in heads.items()
            if (kind, key) not in documents
        ]
        await parts.store.revisions.publish([*drafts, *gone], AUTHOR, "import", parts.clock.now())
        await parts.rules.load()
    return {"changes": changes}


async def _preview(parts: Parts, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """One step as each messenger would show it."""
    lines = await preview(
        parts.rules.current(),
        SalonAnswerer(parts.rules.view, parts.store.book),
        parts.clock,
        parts.dice,
        str(arguments["flow"]),
        str(arguments["state"]),
        str(arguments["language"]),
    )
    return {"lines": lines}


ORDERS: Mapping[str, Order] = {
    "ping": _ping,
    "preview": _preview,
    "channels": channel_orders.listed,
    "channel_fields": channel_orders.fields,
    "channel_connect": channel_orders.connect,
    "channel_check": channel_orders.check,
    "channel_switch": channel_orders.switch,
    "channel_forget": channel_orders.forget,
    "channel_ledger": channel_orders.ledger,
    "backup": _backup,
    "doctor": _doctor,
    "audit_verify": _audit_verify,
    "audit_export": _audit_export,
    "settings": _settings,
    "set": _set,
    "salon_export": _salon_export,
    "salon_import": _salon_import,
}
