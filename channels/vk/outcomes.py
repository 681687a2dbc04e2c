"""What VK's answers mean for a line: its codes sorted into the classes that the sender knows."""

from __future__ import annotations

from aiohttp import ClientConnectorError, ConnectionTimeoutError

from channels.vk.library import VKAPIError
from channels.vk.not_captured import FLOOD_SECONDS, MAILING_SECONDS, METHOD_SECONDS
from dialog.outbox import Failure, Settled

Found = tuple[Settled, Failure]

GONE = (Settled.GONE, Failure.RECIPIENT_GONE)
BAD = (Settled.REJECTED, Failure.BAD_MESSAGE)
LATER = (Settled.DEFERRED, Failure.TRANSIENT)
AGAIN = (Settled.RETRY, Failure.TRANSIENT)
"""VK answered: whatever it stumbles over may be this very line, which is not tried for ever."""
UNKNOWN = (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME)
THROTTLED = (Settled.DEFERRED, Failure.THROTTLED)
CREDENTIALS = (Settled.DEFERRED, Failure.BAD_CREDENTIALS)

_BY_CODE = {
    **dict.fromkeys((1, 10), AGAIN),
    **dict.fromkeys((6, 9, 29, 944), THROTTLED),
    # With a captcha, a validation, a confirmation, or the bot's abilities switched off a person must look.
    **dict.fromkeys((5, 14, 15, 17, 24, 27, 28, 912), CREDENTIALS),
    **dict.fromkeys((7, 18, 900, 901, 902, 917, 922, 927, 932, 936, 945, 946, 985), GONE),
    943: (Settled.REJECTED, Failure.OPTED_OUT),
    950: (Settled.REJECTED, Failure.WINDOW_CLOSED),
}
PAUSES = {6: 1.0, 9: FLOOD_SECONDS, 29: METHOD_SECONDS, 944: MAILING_SECONDS}
"""Seconds before a throttled line goes again."""
EVERYBODY = frozenset({6})
"""Codes that are about all of the community's calls. Code 29 is about one method: a sign that somebody is typing may
be over its limit while lines still go."""

TROUBLES = {912: "bots_off", 14: "captcha", 17: "captcha", 24: "captcha"}
"""What the owner has to mend, where it is not the key."""


class NotUploaded(Exception):
    """A file did not get to VK: the message that was to carry it was not sent."""


def outcome(error: Exception) -> Found:
    """What one failed call came to. A code that nobody has seen yet is taken for our mistake: it is not repeated."""
    match error:
        case VKAPIError():
            return _BY_CODE.get(error.code, BAD)
        case ClientConnectorError() | ConnectionTimeoutError():
            # Without a connection nothing was said; whatever broke later may have been heard.
            return LATER
        case NotUploaded():
            return AGAIN
        case _:
            return UNKNOWN


def words(error: Exception) -> str:
    """What VK said; of other errors the name alone."""
    if isinstance(error, VKAPIError):
        return f"{error.code}: {error.error_msg}"[:300]
    return type(error).__name__
