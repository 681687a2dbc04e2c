"""What a message shows to the learned part: its words, pairs of words and pieces of words, as names with weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from nlu.normalise import Normal
from nlu.tokens import Kind, Token

Features = dict[str, float]

_MOST_TOKENS: Final = 60
_LONGEST_WORD: Final = 24
_PIECES: Final = (3, 4)
_WORD, _FORM, _PAIR, _PIECE, _SIGN = 1.0, 0.5, 0.7, 0.35, 0.5
_CAPS: Final = 0.6
_EDGE: Final = "^"


def features(normal: Normal) -> Features:
    """Names with weights; the weights are of length one together. The tail of a long message counts, too."""
    tokens = [*normal.line.tokens[: _MOST_TOKENS // 2], *normal.line.tokens[_MOST_TOKENS // 2 :][-_MOST_TOKENS // 2 :]]
    found: Features = {}
    before = _EDGE
    for token in tokens:
        lemma = lemma_of(token)
        found.update(token_features(token))
        found[f"p {before} {lemma}"] = _PAIR
        before = lemma
    found[f"p {before} {_EDGE}"] = _PAIR
    found.update(dict.fromkeys(_signs(normal), _SIGN))
    length = math.hypot(*found.values()) or 1.0
    return {name: weight / length for name, weight in found.items()}


def token_features(token: Token) -> Features:
    """What one word shows by itself."""
    word = token.word[:_LONGEST_WORD]
    found: Features = {f"c {piece}": _PIECE for piece in _pieces(f"<{word}>")}
    found[f"f {word}"] = _FORM
    found[f"w {lemma_of(token)}"] = _WORD
    return found


def lemma_of(token: Token) -> str:
    """The likeliest lemma; a number is any number."""
    if token.kind is Kind.NUMBER:
        return "#"
    return token.lemmas[0] if token.lemmas else token.word


def _pieces(word: str) -> Iterator[str]:
    for size in _PIECES:
        for at in range(len(word) - size + 1):
            yield word[at : at + size]


def _signs(normal: Normal) -> Iterator[str]:
    for token in normal.tokens:
        if token.kind is Kind.MARK:
            yield "m " + "".join(sorted(set(token.word))) + ("+" if len(token.word) > 1 else "")
        elif token.quoted:
            yield "m quoted"
    if normal.caps > _CAPS and len(normal.words) > 1:
        yield "m caps"
    if len(normal.words) <= 2:
        yield "m short"
