"""Readers: a few threads, each with a connection that can neither write nor checkpoint."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from dialog.errors import StoreBusy
from storage.sql import Script
from storage.sqlite.running import run
from storage.sqlite_library import Connection, OperationalError, connect

T = TypeVar("T")


class Readers:
    """Runs reading scripts beside the writer, each on the rows committed when it starts."""

    def __init__(self, path: str, *, threads: int = 3) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: list[Connection] = []
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="sqlite-reader")

    async def read(self, make: Callable[[], Script[T]]) -> T:
        """The script's result. Raises StoreBusy when the file cannot be read now."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, make)

    async def use(self, action: Callable[[Connection], T]) -> T:
        """Do something with a reading connection outside any transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._use, action)

    def close(self) -> None:
        """Finish the reads under way and close all connections. Blocks until done."""
        self._pool.shutdown()
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def _run(self, make: Callable[[], Script[T]]) -> T:
        try:
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                return run(connection, make())
            finally:
                connection.execute("COMMIT")
        except OperationalError as error:
            raise StoreBusy(str(error)) from error

    def _use(self, action: Callable[[Connection], T]) -> T:
        try:
            return action(self._connection())
        except OperationalError as error:
            raise StoreBusy(str(error)) from error

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect(self._path, read_only=True)
            self._local.connection = connection
            self._connections.append(connection)
        return connection
