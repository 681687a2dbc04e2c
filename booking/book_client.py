"""What the book knows of the client behind a conversation."""

from __future__ import annotations

from dataclasses import dataclass

from booking.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class BookClient:
    """A client as far as booking goes.

    ``verified``: the phone is proved; a phone that was only typed books, but opens nobody's visits.
    ``consents``: kinds with the newest version of the text agreed to. ``refusal``: why the next booking would go to
    a person, None when the client may book.
    """

    name: str = ""
    phone: str = ""
    verified: bool = False
    consents: tuple[tuple[str, int], ...] = ()
    active: int = 0
    no_shows: int = 0
    refusal: Refusal | None = None

    def agreed(self, kind: str, version: int) -> bool:
        """Whether this version of a text, or a newer one, was agreed to."""
        return any(name == kind and given >= version for name, given in self.consents)
