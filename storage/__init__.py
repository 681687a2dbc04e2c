"""SQL behind the ports: one schema on SQLite (one process) and PostgreSQL (any number)."""

from __future__ import annotations

from storage.opening import open_store
from storage.store import Store
from storage.store_settings import StoreSettings

__all__ = ["Store", "StoreSettings", "open_store"]
