"""The sentence vectors of the wordings that ship, so that a new salon answers by sense from its first message."""

from __future__ import annotations

import base64
import hashlib
import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nlu.datafile import BUILT_IN, DataError

if TYPE_CHECKING:
    from nlu.vectors import Vectors

KNOWN: Final = BUILT_IN / "known.json"
_SPEC: Final = 1
_DIGEST: Final = 8
_SPREAD: Final = 800.0
"""A component of a vector of length one as a signed byte: the largest that was met is 0.15."""


@dataclass(frozen=True, slots=True)
class Known:
    """Texts that were read before, by their digest."""

    model: str
    places: Mapping[str, int]
    width: int
    table: memoryview

    @staticmethod
    def load(path: Path = KNOWN) -> Known:
        """Raises ``DataError`` when the file is not right."""
        try:
            read = json.loads(path.read_text("utf-8"))
            if read["spec"] != _SPEC:
                raise ValueError(f"spec {read['spec']} is not {_SPEC}")
            places = {digest: at for at, digest in enumerate(read["texts"])}
            table = memoryview(base64.b64decode(read["table"])).cast("b")
            if len(table) != len(places) * int(read["width"]):
                raise ValueError("the table does not fit the texts")
            return Known(str(read["model"]), places, int(read["width"]), table)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(path.name, 0, f"not a file of sentence vectors: {error!r}") from error

    def __contains__(self, text: str) -> bool:
        return digest_of(text) in self.places

    def vector(self, text: str) -> Sequence[float] | None:
        """The vector of a text, ``None`` for one that is not known."""
        at = self.places.get(digest_of(text))
        if at is None:
            return None
        return array("f", [value / _SPREAD for value in self.table[at * self.width : (at + 1) * self.width]])


def digest_of(text: str) -> str:
    """The name of a text in the file."""
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST).hexdigest()


def remember(path: Path, vectors: Vectors, texts: Sequence[str]) -> None:
    """Write the file for ``texts``."""
    kept = {digest_of(text): text for text in texts}
    rows = vectors.passages(list(kept.values()))
    table = array("b", [max(-127, min(127, round(value * _SPREAD))) for row in rows for value in row])
    body = {
        "spec": _SPEC,
        "model": vectors.name,
        "width": len(rows[0]),
        "texts": list(kept),
        "table": base64.b64encode(table.tobytes()).decode(),
    }
    path.write_text(json.dumps(body, separators=(",", ":")) + "\n", "utf-8")
