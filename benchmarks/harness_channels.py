"""Messengers that behave badly: faults told for what they are, storms and outages without a loss, forgers refused.

./run harness channels [--forged N] [--fuzzed N] [--kills N] [--seeded-bug NAME]
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx
from aiogram.exceptions import TelegramRetryAfter
from starlette.applications import Starlette

from benchmarks.channels_deaths import deaths
from benchmarks.channels_max import lost_answers
from benchmarks.channels_vk import forge_vk
from benchmarks.channels_whatsapp import told_by_statuses
from benchmarks.opened_store import opened
from benchmarks.options import command_line, seed_of
from benchmarks.quiet_journal import QuietJournal
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.report import Report
from bots.messengers import known
from channels.connection import Connection
from channels.directory import Directory
from channels.fakes.faults import Fault, Faults
from channels.fakes.server import FakeServer
from channels.guards import Rate
from channels.heard import Heard, Parser, Unreadable
from channels.hook import RawEvent
from channels.hook_door import HookDoor
from channels.max import door as max_door
from channels.max.reading import parse as max_parse
from channels.pacing import Pacer
from channels.port import Messenger, Surroundings
from channels.telegram import door
from channels.telegram.account import ACCOUNT_RATE, TelegramAccount
from channels.telegram.fake import TOKEN, FakeTelegram
from channels.telegram.reading import parse
from channels.vk.door import event_key as vk_key
from channels.vk.reading import parse as vk_parse
from channels.whatsapp import door as whatsapp_door
from channels.whatsapp import reading as whatsapp_reading
from dialog.dispatch import Dispatch
from dialog.local_bus import LocalBus
from storage.connections import StoredConnections
from storage.seal import KeySeal
from storage.sql import Script, Sql
from storage.store import Store
from storage.store_settings import StoreSettings
from tests.channels import (
    test_max_account,
    test_max_reading,
    test_sms,
    test_telegram_account,
    test_vk_account,
    test_vk_reading,
    test_whatsapp_account,
    test_whatsapp_reading,
)
from tests.channels.test_telegram_reading import BASES
from tests.storage.world import says, send, turn_of

SECRET = "Zx9" * 12
STORM = 0.3
LINES = 3
BUGS = ("deaf-to-silence", "believes-everybody", "never-looks", "fresh-numbers", "forgets-the-mark")
Sign = Callable[[str, bytes], str]
"""What stands in the header, from a secret and the body."""


def shown(secret: str, body: bytes) -> str:
    """The secret itself."""
    return secret


DOORS: Mapping[str, tuple[str, bytes, Sign]] = {
    "telegram": (door.SECRET_HEADER, b'{"update_id":%d}', shown),
    "max": (max_door.SECRET_HEADER, b'{"update_type":"message_created","message":{"body":{"mid":"mid.%d"}}}', shown),
    "whatsapp": (
        whatsapp_door.SIGNATURE_HEADER,
        b'{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"wamid.%d"}]}}]}]}',
        whatsapp_door.signature,
    ),
}


def whatsapp_parse(event: RawEvent) -> Sequence[Heard]:
    """A call is cut first: what is bent may be the envelope."""
    return [heard for one in test_whatsapp_reading.cut(event.body.encode()) for heard in whatsapp_reading.parse(one)]


BENT: Mapping[str, tuple[Sequence[Any], Callable[[bytes], str], Parser]] = {
    "telegram": (BASES, door.update_key, parse),
    "max": (test_max_reading.BASES, lambda raw: max_door.raw_event(test_max_reading.HERE, raw).key, max_parse),
    "whatsapp": (test_whatsapp_reading.BASES, lambda raw: "a call", whatsapp_parse),
    "vk": (test_vk_reading.BASES, vk_key, vk_parse),
}
SILENCE = 1
SETTINGS = StoreSettings(burst_wait=0.0, burst_most=0.0, repeat_after=1.0)


class DeafPacer(Pacer):
    """The seeded bug: a wish for silence is not heard."""

    def be_silent(self, seconds: float) -> None:
        """Nothing."""


def trusting(messenger: Messenger) -> Messenger:
    """The seeded bug: whoever calls is believed."""
    return replace(messenger, verify=lambda connection, call: True)


def main() -> int:
    """The command."""
    parser = command_line("Behave badly as a messenger.", BUGS)
    parser.add_argument("--kills", type=int, default=None, help="default 120; 5 with --quick")
    parser.add_argument("--forged", type=int, default=None, help="default 100000; 1500 with --quick")
    parser.add_argument("--fuzzed", type=int, default=None, help="default 200000; 3000 with --quick")
    parser.add_argument("--chats", type=int, default=None, help="default 60; 4 with --quick")
    asked = parser.parse_args()
    report = Report("harness channels", seed_of(asked.seed))
    chance = random.Random(report.seed)
    quick = asked.quick
    kills, killed_in = asked.kills or (5 if quick else 120), 3 if quick else 6
    deaths(report, report.seed, killed_in, kills, fresh_numbers=asked.seeded_bug == "fresh-numbers")
    if report.violations:
        return report.finish(as_json=asked.json)
    asyncio.run(classify(report))
    fuzz(report, chance, asked.fuzzed or (3_000 if quick else 200_000))
    for channel in DOORS:
        with tempfile.TemporaryDirectory() as folder:
            forged = asked.forged or (1_500 if quick else 100_000)
            believes = asked.seeded_bug == "believes-everybody"
            asyncio.run(forge(folder, report, chance, channel, forged // len(DOORS), believes=believes))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(forge_in_the_body(folder, report, chance, forged // len(DOORS), believes=believes))
    with tempfile.TemporaryDirectory() as folder:
        chats = asked.chats or (4 if quick else 60)
        asyncio.run(storm(folder, report, chance, chats, deaf=asked.seeded_bug == "deaf-to-silence"))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(read_back(folder, report, chance, chats, blind=asked.seeded_bug == "never-looks"))
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(marked(folder, report, chance, chats, forgetful=asked.seeded_bug == "forgets-the-mark"))
    return report.finish(as_json=asked.json)


async def classify(report: Report) -> None:
    """Every fault against every adapter, once."""
    for fault, wanted in test_telegram_account.CLASSES.items():
        async with test_telegram_account.bot(fault=fault) as made:
            told = await made.account.send(test_telegram_account.line())
            _same(report, "telegram", fault, (told.outcome, told.failure), wanted)
    for fault, wanted in test_max_account.CLASSES.items():
        async with test_max_account.bot(fault=fault) as bot:
            told = await bot.account.send(test_max_account.line())
            _same(report, "max", fault, (told.outcome, told.failure), wanted)
    for fault, wanted in test_whatsapp_account.CLASSES.items():
        async with test_whatsapp_account.number(fault) as number:
            told = await number.account.send(test_whatsapp_account.line())
            _same(report, "whatsapp", fault, (told.outcome, told.failure), wanted)
    for fault, wanted in test_vk_account.CLASSES.items():
        async with test_vk_account.community(fault=fault) as vk:
            told = await vk.account.send(test_vk_account.line())
            _same(report, "vk", fault, (told.outcome, told.failure), wanted)
    for fault, wanted in test_sms.CLASSES.items():
        async with test_sms.company(fault) as (account, _, _):
            told = await account.send(test_sms.line())
            _same(report, "sms", fault, (told.outcome, told.failure), wanted)


def _same(report: Report, channel: str, fault: Fault, told: object, wanted: object) -> None:
    report.count(f"faults told for what they are, {channel}")
    report.must(told == wanted, f"misjudged: {channel} {fault}: {told}")


def fuzz(report: Report, chance: random.Random, count: int) -> None:
    """Real updates with places bent: read, or refused in words."""
    for number in range(count):
        channel, (bases, key_of, read) = list(BENT.items())[number % len(BENT)]
        body = json.dumps(bent(chance, bases))
        event = RawEvent(channel=channel, account="1", key=key_of(body.encode()), body=body)
        try:
            read(event)
            report.count(f"bent updates read, {channel}")
        except Unreadable:
            report.count(f"bent updates refused, {channel}")
        except Exception as error:
            report.violation(f"unhandled: {channel}: {type(error).__name__}: {body[:120]}")


def bent(chance: random.Random, bases: Sequence[Any]) -> Any:
    """A fixture with up to three places replaced or taken away."""
    update = json.loads(json.dumps(chance.choice(bases)))
    for _ in range(chance.randint(1, 3)):
        place: Any = update
        while isinstance(place, dict | list) and place:
            key = chance.choice(list(place) if isinstance(place, dict) else list(range(len(place))))
            if not isinstance(place[key], dict | list) or chance.random() < 0.3:
                place[key] = chance.choice([None, True, -1, 2**62, 1e300, "", "\u202eя" * 9, "\ud800", [], {}, [[]]])
                break
            place = place[key]
    return update


async def forge(
    folder: str, report: Report, chance: random.Random, channel: str, count: int, *, believes: bool
) -> None:
    """Calls that are nearly right: refused, and no row is left by them. Then true ones, several times at once."""
    header, body, sign = DOORS[channel]
    store = await _store(folder)
    connections = StoredConnections(store.database, KeySeal([b"k" * 32]))
    secrets = {"hook_secret": SECRET, "app_secret": SECRET, "token": TOKEN}
    await connections.put(Connection(channel=channel, account="1", path="way", secrets=secrets), RealClock().now())
    directory = Directory(connections, LocalBus(), QuietJournal())
    await directory.read()
    chosen = trusting(known()[channel]) if believes else known()[channel]
    app = Starlette(routes=HookDoor(directory, store.hooks, RealClock().now).routes(channel, chosen))
    where = f"/hooks/{channel}/way"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://salon.test") as client:
        for number in range(count):
            content = body % number
            headers = {header: forged(chance, sign, content)} if chance.random() < 0.95 else {}
            answer = await client.post(where, content=content, headers=headers)
            report.count(f"forged calls, {channel}")
            report.must(answer.status_code in (403, 404), f"believed: a forged call was answered {answer.status_code}")
        report.must(await _count(store, "hook") == 0, "believed: a forged call left a row")
        if not believes:
            await _repeat(client, store, report, chance, where, channel)
    await store.close()


async def forge_in_the_body(folder: str, report: Report, chance: random.Random, count: int, *, believes: bool) -> None:
    """The same for VK, whose secret comes in the body."""
    store = await _store(folder)
    await forge_vk(store, report, chance, count, trusting(known()["vk"]) if believes else known()["vk"])
    await store.close()


async def _repeat(
    client: httpx.AsyncClient,
    store: Store,
    report: Report,
    chance: random.Random,
    where: str,
    channel: str,
) -> None:
    """Sixty updates, each brought three times, out of order, twenty calls at once."""
    header, body, sign = DOORS[channel]
    bodies = [body % number for number in range(60)] * 3
    chance.shuffle(bodies)
    for start in range(0, len(bodies), 20):
        part = bodies[start : start + 20]
        answers = await asyncio.gather(
            *(client.post(where, content=b, headers={header: sign(SECRET, b)}) for b in part)
        )
        report.must(all(one.status_code == 200 for one in answers), "refused: a true call")
    report.count("true calls, each three times", len(bodies))
    report.must(await _count(store, "hook") == 60, "doubled: an update was stored twice, or lost")


def forged(chance: random.Random, sign: Sign, content: bytes) -> str:
    """By a wrong secret; or, where bodies are signed, by the right one for a body that is almost this."""
    if sign is not shown and chance.random() < 0.5:
        return sign(SECRET, content.replace(b"}", b" }", 1))
    return sign(wrong(chance), content)


def wrong(chance: random.Random) -> str:
    """Nearly the secret."""
    cut = chance.randrange(1, len(SECRET))
    return chance.choice(
        [SECRET[:cut], SECRET + "x", SECRET.swapcase(), SECRET[:cut] + "_" + SECRET[cut + 1 :], "", SECRET[::-1] + "!"]
    )


class Listening:
    """Stands beside the wire: when calls began, and when silence was asked for."""

    def __init__(self, account: TelegramAccount) -> None:
        self.calls: list[float] = []
        self.silences: list[tuple[float, float]] = []
        self._wire = account._session.make_request
        account._session.make_request = self.heard  # type: ignore[method-assign]

    async def heard(self, *call: Any, **more: Any) -> Any:
        """One call."""
        self.calls.append(time.monotonic())
        try:
            return await self._wire(*call, **more)
        except TelegramRetryAfter as wish:
            heard = time.monotonic()
            self.silences.append((heard, heard + wish.retry_after))
            raise

    def broken(self) -> int:
        """Calls that began inside a silence which was known by then."""
        return sum(any(start < call < end - 0.005 for start, end in self.silences) for call in self.calls)


async def storm(folder: str, report: Report, chance: random.Random, chats: int, *, deaf: bool) -> None:
    """Three of ten calls are throttled, then nobody is there at all: everything arrives, once, in order."""
    store = await _store(folder)
    clock, bus = RealClock(), LocalBus()
    fake = FakeTelegram(faults=Faults(chance.random, retry_after=SILENCE), ticks=time.monotonic)
    fake.faults.plan(Fault.THROTTLE)
    fake.faults.set_rates({Fault.THROTTLE: STORM})
    server = FakeServer(fake)
    await server.__aenter__()
    around = Surroundings(clock=clock, dice=SeededDice(1), public_url="", ticks=time.monotonic)
    settings = {"base_url": server.url}
    account = TelegramAccount(
        Connection(channel="telegram", account="main", path="p", settings=settings, secrets={"token": TOKEN}), around
    )
    if deaf:
        account._pacer = DeafPacer(time.monotonic, account=ACCOUNT_RATE, chat=Rate(burst=9, per_second=9))
    listening = Listening(account)
    dispatch = Dispatch(
        outbox=store.outbox,
        bus=bus,
        clock=clock,
        senders={"telegram": account},
        journal=QuietJournal(),
        poll_seconds=0.1,
        sweep_seconds=1.0,
    )
    working = asyncio.create_task(dispatch.run())
    wanted = await speak(store, range(1, chats + 1))
    await arrived(fake, wanted, report, "storm")
    report.figure("throttled in the storm", fake.faults.happened[Fault.THROTTLE])
    report.must(not listening.broken(), f"silence broken: {listening.broken()} calls")
    if not deaf:
        await outage(server, fake, store, report, chats)
    dispatch.stop()
    await working
    await account.close()
    await server.__aexit__()
    await store.close()


async def outage(server: FakeServer, fake: FakeTelegram, store: Store, report: Report, chats: int) -> None:
    """Connections are refused for a while; what was to be said meanwhile is said afterwards."""
    fake.faults.set_rates({})
    await server.__aexit__()
    before = len(fake.sent)
    wanted = await speak(store, range(1001, 1001 + chats))
    await asyncio.sleep(2.5)
    report.must(len(fake.sent) == before, "heard by nobody: the outage was none")
    await server.__aenter__()
    await arrived(fake, wanted, report, "outage")


async def read_back(folder: str, report: Report, chance: random.Random, chats: int, *, blind: bool) -> None:
    """Lines to MAX whose answers are lost."""
    store = await _store(folder)
    wanted = await speak(store, range(1, chats + 1), "max")
    await lost_answers(store, report, chance, wanted, deaths=3, blind=blind)
    await store.close()


async def marked(folder: str, report: Report, chance: random.Random, chats: int, *, forgetful: bool) -> None:
    """Lines to WhatsApp whose answers are lost."""
    store = await _store(folder)
    wanted = await speak(store, range(1, chats + 1), "whatsapp")
    await told_by_statuses(store, report, chance, wanted, forgetful=forgetful)
    await store.close()


async def speak(store: Store, chats: range, channel: str = "telegram") -> Mapping[int, list[str]]:
    """Some lines in every chat; what should be on each client's screen."""
    clock = RealClock()
    wanted: dict[int, list[str]] = {}
    for chat in chats:
        wanted[chat] = [f"{chat} line {number}" for number in range(LINES)]
        await store.inbox.accept([says(cuts=True, channel=channel, peer=str(chat))], clock.now())
    while works := await store.inbox.claim(clock.now(), 100):
        turns = [turn_of(work, *map(send, wanted[int(work.conversation.address.peer)])) for work in works]
        await store.inbox.commit(turns, clock.now())
    return wanted


async def arrived(fake: FakeTelegram, wanted: Mapping[int, list[str]], report: Report, when: str) -> None:
    """Wait until all is there, then compare every screen."""
    count = sum(len(lines) for lines in wanted.values())
    for _ in range(2_400):
        if sum(sent.chat in wanted for sent in fake.sent) >= count:
            break
        await asyncio.sleep(0.05)
    screens: dict[int, list[str]] = defaultdict(list)
    for sent in fake.sent:
        if sent.chat in wanted:
            screens[sent.chat].append(sent.text)
    report.figure(f"lines through the {when}", sum(map(len, screens.values())))
    for chat, lines in wanted.items():
        seen = screens[chat]
        report.must(set(lines) <= set(seen), f"lost: in the {when}, chat {chat} saw {seen}")
        report.must(len(seen) <= len(lines), f"doubled: in the {when}, chat {chat} saw {seen}")
        report.must(seen == sorted(seen), f"reordered: in the {when}, chat {chat} saw {seen}")


async def _store(folder: str) -> Store:
    return await opened(folder, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=SETTINGS)


async def _count(store: Store, table: str) -> int:
    def script() -> Script[int]:
        found: int = (yield Sql(f"SELECT count(*) FROM {table}"), ())[0][0]
        return found

    return await store.database.read(script)


if __name__ == "__main__":
    sys.exit(main())
