"""What can go wrong between us and a messenger, and when it does: by plan, or by chance with a seed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from enum import StrEnum


class Fault(StrEnum):
    """What the messenger does instead of answering properly. ``after``: it has taken the line all the same."""

    THROTTLE = "throttle"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    SLOW = "slow"
    HTML = "html"
    GARBAGE = "garbage"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    NO_CHAT = "no_chat"
    MIGRATED = "migrated"
    UNAUTHORIZED = "unauthorized"
    WRONG_TOKEN = "wrong_token"
    TOO_LONG = "too_long"
    BAD_BUTTON = "bad_button"
    EMPTY = "empty"
    NOT_MODIFIED = "not_modified"
    QUERY_TOO_OLD = "query_too_old"
    CONFLICT = "conflict"
    NO_MONEY = "no_money"
    BAD_NUMBER = "bad_number"
    NO_ROUTE = "no_route"
    DAY_LIMIT = "day_limit"
    BUSY = "busy"
    PAIR_LIMIT = "pair_limit"
    WINDOW_CLOSED = "window_closed"
    OPTED_OUT = "opted_out"
    HELD_BACK = "held_back"
    LOCKED = "locked"
    NOT_LISTED = "not_listed"
    NOT_READY = "not_ready"
    CAPTCHA = "captcha"


class Faults:
    """The next planned fault, else one by chance. ``chance`` gives numbers from 0 to 1."""

    def __init__(self, chance: Callable[[], float], retry_after: int = 1) -> None:
        self._chance = chance
        self._planned: deque[Fault | None] = deque()
        self.rates: dict[Fault, float] = {}
        self.retry_after = retry_after
        self.down = False
        """True: nobody is there at all, connections end at once."""
        self.drip_seconds = 30.0
        self.happened: Counter[Fault] = Counter()

    def plan(self, *faults: Fault | None) -> None:
        """What the next calls meet, in order; None is a proper answer."""
        self._planned.extend(faults)

    def set_rates(self, rates: Mapping[str, float]) -> None:
        """Faults by chance, by name. Raises ValueError for a name that is none."""
        self.rates = {Fault(name): float(rate) for name, rate in rates.items()}

    def next(self) -> Fault | None:
        """What this call meets."""
        found = self._planned.popleft() if self._planned else self._by_chance()
        if found is not None:
            self.happened[found] += 1
        return found

    def _by_chance(self) -> Fault | None:
        if not self.rates:
            return None
        thrown = self._chance()
        for fault, rate in self.rates.items():
            if thrown < rate:
                return fault
            thrown -= rate
        return None
