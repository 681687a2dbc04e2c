"""Somebody else who holds the write lock of a SQLite file: a process of its own, as only a process can be."""

from __future__ import annotations

import os
import signal
import socket
import time
from types import TracebackType
from typing import Self

from storage.sqlite_library import Connection, Error, connect


class Locker:
    """Forked before this process has opened the file. ``hold(seconds)`` takes the lock for so long."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> Self:
        self._ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            self._ours.close()
            _obey(self._path, theirs)
        theirs.close()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._ours.close()

    def hold(self, seconds: float) -> None:
        """Begin to hold the lock; returns when it is held."""
        self._ours.sendall(f"{seconds}\n".encode())
        self._ours.recv(1)


def _obey(path: str, connection: socket.socket) -> None:
    try:
        lines = connection.makefile()
        database = connect(path, timeout=30.0)
        for line in lines:
            _take(database)
            connection.sendall(b"x")
            time.sleep(float(line))
            database.execute("ROLLBACK")
    finally:
        os._exit(0)


def _take(database: Connection) -> None:
    while True:
        try:
            database.execute("BEGIN EXCLUSIVE")
            return
        except Error:
            time.sleep(0.001)
