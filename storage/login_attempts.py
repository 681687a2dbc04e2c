"""Counting wrong passwords so that no number of parallel guesses gets through together."""

from __future__ import annotations

from collections.abc import Sequence

from handoff.accounts import GuessLimits
from storage.sql import Script, Sql

_ENSURE = Sql(
    "INSERT INTO login_attempt (key, failures, last_at, until_at) VALUES ($1, 0, $2, 0) ON CONFLICT (key) DO NOTHING"
)
_LOOK = Sql(
    "SELECT key, failures, last_at, until_at FROM login_attempt WHERE key IN @text1 ORDER BY key /*pg FOR UPDATE*/"
)
_COUNT = Sql("UPDATE login_attempt SET failures = $2, last_at = $3, until_at = $4 WHERE key = $1")
_FORGIVE = Sql("UPDATE login_attempt SET failures = failures - 1, until_at = 0 WHERE key IN @text1 AND failures > 0")
_FORGET = Sql("DELETE FROM login_attempt WHERE last_at < $1")

_MICROS = 1_000_000


def try_password(keys: Sequence[str], limits: GuessLimits, now: int) -> Script[float]:
    """Seconds to wait; 0.0 means go on, and one failure is counted for every key already.

    The rows are made first and then locked in the order of their keys: two guesses at once wait for each other.
    """
    wanted = sorted(set(keys))
    yield _FORGET, (now - int(limits.forget * _MICROS),)
    yield _ENSURE, [(key, now) for key in wanted]
    rows = yield _LOOK, (wanted,)
    wait = max((row[3] - now for row in rows), default=0)
    if wait > 0:
        return wait / _MICROS
    yield _COUNT, [(key, failures + 1, now, now + _delay(failures + 1, limits)) for key, failures, _, _ in rows]
    return 0.0


def forgive(keys: Sequence[str]) -> Script[None]:
    """Take back the one failure of ``keys`` that a right password was counted as.

    The others stay: whoever has an account here must not buy guesses at other people's with it.
    """
    yield _FORGIVE, (sorted(set(keys)),)


def _delay(failures: int, limits: GuessLimits) -> int:
    if failures < limits.free:
        return 0
    return int(min(limits.first * 2 ** min(failures - limits.free, 40), limits.most) * _MICROS)
