"""What stays for the life of a process is not looked through by the collector again and again."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from bots.memory import settle


class Rules:
    """Something that refers to itself, as compiled rules do."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_alive_is_out_of_the_collectors_sight() -> None:
    kept = Rules()
    settle()
    assert gc.get_freeze_count() > 1000
    assert not any(one is kept for one in gc.get_objects())


def test_rules_that_were_replaced_do_not_stay_for_ever() -> None:
    rules = Rules()
    gone = weakref.ref(rules)
    settle()
    del rules
    settle()
    assert gone() is None
