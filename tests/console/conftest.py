"""A salon for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.console.salon import ORIGIN, Browser, Salon


@pytest.fixture
def salon() -> Salon:
    """A console on fakes; nobody is hired yet."""
    return Salon()


@pytest.fixture
def browser(salon: Salon) -> Iterator[Browser]:
    """One browser, not logged in."""
    with TestClient(salon.app(), base_url=ORIGIN) as client:
        yield Browser(client)
