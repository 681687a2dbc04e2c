"""The lexicon of mood: phrases with their class and weight, words of degree, negations. Data, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialog.detection import MoodClass
from nlu.datafile import BUILT_IN, Entry, read
from nlu.normalise import Normaliser
from nlu.phrase import Phrases

HEAVIEST: Final = 4.0
_CLASSES: Final = tuple(mood.value for mood in MoodClass)
_MODEL: Final = ("bias", "compound", "worst", "second", "good", "caps", "question", "gate", "label_at")


@dataclass(frozen=True, slots=True)
class Feeling:
    """What a phrase of the lexicon says: its rule (the group's name), class and weight."""

    rule: str
    mood: MoodClass
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The whole of a mood file."""

    phrases: Phrases
    feelings: tuple[Feeling, ...]
    strong: Phrases
    weak: Phrases
    swing: Phrases
    but: Phrases
    negations: Phrases
    over: Phrases
    softened: Phrases
    soft_factor: float
    request: Phrases
    blame: Phrases
    request_factor: float
    quoted: Phrases
    quoted_weight: float
    model: Mapping[str, float]

    @staticmethod
    def load(normaliser: Normaliser, path: Path = BUILT_IN / "mood.ru.yaml") -> Lexicon:
        """Raises ``DataError`` when the file is not right."""
        root = read(path).fields(
            ("spec", "model", "softened", "request", "quoted", "negations", "boosters", "but", "groups")
        )
        entries, feelings = _groups(root["groups"])
        boosters = root["boosters"].fields(("strong", "weak", "swing"))
        negations = root["negations"].fields(("say", "over"))
        softened = root["softened"].fields(("factor", "say"))
        request = root["request"].fields(("factor", "say", "blame"))
        quoted = root["quoted"].fields(("weight", "say"))
        return Lexicon(
            phrases=normaliser.phrases(entries),
            feelings=tuple(feelings),
            strong=normaliser.phrases(boosters["strong"].items()),
            weak=normaliser.phrases(boosters["weak"].items()),
            swing=normaliser.phrases(boosters["swing"].items()),
            but=normaliser.phrases(root["but"].items()),
            negations=normaliser.phrases(negations["say"].items()),
            over=normaliser.phrases(negations["over"].items()),
            softened=normaliser.phrases(softened["say"].items()),
            soft_factor=softened["factor"].number(0.0, 1.0),
            request=normaliser.phrases(request["say"].items()),
            blame=normaliser.phrases(request["blame"].items()),
            request_factor=request["factor"].number(0.0, 1.0),
            quoted=normaliser.phrases(quoted["say"].items()),
            quoted_weight=quoted["weight"].number(-HEAVIEST, 0.0),
            model={name: place.number(-20.0, 20.0) for name, place in root["model"].fields(_MODEL).items()},
        )


def _groups(place: Entry) -> tuple[list[Entry], list[Feeling]]:
    entries: list[Entry] = []
    feelings: list[Feeling] = []
    lines: dict[str, int] = {}
    for name, group in place.pairs():
        fields = group.fields(("class", "weight", "say"))
        feeling = Feeling(
            name, MoodClass(fields["class"].one_of(_CLASSES)), fields["weight"].number(-HEAVIEST, HEAVIEST)
        )
        for entry in fields["say"].items():
            first = lines.setdefault(entry.text(), entry.line)
            if first != entry.line:
                raise entry.refuse(f"{entry.text()!r} is already in line {first}")
            entries.append(entry)
            feelings.append(feeling)
    return entries, feelings
