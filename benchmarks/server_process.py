"""The product as people start it, in a process of its own, told when to stop and asked what it said.

``python -m benchmarks.server_process FOLDER PORT [BUG]`` is that process.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import psutil

from benchmarks.report import ROOT
from tests.servers.program import ServerFailed, free_port, start

HASTY, DEADLY, UNSIGNED = "ack-before-commit", "deadly-text", "unsigned-visitors"
# Longer than any graceful stop takes, so that what was only promised is always lost by one.
HASTE = 10.0
DEADLY_TEXT = "this message ends the process"


class ServerProcess:
    """One process of the product; may be started again on the same data and port."""

    def __init__(self, data: Path, *, environment: Mapping[str, str] | None = None, bug: str = "") -> None:
        self._data = data
        self._bug = bug
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        # The server ends with the thread that started it, so that thread must be one that stays.
        self._starter = ThreadPoolExecutor(1)
        self.log = data / f"server-{random.getrandbits(32)}.log"
        self.port = free_port()

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, seconds: float = 60.0) -> float:
        """Start and wait until it is ready; seconds that this took."""
        began = time.monotonic()
        command = [sys.executable, "-m", "benchmarks.server_process", str(self._data), str(self.port), self._bug]
        environment = {**self._environment, "PYTHONPATH": str(ROOT)}
        born = self._starter.submit(start, command, log=self.log, end_signal="KILL", environment=environment)
        self._process = born.result()
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > began + seconds:
                raise ServerFailed(self.log.read_text(errors="replace")[-3000:])
            time.sleep(0.02)
        return time.monotonic() - began

    def ready(self) -> bool:
        """Whether it says that it takes messages."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self, how: signal.Signals = signal.SIGTERM, seconds: float = 30.0) -> tuple[int, float]:
        """End it; its exit code and the seconds that it took."""
        if self._process is None:
            return 0, 0.0
        began = time.monotonic()
        self._process.send_signal(how)
        code = self._process.wait(seconds)
        return code, time.monotonic() - began

    def memory(self) -> int:
        """Resident bytes."""
        resident: int = psutil.Process(self._process.pid).memory_info().rss if self._process else 0
        return resident


def main(arguments: Sequence[str]) -> None:
    """The process itself."""
    from bots.options import read_options
    from bots.serve import serve

    data, port, *bug = arguments
    for name in bug:
        if name:
            _BREAK[name]()
    options = read_options(os.environ, port=int(port), data=data)
    asyncio.run(serve(options, with_worker=True))


def _acknowledge_early() -> None:
    """The web edge says yes and stores a moment later."""
    from dialog.ids import ConversationId, InboxId
    from dialog.inbox import Accepted
    from dialog.message import InboundMessage
    from storage.inbox import StoredInbox

    store = StoredInbox.accept
    tasks: set[asyncio.Task[object]] = set()

    async def accept(self: StoredInbox, messages: Sequence[InboundMessage], now: datetime) -> Sequence[Accepted]:
        async def later() -> None:
            await asyncio.sleep(HASTE)
            await store(self, messages, now)

        task: asyncio.Task[object] = asyncio.create_task(later())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        nowhere = Accepted(inbox_id=InboxId(0), conversation_id=ConversationId(0), fresh=False, shown_seq=0)
        return [nowhere for _ in messages]

    StoredInbox.accept = accept  # type: ignore[method-assign]


def _die_of_a_text() -> None:
    """A bug in a library that takes the whole process down, as a segmentation fault does."""
    from bots.understanding import ThreadedUnderstanding
    from dialog.detection import Detection

    detect = ThreadedUnderstanding.detect

    async def deadly(self: ThreadedUnderstanding, texts: Sequence[str]) -> Sequence[Detection]:
        if any(DEADLY_TEXT in text for text in texts):
            os.kill(os.getpid(), signal.SIGSEGV)
        return await detect(self, texts)

    ThreadedUnderstanding.detect = deadly  # type: ignore[method-assign]


def _believe_everybody() -> None:
    """Nobody looks at the signature of a visitor's token."""
    from channels.webchat.signatures import Signatures

    def believe(self: Signatures, value: str, signature: str) -> bool:
        del self, value, signature
        return True

    Signatures.verify = believe  # type: ignore[method-assign]


_BREAK = {HASTY: _acknowledge_early, DEADLY: _die_of_a_text, UNSIGNED: _believe_everybody}

if __name__ == "__main__":
    main(sys.argv[1:])
