"""What was taken out of a text and what came in, word by word; and the same for whole answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

Side: TypeAlias = Literal["same", "gone", "new"]
Body: TypeAlias = Mapping[str, object]

_PARTS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
_LANGUAGES = ("ru", "en")
_PLAIN = ("group", "enabled")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    side: Side
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that differs. ``detail``: a language or a branch where the field has several texts."""

    field: str
    detail: str = ""
    language: str = ""
    pieces: tuple[Piece, ...]


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces of both texts in order; together the same and the gone are ``old``, the same and the new ``new``."""
    return tuple(_pieces(_PARTS.findall(old), _PARTS.findall(new), ""))


def line_diff(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    """The same for lists of lines: a piece is one line."""
    found: list[Piece] = []
    for piece in _pieces(old, new, "\n"):
        found.extend(Piece(piece.side, line) for line in piece.text.split("\n"))
    return tuple(found)


def answer_changes(old: Body, new: Body) -> tuple[Change, ...]:
    """Each field of an answer's document that differs; an empty document has no fields."""
    return tuple(change for change in _changes(old, new) if any(piece.side != "same" for piece in change.pieces))


def _changes(old: Body, new: Body) -> Iterator[Change]:
    yield from _said("title", "", old.get("title"), new.get("title"))
    yield Change(field="wordings", pieces=line_diff(_lines(old), _lines(new)))
    yield from _said("text", "", old.get("text"), new.get("text"))
    before, after = _mapping(old.get("by_branch")), _mapping(new.get("by_branch"))
    for branch in {**before, **after}:
        yield from _said("by_branch", branch, before.get(branch), after.get(branch))
    yield Change(field="choices", pieces=line_diff(_buttons(old), _buttons(new)))
    for name in _PLAIN:
        yield Change(field=name, pieces=line_diff(_plain(name, old), _plain(name, new)))


def _said(field: str, detail: str, old: object, new: object) -> Iterator[Change]:
    for language in _LANGUAGES:
        pieces = word_diff(_in(language, old), _in(language, new))
        yield Change(field=field, detail=detail, language=language, pieces=pieces)


def _in(language: str, words: object) -> str:
    if isinstance(words, Mapping):
        return str(words.get(language) or "")
    return str(words or "") if language == _LANGUAGES[0] else ""


def _lines(body: Body) -> list[str]:
    found = body.get("wordings")
    return [str(each) for each in found] if isinstance(found, list | tuple) else []


def _buttons(body: Body) -> list[str]:
    found = body.get("choices")
    return [_button(_mapping(each)) for each in found] if isinstance(found, list | tuple) else []


def _button(choice: Mapping[str, object]) -> str:
    label = choice.get("label")
    said = " / ".join(filter(None, (_in(language, label) for language in _LANGUAGES)))
    targets = [f"{kind}: {target}" for kind, target in choice.items() if kind != "label"]
    return " \N{RIGHTWARDS ARROW} ".join((said, *targets))


def _plain(name: str, body: Body) -> list[str]:
    if not body:
        return []
    return [str(body.get(name, True if name == "enabled" else ""))]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _pieces(old: Sequence[str], new: Sequence[str], glue: str) -> Iterator[Piece]:
    for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", glue.join(old[start:end]))
            continue
        if start < end:
            yield Piece("gone", glue.join(old[start:end]))
        if first < last:
            yield Piece("new", glue.join(new[first:last]))
