"""Strict YAML: plain values with the line of each, and none of the format's surprises.

Read event by event and not by a constructor: no objects, no anchors, no tags, no second document,
no key written twice, no ``10:00`` turned into 600 and no ``no`` turned into False.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

import yaml
from yaml import events as ev

from booking.fault import Faults, Path, Place

MAX_BYTES = 1_000_000
MAX_DEPTH = 16

Plain: TypeAlias = "bool | int | str | list[Plain] | dict[str, Plain] | None"

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS: dict[str, Plain] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(slots=True)
class YamlSource:
    """One file. Knows the line of every key and list item."""

    name: str
    rows: list[str] = field(default_factory=list)
    lines: dict[Path, tuple[int, int]] = field(default_factory=dict)
    """Path -> first line (from 1) and last line of the value."""

    def line_of(self, path: Path, needle: str = "") -> int | None:
        while path and path not in self.lines:
            path = path[:-1]
        if path not in self.lines:
            return None
        first, last = self.lines[path]
        if needle:
            for number in range(first, min(last, len(self.rows)) + 1):
                if needle in self.rows[number - 1]:
                    return number
        return first


class _Refused(Exception):
    """The file cannot be read further; the fault is already noted."""


@dataclass(slots=True)
class _Frame:
    value: dict[str, Plain] | list[Plain]
    path: Path
    key: str | None = None

    def next_path(self) -> Path:
        return (*self.path, len(self.value) if isinstance(self.value, list) else self.key or "")


def read_yaml(name: str, data: bytes, faults: Faults) -> tuple[YamlSource, Plain]:
    """Parse ``data``. Whatever is wrong goes to ``faults``; then the value is what could be read, or None."""
    source = YamlSource(name)
    try:
        text = _decode(source, data, faults)
        source.rows = text.split("\n")
        source.lines[()] = (1, len(source.rows))
        return source, _Builder(source, faults).build(text)
    except _Refused:
        return source, None


def _decode(source: YamlSource, data: bytes, faults: Faults) -> str:
    if len(data) > MAX_BYTES:
        faults.add(Place(source), "file_big", high=MAX_BYTES // 1000)
        raise _Refused
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse_at(source, faults, data.count(b"\n", 0, error.start) + 1, "file_encoding")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bad = _FORBIDDEN.search(text)
    if bad is not None:
        _refuse_at(source, faults, text.count("\n", 0, bad.start()) + 1, "file_character", got=f"U+{ord(bad[0]):04X}")
    return text


def _refuse_at(source: YamlSource, faults: Faults, line: int, code: str, got: object = None) -> NoReturn:
    source.lines[()] = (line, line)
    faults.add(Place(source), code, got=got)
    raise _Refused


class _Builder:
    """Puts events together into plain values, without recursion."""

    def __init__(self, source: YamlSource, faults: Faults) -> None:
        self._source = source
        self._faults = faults
        self._stack: list[_Frame] = []
        self._root: Plain = None
        self._documents = 0

    def build(self, text: str) -> Plain:
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = 1 if mark is None else mark.line + 1
            row = self._source.rows[line - 1] if line <= len(self._source.rows) else ""
            code = "file_tab" if "\t" in row[: len(row) - len(row.lstrip())] else "file_syntax"
            _refuse_at(self._source, self._faults, line, code)
        except yaml.YAMLError:
            _refuse_at(self._source, self._faults, 1, "file_syntax")
        return self._root

    def _take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        match event:
            case ev.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    _refuse_at(self._source, self._faults, line, "file_documents")
            case ev.AliasEvent():
                _refuse_at(self._source, self._faults, line, "file_alias")
            case ev.NodeEvent():
                self._node(event, line)
            case ev.CollectionEndEvent():
                frame = self._stack.pop()
                first, _ = self._source.lines.get(frame.path, (line, line))
                self._source.lines[frame.path] = (first, max(first, line))

    def _node(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            _refuse_at(self._source, self._faults, line, "file_alias")
        if event.tag is not None:
            _refuse_at(self._source, self._faults, line, "file_tag", got=event.tag)
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event, line)
        elif isinstance(event, ev.ScalarEvent):
            end = line if event.end_mark is None else event.end_mark.line + 1
            self._place(top, _plain(event), line, end)
        else:
            value: dict[str, Plain] | list[Plain] = {} if isinstance(event, ev.MappingStartEvent) else []
            path = top.next_path() if top is not None else ()
            self._place(top, value, line, line)
            if len(self._stack) >= MAX_DEPTH:
                _refuse_at(self._source, self._faults, line, "file_deep")
            self._stack.append(_Frame(value, path))

    def _key(self, top: _Frame, event: Any, line: int) -> None:
        if not isinstance(event, ev.ScalarEvent):
            _refuse_at(self._source, self._faults, line, "file_key")
        top.key = event.value
        path = top.next_path()
        if top.key in top.value:
            twin, _ = self._source.lines[path]
            self._source.lines[path] = (line, line)
            self._faults.add(Place(self._source, path), "key_twice", first=twin)
        self._source.lines[path] = (line, line)

    def _place(self, top: _Frame | None, value: Plain, line: int, end: int) -> None:
        if top is None:
            self._root = value
            self._source.lines[()] = (line, end)
            return
        path = top.next_path()
        first, _ = self._source.lines.get(path, (line, line))
        self._source.lines[path] = (first, end)
        if isinstance(top.value, list):
            top.value.append(value)
        else:
            top.value[top.key or ""] = value
            top.key = None


def _plain(event: Any) -> Plain:
    text: str = event.value
    if not event.implicit[0]:  # quoted or a block: a text in any case
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
