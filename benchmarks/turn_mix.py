"""What clients of the benchmark say: an answer, the menu, the first step of a flow, a cancellation, over and over."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence

from dialog.detection import AnswerMatch, Detection, IntentMatch
from dialog.message import Address, InboundMessage, Kind

SAYINGS = ("answer", "menu", "book", "cancel")
_GIVEN = {
    "answer": Detection(text="answer", answers=(AnswerMatch(key="hours", confidence=0.9, matched="answer"),)),
    "menu": Detection(text="menu", command="menu"),
    "book": Detection(text="book", intents=(IntentMatch(name="book", confidence=0.9),)),
    "cancel": Detection(text="cancel", command="cancel"),
}


class GivenUnderstanding:
    """The Detection is given: understanding is another stage with its own figures."""

    async def detect(self, texts: Sequence[str]) -> Sequence[Detection]:
        """One prepared Detection for each text."""
        return [_GIVEN[text] for text in texts]


class TurnMix:
    """Messages in the order in which each client says them; every key is new."""

    def __init__(self, mark: str, channel: str = "webchat") -> None:
        self._mark = mark
        self._channel = channel
        self._numbers = itertools.count()
        self._said: dict[str, int] = defaultdict(int)

    def message(self, peer: str) -> InboundMessage:
        """The next thing that ``peer`` says."""
        place = self._said[peer]
        self._said[peer] = place + 1
        return InboundMessage(
            address=Address(channel=self._channel, account="site", peer=peer),
            event_key=f"{self._mark}-{next(self._numbers)}",
            kind=Kind.TEXT,
            text=SAYINGS[place % len(SAYINGS)],
            cuts_burst=True,
        )


def peer_name(number: int) -> str:
    """The name of client ``number`` in every database of the benchmark."""
    return f"p{number}"
