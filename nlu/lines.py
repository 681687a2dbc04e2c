"""The messages that the learned part learns from: text files, strictly read.

``[label ...]`` opens a group, every other line is one message; ``#`` begins a comment, blank lines mean nothing.
In the files of messages the words in brackets are the intent, the mood and a remark (``polite``, ``irony``, ``abuse``);
in the files of questions one topic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialog.detection import MoodClass
from nlu.datafile import BUILT_IN, DataError
from nlu.intents import NAMES

_REMARKS: Final = frozenset({"polite", "irony", "abuse"})
_UPSET: Final = frozenset({MoodClass.UPSET, MoodClass.CLAIM})
OTHER: Final = "other"
_CALM: Final = "calm"
_TRAPS: Final = "calm.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledLine:
    """One message with what it is known to mean."""

    text: str
    intent: str
    mood: MoodClass
    trap: bool = False
    """Written to sound bad without being a complaint."""

    @property
    def upset(self) -> bool:
        """The client is upset with the salon."""
        return self.mood in _UPSET

    @property
    def ordinary(self) -> bool:
        """Nobody has to be called."""
        return not self.upset and self.intent != "human"


def labelled_lines(folder: Path = BUILT_IN / "lines") -> list[LabelledLine]:
    """Every message of the folder. Raises ``DataError`` for an unknown label or a message that comes twice."""
    found: list[LabelledLine] = []
    for file, line, words, text in _grouped(sorted(folder.glob("*.txt"))):
        if len(words) not in (2, 3) or not _REMARKS.issuperset(words[2:]):
            raise DataError(file, line, f"[{' '.join(words)}]: expected an intent, a mood and perhaps a remark")
        intent, mood = words[:2]
        if intent not in NAMES and intent != OTHER:
            raise DataError(file, line, f"there is no intent {intent!r}")
        try:
            found.append(LabelledLine(text=text, intent=intent, mood=_mood(mood), trap=file == _TRAPS))
        except ValueError:
            raise DataError(file, line, f"there is no mood {mood!r}") from None
    return found


def topic_lines(folder: Path = BUILT_IN / "topics") -> list[tuple[str, str]]:
    """(topic, question) of every question of the folder. Raises ``DataError``."""
    found: list[tuple[str, str]] = []
    for file, line, words, text in _grouped(sorted(folder.glob("*.txt"))):
        if len(words) != 1:
            raise DataError(file, line, f"[{' '.join(words)}]: expected one topic")
        found.append((words[0], text))
    return found


def _mood(name: str) -> MoodClass:
    return MoodClass.NEUTRAL if name == _CALM else MoodClass(name)


def _grouped(paths: Sequence[Path]) -> Iterator[tuple[str, int, list[str], str]]:
    """File, line number, the group's words and the message."""
    seen: dict[str, str] = {}
    for path in paths:
        words: list[str] = []
        for number, raw in enumerate(path.read_text("utf-8").splitlines(), 1):
            text = raw.strip()
            if not text or text.startswith("#"):
                continue
            if text.startswith("[") and text.endswith("]"):
                words = text[1:-1].split()
                continue
            if not words:
                raise DataError(path.name, number, "a message before the first [group]")
            key = text.casefold()
            if key in seen:
                raise DataError(path.name, number, f"{text!r} is already in {seen[key]}")
            seen[key] = f"{path.name}:{number}"
            yield path.name, number, words, text
