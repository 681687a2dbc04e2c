"""Throws what nobody should send at the real server: it answers politely, stores what it may, and goes on.

./run harness edge [--requests N] [--seeded-bug NAME]

Poison that takes the process down, huge and deep bodies, torn Unicode, forged, foreign and replayed tokens.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.crash_checks import check_invariants, check_transcripts_of
from benchmarks.opened_store import opened
from benchmarks.options import command_line, seed_of
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report
from benchmarks.server_process import DEADLY, DEADLY_TEXT, UNSIGNED, ServerProcess
from benchmarks.site_visitors import TOKEN_HEADER, Visitors
from benchmarks.torture import bodies, texts
from dialog.local_bus import LocalBus
from storage.sql import Script, Sql
from storage.store_settings import StoreSettings

ATTEMPTS = 5
SETTINGS = {
    "ZABOTA_TRUSTED_PROXIES": "127.0.0.1",
    "ZABOTA_CHAT_SESSIONS_PER_MINUTE": "6000",
    "ZABOTA_CHAT_RATE_PER_MINUTE": "6000",
    "ZABOTA_ATTEMPTS_BEFORE_QUARANTINE": str(ATTEMPTS),
}
TORTURED = 30
"""So many visitors write nonsense, until a person is called; the others press buttons."""
MOST_GROWTH = 50 * 2**20
_QUARANTINED = Sql("SELECT count(*) FROM inbox WHERE status = 'quarantined'")
_PRESSES = Sql('SELECT count(*) FROM turn WHERE body LIKE \'%"route":"press%\'')


def main() -> int:
    """The command."""
    parser = command_line("Send what nobody should send.", (UNSIGNED,))
    parser.add_argument("--requests", type=int, default=None, help="default 20000; 300 with --quick")
    parser.add_argument("--no-poison", action="store_true", help="leave out what takes the process down five times")
    asked = parser.parse_args()
    report = Report("harness edge", seed_of(asked.seed))
    requests = asked.requests or (300 if asked.quick else 20_000)
    with tempfile.TemporaryDirectory(prefix="zabota-edge-") as folder:
        server = ServerProcess(Path(folder), environment=SETTINGS, bug=asked.seeded_bug or "")
        server.start()
        asyncio.run(_throw(server, requests, report))
        code, _ = server.stop()
        report.must(code == 0, f"stop: exit code {code}")
        if not asked.seeded_bug and not asked.no_poison:
            _poison(Path(folder), report)
        asyncio.run(_check(folder, report))
    return report.finish(as_json=asked.json)


async def _throw(server: ServerProcess, requests: int, report: Report) -> None:
    visitors = Visitors([server.url], 40, report.seed)
    await visitors.arrive()
    chance = random.Random(report.seed)
    await _torture(visitors, report)
    before = server.memory()
    async with httpx.AsyncClient(base_url=server.url, timeout=20.0) as client:
        await _broken_bodies(client, visitors, chance, requests // 2, report)
        await _forged(client, visitors, chance, requests // 2, report)
    grown = server.memory() - before
    report.figure("memory grown MB", grown / 2**20)
    report.must(grown <= MOST_GROWTH, f"memory: grew by {grown / 2**20:.0f} MB")
    report.must(server.ready(), "dead: the server does not answer any more")
    await visitors.close()


async def _torture(visitors: Visitors, report: Report) -> None:
    """Whatever Unicode can do: taken and shown as it is, or refused; never an error of ours."""
    for number, text in enumerate(texts()):
        visitor = visitors.people[number % TORTURED]
        frame = {"type": "message", "client_id": f"torture-{number:06d}", "text": text}
        answer = await visitors.post_once(visitor, "/chat/send", frame)
        report.count("torture texts")
        report.must(answer.status_code in {200, 400, 429}, f"torture: {answer.status_code} for {text[:20]!r}")
    lines = [line for visitor in visitors.people[:TORTURED] for line in await visitors.transcript(visitor)]
    for line in lines:
        report.must("\x00" not in line["text"], "torture: a NUL is shown")
        line["text"].encode("utf-8")
    report.must(len(lines) > 0, "torture: nothing is shown")


async def _broken_bodies(
    client: httpx.AsyncClient, visitors: Visitors, chance: random.Random, count: int, report: Report
) -> None:
    """Huge, deep and broken bodies: refused quickly with a 4xx."""
    slowest = 0.0
    for body, most in bodies(chance, count):
        visitor = chance.choice(visitors.people)
        started = time.perf_counter()
        headers = {TOKEN_HEADER: visitor.token, "content-type": "application/json"}
        try:
            answer = await client.post("/chat/send", content=body, headers=headers | visitors.from_where(visitor))
        except httpx.TransportError:
            # Refused while we were still sending: the answer may be lost with the connection.
            report.count("broken bodies: cut off")
            report.must(most == 413, f"broken body: cut off {body[:40]!r}")
            continue
        slowest = max(slowest, time.perf_counter() - started)
        report.count(f"broken bodies: HTTP {answer.status_code}")
        report.must(400 <= answer.status_code < 500, f"broken body: {answer.status_code} for {body[:40]!r}")
        report.must(most is None or answer.status_code == most, f"limit: {answer.status_code}, not {most}")
    report.figure("broken bodies: slowest answer s", slowest)


async def _forged(
    client: httpx.AsyncClient, visitors: Visitors, chance: random.Random, count: int, report: Report
) -> None:
    """Visitors' tokens and buttons' tokens that are made up, somebody else's, or used again."""
    own = visitors.people[TORTURED]
    await visitors.say(own, "меню")
    choices = await _choices(visitors, own)
    others = visitors.people[TORTURED + 1 :]
    for _ in range(count):
        forged = _altered(own.token, chance)
        frame: dict[str, Any] = {"type": "message", "client_id": f"forged-{chance.getrandbits(60)}", "text": "x"}
        headers = {TOKEN_HEADER: forged} | visitors.from_where(own)
        answer = await client.post("/chat/send", json=frame, headers=headers)
        report.count("forged visitors")
        report.must(answer.status_code == 401, f"forged visitor: {answer.status_code}")
    for number in range(min(60, count)):
        token = chance.choice(choices) if number % 2 and choices else f"{chance.getrandbits(96):016x}"[:16]
        other = chance.choice(others)
        await visitors.press(other, token)
        report.count("forged and foreign buttons")
    report.must(bool(choices), "buttons: none were shown, so none were replayed")


async def _choices(visitors: Visitors, visitor: Any) -> list[str]:
    for _ in range(100):
        await asyncio.sleep(0.1)
        found = [c["token"] for line in await visitors.transcript(visitor) for c in line.get("choices", ())]
        if found:
            return found
    return []


def _altered(token: str, chance: random.Random) -> str:
    kind = chance.randrange(3)
    place = chance.randrange(len(token))
    if kind == 0:
        other = chance.choice([letter for letter in "abcXYZ019" if letter != token[place]])
        # The last character of a base64 text may carry bits that mean nothing.
        place = min(place, len(token) - 2)
        changed = token[:place] + other + token[place + 1 :]
        return changed if changed != token else token[:-4]
    return token[:place] if kind == 1 else token[::-1]


def _poison(folder: Path, report: Report) -> None:
    """A message that takes the process down each time: at last it is put aside and the conversation goes on."""
    server = ServerProcess(folder, environment=SETTINGS, bug=DEADLY)
    server.start()
    asyncio.run(_write_poison(server))
    deaths = 0
    while deaths <= ATTEMPTS + 2:
        ends = time.monotonic() + 8
        while server.alive() and time.monotonic() < ends:
            time.sleep(0.05)
        if server.alive():
            break
        deaths += 1
        try:
            server.start()
        except RuntimeError:
            # It died before it had said that it is ready: that was one more death.
            continue
    report.figure("poison: deaths until it was put aside", deaths)
    report.must(0 < deaths <= ATTEMPTS + 1, f"poison: {deaths} deaths")
    report.must(asyncio.run(_still_talks(server)), "poison: the same visitor is not answered any more")
    server.stop()
    count = asyncio.run(_number(str(folder), _QUARANTINED))
    report.must(count == 1, f"poison: {count} messages in quarantine")


async def _write_poison(server: ServerProcess) -> None:
    visitors = Visitors([server.url], 1, 1)
    await visitors.arrive()
    frame = {"type": "message", "client_id": "poison-000001", "text": DEADLY_TEXT}
    await visitors.post_once(visitors.people[0], "/chat/send", frame)
    _Remembered.token = visitors.people[0].token
    await visitors.close()


class _Remembered:
    token = ""


async def _still_talks(server: ServerProcess) -> bool:
    visitors = Visitors([server.url], 1, 2)
    visitors.people[0].token = _Remembered.token
    line = await visitors.say(visitors.people[0], "меню")
    answered = False
    for _ in range(100):
        await asyncio.sleep(0.1)
        lines = await visitors.transcript(visitors.people[0])
        said = [place for place, one in enumerate(lines) if one.get("client_id") == line]
        answered = bool(said) and any(one["author"] != "client" for one in lines[said[0] + 1 :])
        if answered:
            break
    await visitors.close()
    return answered


async def _number(place: str, sql: Sql) -> int:
    store = await opened(
        place, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=StoreSettings(attempts=ATTEMPTS)
    )
    found = await store.database.read(lambda: _first(sql))
    await store.close()
    return found


def _first(sql: Sql) -> Script[int]:
    found: int = (yield sql, ())[0][0]
    return found


async def _check(place: str, report: Report) -> None:
    settings = StoreSettings(attempts=ATTEMPTS)
    store = await opened(place, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=settings)
    await check_transcripts_of(store.database, report)
    await check_invariants(store.database, report, without=frozenset({"done_without_turn"}))
    presses = await store.database.read(lambda: _first(_PRESSES))
    unknown = await store.database.read(
        lambda: _first(Sql('SELECT count(*) FROM turn WHERE body LIKE \'%"route":"press_stale"%\''))
    )
    report.figure("buttons refused as stale", unknown)
    report.must(unknown > 0, "buttons: none was refused, so nothing was shown")
    report.must(presses == unknown, f"buttons: {presses - unknown} forged or foreign ones were obeyed")
    await store.close()


if __name__ == "__main__":
    sys.exit(main())
