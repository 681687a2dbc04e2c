"""One person at two addresses: what is remembered of how that came about, so that it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialog.message import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """``address`` was somebody of his own before."""

    id: int
    address: Address
    joined_at: datetime
