"""Puts the product together: the only place that knows which part stands behind which port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bots.answerer import SalonAnswerer
from bots.book_keeping import BookKeeping
from bots.cannot_start import CannotStart
from bots.clock import SystemClock, SystemDice, shift_to
from bots.demo_history import demo_history
from bots.detectors import detector_maker
from bots.housekeeping import Housekeeping
from bots.journal import open_journal
from bots.live_rules import DEFAULT_LANGUAGE, LiveRules
from bots.messages import message
from bots.messengers import Messengers, make_messengers
from bots.options import Options
from bots.salon_files import first_salon, is_demo, rule_documents
from bots.understanding import ThreadedUnderstanding
from config.registry import Value, resolve
from dialog.bus import Bus
from dialog.clock import Clock, Dice
from dialog.dispatch import Dispatch
from dialog.drain import Drain
from dialog.inbox import Inbox
from dialog.journal import Journal
from dialog.local_bus import LocalBus
from storage.open_store import Store, open_store
from storage.store_settings import StoreSettings

DEMO_SEED = 12
"""The demo salon's clients are the same everywhere; their days are counted from the first start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that a process is made of."""

    options: Options
    settings: Mapping[str, Value]
    clock: Clock
    dice: Dice
    bus: Bus
    journal: Journal
    store: Store
    rules: LiveRules
    understanding: ThreadedUnderstanding
    messengers: Messengers


@asynccontextmanager
async def assembled(options: Options, *, clock: Clock | None = None) -> AsyncIterator[Parts]:
    """Open everything, with the rules loaded; close it in reverse. ``clock``: another one than the machine's.

    Raises DataLocked, BadSetting, BadFlow, SalonDataError, StoreBusy.
    """
    early = resolve(options.environment, {}, {})
    journal = open_journal(str(early["log_level"]))
    clock, dice = clock or SystemClock(), SystemDice()
    async with open_bus(options, journal) as bus:
        store = await open_store(
            options.database_url,
            options.data,
            clock=clock,
            dice=dice,
            bus=bus,
            settings=store_settings(early),
            stored=lambda kept: store_settings(resolve(options.environment, kept, {})),
        )
        try:
            settings = resolve(options.environment, await store.settings.all(), {})
            store.media.set_quotas(
                owner_bytes=int(settings["media_owner_megabytes"]) << 20,
                all_bytes=int(settings["media_total_megabytes"]) << 20,
            )
            parts = await _with_rules(options, settings, clock, dice, bus, journal, store)
            try:
                yield parts
            finally:
                parts.understanding.close()
        finally:
            await store.close()


async def _with_rules(
    options: Options,
    settings: Mapping[str, Value],
    clock: Clock,
    dice: Dice,
    bus: Bus,
    journal: Journal,
    store: Store,
) -> Parts:
    is_new_demo = await _seed(options, store, clock)

    async def current_settings() -> Mapping[str, Value]:
        return resolve(options.environment, await store.settings.all(), {})

    rules = LiveRules(
        revisions=store.revisions,
        settings=current_settings,
        detector=detector_maker(bool(settings["sentence_vectors"])),
        bus=bus,
        journal=journal,
        poll_seconds=float(settings["poll_seconds"]),
    )
    await rules.load()
    store.book.goes_by(lambda: rules.view().terms)
    if is_new_demo:
        now = clock.now()
        people, visits = demo_history(rules.view().salon, now, DEMO_SEED)
        await store.book.fill(people, visits, DEFAULT_LANGUAGE, now)
    if options.clock:
        try:
            clock = SystemClock(shift_to(options.clock, rules.view().salon.zone))
        except ValueError:
            raise CannotStart(message("bad_clock")) from None
    return Parts(
        options=options,
        settings=settings,
        clock=clock,
        dice=dice,
        bus=bus,
        journal=journal,
        store=store,
        rules=rules,
        understanding=ThreadedUnderstanding(rules.detector, clock),
        messengers=make_messengers(
            options=options, settings=settings, store=store, bus=bus, clock=clock, dice=dice, journal=journal
        ),
    )


async def _seed(options: Options, store: Store, clock: Clock) -> bool:
    """The shipped flows and texts at every start; a salon only into an empty database. True: the demo salon it is."""
    documents = rule_documents()
    now = clock.now()
    empty = await store.revisions.empty()
    if empty:
        documents |= first_salon(options.data, (now + timedelta(hours=3)).date())
    await store.revisions.seed(documents, now)
    return empty and is_demo(options.data)


def store_settings(values: Mapping[str, Value]) -> StoreSettings:
    """The store's share of the settings."""
    return StoreSettings(
        burst_wait=float(values["burst_wait_seconds"]),
        burst_most=float(values["burst_most_seconds"]),
        lease=float(values["lease_seconds"]),
        attempts=int(values["attempts_before_quarantine"]),
        repeat_after=float(values["unknown_repeat_seconds"]),
        reserve_bytes=int(values["disk_reserve_megabytes"]) << 20,
    )


@asynccontextmanager
async def open_bus(options: Options, journal: Journal) -> AsyncIterator[Bus]:
    """Redis when it is configured, else the bus of this process."""
    if not options.redis_url:
        yield LocalBus()
        return
    # The client is imported only where Redis is used.
    from storage.redis_bus import RedisBus

    bus = RedisBus(options.redis_url, journal)
    await bus.open()
    try:
        yield bus
    finally:
        await bus.close()


def make_drain(parts: Parts, *, inbox: Inbox | None = None) -> Drain:
    """The inbox worker of this process. ``inbox``: the store's, with somebody looking on."""
    return Drain(
        inbox=inbox or parts.store.inbox,
        timers=parts.store.timers,
        bus=parts.bus,
        clock=parts.clock,
        dice=parts.dice,
        rules=parts.rules,
        understanding=parts.understanding,
        answerer=SalonAnswerer(parts.rules.view, parts.store.book, parts.store.surveys, parts.store.people),
        journal=parts.journal,
        batch=int(parts.settings["turn_batch"]),
        poll_seconds=float(parts.settings["poll_seconds"]),
    )


def make_book_keeping(parts: Parts) -> BookKeeping:
    """The passing of time in the book."""
    return BookKeeping(parts.store.book, parts.clock, parts.journal)


def make_housekeeping(parts: Parts) -> Housekeeping:
    """What keeps the database small."""
    return Housekeeping(
        parts.store.trimming,
        parts.clock,
        parts.journal,
        turn_days=int(parts.settings["keep_turns_days"]),
        line_days=int(parts.settings["keep_sent_days"]),
    )


def make_dispatch(parts: Parts) -> Dispatch:
    """The outbox worker of this process."""
    return Dispatch(
        outbox=parts.store.outbox,
        bus=parts.bus,
        clock=parts.clock,
        senders=parts.messengers.accounts,
        journal=parts.journal,
        batch=int(parts.settings["send_batch"]),
        poll_seconds=float(parts.settings["poll_seconds"]),
    )
