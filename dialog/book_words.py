"""What a turn may ask about a visit in words: the salon's names, prices and addresses are not the flow's to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from booking.visit import VisitPart
from dialog.questions import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitWords(Question[Mapping[str, str]]):
    """A visit as people read it, in the branch's own time.

    ``what``, ``who``, ``when``, ``where``, ``map`` (a link), ``price``, ``duration``, ``bring`` (what to know before
    coming; may be empty), ``before`` (hours before the visit until which it may be cancelled in the chat), ``minutes``
    (how long a time is held).
    """

    branch: str
    zone: str
    parts: tuple[VisitPart, ...]
    language: str
