"""Room kept free on the disk: given up when the disk is full, so that what waits can still be answered and shown."""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import suppress
from pathlib import Path

LEAST_TIMES_FREE = 8
"""The reserve is taken only from a disk that has so many times its size: it must not be what fills it."""

_log = logging.getLogger(__name__)


class Reserve:
    """A file of ``size`` bytes beside the database (0: none is kept). It comes back at the next start."""

    def __init__(self, folder: Path, size: int) -> None:
        self._path = folder / "reserve"
        self._size = size

    def keep(self) -> None:
        """Take the room, if there is plenty. Never raises: an installation works without it, too."""
        if not self._size:
            return
        with suppress(OSError):
            there = self._path.stat().st_size if self._path.exists() else 0
            if there >= self._size or shutil.disk_usage(self._path.parent).free < LEAST_TIMES_FREE * self._size:
                return
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(handle, 0, self._size)
            finally:
                os.close(handle)

    def give_up(self) -> bool:
        """Let the room go. True when there was some: then what was refused may be tried again."""
        try:
            self._path.unlink()
        except OSError:
            return False
        _log.error("the disk is full: the reserve of %d bytes has been given up, free some room soon", self._size)
        return True
