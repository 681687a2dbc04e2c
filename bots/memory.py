"""Python's collector, told what will stay: dictionaries and rules are not looked through again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def resting() -> Iterator[None]:
    """The collector rests while much is made that will stay: it would walk through all of it again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def settle() -> None:
    """Put all that is alive now out of the collector's sight.

    A full collection walks everything: with the dictionaries loaded it holds every conversation up for about a tenth of
    a second. To be called when the rules are in force, and again when they are replaced: what was kept until then is
    looked through once more, so that replaced rules do not stay for ever.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
