"""vaderSentiment twice: as it is for English, and a private second copy of the module whose tables are ours.

The tables of vaderSentiment are module globals. Changing them in place would change English too, so the Russian
engine runs in a copy of the module loaded under a name of its own. Its text is not Russian words but codes that
``nlu.mood`` makes: ``p12`` a phrase of the lexicon, ``b3`` a word of degree, ``not``, ``but``, ``o`` any other word.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from typing import Any, Final, Protocol, cast

_PUBLIC: Final = "vaderSentiment.vaderSentiment"
_PRIVATE: Final = "nlu._vader_of_our_own"

NEGATION: Final = "not"
BUT: Final = "but"
OTHER: Final = "o"


class Engine(Protocol):
    """The part of ``SentimentIntensityAnalyzer`` that is used."""

    def polarity_scores(self, text: str) -> Mapping[str, float]:
        """``neg``, ``neu``, ``pos`` and ``compound`` of a text."""
        ...


class CodedEngine:
    """The arithmetic of VADER over coded words. Thread safe: nothing is kept between two calls."""

    def __init__(self, valences: Mapping[str, float], boosters: Mapping[str, float]) -> None:
        """``valences`` and ``boosters`` map codes (lower case) to weights as in VADER's own tables."""
        self._module = _second_module()
        self._module.NEGATE = [NEGATION]
        self._module.BOOSTER_DICT = dict(boosters)
        self._module.SPECIAL_CASES = {}
        self._analyser = self._module.SentimentIntensityAnalyzer()
        self._analyser.lexicon = dict(valences)
        self._analyser.emojis = {}

    def weigh(self, codes: list[str], emphasis: str) -> tuple[list[float], float]:
        """The valence of each code after negation, degree, capitals and "but", and the compound of all, -1..1.

        A code in upper case was typed in capitals. ``emphasis`` holds the exclamation and question marks.
        """
        said = self._module.SentiText(" ".join(codes))
        weights: list[float] = []
        for at, code in enumerate(said.words_and_emoticons):
            if code.lower() in self._module.BOOSTER_DICT:
                weights.append(0.0)
            else:
                weights = self._analyser.sentiment_valence(0, said, code, at, weights)
        weights = self._analyser._but_check(said.words_and_emoticons, weights)
        compound = self._analyser.score_valence(weights, emphasis)["compound"]
        return [float(weight) for weight in weights], float(compound)


def english() -> Engine:
    """VADER for English, untouched."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return cast(Engine, SentimentIntensityAnalyzer())


def _second_module() -> Any:
    found = importlib.util.find_spec(_PUBLIC)
    if found is None or found.origin is None:
        raise ImportError(_PUBLIC)
    spec = importlib.util.spec_from_file_location(_PRIVATE, found.origin)
    if spec is None or spec.loader is None:
        raise ImportError(found.origin)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if module is sys.modules.get(_PUBLIC):
        raise ImportError("the private copy of vaderSentiment is not a copy")
    return module
