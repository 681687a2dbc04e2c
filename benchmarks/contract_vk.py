"""VK's part of the contract: our events and calls against the published schema, and broken ones refused."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.contract_replies import REPLIES, around, judge, line
from benchmarks.report import ROOT, Report
from benchmarks.vk_spec import VkSpec
from channels.connection import Connection
from channels.fakes.faults import Faults
from channels.fakes.server import FakeServer
from channels.heard import Courtesy
from channels.vk.account import VkAccount
from channels.vk.connecting import connect
from channels.vk.fake import CONFIRMATION, GROUP, TOKEN, FakeVk

FIXTURES = ROOT / "tests" / "channels" / "fixtures" / "vk"
UNHEARD_OF = frozenset({"attachment_of_another_day", "wall_post"})
"""They hold what is in no schema: this is what they are for."""
NOTHING_TO_DO = '{"one_time":true,"buttons":[[{}]]}'
ABILITIES = ("callback inline carousel keyboard", "inline keyboard", "keyboard", "")


async def check_vk(folder: Path, report: Report) -> None:
    """All of it."""
    spec = VkSpec(folder)
    fake = FakeVk(faults=Faults(lambda: 1.0), ticks=time.monotonic)
    events = [
        json.loads(path.read_text("utf-8")) for path in sorted(FIXTURES.glob("*.json")) if path.stem not in UNHEARD_OF
    ]
    shown = [fake.says(5001, "привет"), fake.denies(5001), fake.allows(5001)]
    for event in (*events, *shown):
        judge(report, f"event {event['type']} of VK", spec.event(event))
    calls = await _made_calls(fake)
    for method, form in calls:
        judge(report, f"call {method}", spec.call(method, form))
    report.figure("methods of VK called", len({method for method, _ in calls}))
    _refuse_broken(spec, report, next(dict(f) for m, f in calls if m == "messages.send" and "keyboard" in f))


async def _made_calls(fake: FakeVk) -> list[tuple[str, Mapping[str, str]]]:
    """Every call that the adapter makes, as it came over the wire."""
    async with FakeServer(fake) as server:
        fake.url = server.url
        # A second passes at every look at the clock: nobody waits for his turn.
        outside = replace(around("https://salon.example"), ticks=itertools.count(0.0, 1.0).__next__)
        connection = await connect({"token": TOKEN, "base_url": server.url}, outside)
        assert connection.settings["confirmation"] == CONFIRMATION
        account = VkAccount(connection, outside)
        await account.settle_in()
        fake.servers[1]["status"] = "failed"
        await account.settle_in()
        for number, words in enumerate(ABILITIES):
            await account.be_kind(_courtesy(connection, "able", "5001", words))
            for reply in REPLIES:
                told = line(reply, "vk", str(GROUP), "5001")
                await account.send(replace(told, random_id=1000 * number + 1))
        await account.be_kind(_courtesy(connection, "typing", "5001"))
        await account.be_kind(_courtesy(connection, "answer", "a1b2", "5001", "5001"))
        await account.close()
    return [(call.method, call.form) for call in fake.calls]


def _courtesy(connection: Connection, kind: str, *values: str) -> Courtesy:
    return Courtesy(channel="vk", account=connection.account, kind=kind, values=values)


def _refuse_broken(spec: VkSpec, report: Report, call: dict[str, str]) -> None:
    """The same bodies with one thing wrong: every one must be found out."""
    event: dict[str, Any] = json.loads((FIXTURES / "text.json").read_text("utf-8"))
    for name, found in {
        "an event without its name": spec.event({key: one for key, one in event.items() if key != "event_id"}),
        "an event of a kind that there is not": spec.event(event | {"type": "telepathy_new"}),
        "a message without a peer": spec.event(_without(event, "peer_id")),
        "a number for a text": spec.event(_with(event, "text", 5)),
        "a call without a token": spec.call("messages.send", {k: v for k, v in call.items() if k != "access_token"}),
        "a message that is too long": spec.call("messages.send", call | {"message": "я" * 9001}),
        "an unknown parameter": spec.call("messages.send", call | {"colour": "red"}),
        "a word for a number": spec.call("messages.send", call | {"random_id": "завтра"}),
        "eleven buttons under a message": spec.call("messages.send", call | {"keyboard": _keyboard(11)}),
        "a label of 41": spec.call("messages.send", call | {"keyboard": _keyboard(1, "ы" * 41)}),
        "a button that does nothing": spec.call(
            "messages.send", call | {"keyboard": '{"one_time":true,"buttons":[[{}]]}'}
        ),
        "a press without its name": spec.call("messages.sendMessageEventAnswer", {"access_token": "t", "v": "5.199"}),
        "a method that there is not": spec.call("messages.telepathy", call),
    }.items():
        report.count("broken ones refused")
        report.must(bool(found), f"taken: {name}")


def _with(event: Mapping[str, Any], field: str, value: object) -> dict[str, Any]:
    changed = deepcopy(dict(event))
    changed["object"]["message"][field] = value
    return changed


def _without(event: Mapping[str, Any], field: str) -> dict[str, Any]:
    changed = deepcopy(dict(event))
    del changed["object"]["message"][field]
    return changed


def _keyboard(count: int, label: str = "x") -> str:
    rows = [[{"action": {"type": "text", "label": label, "payload": "{}"}}] for _ in range(count)]
    return json.dumps({"one_time": False, "inline": True, "buttons": rows})
