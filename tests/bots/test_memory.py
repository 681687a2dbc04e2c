"""What stays for the life of a process is not looked through by the collector again and again."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from bots.memory import resting, settle


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


def test_the_collector_rests_and_works_again_whatever_happens() -> None:
    def build() -> None:
        with resting():
            assert not gc.isenabled()
            raise ValueError("bad rules")

    with pytest.raises(ValueError, match="bad rules"):
        build()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with resting():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
