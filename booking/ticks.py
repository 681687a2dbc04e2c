"""Time as bits of one whole number: bit k is a stretch of five minutes, k stretches after a base.

A month of a master is 9,000 bits, and Python works on all of them at once: to find every start of a two-hour visit
takes five operations. What does not fall on five minutes is rounded to the safe side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

TICK = 300
"""Seconds."""
TICK_MINUTES = TICK // 60
_START = datetime(1970, 1, 1, tzinfo=UTC)


def tick_before(moment: datetime) -> int:
    """The tick that the moment is in, counted from 1970."""
    return int(moment.timestamp() // TICK)


def tick_after(moment: datetime) -> int:
    """The first tick that starts at the moment or later."""
    return int(-(-moment.timestamp() // TICK))


def moment_of(tick: int) -> datetime:
    """When the tick starts."""
    return _START + timedelta(seconds=tick * TICK)


def ticks_for(minutes: int) -> int:
    """So many ticks hold so many minutes."""
    return -(-minutes // TICK_MINUTES)


def span(first: int, end: int) -> int:
    """Bits ``first`` to ``end - 1``; none when the end is not later."""
    return (
        ((1 << (end - first)) - 1) << first if 0 <= first < end else ((1 << end) - 1 if first < end and end > 0 else 0)
    )


def taken(spans: Iterable[tuple[int, int]], base: int) -> int:
    """Bits of these spans of ticks (first, end), in any order, overlapping or not, counted after ``base``."""
    merged: list[list[int]] = []
    for first, end in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        elif end > base:
            merged.append([max(first, base), end])
    if not merged:
        return 0
    size = (merged[-1][1] - base) // 8 + 1
    starts, ends = bytearray(size), bytearray(size)
    for first, end in merged:
        starts[(first - base) >> 3] |= 1 << ((first - base) & 7)
        ends[(end - base) >> 3] |= 1 << ((end - base) & 7)
    # Each span is 2**end - 2**first: all of them in one subtraction.
    return int.from_bytes(ends, "little") - int.from_bytes(starts, "little")


def runs(mask: int, length: int) -> int:
    """Bits at which ``length`` set bits in a row begin."""
    have = 1
    while have < length:
        step = min(have, length - have)
        mask &= mask >> step
        have += step
    return mask


def bits(mask: int) -> Iterator[int]:
    """The numbers of the set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
