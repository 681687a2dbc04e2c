"""What Telegram's answers mean for a line: its codes and texts sorted into the classes that the sender knows."""

from __future__ import annotations

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from dialog.outbox import Failure, Settled

Found = tuple[Settled, Failure]

GONE = (Settled.GONE, Failure.RECIPIENT_GONE)
BAD = (Settled.REJECTED, Failure.BAD_MESSAGE)
LATER = (Settled.DEFERRED, Failure.TRANSIENT)
UNKNOWN = (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME)
CREDENTIALS = (Settled.DEFERRED, Failure.BAD_CREDENTIALS)

_NOBODY_THERE = ("chat not found", "peer_id_invalid", "user not found", "user is deactivated")
_NOTHING_TO_DO = ("message is not modified", "query is too old", "query id is invalid")


def outcome(error: Exception) -> Found:
    """What one failed call came to. An error that nobody has seen yet is taken for ours: it is not repeated."""
    match error:
        case TelegramRetryAfter():
            return Settled.DEFERRED, Failure.THROTTLED
        case TelegramMigrateToChat() | TelegramForbiddenError():
            return GONE
        case TelegramUnauthorizedError() | TelegramNotFound():
            return CREDENTIALS
        case TelegramBadRequest():
            return _bad_request(str(error.message).lower())
        case TelegramServerError() | ClientDecodeError():
            # A gateway's page, or the server in trouble: FACTS call it transient, and a line is not lost for it.
            return LATER
        case TelegramNetworkError():
            return LATER if never_left(error) else UNKNOWN
        case TelegramAPIError():
            return BAD
        case _:
            return UNKNOWN


def _bad_request(words: str) -> Found:
    if any(sign in words for sign in _NOTHING_TO_DO):
        return Settled.ACCEPTED, Failure.NONE
    return GONE if any(sign in words for sign in _NOBODY_THERE) else BAD


def never_left(error: Exception) -> bool:
    """Without a connection nothing was said; whatever broke later may have been heard."""
    return isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
