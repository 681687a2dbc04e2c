"""The hard gate: a client who must have a live person at once, and the words that say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import re2

from dialog.detection import Gate, GateKind
from nlu.datafile import BUILT_IN, Entry, read
from nlu.normalise import Normal, Normaliser
from nlu.phrase import Line, Phrases
from nlu.tokens import Token

_KINDS: Final = tuple(kind.value for kind in GateKind)


class _Match(Protocol):
    def span(self) -> tuple[int, int]: ...


class _Pattern(Protocol):
    def finditer(self, text: str) -> Iterable[_Match]: ...


@dataclass(frozen=True, slots=True)
class _Rules:
    kind: GateKind
    phrases: Phrases
    unless: Phrases
    patterns: tuple[_Pattern, ...]


class HardGate:
    """Says whether a message needs a live person at once. Immutable and thread safe."""

    def __init__(self, normaliser: Normaliser, path: Path = BUILT_IN / "gate.yaml") -> None:
        """Raises ``DataError`` when the file is not right."""
        root = read(path).fields(("spec", "order", "kinds"))
        order = [place.one_of(_KINDS) for place in root["order"].items()]
        rules = {place_name: _rules(place_name, place, normaliser) for place_name, place in root["kinds"].pairs()}
        if sorted(order) != sorted(rules):
            raise root["order"].refuse("order and kinds do not name the same kinds")
        self._rules = [rules[name] for name in order]

    def check(self, normal: Normal) -> Gate | None:
        """The gate that fired, the gravest first; ``None`` when none did."""
        for rules in self._rules:
            spans = _fired(rules, normal.line)
            if spans:
                return Gate(kind=rules.kind, words=_own_words(normal.line.tokens, spans))
        return None


def _rules(name: str, place: Entry, normaliser: Normaliser) -> _Rules:
    if name not in _KINDS:
        raise place.refuse(f"{name!r} is not one of: {', '.join(_KINDS)}")
    fields = place.fields(("phrases",), ("unless", "patterns"))
    return _Rules(
        kind=GateKind(name),
        phrases=normaliser.phrases(fields["phrases"].items()),
        unless=normaliser.phrases(fields["unless"].items() if "unless" in fields else ()),
        patterns=tuple(map(_pattern, fields["patterns"].items())) if "patterns" in fields else (),
    )


def _pattern(place: Entry) -> _Pattern:
    if "\\b" in place.text() or "\\w" in place.text():
        raise place.refuse(
            r"RE2 knows \b and \w for Latin letters only: write (?:^| ) and [a-z] with the letters meant"
        )
    options = re2.Options()
    options.log_errors = False
    try:
        compiled: _Pattern = re2.compile(place.text(), options)
    except re2.error as error:
        raise place.refuse(f"not an RE2 pattern: {error}") from None
    return compiled


def _fired(rules: _Rules, line: Line) -> list[tuple[int, int]]:
    spans = [(found.start, found.end) for found in rules.phrases.find(line)]
    spans.extend(_by_pattern(rules.patterns, line.tokens))
    if not spans:
        return []
    covered = [(found.start, found.end) for found in rules.unless.find(line)]
    return [span for span in spans if not any(start < span[1] and span[0] < end for start, end in covered)]


def _by_pattern(patterns: Sequence[_Pattern], tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    if not patterns:
        return
    text = " ".join(token.word for token in tokens)
    for pattern in patterns:
        for match in pattern.finditer(text):
            start, end = match.span()
            start += text[start:end].startswith(" ")
            end -= text[start:end].endswith(" ")
            first = text.count(" ", 0, start)
            yield first, first + text.count(" ", start, end) + 1


def _own_words(tokens: Sequence[Token], spans: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    start, end = max(spans, key=lambda span: span[1] - span[0])
    return tuple(dict.fromkeys(token.own for token in tokens[start:end]))
