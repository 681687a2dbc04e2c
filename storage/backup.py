"""Copies of an installation, and how one is put back: the database and the clients' photos in one file.

The file is a tar archive with a manifest of SHA-256 sums. The installation's secret keys are not in it.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

import orjson

from dialog.errors import ZabotaError
from storage import sqlite_library
from storage.restoring import restore_postgres, restore_sqlite
from storage.schema_version import NEWEST
from storage.sqlite.folder_lock import FolderLock
from storage.store import Store

MANIFEST = "manifest.json"
MEDIA = "media"
_BLOCK = 1 << 20


class BadBackup(ZabotaError):
    """The file is no copy of ours, or it was damaged.

    ``code``: ``no_copy | other_kind | damaged | strange``; ``detail`` names the part of the copy, if it is one.
    """

    def __init__(self, code: str, source: Path, detail: str = "") -> None:
        super().__init__(f"{source}: {code} {detail}".strip())
        self.code = code
        self.source = source
        self.detail = detail


async def backup(store: Store, to: Path) -> None:
    """Write a copy of the running installation to ``to``; the old file there is replaced when the new one is whole.

    Raises StoreBusy when the database cannot be read, OSError when the file cannot be written.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".backup-") as folder:
        copy = await store.database.copy_to(Path(folder))
        packed = Path(folder) / "packed"
        await asyncio.to_thread(_pack, copy, store.media_folder, packed)
        packed.replace(to)


async def restore(url: str, data_dir: Path, source: Path) -> None:
    """Put the copy in the place of the data. Only while nothing runs; what was there is kept under ``backups``.

    Whatever waited to be sent or answered when the copy was made stays unsent. Raises DataLocked, BadBackup:
    then nothing was changed, and a folder that was not there is not there.
    """
    made = not await asyncio.to_thread(data_dir.exists)
    try:
        await _restore(url, data_dir, source)
    except Exception:
        if made:
            shutil.rmtree(data_dir, ignore_errors=True)
        raise


async def _restore(url: str, data_dir: Path, source: Path) -> None:
    lock = FolderLock(data_dir)
    try:
        with tempfile.TemporaryDirectory(dir=data_dir, prefix=".restore-") as name:
            folder = Path(name)
            await asyncio.to_thread(_unpack, source, folder)
            wanted = "database.dump" if url else "database.db"
            if not (folder / wanted).is_file():
                raise BadBackup("other_kind", source)
            if url:
                await restore_postgres(url, folder / wanted)
            else:
                await asyncio.to_thread(_restore_sqlite, folder / wanted, data_dir, source)
            await asyncio.to_thread(_replace_folder, folder / MEDIA, data_dir / MEDIA)
    finally:
        lock.release()


def _restore_sqlite(copy: Path, data_dir: Path, source: Path) -> None:
    try:
        restore_sqlite(copy, data_dir)
    except sqlite_library.DatabaseError as error:
        raise BadBackup("damaged", source, copy.name) from error


def _pack(copy: Path, media: Path, packed: Path) -> None:
    files = {copy.name: copy}
    if media.is_dir():
        files |= {f"{MEDIA}/{path.relative_to(media)}": path for path in sorted(media.rglob("*")) if path.is_file()}
    with tarfile.open(packed, "w") as archive:
        sums: dict[str, str] = {}
        for name, path in files.items():
            sums[name] = _sum(path)
            archive.add(path, name, recursive=False)
        manifest = orjson.dumps({"schema": NEWEST, "sha256": sums})
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(manifest)
        archive.addfile(entry, io.BytesIO(manifest))
    handle = os.open(packed, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source, "r") as archive:
            for member in archive.getmembers():
                _extract(archive, member, folder, source)
        sums = orjson.loads((folder / MANIFEST).read_bytes())["sha256"]
    except (tarfile.TarError, OSError, KeyError, orjson.JSONDecodeError) as error:
        raise BadBackup("no_copy", source) from error
    for name, expected in sums.items():
        path = folder / name
        if not path.is_file() or _sum(path) != expected:
            raise BadBackup("damaged", source, name)


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, source: Path) -> None:
    # By hand: no links, no devices, nothing outside the folder, whatever the archive says.
    target = (folder / member.name).resolve()
    content = archive.extractfile(member) if member.isfile() else None
    if content is None or not target.is_relative_to(folder.resolve()):
        raise BadBackup("strange", source, member.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(content, file, _BLOCK)


def _replace_folder(new: Path, old: Path) -> None:
    aside = old.with_name(f".{old.name}-before-restore")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.rename(aside)
    if new.exists():
        new.rename(old)
    shutil.rmtree(aside, ignore_errors=True)


def _sum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
