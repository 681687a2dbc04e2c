"""Takes one mapping of salon data apart, field by field, and notes everything that is not as expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from booking.fault import Faults, Place
from booking.words import Words

NAME = 120
LINE = 300
TEXT = 4000
"""Limits of texts in characters; a long text must fit into one message of the site's chat."""


class Body:
    """A mapping that is being read. A field that is wrong is noted and comes back as a harmless value."""

    def __init__(self, data: object, place: Place, faults: Faults) -> None:
        self.place = place
        self.faults = faults
        self._data: Mapping[object, object] = {}
        self._seen: list[str] = []
        self._broken = not isinstance(data, Mapping)
        if isinstance(data, Mapping):
            self._data = data
        else:
            faults.add(place, "mapping_expected", got=data)

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def raw(self, name: str) -> object:
        """The value as it stands, None when absent."""
        self._seen.append(name)
        return self._data.get(name)

    def wrong(self, name: str, code: str, *, needle: str = "", **values: object) -> None:
        self.faults.add(self.place.down(name) if name else self.place, code, needle=needle, **values)

    def missing(self, name: str) -> bool:
        """Whether a required field is absent (noted then)."""
        if self.raw(name) is not None:
            return False
        if not self._broken:
            if name in self._data:
                self.wrong(name, "required_empty")
            else:
                self.wrong("", "required", wanted=name)
        return True

    def text(self, name: str, *, high: int = NAME) -> str:
        """A required text."""
        return "" if self.missing(name) else self._text(self.place.down(name), self.raw(name), high) or ""

    def maybe_text(self, name: str, *, high: int = NAME) -> str | None:
        value = self.raw(name)
        return None if value is None else self._text(self.place.down(name), value, high)

    def words(self, name: str, *, high: int = NAME) -> Words:
        """A required text, plain or by language."""
        return Words(ru="") if self.missing(name) else self.words_at(self.place.down(name), self.raw(name), high)

    def maybe_words(self, name: str, *, high: int = NAME) -> Words | None:
        value = self.raw(name)
        return None if value is None else self.words_at(self.place.down(name), value, high)

    def words_at(self, place: Place, value: object, high: int = NAME) -> Words:
        if not isinstance(value, Mapping):
            return Words(ru=self._text(place, value, high) or "")
        body = Body(value, place, self.faults)
        words = Words(ru=body.text("ru", high=high), en=body.maybe_text("en", high=high))
        body.close()
        return words

    def integer(self, name: str, low: int, high: int, *, code: str = "integer_expected") -> int:
        number = None if self.missing(name) else self.maybe_integer(name, low, high, code=code)
        return low if number is None else number

    def maybe_integer(self, name: str, low: int, high: int, *, code: str = "integer_expected") -> int | None:
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(name, code, low=low, high=high, got=value)
            return None
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.wrong(name, "flag_expected", got=value)
        return default

    def choice(self, name: str, known: tuple[str, ...], default: str) -> str:
        value = self.raw(name)
        if value is None or (isinstance(value, str) and value in known):
            return default if value is None else str(value)
        self.wrong(name, "choice_expected", known=", ".join(known), got=value)
        return default

    def reference(self, name: str, known: Iterable[str], code: str) -> str | None:
        """A key that must be declared elsewhere; None when absent or unknown."""
        value = self.raw(name)
        return None if value is None else self.known_key(self.place.down(name), value, known, code)

    def known_key(self, place: Place, value: object, known: Iterable[str], code: str) -> str | None:
        known = tuple(known)
        if isinstance(value, str) and value in known:
            return value
        self.faults.add(place, code, got=value, hint=near(value, known) if isinstance(value, str) else "")
        return None

    def texts(self, name: str, *, high: int = NAME, most: int = 60) -> tuple[str, ...]:
        """A list of texts, empty when absent; the same text twice is refused."""
        found: dict[str, None] = {}
        for place, value in self.items(name, most=most):
            text = self._text(place, value, high)
            if text is not None and text in found:
                self.faults.add(place, "item_twice", got=text)
            elif text is not None:
                found[text] = None
        return tuple(found)

    def items(self, name: str, *, most: int = 500) -> Iterator[tuple[Place, object]]:
        """Items of a list with their places; nothing when absent."""
        value = self.raw(name)
        if value is None:
            return
        place = self.place.down(name)
        if not isinstance(value, list | tuple):
            self.faults.add(place, "list_expected", got=value)
            return
        if len(value) > most:
            self.faults.add(place, "list_long", high=most, n=len(value))
            return
        for number, item in enumerate(value):
            yield place.down(number), item

    def entries(self, name: str) -> Iterator[tuple[str, Place, object]]:
        """Fields of a mapping below; nothing when absent."""
        value = self.raw(name)
        if value is not None:
            yield from entries(self.place.down(name), value, self.faults)

    def inner(self, name: str) -> Body | None:
        """A mapping below, None when absent."""
        value = self.raw(name)
        return None if value is None else Body(value, self.place.down(name), self.faults)

    def close(self) -> None:
        """Refuse fields that nobody asked for."""
        for name in self._data:
            if name not in self._seen:
                hint = near(str(name), tuple(self._seen))
                self.faults.add(self.place.down(str(name)), "field_unknown", hint=hint)

    def _text(self, place: Place, value: object, high: int) -> str | None:
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.faults.add(place, "text_expected", got=value)
            return None
        text = str(value).strip()
        if not text:
            self.faults.add(place, "text_empty")
            return None
        if len(text) > high:
            self.faults.add(place, "text_long", high=high, n=len(text))
            return None
        return text


def entries(place: Place, value: object, faults: Faults) -> Iterator[tuple[str, Place, object]]:
    """Fields of a mapping with their places."""
    if not isinstance(value, Mapping):
        faults.add(place, "mapping_expected", got=value)
        return
    for key, item in value.items():
        yield str(key), place.down(str(key)), item


def near(value: str, known: tuple[str, ...]) -> str:
    """The known name that ``value`` was probably meant to be, "" when none is close."""
    found = get_close_matches(value[:80], known, n=1, cutoff=0.6)
    return found[0] if found else ""
