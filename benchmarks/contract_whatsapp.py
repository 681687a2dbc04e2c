"""What we send to WhatsApp and read from it, against what Meta has published."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from benchmarks.contract_replies import REPLIES, around, judge, line
from benchmarks.report import ROOT, Report
from benchmarks.whatsapp_spec import WhatsAppSpec
from channels.fakes.faults import Faults
from channels.fakes.server import FakeServer
from channels.heard import Courtesy, FileRef
from channels.intake import TYPING
from channels.not_fetched import NotFetched
from channels.whatsapp.account import WhatsAppAccount
from channels.whatsapp.fake import APP, NUMBER, FakeWhatsApp
from channels.whatsapp.not_captured import BODIES, CALLS
from dialog.message import Address
from tests.channels.test_whatsapp_account import connection

FIXTURES = ROOT / "tests" / "channels" / "fixtures" / "whatsapp"
ANNA = "79990001122"
Json = dict[str, Any]


def check_whatsapp(folder: Path, report: Report) -> None:
    """Both ways, and the same bodies with one thing wrong."""
    if not folder.exists():
        report.figure("WhatsApp's files", "not there")
        return
    spec = WhatsAppSpec(folder)
    read_ours(spec, report)
    made = asyncio.run(made_calls())
    for path, body in made:
        if body.get("interactive", {}).get("type") in CALLS:
            report.count("not captured")
            continue
        judge(report, f"call of WhatsApp {path.rsplit('/', maxsplit=1)[-1]}", spec.sent(path, body))
    report.figure("WhatsApp: kinds of calls", len({(path, kind_of(body)) for path, body in made}))
    for what, faults in [
        *((f"a call {name}", spec.sent(f"{NUMBER}/messages", body)) for name, body in broken_calls(made)),
        *((f"an event {name}", spec.came(body)) for name, body in broken_events()),
    ]:
        report.count("broken ones refused")
        report.must(bool(faults), f"taken: WhatsApp, {what}")


def read_ours(spec: WhatsAppSpec, report: Report) -> None:
    """Our fixtures are what Meta sends; so is what our fake sends."""
    for path in sorted(FIXTURES.glob("*.json")):
        if path.stem in BODIES:
            report.count("not captured")
        else:
            judge(report, f"fixture of WhatsApp {path.stem}", spec.came(json.loads(path.read_text("utf-8"))))
    fake = FakeWhatsApp(faults=Faults(lambda: 1.0), ticks=time.monotonic)
    for call in (fake.says(ANNA, "привет"), fake.says(ANNA, image={"id": "1", "mime_type": "x", "sha256": "y"})):
        judge(report, "event of the fake WhatsApp", spec.came(call))


async def made_calls() -> list[tuple[str, Json]]:
    """Every body that the adapter posts as JSON, as it came over the wire."""
    fake = FakeWhatsApp(faults=Faults(lambda: 1.0), ticks=time.monotonic)
    async with FakeServer(fake) as server:
        account = WhatsAppAccount(connection(server.url), around("https://salon.example"))
        await account.settle_in()
        for reply in REPLIES:
            await account.send(line(reply, "whatsapp", NUMBER, ANNA))
        await account.be_kind(Courtesy(channel="whatsapp", account=NUMBER, kind=TYPING, values=("wamid.IN1",)))
        where = Address(channel="whatsapp", account=NUMBER, peer=ANNA)
        with contextlib.suppress(NotFetched):
            await account.fetch(FileRef(address=where, event_key="1", ref="none", kind="photo"))
        await account.close()
    return [(path, body) for method, path, body in fake.calls if method == "POST" and judged(path)]


def judged(path: str) -> bool:
    """Bodies of which Meta has published a schema: an app's own subscriptions and files are not among them."""
    return not path.endswith("/media") and not path.startswith(APP)


def kind_of(body: Json) -> str:
    """Of what is sent."""
    return str(body.get("type", "")) + str(body.get("interactive", {}).get("type", ""))


def broken_calls(made: list[tuple[str, Json]]) -> Iterator[tuple[str, Json]]:
    """One thing wrong in each."""
    by_kind = {kind_of(body): body for _, body in made}
    for name, kind, path, value in (
        ("with a number for a text", "text", ("text", "body"), 5),
        ("without a text", "text", ("text",), None),
        ("without an addressee", "text", ("to",), None),
        (
            "with a row's title of 25",
            "interactivelist",
            ("interactive", "action", "sections", 0, "rows", 0, "title"),
            "я" * 25,
        ),
        (
            "with a row's id of 201",
            "interactivelist",
            ("interactive", "action", "sections", 0, "rows", 0, "id"),
            "x" * 201,
        ),
        ("with a body of 1025", "interactivelist", ("interactive", "body", "text"), "я" * 1025),
    ):
        broken = deepcopy(by_kind[kind])
        place: Any = broken
        for step in path[:-1]:
            place = place[step]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        yield name, broken
    buttons = deepcopy(next(body for _, body in made if kind_of(body) == "interactivebutton"))
    buttons["interactive"]["action"]["buttons"] *= 4
    yield "with more than three buttons", buttons


def broken_events() -> Iterator[tuple[str, Json]]:
    """One thing wrong in each."""
    for name, fixture, items, field, value in (
        ("without an id", "text", "messages", "id", None),
        ("without a sender", "text", "messages", "from", None),
        ("with a number for a moment", "text", "messages", "timestamp", 1780000000),
        ("with a text for an object", "text", "messages", "text", "привет"),
        ("with an unknown field", "text", "messages", "colour", "red"),
        ("of an unknown kind", "text", "messages", "type", "telepathy"),
        ("of a status without its message", "status_delivered", "statuses", "id", None),
        ("of an unknown status", "status_delivered", "statuses", "status", "dreamt"),
    ):
        broken = json.loads((FIXTURES / f"{fixture}.json").read_text("utf-8"))
        item = broken["entry"][0]["changes"][0]["value"][items][0]
        if value is None:
            del item[field]
        else:
            item[field] = value
        yield name, broken
