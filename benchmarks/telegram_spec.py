"""The Bot API's published description as a judge: names, what is required, kinds of values, lengths."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Faults = list[tuple[tuple[object, ...], str]]
"""Where, and what is wrong there; empty when everything is right."""
_LIMIT = re.compile(r"(\d+)-(\d+) (characters|bytes)")
_LIST = re.compile(r"(?:Array of )+(\w+)")
_JSON = ("{", "[")


class TelegramSpec:
    """``document``: the description as JSON, with ``methods`` and ``types``."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._methods: Mapping[str, Any] = document["methods"]
        self._types: Mapping[str, Any] = document["types"]

    def call(self, method: str, form: Mapping[str, str]) -> Faults:
        """A call's fields as they came over the wire: texts, nested objects as JSON."""
        known = self._methods.get(method)
        if known is None:
            return [((), f"no such method {method}")]
        fields = {one["name"]: one for one in known.get("fields", [])}
        # A file goes beside the form.
        missing = [
            name
            for name, one in fields.items()
            if one["required"] and not form.get(name) and "InputFile" not in one["types"]
        ]
        found: Faults = [((name,), "required") for name in missing]
        for name, value in form.items():
            if name not in fields:
                found.append(((name,), "unknown parameter"))
            elif value.startswith(_JSON) and fields[name]["types"] != ["String"]:
                found += self._any(fields[name]["types"], json.loads(value), (name,))
            else:
                found += _limited(fields[name], value, (name,))
        return found

    def thing(self, kind: str, value: Mapping[str, Any], place: tuple[object, ...] = ()) -> Faults:
        """An object of the type ``kind``."""
        known = self._types[kind]
        if known.get("subtypes"):
            return self._one_of(known["subtypes"], value, place)
        fields = {one["name"]: one for one in known.get("fields", [])}
        found: Faults = [((*place, name), "unknown field") for name in value if name not in fields]
        found += [((*place, name), "required") for name, one in fields.items() if one["required"] and name not in value]
        for name, one in value.items():
            if name in fields:
                found += self._any(fields[name]["types"], one, (*place, name)) + _limited(
                    fields[name], one, (*place, name)
                )
        return found

    def _any(self, kinds: list[str], value: object, place: tuple[object, ...]) -> Faults:
        """The value fits one of the kinds; else what is wrong with the nearest."""
        tried = [list(self._as(kind, value, place)) for kind in kinds]
        return min(tried, key=len, default=[])

    def _as(self, kind: str, value: object, place: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], str]]:
        if kind == "Integer":
            if isinstance(value, bool) or not isinstance(value, int):
                yield place, "not an integer"
        elif kind == "String":
            if not isinstance(value, str):
                yield place, "not a string"
        elif kind in ("Boolean", "True"):
            if not isinstance(value, bool):
                yield place, "not a boolean"
        elif kind == "Float":
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield place, "not a number"
        elif listed := _LIST.fullmatch(kind):
            yield from self._items(listed[1], value, place)
        elif kind in self._types:
            if isinstance(value, Mapping):
                yield from self.thing(kind, value, place)
            else:
                yield place, f"not a {kind}"

    def _items(self, kind: str, value: object, place: tuple[object, ...]) -> Faults:
        if not isinstance(value, list):
            return [(place, "not a list")]
        found: Faults = []
        for number, one in enumerate(value):
            here = (*place, number)
            found += self._items(kind, one, here) if isinstance(one, list) else list(self._as(kind, one, here))
        return found

    def _one_of(self, kinds: list[str], value: Mapping[str, Any], place: tuple[object, ...]) -> Faults:
        return min((self.thing(kind, value, place) for kind in kinds), key=len)


def _limited(field: Mapping[str, Any], value: object, place: tuple[object, ...]) -> Faults:
    limit = _LIMIT.search(field["description"]) if isinstance(value, str) else None
    if limit is None or not isinstance(value, str):
        return []
    size = len(value.encode()) if limit[3] == "bytes" else len(value.encode("utf-16-le")) // 2
    return [] if int(limit[1]) <= size <= int(limit[2]) else [(place, f"{size} {limit[3]}, allowed {limit[0]}")]
