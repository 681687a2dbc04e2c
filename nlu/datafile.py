"""Strict reading of the YAML data files: a bad entry is refused with its file, its line and the reason."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

BUILT_IN: Final = Path(__file__).parent / "data"
"""The folder of the files that ship with the product."""

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DataError(Exception):
    """A data file is not what is expected. ``str()`` is ``file:line: reason``."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class Entry:
    """One place of a data file, read by asking for the shape that is expected there."""

    __slots__ = ("_file", "_node")

    def __init__(self, file: str, node: yaml.Node) -> None:
        self._file = file
        self._node = node

    @property
    def line(self) -> int:
        """Line of the file, from 1."""
        return int(self._node.start_mark.line) + 1

    def refuse(self, reason: str) -> DataError:
        """The error to raise about this place."""
        return DataError(self._file, self.line, reason)

    def pairs(self) -> Iterator[tuple[str, Entry]]:
        """Keys and places of a mapping; a key that comes twice is refused."""
        if not isinstance(self._node, yaml.MappingNode):
            raise self.refuse("expected a mapping (key: value)")
        seen: set[str] = set()
        for key_node, value_node in self._node.value:
            key = Entry(self._file, key_node).text()
            if key in seen:
                raise Entry(self._file, key_node).refuse(f"key {key!r} comes twice")
            seen.add(key)
            yield key, Entry(self._file, value_node)

    def fields(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Entry]:
        """A mapping with exactly these keys: none missing, none unknown."""
        found = dict(self.pairs())
        for name, place in found.items():
            if name not in required and name not in optional:
                expected = ", ".join((*required, *optional))
                raise place.refuse(f"unknown key {name!r}; expected: {expected}")
        for name in required:
            if name not in found:
                raise self.refuse(f"key {name!r} is missing")
        return found

    def items(self) -> list[Entry]:
        """Places of a list."""
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.refuse("expected a list")
        return [Entry(self._file, node) for node in self._node.value]

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self._node, yaml.ScalarNode):
            raise self.refuse("expected a text")
        value = str(self._node.value)
        if not value.strip():
            raise self.refuse("the text is empty")
        return value

    def texts(self) -> tuple[str, ...]:
        """A list of texts in which none comes twice."""
        result: dict[str, None] = {}
        for place in self.items():
            value = place.text()
            if value in result:
                raise place.refuse(f"{value!r} comes twice in this list")
            result[value] = None
        return tuple(result)

    def number(self, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number from ``low`` to ``high``."""
        raw = self.text()
        try:
            value = float(raw)
        except ValueError:
            raise self.refuse(f"expected a number, found {raw!r}") from None
        if not math.isfinite(value) or not low <= value <= high:
            raise self.refuse(f"{raw} is outside {low}..{high}")
        return value

    def one_of(self, allowed: tuple[str, ...]) -> str:
        """One of the given words."""
        value = self.text()
        if value not in allowed:
            raise self.refuse(f"{value!r} is not one of: {', '.join(allowed)}")
        return value


def read(path: Path) -> Entry:
    """The root of a data file. Raises ``DataError`` when it cannot be read or is not YAML."""
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=_Loader)
    except OSError as error:
        raise DataError(path.name, 0, error.strerror or "cannot be read") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise DataError(path.name, mark.line + 1 if mark else 0, f"not YAML: {error}") from error
    if node is None:
        raise DataError(path.name, 1, "the file is empty")
    return Entry(path.name, node)
