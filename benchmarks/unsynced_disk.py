"""A disk that keeps a diary of writes and syncs, so that its state after a power cut at any moment can be made.

Between two syncs of a file the hardware may have kept any of the writes, in parts of 512 bytes, and nothing else.
apsw is here and nowhere else: only it lets Python stand between SQLite and the file. In the process that uses it, no
other SQLite library touches the same file.
"""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import apsw

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes handed to the disk."""

    file: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Synced:
    """The disk was told to keep all that it has of ``file``, and said yes."""

    file: str


@dataclass(frozen=True, slots=True)
class Truncated:
    """The file was cut to ``size`` bytes."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Promised:
    """Somebody was told that this is stored."""

    keys: tuple[str, ...]


Entry = Written | Synced | Truncated | Promised


class Diary:
    """Everything that happened to the files, in order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        """It happened now."""
        with self._lock:
            self.entries.append(entry)


class DiaryVfs(apsw.VFS):
    """The usual files, with every write and sync in the diary."""

    def __init__(self, name: str, diary: Diary) -> None:
        super().__init__(name, base="")
        self._diary = diary

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        """Open a file."""
        return DiaryFile(name, flags, self._diary)


class DiaryFile(apsw.VFSFile):
    """One file of the usual kind."""

    def __init__(self, name: Any, flags: list[int], diary: Diary) -> None:
        super().__init__("", name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._name = path.rsplit("/", 1)[-1]
        self._diary = diary

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        """Write."""
        super().xWrite(data, offset)
        self._diary.add(Written(self._name, offset, bytes(data)))

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        """Sync."""
        super().xSync(flags)
        self._diary.add(Synced(self._name))

    def xTruncate(self, size: int) -> None:  # noqa: N802 - SQLite's name
        """Truncate."""
        super().xTruncate(size)
        self._diary.add(Truncated(self._name, size))


class ApswConnection:
    """As much of Python's usual SQLite connection as the store uses."""

    def __init__(self, path: str, vfs: str, rewritten: dict[str, str]) -> None:
        self._connection = apsw.Connection(path, vfs=vfs)
        self._connection.set_busy_timeout(2000)
        self._rewritten = rewritten

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> apsw.Cursor:
        """Run one statement; what it returns has ``fetchall`` and ``fetchone``."""
        return self._connection.execute(self._rewritten.get(statement, statement), values)

    def executemany(self, statement: str, many: list[tuple[object, ...]]) -> None:
        """Run one statement for each of ``many``."""
        self._connection.executemany(statement, many).fetchall()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


@dataclass(slots=True)
class Platters:
    """What is surely on the disk, and what has been written since the last sync of each file."""

    durable: dict[str, bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    pending: dict[str, list[Written | Truncated]] = field(default_factory=lambda: defaultdict(list))
    promised: list[str] = field(default_factory=list)

    def see(self, entry: Entry) -> None:
        """The next entry of the diary."""
        match entry:
            case Written(file) | Truncated(file):
                self.pending[file].append(entry)
            case Synced(file):
                for one in self.pending.pop(file, ()):
                    _apply(self.durable[file], one)
            case Promised(keys):
                self.promised += keys

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files as they may be found when power comes back."""
        found: dict[str, bytes] = {}
        for name in {*self.durable, *self.pending}:
            content = bytearray(self.durable[name])
            kept = chance.random()
            for one in self.pending.get(name, ()):
                _apply_in_part(content, one, kept, chance)
            found[name] = bytes(content)
        return found


def _apply(content: bytearray, one: Written | Truncated) -> None:
    if isinstance(one, Truncated):
        del content[one.size :]
        return
    end = one.offset + len(one.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[one.offset : end] = one.data


def _apply_in_part(content: bytearray, one: Written | Truncated, kept: float, chance: random.Random) -> None:
    if isinstance(one, Truncated):
        if chance.random() < kept:
            _apply(content, one)
        return
    for start in range(0, len(one.data), SECTOR):
        if chance.random() < kept:
            _apply(content, Written(one.file, one.offset + start, one.data[start : start + SECTOR]))
