"""What of a sentence vector tells topics apart: learned from our own questions, kept with the other weights."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """A linear map of sentence vectors in which questions of one topic lie together."""

    asked: tuple[float, ...]
    """The middle of messages."""
    told: tuple[float, ...]
    """The middle of wordings."""
    scales: tuple[float, ...]
    """One for each column of the table."""
    table: bytes
    """Signed bytes, one row a dimension of the sentence vector."""

    @staticmethod
    def read(body: Mapping[str, Any]) -> Kin:
        """Raises ``ValueError`` or ``KeyError`` when the table is not right."""
        kin = Kin(
            asked=tuple(map(float, body["asked"])),
            told=tuple(map(float, body["told"])),
            scales=tuple(map(float, body["scales"])),
            table=base64.b64decode(body["table"]),
        )
        if not len(kin.asked) * len(kin.scales) == len(kin.told) * len(kin.scales) == len(kin.table) > 0:
            raise ValueError("the table of topics does not fit its scales")
        return kin
