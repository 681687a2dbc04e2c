"""What is wrong in the salon's data: where it stands and what is expected there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from booking.messages import got, say

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]

SHOWN = 20
"""How many faults are told at once."""


class Source(Protocol):
    """A file or a stored document that values come from."""

    @property
    def name(self) -> str: ...

    def line_of(self, path: Path, needle: str = "") -> int | None:
        """Line (from 1) of the value at ``path``, or of ``needle`` inside it; None when there are no lines."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A value inside a source."""

    source: Source
    path: Path = ()

    def down(self, *steps: Step) -> Place:
        return Place(self.source, (*self.path, *steps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One refusal. ``text`` is for a person: source, line, field, what is expected."""

    source: str
    line: int | None
    field: str
    code: str
    text: str
    expected: str
    """The end of ``text``: what is expected there."""
    values: Mapping[str, str | int]
    """What the message was filled with, for whoever says it in other words."""


class SalonDataError(Exception):
    """The salon's data are refused. ``faults`` holds the first ones, ``total`` counts all."""

    def __init__(self, faults: tuple[Fault, ...], total: int) -> None:
        self.faults = faults
        self.total = total
        lines = [fault.text for fault in faults]
        if total > len(faults):
            lines.append(say("and_more", n=total - len(faults)))
        super().__init__("\n".join(lines))


@dataclass(slots=True)
class Faults:
    """Collects refusals, so that all are told at once."""

    _found: list[Fault] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._found)

    def add(self, place: Place, code: str, *, needle: str = "", **values: object) -> None:
        """Note that the value at ``place`` is not what message ``code`` expects.

        ``got`` is described in words, other values go into the message as they are; with a non-empty
        ``hint`` the message ``<code>_hint`` is taken.
        """
        line = place.source.line_of(place.path, needle)
        where = ".".join(str(step + 1) if isinstance(step, int) else step for step in place.path)
        told = {name: got(value) if name == "got" else _plain(value) for name, value in values.items()}
        expected = say(f"{code}_hint" if values.get("hint") else code, told)
        text = _sentence(place.source.name, line, where, expected)
        fault = Fault(
            source=place.source.name, line=line, field=where, code=code, text=text, expected=expected, values=told
        )
        self._found.append(fault)

    def refuse(self) -> None:
        """Raise SalonDataError when anything was found."""
        if self._found:
            raise SalonDataError(tuple(self._found[:SHOWN]), len(self._found))


def _plain(value: object) -> str | int:
    return value if isinstance(value, str | int) else str(value)


def _sentence(source: str, line: int | None, where: str, expected: str) -> str:
    values: Mapping[str, str | int] = {"source": source, "line": line or 0, "field": where, "expected": expected}
    frame = "fault" + ("_line" if line is not None else "") + ("_field" if where else "")
    return say(frame, values)
