"""The one renderer of stored text: names and plural forms, one pass, nothing else.

``{name}`` is replaced by the value of ``name``; ``{n|slot|slots}`` by the plural form that fits
the number ``n``. Any other brace is an ordinary character. A stored text can therefore neither
reach an attribute of an object nor blow up the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from babel.core import Locale, UnknownLocaleError

DEFAULT_LIMIT = 16_000
"""Characters that one rendered text may have."""

_INSERT = re.compile(r"\{([a-z_][a-z0-9_]{0,31})(\|[^{}]*)?\}")
_STRAY = re.compile(r"\{[^{}\n]{0,64}\}?|\}")
_TABLE_SIZE = 200
_PLURAL_TAGS = ("zero", "one", "two", "few", "many", "other")

Value: TypeAlias = str | int
PluralIndex: TypeAlias = Callable[[int], int]


class TemplateError(ValueError):
    """The source cannot be a template. ``position`` counts characters from 0."""

    def __init__(self, position: int, expected: str) -> None:
        super().__init__(f"at {position}: {expected}")
        self.position = position
        self.expected = expected


@dataclass(frozen=True, slots=True)
class _Name:
    name: str
    source: str

    def fill(self, values: Mapping[str, Value]) -> str:
        value = values.get(self.name)
        if value is None:
            return self.source
        if isinstance(value, str):
            return value
        try:
            return str(value)
        except ValueError:  # an integer longer than the interpreter agrees to print
            return self.source


@dataclass(frozen=True, slots=True)
class _Plural:
    name: str
    source: str
    forms: tuple[str, ...]
    index: PluralIndex

    def fill(self, values: Mapping[str, Value]) -> str:
        number = _as_number(values.get(self.name))
        return self.source if number is None else self.forms[self.index(number)]


Segment: TypeAlias = str | _Name | _Plural


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled text. Immutable, safe to share between threads."""

    source: str
    language: str
    variables: frozenset[str]
    """Names that the text wants; a loader refuses those it does not know."""
    strays: tuple[str, ...]
    """Brace groups that are *not* inserts and will be shown as they are: most often a typing error."""
    limit: int
    _segments: tuple[Segment, ...]

    @classmethod
    def compile(cls, source: str, language: str, *, limit: int = DEFAULT_LIMIT) -> Template:
        """Split ``source`` once. Raises TemplateError for a wrong number of plural forms or an unknown language."""
        if limit < 1:
            raise ValueError("limit must be at least 1 character")
        segments: list[Segment] = []
        end = 0
        for match in _INSERT.finditer(source):
            if match.start() > end:
                segments.append(source[end : match.start()])
            segments.append(_insert(match, language))
            end = match.end()
        if end < len(source):
            segments.append(source[end:])
        return cls(
            source=source,
            language=language,
            variables=frozenset(part.name for part in segments if not isinstance(part, str)),
            strays=tuple(stray for part in segments if isinstance(part, str) for stray in _STRAY.findall(part)),
            limit=limit,
            _segments=tuple(segments),
        )

    def render(self, values: Mapping[str, Value]) -> str:
        """Put the values in. Unknown names stay as written; longer than the limit is cut with an ellipsis.

        Values are never looked into: braces inside a value stay braces. Never raises.
        """
        done: list[str] = []
        room = self.limit
        for part in self._segments:
            text = part if isinstance(part, str) else part.fill(values)
            room -= len(text)
            if room < 0:
                done.append(text[: len(text) + room])
                return "".join(done)[:-1] + "\N{HORIZONTAL ELLIPSIS}"
            done.append(text)
        return "".join(done)


def _insert(match: re.Match[str], language: str) -> _Name | _Plural:
    name, tail = match.group(1), match.group(2)
    if tail is None:
        return _Name(name, match.group())
    forms = tuple(tail[1:].split("|"))
    try:
        count, index = plural_rule(language)
    except (UnknownLocaleError, ValueError):
        raise TemplateError(match.start(), f"a language with known plural rules, not {language!r}") from None
    if len(forms) != count:
        raise TemplateError(match.start(), f"{count} plural forms in language {language!r}, got {len(forms)}")
    return _Plural(name, match.group(), forms, index)


@cache
def plural_rule(language: str) -> tuple[int, PluralIndex]:
    """How many plural forms whole numbers have in ``language``, and number -> index of its form.

    The forms stand in the order zero, one, two, few, many, other, as far as the language has them.
    Raises babel's UnknownLocaleError or ValueError for a language that is not known.
    """
    rule = Locale.parse(language, sep="-" if "-" in language else "_").plural_form
    tags = [rule(number) for number in range(_TABLE_SIZE)]
    used = [tag for tag in _PLURAL_TAGS if tag in tags]
    table = tuple(used.index(tag) for tag in tags)
    last = len(used) - 1

    def index(number: int) -> int:
        number = abs(number)
        if number < _TABLE_SIZE:
            return table[number]
        # Every rule looks at the last six digits at most; a number of a million digits costs no more.
        tag = rule(number if number < 1_000_000 else 1_000_000 + number % 1_000_000)
        return used.index(tag) if tag in used else last

    return len(used), index


def _as_number(value: Value | None) -> int | None:
    if isinstance(value, str):
        plain = value.isascii() and value.isdecimal() and len(value) <= 18
        return int(value) if plain else None
    return value
