"""What the salon does: services and their categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from booking.price import Price
from booking.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A heading of the price list."""

    key: str
    name: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterTerms:
    """What differs when this master does it; None = as everybody."""

    price: Price | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One line of the price list. Times in minutes; buffers are the master's, the client does not see them."""

    key: str
    name: Words
    category: str
    minutes: int
    price: Price
    buffer_before: int = 0
    buffer_after: int = 0
    addon: bool = False
    """Sold only together with a main service."""
    popular: bool = False
    masters: Mapping[str, MasterTerms] = field(default_factory=lambda: MappingProxyType({}))
    """Staff key -> what differs."""
    cutoff_hours: int = 0
    """Later than this before the visit a cancellation goes to a manager."""
    return_days: int | None = None
    """After how many days clients usually come again; None = no rhythm."""
    preparation: Words | None = None
    aftercare: Words | None = None
    aliases: tuple[str, ...] = ()

    def price_by(self, staff: str | None) -> Price:
        """The price at this master."""
        terms = self.masters.get(staff) if staff is not None else None
        return self.price if terms is None or terms.price is None else terms.price

    def minutes_by(self, staff: str | None) -> int:
        """Minutes that this master needs, without the buffers."""
        terms = self.masters.get(staff) if staff is not None else None
        return self.minutes if terms is None or terms.minutes is None else terms.minutes
