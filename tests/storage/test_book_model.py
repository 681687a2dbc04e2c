"""The book over the real store against a model of it: hold, book, move, cancel, expire, days off, in any order.

``--book-model N`` plays N sequences of each database, every time other ones; without it a few, always the same.
More than two hundred take longer than a test may: add ``-o faulthandler_timeout=0``.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from benchmarks.book_bugs import HoldForEver, OldFreedFirst
from booking.book import SalonBook
from booking.book_rules import BookRules
from booking.book_terms import BookTerms
from booking.orders import CancelVisit, Order
from booking.visit import Visit
from storage.book import StoredBook
from storage.open_store import Store, open_store, sqlite_path
from tests.storage.book_model import DAYS, MOST_VISITS, TAKES, BookModel, Kept
from tests.storage.conftest import fresh_postgres
from tests.storage.test_every_book import NOON, salon
from tests.storage.world import CountingDice, HeldClock, RememberingBus, says

CLIENTS = ("anna", "boris", "vera")
FEW, FEW_ON_POSTGRES, STEPS = 14, 4, 24
RULES = BookRules(active_visits=MOST_VISITS, holds_per_address=999, strangers_holds=999, strangers_visits=999)
MASTERS = st.sampled_from(sorted(TAKES))
PEOPLE = st.integers(0, len(CLIENTS) - 1)
ANY = st.integers(0, 99)
Moment = tuple[int, int]
MOMENTS = st.tuples(st.sampled_from(DAYS), st.integers(0, 8))


class Opened:
    """A store of its own with a book and three clients; ``swap`` puts a broken book in its place."""

    def __init__(self, url: str, migrated: Path, swap: Callable[[StoredBook], SalonBook] = lambda book: book) -> None:
        self._runner = asyncio.Runner()
        self._folder = tempfile.TemporaryDirectory(prefix="zabota-model-")
        folder = Path(self._folder.name)
        if not url:
            shutil.copy(migrated, sqlite_path(folder))
        self._store: Store = self._runner.run(
            open_store(url, folder, clock=HeldClock(), dice=CountingDice(), bus=RememberingBus())
        )
        terms = BookTerms.of(salon(), RULES)
        self._store.book.goes_by(lambda: terms)
        accepted = self._runner.run(self._store.inbox.accept([says(peer=peer) for peer in CLIENTS], NOON))
        self.clients = [int(one.conversation_id) for one in accepted]
        self.model = BookModel(swap(self._store.book), self.clients, salon(), NOON, self._runner.run)

    def close(self) -> None:
        """Leave nothing behind."""
        self._runner.run(self._store.close())
        self._runner.close()
        self._folder.cleanup()


class BookMachine(RuleBasedStateMachine):
    """What clients, the salon's people and the clock may do to a book."""

    def __init__(self, make: Callable[[], Opened]) -> None:
        super().__init__()
        self.opened = make()
        self.model = self.opened.model

    def teardown(self) -> None:
        """The next sequence begins with a fresh store."""
        self.opened.close()

    def some(self, kind: str, number: int, *, ahead: bool = False) -> Kept | None:
        """One of what is kept."""
        found = [one for one in self.model.kept if one.kind == kind and (not ahead or one.start > self.model.now)]
        return found[number % len(found)] if found else None

    def at(self, moment: Moment) -> bool:
        return self.model.moment(*moment) > self.model.now

    @rule(who=PEOPLE, master=MASTERS, moment=MOMENTS)
    def hold(self, who: int, master: str, moment: Moment) -> None:
        if self.at(moment):
            self.model.hold(self.opened.clients[who], master, self.model.moment(*moment))

    @rule(who=PEOPLE)
    def confirm(self, who: int) -> None:
        self.model.confirm(self.opened.clients[who])

    @rule(who=PEOPLE, master=MASTERS, moment=MOMENTS)
    def book(self, who: int, master: str, moment: Moment) -> None:
        self.hold(who, master, moment)
        self.model.agree()
        self.confirm(who)

    @precondition(lambda self: self.some("visit", 0) is not None)
    @rule(who=PEOPLE, which=ANY, master=MASTERS, moment=MOMENTS, own=st.booleans())
    def move(self, who: int, which: int, master: str, moment: Moment, own: bool) -> None:
        visit = self.some("visit", which)
        if visit is not None and visit.client is not None and self.at(moment):
            self.model.hold(
                visit.client if own else self.opened.clients[who], master, self.model.moment(*moment), visit
            )

    @precondition(lambda self: self.some("visit", 0) is not None)
    @rule(who=PEOPLE, which=ANY, own=st.booleans())
    def cancel(self, who: int, which: int, own: bool) -> None:
        visit = self.some("visit", which)
        if visit is not None and visit.client is not None:
            self.model.cancel(visit.client if own else self.opened.clients[who], visit)

    @precondition(lambda self: self.some("visit", 0, ahead=True) is not None)
    @rule(which=ANY, master=MASTERS, moment=MOMENTS)
    def place(self, which: int, master: str, moment: Moment) -> None:
        visit = self.some("visit", which, ahead=True)
        if visit is not None and self.at(moment):
            self.model.place(visit, master, self.model.moment(*moment))

    @rule(master=MASTERS, moment=MOMENTS, hours=st.integers(1, 4))
    def absence(self, master: str, moment: Moment, hours: int) -> None:
        start = self.model.moment(*moment)
        self.model.absence(master, start, start + timedelta(hours=hours))

    @rule(master=MASTERS, day=st.sampled_from(DAYS))
    def day_off(self, master: str, day: int) -> None:
        midnight = self.model.moment(day, 0) - timedelta(hours=10)
        self.model.absence(master, midnight, midnight + timedelta(days=1))

    @precondition(lambda self: self.some("absent", 0) is not None)
    @rule(which=ANY)
    def end_absence(self, which: int) -> None:
        absence = self.some("absent", which)
        if absence is not None:
            self.model.end_absence(absence)

    @precondition(lambda self: self.some("held", 0) is not None)
    @rule(who=PEOPLE)
    def release(self, who: int) -> None:
        self.model.release(self.opened.clients[who])

    @rule(minutes=st.integers(1, 7), sweep=st.booleans())
    def wait(self, minutes: int, sweep: bool) -> None:
        self.model.wait(timedelta(minutes=minutes), sweep=sweep)

    @rule(hours=st.integers(2, 9))
    def sleep(self, hours: int) -> None:
        self.model.wait(timedelta(hours=hours), sweep=True)

    @invariant()
    def agree(self) -> None:
        self.model.agree()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_book_does_what_the_model_says(kind: str, request: pytest.FixtureRequest, migrated_file: Path) -> None:
    many = request.config.getoption("--book-model")
    few = FEW if kind == "sqlite" else FEW_ON_POSTGRES
    chosen = settings(
        max_examples=many or few,
        stateful_step_count=60 if many else STEPS,
        derandomize=not many,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )

    def make() -> Opened:
        return Opened(fresh_postgres(request) if kind == "postgres" else "", migrated_file)

    run_state_machine_as_test(lambda: BookMachine(make), settings=chosen)  # type: ignore[arg-type]


class _CancelsInWordOnly(StoredBook):
    """Says that a visit is cancelled, and leaves it."""

    def __init__(self, inner: StoredBook) -> None:
        super().__init__(inner._database)
        self.goes_by(inner.terms)

    async def carry_out(self, order: Order, conversation: int | None, now: datetime) -> Visit | None:
        """See SalonBook."""
        if isinstance(order, CancelVisit):
            return await self.visit(order.visit)
        return await super().carry_out(order, conversation, now)


def hold_outlives_its_time(model: BookModel, anna: int, boris: int) -> None:
    """Somebody else wants what a lapsed hold stood on."""
    model.hold(anna, "maria", model.moment(1, 0))
    model.wait(timedelta(minutes=6), sweep=True)
    model.hold(boris, "maria", model.moment(1, 0))


def place_that_is_refused(model: BookModel, anna: int, boris: int) -> None:
    """The salon moves a visit to where a master is away."""
    model.hold(anna, "maria", model.moment(1, 0))
    model.confirm(anna)
    model.absence("maria", model.moment(2, 0), model.moment(2, 8))
    model.place(model.kept[0], "maria", model.moment(2, 1))


def cancelled_and_taken_again(model: BookModel, anna: int, boris: int) -> None:
    """What one gives back another gets."""
    model.hold(anna, "maria", model.moment(1, 0))
    model.confirm(anna)
    model.cancel(anna, model.kept[0])


BUGS = {
    "hold-for-ever": (HoldForEver().book, hold_outlives_its_time),
    "old-freed-first": (OldFreedFirst().book, place_that_is_refused),
    "cancels-in-word-only": (_CancelsInWordOnly, cancelled_and_taken_again),
}


@pytest.mark.parametrize("name", BUGS)
def test_a_broken_book_is_seen(name: str, migrated_file: Path) -> None:
    swap, story = BUGS[name]
    for broken in (False, True):
        opened = Opened("", migrated_file, swap if broken else lambda book: book)
        try:
            anna, boris, _ = opened.clients
            if broken:
                with pytest.raises(AssertionError):
                    _told(opened.model, story, anna, boris)
            else:
                _told(opened.model, story, anna, boris)
        finally:
            opened.close()


def _told(model: BookModel, story: Callable[[BookModel, int, int], None], anna: int, boris: int) -> None:
    story(model, anna, boris)
    model.agree()
