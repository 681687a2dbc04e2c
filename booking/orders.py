"""What the book may be told to do. An order is carried out whole or refused whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.free_slot import FreeSlot


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSlot:
    """Keep this time for the conversation that asks; what it held before is given up.

    ``uid`` names the new visit for ever (22 URL-safe characters): make it from the turn's seed. With ``moves`` the
    time is kept as the new place of that visit, which keeps its own uid and its old place until ``ConfirmHold``.
    """

    slot: FreeSlot
    uid: str
    moves: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmHold:
    """What the conversation holds becomes a visit; of a move, the old place is freed in the same moment.

    A hold that ran out is confirmed as well as long as nobody else has taken the time.
    """

    name: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseHold:
    """The client thinks no longer. Nothing held is no refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelVisit:
    """The client will not come. Refused when it is inside a service's cutoff, unless ``anyway``."""

    visit: int
    reason: str = ""
    anyway: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestVisit:
    """A wish without a sure time, for a person to answer. ``wish`` is shown to the salon as it is."""

    uid: str
    branch: str
    services: tuple[str, ...]
    wish: str
    staff: str | None = None
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAnswers:
    """The client says that he will come to a confirmed visit."""

    visit: int


# ---- what only the salon's people and rules may do


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceVisit:
    """Put a visit (or a request) at this time and to these masters, at once: a move, or another master."""

    visit: int
    slot: FreeSlot


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkVisit:
    """What became of a visit: ``arrived | no_show | done``."""

    visit: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAbsence:
    """A master is away. Refused while visits are in the way: they are moved or cancelled first."""

    staff: str
    start: datetime
    end: datetime
    uid: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAbsence:
    """The master is there after all."""

    visit: int


ClientOrder = HoldSlot | ConfirmHold | ReleaseHold | CancelVisit | RequestVisit | ClientAnswers
SalonOrder = PlaceVisit | MarkVisit | AddAbsence | EndAbsence | CancelVisit
Order = ClientOrder | SalonOrder
