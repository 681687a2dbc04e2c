"""An understanding and answers that carry the client's own words back: every reply names what it replies to.

So a client can tell, without looking into any database, which of his messages was answered, how often and in what
order. ``human`` is the command of that name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from dialog import questions as q
from dialog.book_questions import BookingIsLive, VisitsOf
from dialog.detection import AnswerMatch, Detection

A = TypeVar("A")
ANSWER = "answer"
PRESS = "press"


class EchoUnderstanding:
    """Understands every text as a question about itself."""

    async def detect(self, texts: Sequence[str]) -> Sequence[Detection]:
        """One Detection for each text."""
        return [detect(text) for text in texts]


def detect(text: str) -> Detection:
    """What is understood of one text."""
    words = " ".join(text.split())
    if words.startswith("human"):
        return Detection(text=words, command="human")
    return Detection(text=words, answers=(AnswerMatch(key=words, confidence=1.0, matched=words),))


class EchoAnswerer:
    """Answers a question with the question; a first answer has a button that asks once more."""

    async def answer(self, question: q.Question[A], now: datetime) -> A:
        """The answer as of ``now``."""
        return cast(A, _find(question, now))


def _find(question: q.Question[Any], now: datetime) -> object:
    match question:
        case q.AnswerText(key, _):
            options = () if key.startswith(PRESS) else (q.Option(f"?{PRESS} {key}", "more"),)
            return q.AnswerGiven(text=f"{ANSWER} {key}", options=options)
        case q.AnswerTitle(key, _):
            return key
        case q.Facts(names, _):
            return dict.fromkeys(names, "fact")
        case q.Options():
            return ()
        case q.Promise():
            return q.PromiseGiven(kind="now", due=now + timedelta(hours=2), minutes=5, when="")
        case BookingIsLive():
            return False
        case VisitsOf():
            return ()
        case q.WorkingTime(minutes):
            return now + timedelta(minutes=minutes)
        case _:
            raise LookupError(type(question).__name__)
