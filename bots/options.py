"""How this process was asked to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Command line and environment, read once."""

    host: str = "127.0.0.1"
    port: int = 8080
    data: Path = Path("data")
    clock: str = ""
    database_url: str = ""
    """Empty: SQLite in the data folder."""
    redis_url: str = ""
    environment: Mapping[str, str]

    @property
    def embedded(self) -> bool:
        """True when everything runs in this one process on SQLite."""
        return not self.database_url


def read_options(
    environment: Mapping[str, str], *, host: str = "127.0.0.1", port: int = 8080, data: str = "data", clock: str = ""
) -> Options:
    """Options with DATABASE_URL and REDIS_URL taken from the environment."""
    return Options(
        host=host,
        port=port,
        data=Path(data).resolve(),
        clock=clock,
        database_url=environment.get("DATABASE_URL", ""),
        redis_url=environment.get("REDIS_URL", ""),
        environment=environment,
    )
