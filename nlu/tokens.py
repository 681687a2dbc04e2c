"""Tokens of a message: what the client typed and how it is understood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
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

    @property
    def is_caps(self) -> bool:
        """A word of two or more letters typed in capitals."""
        return self.kind is Kind.WORD and len(self.own) > 1 and self.own.isupper()


_SPLIT: Final = re.compile(
    r"(?P<word>[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*)"
    r"|(?P<number>\d+(?:[.,:/-]\d+)*)"
    r"|(?P<smile>[:;=]['\u2019]?-?[()\[\]DdPp/\\|*]+|\({2,}|\){2,}|(?<![\w(])\)(?=\s|$)|(?<=\s)\((?=\s|$))"
    r"|(?P<mark>[!?]+)"
    r"|(?P<stop>\.{2,}|[.;\n])"
    r"|(?P<comma>[,:\u2014\u2013])"
    r"|(?P<other>\S)"
)


def split(text: str) -> list[tuple[Kind, str]]:
    """Pieces of cleaned text in their order; signs that mean nothing are left out."""
    pieces: list[tuple[Kind, str]] = []
    for match in _SPLIT.finditer(text):
        name, piece = match.lastgroup or "other", match.group()
        if name != "other":
            pieces.append((Kind(name), piece))
        elif is_emoji(piece):
            pieces.append((Kind.EMOJI, piece))
    return pieces
