"""Meta's error codes, sorted into what the sender knows: the one table for refusals and for statuses alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialog.outbox import Failure, Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """``pause``: seconds until trying again makes sense; ``pair``: only for this client, else for the whole number.

    ``trouble``: code of the text for the owner, where a person must mend it.
    """

    outcome: Settled
    failure: Failure
    pause: float | None = None
    pair: bool = False
    trouble: str = ""


_BAD = Meaning(outcome=Settled.REJECTED, failure=Failure.BAD_MESSAGE)
_BUSY = Meaning(outcome=Settled.DEFERRED, failure=Failure.TRANSIENT)
_STUMBLED = Meaning(outcome=Settled.RETRY, failure=Failure.TRANSIENT)
_TOO_FAST = Meaning(outcome=Settled.DEFERRED, failure=Failure.THROTTLED, pause=5.0)
_HELD_BACK = Meaning(outcome=Settled.REJECTED, failure=Failure.THROTTLED)
UNKNOWN = Meaning(outcome=Settled.UNKNOWN, failure=Failure.UNKNOWN_OUTCOME)


def _credentials(trouble: str = "bad_credentials") -> Meaning:
    return Meaning(outcome=Settled.DEFERRED, failure=Failure.BAD_CREDENTIALS, pause=60.0, trouble=trouble)


_CODES: Mapping[int, Meaning] = {
    131047: Meaning(outcome=Settled.REJECTED, failure=Failure.WINDOW_CLOSED),
    131026: Meaning(outcome=Settled.GONE, failure=Failure.RECIPIENT_GONE),
    131049: _HELD_BACK,
    130472: _HELD_BACK,
    131050: Meaning(outcome=Settled.REJECTED, failure=Failure.OPTED_OUT),
    # One message in six seconds to the same client, after a burst of about 45.
    131056: Meaning(outcome=Settled.DEFERRED, failure=Failure.THROTTLED, pause=6.0, pair=True),
    **dict.fromkeys((130429, 80007, 4), _TOO_FAST),
    131048: Meaning(outcome=Settled.DEFERRED, failure=Failure.THROTTLED, pause=600.0, trouble="spam"),
    **dict.fromkeys((131057, 131016), _BUSY),
    # Meta answers, and stumbles over this very line perhaps: it is not tried for ever, and nobody waits for it.
    **dict.fromkeys((131000, 131052, 2, 1), _STUMBLED),
    **dict.fromkeys((131051, 131053, 131008, 131009, 131021, 131062, 100, 33), _BAD),
    **dict.fromkeys((132000, 132001, 132005, 132007, 132012, 132015, 132016), _BAD),
    131030: Meaning(outcome=Settled.REJECTED, failure=Failure.BAD_MESSAGE, trouble="test_list"),
    **dict.fromkeys((131005, 3, 10, 190, *range(200, 300)), _credentials()),
    **dict.fromkeys((131031, 368), _credentials("locked")),
    131042: _credentials("payment"),
    **dict.fromkeys((131045, 133010), _credentials("not_registered")),
}


def meaning_of(code: int | None, status: int) -> Meaning:
    """What an answer with this HTTP ``status`` and code comes to; ``code`` None: there was no word of Meta's in it.

    A code that nobody has seen yet is taken for a fault of ours: it is not repeated.
    """
    if code is not None and code in _CODES:
        return _CODES[code]
    if code is None and status in (401, 403):
        return _credentials()
    if status == 429:
        return _TOO_FAST
    if code is None and 400 <= status < 500:
        # No word of Meta's: a relay or a wrong address of the server, and no fault of the line.
        return _BUSY
    # A gateway's page, or half an answer: it may have been taken. A status with our mark will tell.
    return UNKNOWN if status >= 500 or status < 400 else _BAD
