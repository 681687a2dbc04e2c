"""What we send along with a message and WhatsApp gives back with its statuses: which line it was a part of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialog.ids import OutboxId
from dialog.outbox import Mark

_SHAPE = re.compile(r"z([0-9]{1,18})\.([0-9]{1,10})\.([0-9]{1,4})\.([0-9]{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Message ``number`` (from 1) of the ``count`` that a line became."""

    line: Mark
    number: int
    count: int

    @property
    def last(self) -> bool:
        """Whether the line is there when this message is."""
        return self.number == self.count

    def written(self) -> str:
        """As it travels: at most 40 letters and digits."""
        return f"z{self.line.id}.{self.line.random_id}.{self.number}.{self.count}"


def part_of(text: str) -> Part | None:
    """The same, read back; None for what is not ours."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    line, random_id, number, count = map(int, found.groups())
    return Part(line=Mark(id=OutboxId(line), random_id=random_id), number=number, count=count)
