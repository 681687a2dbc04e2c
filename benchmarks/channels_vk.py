"""VK's part of the harness: its secret stands inside the body, and so do its forgeries."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import httpx
from starlette.applications import Starlette

from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock
from benchmarks.report import Report
from channels.connection import Connection
from channels.directory import Directory
from channels.hook_door import HookDoor
from channels.port import Messenger
from channels.vk.fake import GROUP
from dialog.local_bus import LocalBus
from storage.connections import StoredConnections
from storage.seal import KeySeal
from storage.sql import Script, Sql
from storage.store import Store

SECRET = "Zx9" * 12
WORD = "c0nf1rm"
WAY = "/hooks/vk/way"
_KEPT = Sql("SELECT count(*) FROM hook")


async def forge_vk(store: Store, report: Report, chance: random.Random, count: int, messenger: Messenger) -> None:
    """Calls that are nearly right: refused, without a row and without the word of confirmation. Then true ones."""
    connections = StoredConnections(store.database, KeySeal([b"k" * 32]))
    secrets, settings = {"hook_secret": SECRET, "token": "t"}, {"confirmation": WORD}
    own = Connection(channel="vk", account=str(GROUP), path="way", settings=settings, secrets=secrets)
    await connections.put(own, RealClock().now())
    directory = Directory(connections, LocalBus(), QuietJournal())
    await directory.read()
    app = Starlette(routes=HookDoor(directory, store.hooks, RealClock().now).routes("vk", messenger))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://salon.test") as client:
        for number in range(count):
            answer = await client.post(WAY, content=forged(chance, number))
            report.count("forged calls of VK")
            report.must(answer.status_code == 403, f"believed: VK's forged call was answered {answer.status_code}")
            report.must(WORD not in answer.text, "told: a forger learned the word of confirmation")
        report.must(await _kept(store) == 0, "believed: a forged call of VK left a row")
        if not report.violations:
            await _repeat(client, store, report, chance)


def forged(chance: random.Random, number: int) -> bytes:
    """Nearly the secret, nearly the community, or nothing of it."""
    cut = chance.randrange(1, len(SECRET))
    event: dict[str, Any] = {"type": "message_new", "group_id": GROUP, "event_id": f"{number:040x}", "object": {}}
    wrong = chance.choice([SECRET[:cut], SECRET + "x", SECRET.swapcase(), "", None, [SECRET], {"secret": SECRET}, 0])
    match chance.randrange(5):
        case 0:
            event |= {"secret": SECRET, "group_id": chance.choice([GROUP + 1, str(GROUP), float(GROUP), True, None])}
        case 1:
            event |= {"type": "confirmation", "secret": wrong}
        case 2:
            event |= {"type": "confirmation", "group_id": GROUP - 1}
        case 3:
            return json.dumps(event | {"secret": SECRET}).encode()[:-1] + chance.choice([b"", b"]", b"\xff}"])
        case _:
            event |= {"secret": wrong}
    return json.dumps(event).encode()


async def _repeat(client: httpx.AsyncClient, store: Store, report: Report, chance: random.Random) -> None:
    """Sixty events, each brought three times, out of order, twenty calls at once; every answer is exactly ``ok``."""
    event = {"type": "message_new", "group_id": GROUP, "secret": SECRET, "v": "5.199", "object": {}}
    bodies = [json.dumps(event | {"event_id": f"{number:040x}"}).encode() for number in range(60)] * 3
    chance.shuffle(bodies)
    for start in range(0, len(bodies), 20):
        part = enumerate(bodies[start : start + 20])
        calls = (client.post(WAY, content=body, headers={"X-Retry-Counter": str(n)}) for n, body in part)
        answers = await asyncio.gather(*calls)
        report.must(all(one.content == b"ok" for one in answers), "refused: a true call of VK")
    report.figure("true calls of VK, each three times", len(bodies))
    report.must(await _kept(store) == 60, "doubled: an event of VK was stored twice, or lost")


async def _kept(store: Store) -> int:
    def script() -> Script[int]:
        found: int = (yield _KEPT, ())[0][0]
        return found

    return await store.database.read(script)
