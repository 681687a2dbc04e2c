"""What MAX's answers mean for a line: its codes sorted into the classes that the sender knows."""

from __future__ import annotations

from collections.abc import Mapping

from channels.max.wire import Answer
from dialog.outbox import Failure, Settled

Found = tuple[Settled, Failure]

ACCEPTED = (Settled.ACCEPTED, Failure.NONE)
GONE = (Settled.GONE, Failure.RECIPIENT_GONE)
BAD = (Settled.REJECTED, Failure.BAD_MESSAGE)
LATER = (Settled.DEFERRED, Failure.TRANSIENT)
THROTTLED = (Settled.DEFERRED, Failure.THROTTLED)
CREDENTIALS = (Settled.DEFERRED, Failure.BAD_CREDENTIALS)
UNKNOWN = (Settled.UNKNOWN, Failure.UNKNOWN_OUTCOME)

NOT_READY = "attachment.not.ready"
_CODES: Mapping[str, Found] = {
    "verify.token": CREDENTIALS,
    "chat.denied": GONE,
    "chat.not.found": GONE,
    "dialog.suspended": GONE,
    "user.not.found": GONE,
    "too.many.requests": THROTTLED,
    NOT_READY: LATER,
    "service.unavailable": LATER,
    "proto.payload": BAD,
}


def outcome(answer: Answer) -> Found:
    """What a call came to. A refusal in MAX's own words is one; of anything else from a server in trouble nobody knows
    whether the line was taken before it stumbled."""
    if answer.code in _CODES:
        return _CODES[answer.code]
    match answer.status:
        case 200:
            return ACCEPTED if mid_of(answer) else UNKNOWN
        case 401:
            return CREDENTIALS
        case 429:
            return THROTTLED
        case 403 if answer.code:
            return GONE
        case 403 | 404 if not answer.code:
            # No word of MAX's: a gateway or a wrong address of the server, and no fault of the line.
            return LATER
        case status if 400 <= status < 500:
            return BAD
        case _:
            return UNKNOWN


def in_maxs_words(answer: Answer) -> bool:
    """Whether it says what is wrong by a code that is known."""
    return answer.code in _CODES


def mid_of(answer: Answer) -> str:
    """The new message's name."""
    found: object = answer.body
    for name in ("message", "body", "mid"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""
