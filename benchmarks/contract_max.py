"""MAX's part of the contract: our updates, answers and calls against the published schema, and broken ones refused."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.contract_replies import REPLIES, around, judge, line
from benchmarks.max_spec import MaxSpec
from benchmarks.report import ROOT, Report
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.heard import Courtesy
from channels.max.account import MaxAccount
from channels.max.connecting import connect
from channels.max.door import raw_event
from channels.max.fake import BOT, TOKEN, Called, FakeMax
from channels.max.marking import MARKED
from channels.max.reading import parse

FIXTURES = ROOT / "tests" / "channels" / "fixtures" / "max"
CHAT = 5
ATTACHED = ("message", "body", "attachments")


def check_max(folder: Path, report: Report) -> None:
    """All of it."""
    path = max(folder.glob("max-bot-api-*.json"))
    spec = MaxSpec(json.loads(path.read_text("utf-8")))
    report.figure("MAX's schema", path.name)
    for fixture in sorted(FIXTURES.glob("*.json")):
        judge(report, f"fixture {fixture.stem} of MAX", spec.update(json.loads(fixture.read_text("utf-8"))))
    calls = asyncio.run(_made_calls(spec, report))
    for call in calls:
        judge(report, f"call {call.method} {call.path}", spec.call(call.method, call.path, call.params, call.body))
    report.figure("methods of MAX called", len({(call.method, call.path.split("/")[1]) for call in calls}))
    _refuse_broken(spec, report, next(call for call in calls if call.body and call.body.get("attachments")))


async def _made_calls(spec: MaxSpec, report: Report) -> list[Called]:
    """Every call that the adapter makes, as it came over the wire; what the fake brings and answers is judged, too."""
    fake = FakeMax(faults=Faults(lambda: 1.0), ticks=time.monotonic)
    async with FakeServer(fake) as server:
        fake.url = server.url
        for public_url in ("https://salon.example", ""):
            connection = await connect({"token": TOKEN, "base_url": server.url}, around(public_url))
            account = MaxAccount(connection, around(public_url))
            fake.subscriptions[f"https://before.example/hooks/max/{connection.path}"] = ""
            await account.settle_in()
            for number, reply in enumerate(REPLIES):
                # A chat of its own for each: nobody waits for his turn.
                await account.send(line(reply, "max", str(BOT), str(CHAT + number)))
            fake.faults.plan(Fault.DROP_AFTER)
            await account.send(replace(line(REPLIES[0], "max", str(BOT), "6"), attempt=2))
            updates = [
                fake.says(CHAT, "привет", {"type": "location", "latitude": 1.5, "longitude": 2.5}),
                fake.shares_contact(CHAT, "79990001122"),
                fake.starts(CHAT, "tag"),
                fake.leaves(CHAT),
                fake.leaves(CHAT, "dialog_removed"),
                fake.presses(fake.sent[0], fake.sent[0].buttons[0]["text"].removeprefix(MARKED)),
            ]
            updates.append(fake.edits(updates[0], "пока"))
            for update in updates:
                judge(report, f"update {update['update_type']} of the fake", spec.update(update))
                for one in parse(raw_event(connection, json.dumps(update).encode())):
                    if isinstance(one, Courtesy):
                        await account.be_kind(one)
            for kind, value in (("late", "cb"), ("leave", "-7")):
                await account.be_kind(Courtesy(channel="max", account=str(BOT), kind=kind, values=(value,)))
            if not public_url:
                await account.poll(0)
            await account.close()
    judge(report, "answer of the fake", spec.answer("BotInfo", fake._bot()))
    judge(report, "answer of the fake", spec.answer("SendMessageResult", {"message": fake._message_of(fake.sent[-1])}))
    return fake.calls


def _refuse_broken(spec: MaxSpec, report: Report, call: Called) -> None:
    """The same bodies with one thing wrong: every one must be found out."""
    text = json.loads((FIXTURES / "text.json").read_text("utf-8"))
    press = json.loads((FIXTURES / "press.json").read_text("utf-8"))
    where = {"chat_id": "5"}

    def sent(body: Mapping[str, Any], params: Mapping[str, str] = where) -> Any:
        return spec.call("POST", "/messages", params, body)

    for name, found in {
        "an update without a time": spec.update(_without(text, "timestamp")),
        "an update of a kind that there is not": spec.update(text | {"update_type": "telepathy"}),
        "a message without a recipient": spec.update(_without(text, "message", "recipient")),
        "a number for a text": spec.update(_with(text, 5, "message", "body", "text")),
        "a press without its name": spec.update(_without(press, "callback", "callback_id")),
        "an attachment that there is not": spec.update(
            _with(text, [{"type": "hologram"}], "message", "body", "attachments")
        ),
        "a picture without an address": spec.update(
            _with(text, [{"type": "image", "payload": {"token": "t", "photo_id": 1}}], *ATTACHED)
        ),
        "a message that is too long": sent(call.body | {"text": "я" * 4001}),
        "a payload that is too long": sent(_keyboard(1, payload="x" * 1025)),
        "a label that is too long": sent(_keyboard(1, text="x" * 129)),
        "a label that is empty": sent(_keyboard(1, text="")),
        "too many rows": sent(_keyboard(31)),
        "a button of no kind": sent(_keyboard(1, type="telepathy")),
        "an unknown parameter": sent(call.body, where | {"colour": "red"}),
        "an unknown field": sent(call.body | {"colour": "red"}),
        "a word for a number": sent(call.body, {"chat_id": "завтра"}),
        "a webhook without an address": spec.call("POST", "/subscriptions", {}, {"secret": "x" * 9}),
        "a secret that is too short": spec.call("POST", "/subscriptions", {}, {"url": "https://x", "secret": "x"}),
        "an action that there is not": spec.call("POST", "/chats/5/actions", {}, {"action": "dancing"}),
        "an answer to nothing": spec.call("POST", "/answers", {}, {}),
        "a call that there is not": spec.call("POST", "/telepathy", {}, {}),
        "a question for too much": spec.call("GET", "/messages", where | {"count": "101"}, None),
    }.items():
        report.count("broken ones refused")
        report.must(bool(found), f"taken: {name}")


def _keyboard(rows: int, **button: str) -> dict[str, Any]:
    one = {"type": "callback", "text": "x", "payload": "y"} | button
    return {"text": "x", "attachments": [{"type": "inline_keyboard", "payload": {"buttons": [[one]] * rows}}]}


def _with(update: Mapping[str, Any], value: object, *path: str) -> dict[str, Any]:
    changed = deepcopy(dict(update))
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return changed


def _without(update: Mapping[str, Any], *path: str) -> dict[str, Any]:
    changed = deepcopy(dict(update))
    place = changed
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return changed
