"""Fills a store with conversations of which some wait for a person, and with managers who are logged in."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from benchmarks.floor_sqlite import open_like_the_store
from benchmarks.opened_store import opened
from benchmarks.real_time import RealClock, SeededDice
from benchmarks.turn_places import fill_sqlite
from benchmarks.written_rows import RowSizes
from console.visit import token_hash
from dialog.local_bus import LocalBus
from storage.open_store import sqlite_path
from storage.store_settings import StoreSettings

FRAME_FOR_EACH = "frame-for-each"
"""The seeded bug's name, kept where no console has to be loaded for it."""
WAITING = 5
"""Every so many-th conversation waits for a person; another such share is led by somebody."""


def token_of(manager: int) -> str:
    """The cookie of a manager's session."""
    return f"token-of-manager-{manager}"


def fill(folder: str, conversations: int, managers: int) -> None:
    """An empty data folder becomes a salon's inbox. Client i is ``p<i>``, conversation i is ``public<i>``."""
    asyncio.run(_migrate(folder))
    fill_sqlite(folder, 1, conversations, RowSizes())
    now = time.time_ns() // 1000
    connection = open_like_the_store(str(sqlite_path(Path(folder))))
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO user_account (id, login, name, role, password_hash, created_at)"
        " VALUES (?, ?, ?, 'manager', '', ?)",
        [(number, f"m{number}", f"Manager {number}", now) for number in range(1, managers + 1)],
    )
    connection.executemany(
        "INSERT INTO session (token_hash, user_id, created_at, seen_at) VALUES (?, ?, ?, ?)",
        [(token_hash(token_of(number)), number, now, now) for number in range(1, managers + 1)],
    )
    connection.execute(
        f"""UPDATE conversation SET owner_kind = 'waiting', epoch = 1, label = 'upset', priority = 1 + id % 4,
        unanswered_since = {now} - id, last_client_at = {now} - id, last_at = {now} - id, last_text = 'line ' || id
        WHERE id % {WAITING} = 0"""
    )
    connection.execute(
        f"""UPDATE conversation SET owner_kind = 'human', owner_id = 1 + id % {managers}, epoch = 2, label = 'human',
        last_client_at = {now} - id, last_at = {now} - id, last_text = 'line ' || id WHERE id % {WAITING} = 1"""
    )
    connection.execute(
        f"""INSERT INTO handoff (conversation_id, reason, label, priority, answers, status, claimed_by, created_at)
        SELECT id, 'mood', label, priority, '{{}}', CASE owner_kind WHEN 'waiting' THEN 'open' ELSE 'claimed' END,
        owner_id, {now} - id FROM conversation WHERE owner_kind <> 'bot'"""
    )
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


async def _migrate(folder: str) -> None:
    store = await opened(folder, clock=RealClock(), dice=SeededDice(1), bus=LocalBus(), settings=StoreSettings())
    await store.close()
