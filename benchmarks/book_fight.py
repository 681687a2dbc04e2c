"""Many who want the same masters at the same time: one fighter is one process (or one task of it) at one book."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import config
from benchmarks.opened_store import opened, reopened
from benchmarks.real_time import RealClock, SeededDice
from booking.book_rules import BookRules
from booking.book_terms import BookTerms
from booking.free_search import slot_of
from booking.free_slot import FreeSlot
from booking.orders import (
    AddAbsence,
    CancelVisit,
    ConfirmHold,
    EndAbsence,
    HoldSlot,
    MarkVisit,
    Order,
    PlaceVisit,
    ReleaseHold,
)
from booking.refusal import BookRefused
from booking.salon_files import load_salon
from booking.visit import Visit
from dialog.errors import StoreBusy
from dialog.local_bus import LocalBus
from dialog.message import Address, InboundMessage, Kind
from storage.book import StoredBook
from storage.changes import Changes
from storage.database import Database
from storage.open_store import TransactionParts, sqlite_path
from storage.sql import Rows, Script, Sql
from storage.sqlite.group import Group
from storage.sqlite.running import run
from storage.sqlite.transactions import Transactions
from storage.sqlite_library import connect
from storage.store_settings import StoreSettings

T = TypeVar("T")

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SPEED = 400
"""So many times faster than real time: a hold of five minutes lives for three quarters of a second."""
RULES = BookRules(active_visits=10_000, holds_per_address=10**9, no_shows=10**9, hold_minutes=5)
SETTINGS = StoreSettings(burst_wait=0.0, burst_most=0.0, connections=4)
CLIENTS = 24
MASTERS = (("manicure", "maria"), ("pedicure", "viktoria"), ("haircut_women", "olga"), ("haircut_women", "anna"))
DAYS = 3

_SOME = Sql(
    """SELECT id, status, conversation_id, uid FROM visit WHERE status IN ('confirmed', 'absent') AND id >= $1
    ORDER BY id LIMIT 1"""
)
_RAW_VISIT = Sql(
    """INSERT INTO visit (uid, status, branch, zone, created_at) VALUES ($1, 'confirmed', 'centre', 'Europe/Moscow', 0)
    RETURNING id"""
)
_RAW_PART = Sql(
    """INSERT INTO visit_part (visit_id, uid, status, number, resource, service, starts_at, ends_at, busy_since,
    busy_until) VALUES ($1, $2, 'confirmed', 0, $3, 'raw', $4, $5, $4, $5)"""
)
_UNDO_RAW = Sql("DELETE FROM visit WHERE id = $1")


@cache
def terms() -> BookTerms:
    """The demo salon with rules under which only time is scarce."""
    return BookTerms.of(load_salon(Path(config.__file__).parent / "demo", date(2026, 3, 2)), RULES)


class FastClock:
    """The same fast time in every process of a run."""

    def __init__(self, began: float) -> None:
        self._began = began

    def now(self) -> datetime:
        return START + timedelta(seconds=(time.time() - self._began) * SPEED)


class SharedFile:
    """SQLite in DELETE mode, where several processes may write: the store's scripts, one transaction each."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(str(path), timeout=30.0)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._group = Group(self._connection, Transactions(self._connection))

    async def write(self, make: Callable[[Changes], Script[T]]) -> T:
        """See Database."""
        (done,) = self._group.run([make])
        if done.error is not None:
            raise done.error
        return cast("T", done.value)

    async def read(self, make: Callable[[], Script[T]], *, snapshot: bool = False) -> T:
        """See Database."""
        return run(self._connection, make())

    async def close(self) -> None:
        """See Database."""
        self._connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fight:
    """What a fighter is sent into."""

    place: str
    shared: bool
    attempts: int
    tasks: int
    seed: int
    began: float
    people: tuple[int, ...]
    book: Callable[[StoredBook], StoredBook]
    """Swaps the book for a broken one; the identity mostly."""


async def fight(task: Fight) -> Counter[str]:
    """Everything one process does; what came of it by name."""
    if task.shared:
        file = SharedFile(sqlite_path(Path(task.place)))
        book = StoredBook(cast("Database", file))
        closing: Callable[[], Awaitable[None]] = file.close
    else:
        store = await reopened(
            task.place,
            clock=RealClock(),
            dice=SeededDice(task.seed),
            bus=LocalBus(),
            settings=SETTINGS,
            parts=TransactionParts(),
        )
        book, closing = store.book, store.close
    book.goes_by(terms)
    counts: Counter[str] = Counter()
    fighters = [Fighter(task, number, task.book(book), counts) for number in range(task.tasks)]
    await asyncio.gather(*(fighter.run(-(-task.attempts // task.tasks)) for fighter in fighters))
    await closing()
    return counts


class Fighter:
    """One client after another at one book."""

    def __init__(self, task: Fight, number: int, book: StoredBook, counts: Counter[str]) -> None:
        self._chance = random.Random(task.seed * 1000 + number)
        self._name = f"{task.seed}-{number}"
        self._people = task.people
        self._clock = FastClock(task.began)
        self._book = book
        self._counts = counts
        self._made = 0
        self._highest = 1

    async def run(self, attempts: int) -> None:
        """So many attempts, one after another."""
        for _ in range(attempts):
            deed = self._chance.choices(DEEDS, WEIGHTS)[0]
            try:
                await deed(self)
                self._counts[f"{deed.__name__}: done"] += 1
            except BookRefused as refused:
                self._counts[f"refused: {refused.reason.value}"] += 1
            except StoreBusy:
                self._counts["busy"] += 1
            except Exception as error:
                self._counts[f"UNHANDLED {type(error).__name__}: {error}"[:160]] += 1
            self._counts["attempts"] += 1

    async def book_it(self) -> None:
        """Hold and confirm."""
        who = self._chance.choice(self._people)
        held = await self._order(HoldSlot(slot=self._slot(), uid=self._uid()), who)
        if self._chance.random() < 0.3:
            return
        await asyncio.sleep(self._chance.choice((0, 0, 0.001)))
        visit = await self._order(ConfirmHold(), who)
        if held and visit:
            self._highest = max(self._highest, visit.id)

    async def confirm_late(self) -> None:
        """Confirm whatever this client holds, or held."""
        await self._order(ConfirmHold(), self._chance.choice(self._people))

    async def release(self) -> None:
        """Give it up."""
        await self._order(ReleaseHold(), self._chance.choice(self._people))

    async def move(self) -> None:
        """The client moves a visit, often over itself."""
        visit_id, who = await self._some("confirmed")
        await self._order(HoldSlot(slot=self._slot(), uid=self._uid(), moves=visit_id), who)
        if self._chance.random() < 0.8:
            await self._order(ConfirmHold(), who)

    async def cancel(self) -> None:
        """The client cancels."""
        visit_id, who = await self._some("confirmed")
        await self._order(CancelVisit(visit=visit_id, anyway=True), who)

    async def reassign(self) -> None:
        """The salon gives a visit to another time or master."""
        visit_id, _ = await self._some("confirmed")
        await self._order(PlaceVisit(visit=visit_id, slot=self._slot()), None)

    async def mark(self) -> None:
        """The salon says what became of it, and may change its mind."""
        visit_id, _ = await self._some("confirmed")
        await self._order(MarkVisit(visit=visit_id, status="no_show"), None)
        await self._order(MarkVisit(visit=visit_id, status="arrived"), None)

    async def day_off(self) -> None:
        """A master is away for some hours, and comes back."""
        start = self._moment()
        staff = self._chance.choice(MASTERS)[1]
        hours = timedelta(hours=self._chance.choice((1, 2, 5)))
        absence = await self._order(AddAbsence(staff=staff, start=start, end=start + hours, uid=self._uid()), None)
        if absence and self._chance.random() < 0.9:
            await self._order(EndAbsence(visit=absence.id), None)

    async def raw(self) -> None:
        """Somebody writes into the tables by hand."""
        start = round(self._moment().timestamp() * 1_000_000)
        uid, staff = self._uid(), self._chance.choice(MASTERS)[1]

        def script(_: Changes) -> Script[int]:
            visit_id: int = (yield _RAW_VISIT, (uid,))[0][0]
            yield _RAW_PART, (visit_id, uid, staff, start, start + 3_600_000_000)
            return visit_id

        visit_id = await self._book._database.write(script)

        def undo(_: Changes) -> Script[None]:
            yield _UNDO_RAW, (visit_id,)

        await self._book._database.write(undo)

    async def sweep(self) -> None:
        """Time passes in the book."""
        await self._book.expire(self._clock.now())

    async def _order(self, order: Order, who: int | None) -> Visit | None:
        return await self._book.carry_out(order, who, self._clock.now())

    async def _some(self, status: str) -> tuple[int, int]:
        wanted = self._chance.randint(max(1, self._highest - 200), self._highest + 1)

        def script() -> Script[Rows]:
            return (yield _SOME, (wanted,))

        rows = await self._book._database.read(script)
        found = [row for row in rows if row[1] == status and row[2] is not None]
        return (found[0][0], found[0][2]) if found else (wanted, self._people[0])

    def _uid(self) -> str:
        self._made += 1
        return f"{self._name}-{self._made}"

    def _moment(self) -> datetime:
        ahead = self._chance.randrange(DAYS * 10 * 4)
        day, quarter = divmod(ahead, 40)
        first = self._clock.now().replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=1 + day)
        return first + timedelta(minutes=15 * quarter)

    def _slot(self) -> FreeSlot:
        salon = terms().salon
        chosen = [self._chance.choice(MASTERS)]
        if self._chance.random() < 0.2:
            chosen.append(self._chance.choice(MASTERS))
        return slot_of(salon, salon.branch("centre"), chosen, self._moment())


Deed = Callable[[Fighter], Awaitable[None]]
DEEDS: tuple[Any, ...] = (
    Fighter.book_it,
    Fighter.confirm_late,
    Fighter.release,
    Fighter.move,
    Fighter.cancel,
    Fighter.reassign,
    Fighter.mark,
    Fighter.day_off,
    Fighter.raw,
    Fighter.sweep,
)
WEIGHTS = (40, 6, 4, 14, 8, 10, 3, 6, 6, 2)


def to_shared_mode(folder: str) -> None:
    """Before anybody else opens the file: DELETE mode is kept in it."""
    connection = connect(str(sqlite_path(Path(folder))))
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()


async def prepare(place: str) -> tuple[int, ...]:
    """A migrated database with clients; their conversations."""
    store = await opened(place, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=SETTINGS)
    people: list[int] = []
    for number in range(CLIENTS):
        address = Address(channel="webchat", account="site", peer=f"client{number}")
        phone = f"+7999{number:07d}"
        await store.people.introduce(address, name=f"c{number}", phone=phone, language="ru", now=START)
        message = InboundMessage(address=address, event_key=f"hello{number}", kind=Kind.OPENED)
        people.append((await store.inbox.accept([message], START))[0].conversation_id)
    await store.close()
    return tuple(people)
