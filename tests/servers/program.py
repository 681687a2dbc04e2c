"""Starting somebody else's program: a free port, a proper end, never outliving us."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


class ServerFailed(RuntimeError):
    """A test server did not start or could not be found; the text says what to do."""


def free_port() -> int:
    """A TCP port on the loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(
    command: Sequence[str],
    *,
    log: Path,
    user: tuple[int, int] | None = None,
    end_signal: str = "INT",
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server that is told to end when this process dies, even by SIGKILL."""
    if leash := shutil.which("setpriv"):
        command = [leash, "--pdeathsig", end_signal, "--", *command]
    uid, gid = user or (None, None)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=uid,
            group=gid,
            extra_groups=[] if user else None,
            start_new_session=True,
            env=dict(environment) if environment is not None else None,
            cwd="/",
        )


def wait_until(
    ready: Callable[[], bool],
    process: subprocess.Popen[bytes],
    *,
    log: Path,
    seconds: float = 30.0,
) -> None:
    """Return when `ready()`; raise ServerFailed with the log's end when the process died or time ran out."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerFailed(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.01)


def listens(port: int) -> bool:
    """Whether somebody accepts TCP connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_root() -> bool:
    """Whether servers that refuse root must be started as somebody else."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
