"""What the client wants: intents by phrases that are data, each with the strength of its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialog.detection import IntentMatch
from nlu.datafile import BUILT_IN, Entry, read
from nlu.normalise import Normal, Normaliser
from nlu.phrase import Found, Phrases

NAMES: Final = (
    "book", "reschedule", "cancel", "my_booking", "price", "hours", "address", "services", "promo", "payment", "care",
    "late", "contact", "confirm", "deny", "greet", "thanks", "bye", "feedback", "human", "complaint", "refund",
    "withhold", "same_price", "same_time", "same_place",
    "bridal", "colour_advice",
)  # fmt: skip
"""Every intent that may be found, and is evidence for what is learned."""

BY_PHRASES: Final = ("same_day", "why", "why_phone", "who", "past_visit", "after_all", "anyone")
"""Intents that phrases alone decide."""

POLITE: Final = frozenset({"greet", "thanks", "bye"})

_LEVELS: Final = ("sure", "likely", "hint")
_MORE_EVIDENCE: Final = 0.012
_PER_WORD: Final = 0.002
_HIGHEST: Final = 0.99


@dataclass(frozen=True, slots=True)
class _Rules:
    name: str
    phrases: Phrases
    strengths: tuple[float, ...]
    unless: Phrases


class Intents:
    """Finds the intents of a message. Immutable and thread safe."""

    def __init__(self, normaliser: Normaliser, path: Path = BUILT_IN / "intents.yaml") -> None:
        """Raises ``DataError`` when the file is not right."""
        root = read(path).fields(("spec", "strength", "intents"))
        strength = {name: place.number(0.0, 1.0) for name, place in root["strength"].fields(_LEVELS).items()}
        self._rules = [_rules(name, place, strength, normaliser) for name, place in root["intents"].pairs()]

    def find(self, normal: Normal) -> tuple[IntentMatch, ...]:
        """Intents, best first."""
        found: list[IntentMatch] = []
        for rules in self._rules:
            matches = rules.phrases.find(normal.line)
            if not matches:
                continue
            left = _uncovered(matches, rules.unless.find(normal.line))
            if left:
                found.append(IntentMatch(name=rules.name, confidence=_confidence(left, rules.strengths)))
        return ranked(found)


def ranked(found: Iterable[IntentMatch]) -> tuple[IntentMatch, ...]:
    """Best first; of equals what is wanted comes before what is only polite."""
    return tuple(sorted(found, key=lambda match: (-match.confidence, match.name in POLITE)))


def _rules(name: str, place: Entry, strength: dict[str, float], normaliser: Normaliser) -> _Rules:
    if name not in NAMES + BY_PHRASES:
        raise place.refuse(f"{name!r} is not one of: {', '.join(NAMES + BY_PHRASES)}")
    fields = place.fields((), (*_LEVELS, "unless"))
    entries: list[Entry] = []
    strengths: list[float] = []
    for level in _LEVELS:
        level_entries = fields[level].items() if level in fields else []
        entries.extend(level_entries)
        strengths.extend([strength[level]] * len(level_entries))
    unless = fields["unless"].items() if "unless" in fields else []
    return _Rules(name, normaliser.phrases(entries), tuple(strengths), normaliser.phrases(unless))


def _uncovered(found: Sequence[Found], unless: Sequence[Found]) -> list[Found]:
    return [one for one in found if not any(no.start < one.end and one.start < no.end for no in unless)]


def _confidence(found: Sequence[Found], strengths: Sequence[float]) -> float:
    """The strongest evidence; more phrases and a longer one weigh a little, so that ties are decided."""
    best = max(strengths[one.phrase] + _PER_WORD * min(one.end - one.start, 6) for one in found)
    more = len({one.phrase for one in found}) - 1
    return min(_HIGHEST, best + _MORE_EVIDENCE * min(more, 3))
