"""Whether a date and a time that were read are those that a labelled row expects.

Both sides are written alike. Dates: ``2026-11-19``; ``a/b`` one of two; ``a..b`` any day from a to b. Times: ``15:00``;
``>18:00`` not earlier; ``<14:00`` not later; ``17:00-22:00`` any point inside. ``None``: none is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_LAST: Final = "23:59"
_FIRST: Final = "00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The date and the time that were read in a text."""

    date: str | None = None
    time: str | None = None


def right_date(said: Said, gold: str | None) -> bool:
    """Every day that was read is allowed, and a choice of days was not narrowed to a wrong one."""
    if gold is None or said.date is None:
        return gold is None and said.date is None
    return all(_allowed(day, gold) for part in said.date.split("/") for day in part.split(".."))


def _allowed(day: str, gold: str) -> bool:
    if ".." in gold:
        first, last = gold.split("..")
        return first <= day <= last
    return day in gold.split("/")


def right_time(said: Said, gold: str | None) -> bool:
    """The time as it is, or a time that begins inside what is allowed and is not a bound the other way."""
    if gold is None or said.time is None:
        return gold is None and said.time is None
    if gold[0] in "<>" and said.time[0] in "<>":
        return gold == said.time
    if "-" not in gold and gold[0] not in "<>":
        return said.time == gold
    first, last = _span(gold)
    begins, ends = _span(said.time)
    return first <= (ends if said.time[0] == "<" else begins) <= last


def _span(time: str) -> tuple[str, str]:
    if time[0] == ">":
        return time[1:], _LAST
    if time[0] == "<":
        return _FIRST, time[1:]
    begins, _, ends = time.partition("-")
    return begins, ends or begins
