"""Children that share our memory at birth and may be killed at any time: no interpreter to start, no module to load."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.wire import Line, Lines, packed

CHUNK = 1 << 16
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a child ended: killed by its own point, by us, or of its own accord (``code`` 0)."""

    code: int
    by_us: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Doom:
    """When a child is killed from outside: ``seconds`` after its birth, or ``delay`` after so many lines from it."""

    seconds: float = 60.0
    lines: int | None = None
    delay: float = 0.0
    progress: str = ""
    """A line of this kind with a smaller number than ever starts the seconds anew: slow is not stuck."""


def raise_child(
    born: Callable[[socket.socket], None],
    heard: Callable[[Line], list[Any] | None],
    *,
    doom: Doom,
) -> Ending:
    """Fork; pass on what the child says until it is dead."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        _be(born, theirs)
    theirs.close()
    deadline = time.monotonic() + doom.seconds
    killed = False
    count, least = 0, sys.maxsize
    lines = Lines()
    with ours:
        while True:
            left = deadline - time.monotonic()
            if left <= 0 and not killed:
                os.kill(child, signal.SIGKILL)
                killed = True
            readable, _, _ = select.select([ours], [], [], max(left, 0) if not killed else 5.0)
            if not readable:
                continue
            data = _receive(ours)
            if not data:
                break
            for line in lines.feed(data):
                count += 1
                if count == doom.lines:
                    deadline = min(deadline, time.monotonic() + doom.delay)
                if line[0] == doom.progress and line[1] < least:
                    least, deadline = line[1], time.monotonic() + doom.seconds
                answer = heard(line)
                if answer is not None:
                    _answer(ours, answer)
    _, status = os.waitpid(child, 0)
    return Ending(code=os.waitstatus_to_exitcode(status), by_us=killed)


def end_with_parent() -> None:
    """Called in a forked child: the kernel kills it when its parent is gone, however the parent went (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(CHUNK)
    except ConnectionResetError:
        return b""


def _answer(connection: socket.socket, answer: list[Any]) -> None:
    try:
        connection.sendall(packed(answer))
    except (BrokenPipeError, ConnectionResetError):
        return


def _be(born: Callable[[socket.socket], None], connection: socket.socket) -> None:
    code = 1
    try:
        end_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        born(connection)
        code = 0
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        sys.stderr.flush()
    finally:
        os._exit(code)
