"""One message that may say several things: where it can be taken apart."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from nlu.datafile import BUILT_IN, read
from nlu.normalise import Normal
from nlu.tokens import Kind, Token

MOST_PARTS: Final = 4
"""A message of more is a story, and stories are read as a whole."""


class Parter:
    """Takes messages apart. Immutable and thread safe."""

    def __init__(self, path: Path = BUILT_IN / "parts.yaml") -> None:
        """Raises ``DataError`` when the file is not right."""
        self._joins = frozenset(read(path).fields(("spec", "joins"))["joins"].texts())

    def parts(self, normal: Normal) -> tuple[str, ...]:
        """The message in its parts, as they were typed; empty when it has one, or too many.

        A question mark asks for every part of its sentence.
        """
        found: list[str] = []
        clauses: list[list[Token]] = [[]]
        for token in normal.tokens:
            if token.kind in (Kind.STOP, Kind.MARK):
                found.extend(_typed(clauses, token))
                clauses = [[]]
            elif token.kind is Kind.COMMA or token.word in self._joins:
                clauses.append([])
            else:
                clauses[-1].append(token)
        found.extend(_typed(clauses, None))
        return tuple(found) if 1 < len(found) <= MOST_PARTS else ()


def _typed(clauses: list[list[Token]], end: Token | None) -> list[str]:
    mark = [end.own] if end is not None and end.kind is Kind.MARK else []
    worded = [tokens for tokens in clauses if any(token.kind in (Kind.WORD, Kind.NUMBER) for token in tokens)]
    return [" ".join([*(token.own for token in tokens), *mark]) for tokens in worded]
