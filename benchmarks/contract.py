"""What we send and what we read, against the vendors' own schemas: `./run contract --specs DIR`.

Vendors' files are not ours to ship: DIR holds them (ZABOTA_SPECS, else ../shared/channels/specs). Every request that
the adapters emit and every fixture that they read must conform, and broken ones must be refused: a check that takes
everything checks nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from benchmarks.contract_max import check_max
from benchmarks.contract_replies import REPLIES, around, judge, line
from benchmarks.contract_vk import check_vk
from benchmarks.contract_whatsapp import check_whatsapp
from benchmarks.report import ROOT, Report
from benchmarks.telegram_spec import TelegramSpec
from channels.connection import Connection
from channels.fakes.faults import Faults
from channels.fakes.server import FakeServer
from channels.heard import Courtesy, FileRef
from channels.not_fetched import NotFetched
from channels.telegram.account import TelegramAccount
from channels.telegram.fake import TOKEN, FakeTelegram
from dialog.message import Address

FIXTURES = ROOT / "tests" / "channels" / "fixtures" / "telegram"
DEFAULT = ROOT.parent / "shared" / "channels" / "specs"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Check what we send and read against the vendors' schemas.")
    parser.add_argument("--specs", type=Path, default=Path(os.environ.get("ZABOTA_SPECS", DEFAULT)))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    report = Report("contract", 0)
    paths = sorted((asked.specs / "telegram").glob("bot-api-*.json"))
    if not paths:
        print(f"no vendor schemas in {asked.specs}: give them with --specs DIR", flush=True)
        return 2
    spec = TelegramSpec(json.loads(paths[-1].read_text("utf-8")))
    report.figure("Telegram's schema", paths[-1].name)
    read_ours(spec, report)
    calls = asyncio.run(made_calls())
    for method, form in calls:
        judge(report, f"call {method}", spec.call(method, form))
    report.figure("methods called", len({method for method, _ in calls}))
    refuse_broken(spec, report, calls)
    check_max(asked.specs / "max", report)
    check_whatsapp(asked.specs / "whatsapp", report)
    asyncio.run(check_vk(asked.specs / "vk", report))
    return report.finish(as_json=asked.json)


def read_ours(spec: TelegramSpec, report: Report) -> None:
    """Our fixtures are what Telegram sends; so is what our fake sends."""
    for path in sorted(FIXTURES.glob("*.json")):
        judge(report, f"fixture {path.stem}", spec.thing("Update", json.loads(path.read_text("utf-8"))))
    fake = FakeTelegram(faults=Faults(lambda: 1.0), ticks=time.monotonic)
    for update in (
        fake.says(5, "привет"),
        fake.member(5, "kicked"),
        fake.member(5, "member"),
        fake.member(-7, "member"),
    ):
        judge(report, "update of the fake", spec.thing("Update", update))


async def made_calls() -> list[tuple[str, Mapping[str, str]]]:
    """Every call that the adapter makes, as it came over the wire."""
    fake = FakeTelegram(faults=Faults(lambda: 1.0), ticks=time.monotonic)
    async with FakeServer(fake) as server:
        for public_url in ("", "https://salon.example"):
            account = TelegramAccount(_connection(server.url), around(public_url))
            await account.settle_in()
            for reply in REPLIES:
                await account.send(line(reply))
            chat, sent = "5", fake.sent[0]
            chosen = json.dumps({"inline_keyboard": [[{"text": "✓ Да", "callback_data": "A" * 16}]]})
            for kind, values in {
                "typing": (chat,),
                "answer": ("77",),
                "mark": (chat, str(sent.message_id), chosen),
                "leave": ("-100",),
            }.items():
                await account.be_kind(Courtesy(channel="telegram", account="1", kind=kind, values=values))
            fake.says(5, "привет")
            await account.poll(0)
            where = Address(channel="telegram", account="1", peer="5")
            with contextlib.suppress(NotFetched):
                await account.fetch(FileRef(address=where, event_key="1", ref="none", kind="photo"))
            await account.close()
    return [(call.method, call.form) for call in fake.calls]


def refuse_broken(spec: TelegramSpec, report: Report, calls: list[tuple[str, Mapping[str, str]]]) -> None:
    """The same bodies with one thing wrong: every one must be found out."""
    update = json.loads((FIXTURES / "text.json").read_text("utf-8"))
    for name, broken in broken_updates(update).items():
        report.count("broken ones refused")
        report.must(bool(spec.thing("Update", broken)), f"taken: an update {name}")
    good = next(dict(form) for method, form in calls if method == "sendMessage")
    for name, form in {
        "without a chat": {key: value for key, value in good.items() if key != "chat_id"},
        "too long": good | {"text": "я" * 4097},
        "with an unknown parameter": good | {"colour": "red"},
        "with a label of 65 bytes of data": good
        | {"reply_markup": json.dumps({"inline_keyboard": [[{"text": "x", "callback_data": "ы" * 33}]]})},
    }.items():
        report.count("broken ones refused")
        report.must(bool(spec.call("sendMessage", form)), f"taken: a call {name}")
    report.count("broken ones refused")
    report.must(bool(spec.call("sendTelepathy", {})), "taken: a method that there is not")


def broken_updates(update: Mapping[str, Any]) -> dict[str, Any]:
    """One thing wrong in each."""
    found: dict[str, Any] = {}
    for name, path, value in (
        ("with a text for a number", ("message", "date"), "вчера"),
        ("with a number for a text", ("message", "text"), 5),
        ("with an unknown field", ("message", "textt"), "x"),
    ):
        found[name] = deepcopy(dict(update))
        found[name][path[0]][path[1]] = value
    for missing in ("date", "chat", "message_id"):
        found[f"without {missing}"] = deepcopy(dict(update))
        del found[f"without {missing}"]["message"][missing]
    return found


def _connection(url: str) -> Connection:
    secrets = {"token": TOKEN, "hook_secret": "s" * 64}
    return Connection(channel="telegram", account="1", path="p" * 22, settings={"base_url": url}, secrets=secrets)


if __name__ == "__main__":
    sys.exit(main())
