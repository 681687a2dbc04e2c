"""What an answer is about: keys of answers on one service, and the subject that a conversation goes on about."""

from __future__ import annotations

from collections.abc import Mapping

PRICE, TIME, PLACE = "service", "duration", "where"
"""What may be asked about a service: its line of the price list, how long it takes, where it is done."""
ASPECTS = frozenset({PRICE, TIME, PLACE})
FOLLOW_UPS: Mapping[str, str] = {"same_price": PRICE, "same_time": TIME, "same_place": PLACE}
"""Intents of messages that ask about whatever was spoken of last, and what they ask."""
OF, AT = ":", "@"
HOURS, DAY = "hours", "day"
"""The salon's answer on its hours, and the hours of one day."""


def about(aspect: str, service: str, staff: str = "") -> str:
    """The key of what there is to say about a service, at one master when she is named: ``service:haircut@olga``."""
    return f"{aspect}{OF}{service}{AT}{staff}" if staff else f"{aspect}{OF}{service}"


def at_branch(answer: str, branch: str) -> str:
    """The key of an answer as it is at one branch: ``hours@centre``."""
    return f"{answer}{AT}{branch}" if branch and AT not in answer else answer


def of_service(key: str) -> tuple[str, str, str] | None:
    """Aspect, service and staff (may be empty) behind a key of ``about``; None for any other answer's key."""
    aspect, colon, rest = key.partition(OF)
    if not colon or aspect not in ASPECTS:
        return None
    service, _, staff = rest.partition(AT)
    return aspect, service, staff


def of_answer(key: str) -> tuple[str, str]:
    """The answer and the branch (may be empty) behind a key."""
    answer, _, branch = key.partition(AT)
    return answer, branch


def on_day(day: str) -> str:
    """The key of the salon's hours on a day of its calendar (ISO): ``day:2026-03-11``."""
    return f"{DAY}{OF}{day}"


def of_day(key: str) -> tuple[str, str] | None:
    """The day and the branch (may be empty) behind a key of ``on_day``; None for any other answer's key."""
    kind, colon, rest = key.partition(OF)
    if not colon or kind != DAY:
        return None
    day, _, branch = rest.partition(AT)
    return day, branch
