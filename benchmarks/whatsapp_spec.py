"""Meta's own OpenAPI and examples as a judge. The schemas of what we send hold; those of what comes in do not, and
there the published examples are the law: which fields there are, which are always there, and of which kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from benchmarks.telegram_spec import Faults

OPENAPI = "business-messaging-api_v23.0.yaml"
_WHOLE = "urn:meta"
_SENT = {"text": "TextMessage", "interactive": "InteractiveMessage", "document": "DocumentMessage"}
_ITEMS = {"messages": "type", "statuses": "status"}
Json = Mapping[str, Any]


ENOUGH = 3
"""Fewer examples do not say which of their fields are always there."""


class Shape:
    """What examples of one kind have in common."""

    def __init__(self) -> None:
        self._seen = 0
        self._kinds: set[str] = set()
        self._fields: dict[str, Shape] = {}
        self._inside: Shape | None = None
        self._always: set[str] | None = None

    def learn(self, value: object) -> None:
        """One more example."""
        self._seen += 1
        self._kinds.add(_kind(value))
        if isinstance(value, dict):
            self._always = set(value) if self._always is None else self._always & set(value)
            for name, one in value.items():
                self._fields.setdefault(name, Shape()).learn(one)
        elif isinstance(value, list):
            self._inside = self._inside or Shape()
            for one in value:
                self._inside.learn(one)

    def judge(self, value: object, path: tuple[object, ...] = ()) -> Iterator[tuple[tuple[object, ...], str]]:
        """What no example has."""
        if _kind(value) not in self._kinds:
            yield path, f"{_kind(value)}, not {' or '.join(sorted(self._kinds))}"
        elif isinstance(value, dict):
            always = self._always if self._always and self._seen >= ENOUGH else set()
            yield from (((*path, name), "missing") for name in sorted(always - set(value)))
            for name, one in value.items():
                if name in self._fields:
                    yield from self._fields[name].judge(one, (*path, name))
                else:
                    yield (*path, name), "unknown field"
        elif isinstance(value, list) and self._inside is not None:
            for number, one in enumerate(value):
                yield from self._inside.judge(one, (*path, number))


class WhatsAppSpec:
    """``folder``: the vendor's files, with the OpenAPI and the examples of calls."""

    def __init__(self, folder: Path) -> None:
        document = yaml.load((folder / "meta-openapi" / OPENAPI).read_text("utf-8"), Loader=yaml.CSafeLoader)
        _relax(document["components"]["schemas"])
        whole = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_WHOLE, whole)
        self._shapes: dict[tuple[str, str], Shape] = {}
        for path in sorted((folder / "meta-openapi" / "webhook-examples").glob("*.json")):
            self._learn(json.loads(path.read_text("utf-8")))
        for path in sorted((folder / "pywa-test-updates").glob("*.json")):
            for example in json.loads(path.read_text("utf-8")).values():
                self._learn(example)

    def sent(self, path: str, body: Json) -> Faults:
        """A body that we post."""
        if body.get("status") == "read":
            return self._conforms("MarkMessageRequestPayload", body)
        if path.endswith("/messages"):
            return self._conforms(_SENT[body["type"]], body)
        return self._conforms(
            "SubscriptionRequest" if path.endswith("_apps") else "PhoneNumberStatusUpdateRequest", body
        )

    def came(self, call: Json) -> Faults:
        """A call of Meta's: its envelope, and every item in it by its own kind and by what all kinds share."""
        found: Faults = []
        for kind, part in _parts(call):
            shape = self._shapes.get(kind)
            if shape is None:
                found.append(((), f"no example of {' '.join(kind)}"))
            elif kind[0] != "statuses":
                found += shape.judge(part)
            if kind[0] in _ITEMS:
                found += self._shapes[kind[0], ""].judge(part)
        return found

    def _learn(self, example: object) -> None:
        if isinstance(example, dict) and "entry" in example:
            for kind, part in _parts(example):
                for one in {kind, (kind[0], "")} if kind[0] in _ITEMS else {kind}:
                    self._shapes.setdefault(one, Shape()).learn(part)

    def _conforms(self, name: str, body: Json) -> Faults:
        schema = {"$ref": f"{_WHOLE}#/components/schemas/{name}"}
        found = Draft202012Validator(schema, registry=self._registry).iter_errors(body)
        return [(tuple(one.absolute_path), one.message[:160]) for one in found]


def _parts(call: Json) -> Iterator[tuple[tuple[str, str], object]]:
    """The envelope without its insides, then each message, status and other value by its kind."""
    for entry in call["entry"]:
        yield ("envelope", ""), {**call, "entry": [{**entry, "changes": []}]}
        for change in entry["changes"]:
            value = change["value"]
            kinds = [name for name in _ITEMS if name in value]
            if not kinds:
                yield ("field", change["field"]), value
                continue
            yield ("value", change["field"]), {name: one for name, one in value.items() if name not in _ITEMS}
            for name in kinds:
                for item in value[name]:
                    yield (name, _name(name, item)), item


def _name(items: str, item: Json) -> str:
    """Which kind of message or status it is; what was pressed differs by where."""
    kind = str(item.get(_ITEMS[items]))
    inner = item.get(kind)
    pressed = str(inner["type"]) if kind in ("interactive", "system") and isinstance(inner, dict) else ""
    return f"{kind} {pressed}".strip()


def _kind(value: object) -> str:
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def _relax(node: object) -> None:
    """Meta's own examples break its schemas in two ways: fields besides the named ones, and several that fit."""
    if isinstance(node, dict):
        if node.get("additionalProperties") is False:
            del node["additionalProperties"]
        if "oneOf" in node and "discriminator" not in node:
            node["anyOf"] = node.pop("oneOf")
        for one in node.values():
            _relax(one)
    elif isinstance(node, list):
        for one in node:
            _relax(one)
