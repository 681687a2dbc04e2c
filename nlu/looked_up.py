"""Words looked up beforehand: those that the shipped files and the demo salon are made of.

To ask the dictionary for thousands of words is a good part of every start. Its answers depend on the word alone, so a
file keeps them; it is believed only while the dictionary is the very one that gave them. `zabota nlu words` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import orjson
import pymorphy3
import pymorphy3_dicts_ru

from nlu.datafile import BUILT_IN
from nlu.lemmas import MANY, ONE, Fold, Lemmas, Reading

LOOKED_UP: Final = BUILT_IN / "words.json"
_NOUN, _VERB, _NAME = "n", "v", "m"
_PAST: Final = {"1": ONE, "2": MANY}


def dictionary() -> str:
    """Which dictionary is installed, and what reads it."""
    return f"{pymorphy3.__version__} {pymorphy3_dicts_ru.__version__}"


class LookedUp:
    """Readings by word, each made when it is asked for."""

    def __init__(self, rows: Mapping[str, Sequence[str]]) -> None:
        self._rows = rows

    @staticmethod
    def load(path: Path = LOOKED_UP) -> LookedUp:
        """What the file says; nothing when it is of another dictionary."""
        kept = orjson.loads(path.read_bytes())
        return LookedUp(kept["words"] if kept["dictionary"] == dictionary() else {})

    def __call__(self, word: str) -> Reading | None:
        """The dictionary's answer, if it is known."""
        row = self._rows.get(word)
        if row is None:
            return None
        *lemmas, marks = row
        past = next((said for mark, said in _PAST.items() if mark in marks), "")
        return Reading(tuple(lemmas), noun=_NOUN in marks, verb=_VERB in marks, name=_NAME in marks, past=past)

    def __iter__(self) -> Iterator[str]:
        """The words that are known."""
        return iter(self._rows)


def known_lemmas(fold: Fold) -> Lemmas:
    """Lemmas that ask the file first."""
    return Lemmas(fold, LookedUp.load())


class NotingLemmas(Lemmas):
    """Remembers every word that the dictionary was asked for, and its answer."""

    def __init__(self, fold: Fold) -> None:
        super().__init__(fold)
        self.noted: dict[str, Reading] = {}

    def _parsed(self, word: str) -> Reading:
        reading = super()._parsed(word)
        if reading != Reading((word,)):
            self.noted[word] = reading
        return reading


def write(noted: Mapping[str, Reading], path: Path = LOOKED_UP) -> None:
    """Keep these answers, a word a line."""
    rows = ",\n".join(f"{_json(word)}: {_json(_row(reading))}" for word, reading in sorted(noted.items()))
    path.write_text(f'{{"dictionary": {_json(dictionary())}, "words": {{\n{rows}\n}}}}\n', encoding="utf-8")


def _row(reading: Reading) -> list[str]:
    marks = [mark for mark, is_so in ((_NOUN, reading.noun), (_VERB, reading.verb), (_NAME, reading.name)) if is_so]
    marks += [mark for mark, past in _PAST.items() if past == reading.past]
    return [*reading.lemmas, "".join(marks)]


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
