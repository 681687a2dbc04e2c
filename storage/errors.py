"""What can go wrong before the store is open."""

from __future__ import annotations

from pathlib import Path

from dialog.errors import ZabotaError


class DataLocked(ZabotaError):
    """Another process works with this data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(f"{folder} is in use by process {holder or 'unknown'}")
        self.folder = folder
        self.holder = holder
