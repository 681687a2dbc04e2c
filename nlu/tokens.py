"""Tokens of a message: what the client typed and how it is understood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from nlu.clean import is_emoji


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    MARK = "mark"
    """Exclamation and question marks, one token a run."""
    SMILE = "smile"
    """Smiles of characters; a run of two or more brackets counts, the runs are kept as typed."""
    EMOJI = "emoji"
    STOP = "stop"
    """The end of a sentence or a line."""
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class Token:
    """``own`` is the client's own spelling; ``word`` is lower case, folded and repaired."""

    kind: Kind
    own: str
    word: str
    lemmas: tuple[str, ...] = ()
    sentence: int = 0
    quoted: bool = False
    """The word stands alone in quotation marks."""
    past: str = ""
    """``many`` for "they did", ``one`` for "he did" and "she did", else empty."""

    @property
    def is_caps(self) -> bool:
        """A word of two or more letters typed in capitals."""
        return self.kind is Kind.WORD and len(self.own) > 1 and self.own.isupper()


MOST_PIECES: Final = 300
"""Pieces of one run of signs without a space; more is noise."""

MASKED: Final = "***"
"""The word of every token whose letters were starred out."""

_SPLIT: Final = re.compile(
    r"(?P<mask>[^\W\d_]+\*+[^\W\d_]+|[^\W\d_]+\*{2,})"
    r"|(?P<word>[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*)"
    r"|(?P<number>\d+(?:[.,:/-]\d+)*)"
    r"|(?P<smile>[:;=]['\u2019]?-?[()\[\]DdPp/\\|*]+|\({2,}|\){2,}|(?<![\w(])\)(?=\s|$)|(?<=\s)\((?=\s|$))"
    r"|(?P<mark>[!?]+)"
    r"|(?P<stop>\.{2,}|[.;\n])"
    r"|(?P<comma>[,:\u2014\u2013])"
    r"|(?P<other>\S)"
)


def split(text: str) -> list[tuple[Kind, str]]:
    """The first pieces of cleaned text in their order; signs that mean nothing are left out."""
    pieces: list[tuple[Kind, str]] = []
    for match in islice(_SPLIT.finditer(text), MOST_PIECES):
        name, piece = match.lastgroup or "other", match.group()
        if name == "mask":
            pieces.append((Kind.WORD, piece))
        elif name != "other":
            pieces.append((Kind(name), piece))
        elif is_emoji(piece):
            pieces.append((Kind.EMOJI, piece))
    return pieces
